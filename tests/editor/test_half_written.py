"""Whatever is in the buffer, every question has an answer: texts cut off, torn apart and put together at random."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jcli.editor.desk import Desk
from jcli.editor.explaining import explain_findings, explain_mention
from jcli.editor.mending import mend
from jcli.editor.names import everywhere, mention_at, mentions
from jcli.editor.offering import offers
from jcli.editor.outline import Entry, entries
from jcli.editor.renaming import rename
from jcli.editor.ruler import UNITS, Place, Ruler
from jcli.errors import JcliError
from jcli.workspace import locate
from tests.editor.conftest import ROOT

FILE = "journeys/written.yaml"
SOURCES = sorted((ROOT / "journeys").glob("*.yaml"))
PIECES = [
    "\n",
    "---\n",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "'",
    '"',
    "#",
    "&a ",
    "*a",
    "!x ",
    "\t",
    "\r\n",
    "\u2028",
    "\0",
]
PIECES += ["next: ", "nodes:\n", "{}", "null", "journey: 7\n", "\N{GRINNING FACE}", "true: ", "site:\n", "to: [a]"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "journeys").mkdir()
    (tmp_path / "jcli.yaml").write_text("workspace: acme\n")
    (tmp_path / "journeys" / "shared.yaml").write_text(
        "site: main\n---\naudience: new\nrules: {trait: a, exists: true}\n"
    )
    return Desk(locate(tmp_path))


def torn(chance: random.Random) -> str:
    text = chance.choice(SOURCES).read_text("utf-8")
    start = chance.randrange(len(text))
    text = text[start : start + chance.randrange(1500)] if chance.random() < 0.3 else text[: chance.randrange(1500)]
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(PIECES) + text[at + chance.choice([0, 0, 1, 30]) :]
    return text


@pytest.mark.parametrize("seed", range(5))
def test_every_question_has_an_answer(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    found = 0
    for _ in range(60):
        desk.put(FILE, torn(chance))
        findings = desk.check()[FILE]
        ruler, content = desk.ruler(FILE, chance.choice(sorted(UNITS))), desk.content(FILE)
        for entry in entries(desk, FILE):
            _inside(entry, ruler)
        for finding in findings:
            mend(finding, ruler, content)
        for offset in _cursors(desk, ruler, len(content), chance):
            point = ruler.point(offset)
            offers(desk, FILE, offset)
            explain_findings(findings, point)
            mention = mention_at(desk, FILE, point)
            if mention is not None:
                found += 1
                explain_mention(desk, mention)
                assert mention in list(everywhere(desk, mention.name))
                _renamed(desk, mention.name)
    assert found > 15  # many of the files are tests, which name little that an editor follows


def _cursors(desk: Desk, ruler: Ruler, length: int, chance: random.Random) -> list[int]:
    """Anywhere, and where names are."""
    names = [mention for document in desk.sheet(FILE).known for mention in mentions(document)]  # type: ignore[union-attr]
    chosen = chance.sample(names, min(3, len(names)))
    anywhere = [chance.randrange(length + 1) for _ in range(4)]
    return anywhere + [min(ruler.start(mention.span), length) for mention in chosen]


def _renamed(desk: Desk, name: object) -> None:
    try:
        for edit in rename(desk, name, "another"):  # type: ignore[arg-type]
            assert 0 <= edit.start < edit.end <= len(desk.content(edit.file))
    except JcliError:
        pass  # refused, which is an answer


def _inside(entry: Entry, ruler: Ruler) -> None:
    """The protocol asks for it: the name of a thing lies within the thing."""
    whole, name = ruler.stretch(entry.whole), ruler.stretch(entry.name)
    assert whole.start <= name.start
    assert name.end <= whole.end
    for below in entry.below:
        _inside(below, ruler)


@pytest.mark.parametrize("encoding", sorted(UNITS))
def test_a_place_and_its_offset_are_two_words_for_one_thing(encoding: str) -> None:
    text = "a\N{GRINNING FACE}b\r\n\N{LATIN SMALL LETTER E WITH ACUTE}\u2028c\n\nlast"
    ruler = Ruler(text, encoding)
    inside = [offset for offset in range(len(text) + 1) if text[offset - 1 : offset + 1] != "\r\n"]

    assert [ruler.offset(ruler.place(offset)) for offset in inside] == inside
    assert ruler.offset(Place(99, 0)) == len(text)
    assert ruler.offset(Place(2, 99)) == text.index("\nlast")
