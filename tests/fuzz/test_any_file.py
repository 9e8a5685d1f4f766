"""Whatever a file holds, `validate` says something about it, quickly, and never fails."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcli.errors import ConfigError
from jcli.workspace.config import read_config
from tests.fuzz.door import SECONDS, timed, validate
from tests.fuzz.strategies import anything, damaged, nearly, seeds, texts


@pytest.mark.parametrize("number", range(len(seeds())))
def test_every_seed_goes_through(number: int) -> None:
    validate(seeds()[number])


@given(anything)
@settings(max_examples=300)
def test_bytes(content: bytes) -> None:
    validate(content)
    assert timed(content)[1] < SECONDS


@given(texts)
@settings(max_examples=400)
def test_what_yaml_could_be(content: bytes) -> None:
    validate(content)
    assert timed(content)[1] < SECONDS


@given(damaged())
@settings(max_examples=500)
def test_a_file_that_was_damaged(content: bytes) -> None:
    validate(content)
    assert timed(content)[1] < SECONDS


@given(nearly())
@settings(max_examples=500)
def test_documents_that_are_nearly_right(content: bytes) -> None:
    validate(content)
    assert timed(content)[1] < SECONDS


_CONFIG = """
workspace: acme
paths: [journeys]
target: local
targets:
  local: {url: "sqlite:///.jcli/journeys.db"}
  production: {url: "https://journeys.acme.example", token: env/JCLI_TOKEN}
rules: {dead-end: error}
"""


@st.composite
def _configs(draw: st.DrawFn) -> bytes:
    """A `jcli.yaml` with a line changed, or anything at all."""
    lines = _CONFIG.strip().split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    lines[at] = draw(
        st.sampled_from(["", "- a", "rules: 7", "paths: {a: b}", "workspace: [", "targets:", "? a", "a: *b"])
    )
    return "\n".join(lines).encode()


@given(st.one_of(_configs(), anything, texts, nearly()))
@settings(max_examples=300)
def test_a_configuration_is_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "jcli.yaml").write_bytes(content)
        with contextlib.suppress(ConfigError):
            assert read_config(Path(folder)).workspace
