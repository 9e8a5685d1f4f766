"""Large files made to be slow, and small nasty ones: none holds `validate` up for 2 s, and none ends in a traceback.

What is measured is a core's own time, so that a busy machine fails nothing that is quick.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.door import SECONDS, slowness, timed
from tests.fuzz.hostile import HOSTILE, MIB
from tests.fuzz.strategies import ROOT

START = 1.0
"""Seconds of a core that Python and the imports of a command take at most."""

SMALL = {
    "nothing": b"",
    "NULs alone": b"\0" * 1000,
    "half a character": b"site: \xf0\x9f",
    "a byte order mark and no more": b"\xef\xbb\xbf",
    "UTF-32": "site: a\n".encode("utf-32"),
    "a tag that runs code": b"!!python/object/apply:os._exit [3]\n",
    "an alias of itself": b"a: &a [*a]\n",
    "a key that is a map": b"? {a: b}\n: c\n",
    "directives": b"%YAML 9.9\n%TAG ! a:\n--- !x\n",
    "an escape that is no character": b'site: "\\ud800"\n',
    "control characters": b'site: a\nname: "\\x1b[2J\\a\\r"\nx\x1b: 1\n',
    "right to left": "site: a\nname: a\n\u202eeman: b\n".encode(),
    "a number without end": b"site: a\nname: " + b"9" * 100_000,
    "a float without end": b"audience: a\nname: a\nrules: {trait: a, gt: 1e999999999}\n",
    "rules in rules": b"audience: a\nname: a\nrules: " + b"{not: " * 60 + b"7" + b"}" * 60,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_be_slow_is_not(name: str) -> None:
    assert 100_000 < len(HOSTILE[name]) <= MIB
    _, seconds = timed(HOSTILE[name])
    assert seconds < SECONDS


@pytest.mark.parametrize("form", ["full", "concise", "json", "github", "gitlab", "sarif", "junit"])
def test_small_nasty_files_together_in_a_process_of_their_own(form: str, tmp_path: Path) -> None:
    for number, content in enumerate(SMALL.values()):
        _write(tmp_path, f"{number:02}.yaml", content)
    answer, seconds = _validate(tmp_path, form)
    assert "Traceback" not in answer.stderr + answer.stdout
    assert (answer.returncode, seconds / slowness() < SECONDS + START) == (1, True), answer.stderr
    for number in range(len(SMALL)):
        assert f"{number:02}.yaml" in answer.stdout
    assert "\x1b" not in answer.stdout


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("keys that are none", "full"),
        ("any in any in any", "json"),
        ("large expressions", "sarif"),
        ("each of 250 nodes leads to each", "github"),
        ("documents with one key", "junit"),
        ("100,000 dashes on a line", "concise"),
    ],
)
def test_a_large_nasty_file_in_a_process_of_its_own(name: str, form: str, tmp_path: Path) -> None:
    _write(tmp_path, "large.yaml", HOSTILE.get(name, b"- " * 100_000))
    answer, seconds = _validate(tmp_path, form)
    assert "Traceback" not in answer.stderr + answer.stdout
    assert (answer.returncode, seconds / slowness() < SECONDS + START) == (1, True), answer.stderr


def _write(root: Path, name: str, content: bytes) -> None:
    (root / "journeys").mkdir(exist_ok=True)
    (root / "jcli.yaml").write_text("workspace: acme\n", encoding="utf-8")
    (root / "journeys" / name).write_bytes(content)


def _validate(root: Path, form: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """`jcli validate` as users run it, and the seconds of a core that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run(
        [sys.executable, "-m", "jcli", "validate", "--format", form],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return answer, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
