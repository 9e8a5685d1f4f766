"""Files drawn by hypothesis: any bytes, anything that YAML could be, and documents that are nearly right."""

from __future__ import annotations

import copy
import random
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from jcli.documents import read

ROOT = Path(__file__).resolve().parents[2]

_PIECES = (
    "journey: a\n",
    "nodes:\n",
    "  t: {type: TRIGGER, config: {triggerType: MANUAL}, next: a}\n",
    "  a:\n    type: WAIT\n",
    "    config: {duration: 1d}\n",
    "    next: [{to: a, label: x}]\n",
    "---\n",
    "...\n",
    "&a ",
    "*a ",
    "!!str ",
    "! ",
    "<<: ",
    "? ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    '"\\0"',
    '"\\ud800"',
    "|\n",
    ">-\n",
    "# jcli: ignore[dead-end] why\n",
    "%YAML 1.1\n",
    "\t",
    "\r",
    "\r\n",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x00",
    "\x07",
    "\U0001f600",
    "null",
    "~",
    "true",
    "yes",
    ".inf",
    ".nan",
    "-0",
    "0x1F",
    "1e400",
    "99999999999999999999",
    "12:30",
    "2026-02-30",
)

anything = st.binary(max_size=400)
texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)).map(
    lambda text: text.encode("utf-8", "replace")
)


@cache
def seeds() -> tuple[bytes, ...]:
    """Every file of the cases and of the example workspace: what the checks can find, and what is right."""
    files = [*sorted((ROOT / "tests" / "cases").glob("*/*.yaml")), *sorted((ROOT / "journeys").glob("*.yaml"))]
    return tuple(file.read_bytes() for file in files)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of the seeds with a few bytes or pieces put in, taken out or doubled."""
    content = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.sampled_from([0, 0, 1, 2, 7, 40]))
        piece = draw(st.one_of(st.sampled_from(_PIECES).map(str.encode), st.binary(max_size=4)))
        content[at : at + length] = content[at : at + length] * 2 if draw(st.booleans()) else piece
    return bytes(content)


@cache
def _documents() -> tuple[dict[str, Any], ...]:
    read_of = [read(content, "seed.yaml")[0] for content in seeds() if len(content) < 20_000]
    return tuple(document.data for documents in read_of for document in documents)


_odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(["", "a" * 300, "2d", "0d", "{a}", "true", "(", "(?<a)", "2026-02-30", "a\nb", "\u202e", "é", "İ"]),
    st.lists(st.one_of(st.text(max_size=3), st.integers()), max_size=3),
    st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=3), st.integers()), max_size=3),
)
_WORDS = """
type config next label to rules all any not trait property event count within equals in regex before exists weights
holdout branches until at duration timeout id site audience goalConfig settings deadline draft position nodes journey
content vocabulary
"""
_words = st.sampled_from(_WORDS.split())


@st.composite
def nearly(draw: st.DrawFn) -> bytes:
    """One to three documents of the seeds in one file, each with a few values of any type anywhere."""
    documents = [copy.deepcopy(draw(st.sampled_from(_documents()))) for _ in range(draw(st.integers(1, 3)))]
    for document in documents:
        for _ in range(draw(st.integers(0, 4))):
            _change(draw, document)
    return yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True).encode("utf-8", "replace")


def _change(draw: st.DrawFn, document: dict[str, Any]) -> None:
    """Put something odd into, beside, or in the place of some value."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    item: Any = document
    while True:
        steps = list(item) if isinstance(item, dict) else list(range(len(item)))
        step = chance.choice(steps) if steps else None
        if step is not None and isinstance(item[step], dict | list) and chance.random() < 0.8:
            item = item[step]
            continue
        break
    value = draw(_odd)
    match item, chance.randrange(4):
        case dict(), 0:
            item[draw(st.one_of(_words, st.text(max_size=8)))] = value
        case _, 1 if step is not None:
            del item[step]
        case _, _ if step is not None:
            item[step] = value
        case list(), _:
            item.append(value)
