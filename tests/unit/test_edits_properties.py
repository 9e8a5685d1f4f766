"""Edits on random documents: hostile text, comments everywhere, both styles, all line breaks. What is read back is what
the same edits make of the plain data, and lines that no edit is about are the very same bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as File
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jcli.documents import read
from jcli.documents.between import edits_between, same
from jcli.documents.edits import (
    Edit,
    EditError,
    Insert,
    InsertItem,
    Remove,
    RenameKey,
    Replace,
    Where,
    edited,
    gather,
)
from jcli.documents.spelling import literal, spelt, spelt_key
from jcli.documents.splices import apply
from jcli.documents.writer import HOUSE, Manner, write
from jcli.findings import Path

ROOT = File(__file__).resolve().parents[2]
FILES = sorted([*ROOT.glob("journeys/*.yaml"), *ROOT.glob("tests/cases/*/ok-*.yaml")])

HOSTILE = [
    "yes", "No", "12:30", "010", "1e3", "0x1F", "0o7", "~", "null", "Null", "true", "TRUE", ".inf", "-.5", "1_000", "=",
    "<<", "", " ", " a", "a ", "\t", "a\tb", "a: b", "a:", ": a", "a #b", "#a", "- a", "-", "--- a", "...", "?", "? a",
    "a, b", "{a}", "[a]", "a]", "&a", "*a", "!a", "|", ">", "'", "''", '"', "it's", 'say "so"', "back\\slash", "%a",
    "@a", "`a", "a\nb", "a\nb\n", "a\n\nb\n", "\na", "a\n", "a\n\n", " a\nb", "a\n b\n", "a \nb", "a\n#b", "a\n---\nb",
    "a\r\nb", "a\rb", "a\x85b", "a\u2028b", "a\u2029b", "\x07", "\x1b[31m", "\x7f", "\x9f", "\ufeff", "a\ufeffb",
    "\ufffe", "é", "😀", "a😀\nb👩‍👩‍👧", "\u202eabc", "\u00a0a", "x" * 400, "word " * 60, "2026-03-01",
    "2026-03-01T09:00:00Z",
    "http://a.b/c?d=e",
    "a:b", "a:,b", "0:?", "a:?b", "-5d", "5d", "1.", "+1", "\U0001fffe", "a\n\tb", "\ta\nb",
]  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    st.text(st.sampled_from(list("ab:# -'\"\\\n\t,[]{}&*!|>%@`?~=0159.\r")), max_size=8),
)
SCALARS = st.one_of(
    TEXT,
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
)
KEYS = st.one_of(st.sampled_from(["a", "b", "c", "long-key", "k" * 1100, "1", "true", "?", "-", "a b"]), TEXT)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
MANNERS = st.builds(
    Manner,
    step=st.integers(1, 4),
    indented_lists=st.booleans(),
    width=st.sampled_from([0, 20, 80]),
    newline=st.sampled_from(["\n", "\r\n"]),
)


def data_of(text: str, index: int = 0) -> Any:
    documents, found = read(text.encode(), "case.yaml")
    assert found == [], found
    return next(document.data for document in documents if document.index == index)


@dataclass
class Scribe:
    """Writes data the way people do: one entry in braces, one unfolded, comments and empty lines anywhere."""

    dice: Random
    step: int
    comments: int = 0
    lines: list[str] = field(default_factory=list)

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments}."

    def between(self, indent: int) -> None:
        while self.dice.random() < 0.2:
            margin = " " * self.dice.choice([0, indent, indent + 1])
            self.lines.append(self.dice.choice(["", margin + self.comment()]))

    def tail(self) -> str:
        return f" {self.comment()}" if self.dice.random() < 0.2 else ""

    def collection(self, value: Any, indent: int, first: str | None = None) -> None:
        """In block style; `first` is what the first entry's line begins with instead of blanks."""
        entries = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        for key, below in entries:
            if first is None:
                self.between(indent)
            begin, first = first if first is not None else " " * indent, None
            self.entry(begin, key, below, indent)

    def entry(self, begin: str, key: str | None, value: Any, indent: int) -> None:
        if key is not None:
            name = spelt_key(key)
            if len(name) > 1000:
                self.lines.append(f"{begin}? {name}")
                begin, name = " " * indent, ""
            begin += name + self.dice.choice(["", "", " "]) * bool(name) + ":"
        else:
            begin += "-"
        if isinstance(value, dict | list) and value and self.dice.random() < 0.7:
            if key is None and self.dice.random() < 0.7:
                pad = self.dice.choice([" ", "  "])
                self.collection(value, indent + 1 + len(pad), begin + pad)
                return
            self.lines.append(begin + self.tail())
            deeper = 0 if isinstance(value, list) and key is not None and self.dice.random() < 0.5 else self.step
            self.collection(value, indent + deeper)
        elif isinstance(value, dict | list):
            self.flow(begin + " ", value, indent)
        else:
            self.scalar(begin, value, indent)

    def scalar(self, begin: str, value: Any, indent: int) -> None:
        block = literal(value) if isinstance(value, str) else None
        if block and self.dice.random() < 0.8:
            sign, lines = block
            if sign == "|" and self.dice.random() < 0.3:
                sign = "|+"
            self.lines.append(f"{begin} {sign}{self.tail()}")
            self.lines += [(" " * (indent + self.step) + line).rstrip() for line in lines]
            if sign == "|+":
                self.lines.append("# ends the text above")
            return
        if value is None and self.dice.random() < 0.5:
            self.lines.append(begin + self.tail())
            return
        text = spelt(value, style=self.dice.choice([None, "'", '"']))
        if self.dice.random() < 0.15:
            self.lines.append(begin + self.tail())
            begin = " " * (indent + self.step - 1)
        self.lines.append(f"{begin} {text}{self.tail()}")

    def flow(self, begin: str, value: Any, indent: int) -> None:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        parts = self.parts(value)
        way = self.dice.choice(["one", "padded", "unfolded", "trailing"])
        if way == "unfolded":
            margin = " " * (indent + self.step)
            self.lines.append(begin + opening + self.tail())
            for number, part in enumerate(parts):
                comma = "," if number + 1 < len(parts) or self.dice.random() < 0.5 else ""
                self.lines.append(margin + part + comma + self.tail())
            self.lines.append(" " * (indent + 1) + closing + self.tail())
            return
        pad = " " if way == "padded" else ""
        comma = "," if way == "trailing" and parts else ""
        joined = self.dice.choice([", ", ",", " , "]).join(parts)
        self.lines.append(f"{begin}{opening}{pad}{joined}{comma}{pad}{closing}{self.tail()}")

    def parts(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return [self.part(item) for item in value]
        parts = []
        for key, item in value.items():
            name = spelt_key(key, flow=True)
            if item is None and len(name) < 1000 and self.dice.random() < 0.5:
                parts.append(name + self.dice.choice(["", ": "]) if name[0] not in "'\"" else f"{name}: ")
            else:
                parts.append((f"{name}: " if len(name) <= 1000 else f"? {name} : ") + self.part(item))
        return parts

    def part(self, value: Any) -> str:
        if isinstance(value, dict | list):
            opening, closing = "{}" if isinstance(value, dict) else "[]"
            return opening + ", ".join(self.parts(value)) + closing
        return spelt(value, flow=True, style=self.dice.choice([None, "'", '"']))


@st.composite
def files(draw: st.DrawFn) -> tuple[str, int]:
    """A file of one to three documents, and the index of the one to edit."""
    dice = Random(draw(st.integers(0, 2**32)))
    count = draw(st.integers(1, 3))
    texts = []
    for _ in range(count):
        scribe = Scribe(dice, draw(st.integers(1, 4)))
        scribe.collection(draw(DOCUMENTS), 0)
        scribe.between(0)
        texts.append("\n".join([*scribe.lines, ""]))
    text = "---\n".join(texts)
    if dice.random() < 0.2 and not text.endswith("\n\n"):
        text = text[:-1]
    newline = dice.choice(["\n", "\n", "\r\n"])
    return text.replace("\n", newline), dice.randrange(count)


def walk(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    found = [(path, value)]
    if isinstance(value, dict | list):
        steps: Any = value if isinstance(value, dict) else range(len(value))
        for step in steps:
            found += walk(value[step], (*path, step))
    return found


def random_edit(draw: st.DrawFn, data: Any) -> Edit:
    path, value = draw(st.sampled_from(walk(data)))
    kinds = ["replace", "rename", "remove"] if path else []
    kinds += ["insert", "insert"] if isinstance(value, dict) else ["item", "item"] if isinstance(value, list) else []
    match draw(st.sampled_from(kinds)):
        case "replace":
            return Replace(path, draw(VALUES))
        case "rename":
            return RenameKey(path, draw(KEYS))
        case "remove":
            return Remove(path)
        case "item":
            return InsertItem(path, draw(st.integers(0, len(value))), draw(VALUES))
        case _:
            after = draw(st.sampled_from([Where.FIRST, Where.LAST, *value]))
            return Insert(path, draw(KEYS), draw(VALUES), after)


def fits(data: Any, edits: list[Edit]) -> bool:
    try:
        edited(data, gather(data, edits))
    except EditError:
        return False
    return True


@st.composite
def edited_files(draw: st.DrawFn) -> tuple[str, int, list[Edit]]:
    text, index = draw(files())
    data = data_of(text, index)
    edits: list[Edit] = []
    for _ in range(draw(st.integers(1, 5))):
        edit = random_edit(draw, data)
        if fits(data, [*edits, edit]):
            edits.append(edit)
    return text, index, edits


@settings(max_examples=80)
@given(edited_files())
def test_what_is_read_back_is_what_the_edits_make_of_the_data(case: tuple[str, int, list[Edit]]) -> None:
    text, index, edits = case
    data = data_of(text, index)
    result = apply(text, index, edits)
    assert same(data_of(result, index), edited(data, gather(data, edits)))
    before, after = (len(read(content.encode(), "case.yaml")[0]) for content in (text, result))
    assert before == after


@settings(max_examples=80)
@given(files(), st.data())
def test_lines_that_an_edit_is_not_about_stay_to_the_byte(file: tuple[str, int], choice: st.DataObject) -> None:
    text, index = file
    data = data_of(text, index)
    edit = choice.draw(st.composite(random_edit)(data))
    marked = "? " in text or (isinstance(edit, RenameKey) and len(edit.key) > 1000)  # those are written anew
    if marked or not fits(data, [edit]):
        return
    documents, _ = read(text.encode(), "case.yaml")
    document = next(document for document in documents if document.index == index)
    above = edit.path[:-1]
    # The dash of an item may stand above it, and of an emptied collection its key tells.
    whole = any(isinstance(step, int) for step in edit.path[-1:])
    whole = whole or (isinstance(edit, Remove) and len(dict(walk(data))[above]) == 1)
    place = above if whole else edit.path
    about = document.spans.value(place), document.spans.key(place)
    # The whole document is shown at its first key; what is inserted there may be anywhere.
    first = min(span.line for span in about) - 1 if place else 0
    last = max(span.end_line for span in about) if place else len(text)
    before, after = text.splitlines(keepends=True), apply(text, index, [edit]).splitlines(keepends=True)
    assert after[:first] == before[:first]
    rest = before[last:]
    assert not rest or after[-len(rest) :] == rest


@settings(max_examples=80)
@given(files(), st.data())
def test_no_comment_is_lost_by_what_comes_in_or_changes_a_word(file: tuple[str, int], choice: st.DataObject) -> None:
    text, index = file
    if "? " in text:
        return  # marked keys are written anew
    data = data_of(text, index)
    path, value = choice.draw(st.sampled_from(walk(data)))
    edit: Edit
    if isinstance(value, dict):
        edit = Insert(path, "entirely-new", choice.draw(VALUES), choice.draw(st.sampled_from([Where.FIRST, *value])))
    elif isinstance(value, list):
        edit = InsertItem(path, choice.draw(st.integers(0, len(value))), choice.draw(VALUES))
    else:
        edit = Replace(path, choice.draw(SCALARS))
    result = apply(text, index, [edit])
    assert [part for part in words(text) if part not in words(result)] == []


def words(text: str) -> list[str]:
    return [part for part in text.split() if part.startswith("c") and part.endswith(".")]


@settings(max_examples=50)
@given(files())
def test_no_edits_change_nothing(file: tuple[str, int]) -> None:
    text, index = file
    assert apply(text, index, []) == text
    assert edits_between(data_of(text, index), data_of(text, index)) == []


@settings(max_examples=60)
@given(files(), DOCUMENTS)
@example(("a: {}\nb: 1\n", 0), {"b": True, "a": {"c": [1.0]}})
def test_the_edits_between_two_documents_make_one_into_the_other(file: tuple[str, int], wanted: dict[str, Any]) -> None:
    text, index = file
    edits = edits_between(data_of(text, index), wanted)
    assert same(data_of(apply(text, index, edits), index), wanted)


@settings(max_examples=60)
@given(DOCUMENTS, MANNERS)
def test_a_document_that_is_written_is_read_as_it_was(data: dict[str, Any], manner: Manner) -> None:
    text = write(data, manner=manner)
    assert same(data_of(text), data)
    assert list(data_of(text)) == list(data)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("style", [None, "'", '"'])
def test_hostile_text_is_spelt_so_that_it_stays_text(value: str, style: str | None) -> None:
    assert data_of(f"a: {spelt(value, style=style)}\n") == {"a": value}
    assert data_of(f"a: [{spelt(value, flow=True, style=style)}]\n") == {"a": [value]}
    assert data_of(f"{spelt_key(value, style=style)}: 1\n") == {value: 1}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_our_own_files_take_any_one_edit(file: File) -> None:
    text = file.read_text("utf-8")
    for document in read(text.encode(), "case.yaml")[0]:
        for path, _ in walk(document.data)[1:]:
            for edit in (Replace(path, "it's: new"), Remove(path)):
                wanted = edited(document.data, gather(document.data, [edit]))
                assert same(data_of(apply(text, document.index, [edit]), document.index), wanted)


def test_the_house_is_two_columns_deep_and_eighty_wide() -> None:
    assert (HOUSE.step, HOUSE.width, HOUSE.indented_lists) == (2, 80, True)
