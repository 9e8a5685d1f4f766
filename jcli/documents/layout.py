"""Where everything of a document stands in its text, to the character: what edits are made by.

`Spans` says which line a finding is on; an edit needs more: where the colon is, whether a collection is in braces,
where its last line of content ends (libyaml counts the comments and blank lines below to it). `layout_of` composes the
text as it is, with its own line breaks, so that offsets count in it. What cannot be edited piece by piece (keys marked
with `?`, anchors before a collection) is `odd`, and is then written anew as a whole. `splices` makes use of all this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from jcli.documents.reader import compose_all
from jcli.documents.writer import Manner
from jcli.findings import Path

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What libyaml takes for the end of a line."""

_GAP = re.compile("(?:[ \t\r\n\x85\u2028\u2029]|#[^\r\n\x85\u2028\u2029]*)*")
"""Blanks, line breaks and comments: between two values a `#` begins one whatever stands before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the text. `end` is where its content ends: no comment, no line break after it. `column` is that of
    its first character, for a collection in block style that of its entries. `style` is that of a scalar."""

    start: int
    end: int
    column: int
    kind: str
    flow: bool = False
    odd: bool = False
    style: str | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def is_block(self) -> bool:
        """Whether it is a collection in block style."""
        return self.kind != "scalar" and not self.flow


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item. `mark` is where it begins (the key, the dash, in brackets the item), `slot`
    where what comes before the value ends (the colon, the dash); `colon`: there is one."""

    mark: int
    key_end: int
    key_style: str | None
    slot: int
    colon: bool
    value: Place

    @property
    def end(self) -> int:
        return max(self.value.end, self.slot)


def layout_of(text: str, index: int) -> Place | None:
    """The layout of the document with this index in the file, counted as the reader does; None when there is none.
    What is no YAML up to there raises what `compose_all` raises."""
    root = next(islice(compose_all(text), index, None), None)
    return None if root is None else _Reading(text).place(root)


def layouts_of(text: str) -> list[Place]:
    """The layouts of all documents of the file, by index; raises what `compose_all` raises."""
    reading = _Reading(text)
    return [reading.place(root) for root in compose_all(text)]


def places_at(root: Place, data: Any, paths: Collection[Path]) -> dict[Path, Place]:
    """Where the values at the paths stand, in one walk; `data` is what the document at `root` holds, and they are in
    it."""
    reached = {path[:length] for path in paths for length in range(len(path) + 1)}
    return {path: place for path, place in _walk(root, data, (), reached) if path in paths}


def _walk(place: Place, data: Any, path: Path, reached: Collection[Path]) -> Iterator[tuple[Path, Place]]:
    yield path, place
    if isinstance(data, dict | list):
        for step, entry in zip(data if isinstance(data, dict) else range(len(data)), place.entries, strict=True):
            if (below := (*path, step)) in reached:
                yield from _walk(entry.value, data[step], below, reached)


def manner_of(text: str, root: Place) -> Manner:
    """How the file is laid out, as far as it shows; the house's manner where it does not."""
    steps = list(_steps(root))
    step = next((step for kind, step in steps if kind == "mapping" and step > 0), None)
    lists = [step for kind, step in steps if kind == "list"]
    found = BREAK.search(text)
    newline = found.group() if found and found.group() in ("\n", "\r\n") else "\n"
    return Manner(step=step or next((s for s in lists if s), 2), indented_lists=0 not in lists[:1], newline=newline)


def line_start(text: str, at: int) -> int:
    """Where the line begins on which this place is."""
    begin = text.rfind("\n", 0, at) + 1  # nearly always there, so that the others are looked for in one line alone
    return max(begin, *(text.rfind(sign, begin, at) + 1 for sign in "\r\x85\u2028\u2029"))


def line_end(text: str, at: int) -> tuple[int, int]:
    """Where the line ends on which this place is, without and with its line break."""
    found = BREAK.search(text, at)
    return found.span() if found else (len(text), len(text))


def skip(text: str, at: int) -> int:
    """The next place that holds something other than blanks, line breaks and comments."""
    found = _GAP.match(text, at)
    return found.end() if found else at


def _steps(place: Place) -> Iterator[tuple[str, int]]:
    for entry in place.entries:
        if place.is_block and place.kind == "mapping" and entry.value.is_block and not entry.value.odd:
            yield entry.value.kind, entry.value.column - place.column
        yield from _steps(entry.value)


class _Reading:
    def __init__(self, text: str) -> None:
        self._text = text

    def place(self, node: Node) -> Place:
        start, end, column = node.start_mark.index, node.end_mark.index, node.start_mark.column
        if isinstance(node, ScalarNode):
            style = node.style
            end = self._content_end(start, end) if style in ("|", ">") else end
            return Place(start, end, column, "scalar", style=style)
        assert isinstance(node, MappingNode | SequenceNode)
        flow = bool(node.flow_style)
        odd = self._text[start] != ("{" if isinstance(node, MappingNode) else "[") if flow else False
        entries: list[Entry] = []
        last = start + 1 if flow else start
        for part in node.value:
            entry, strange = self._pair(part, last, flow) if isinstance(part, tuple) else self._item(part, last, flow)
            odd = odd or strange
            entries.append(entry)
            last = entry.end
        if not flow:
            if self._text[start] != "?":
                column = entries[0].mark - line_start(self._text, entries[0].mark)
            odd = odd or entries[0].mark != start
            end = last
        kind = "list" if isinstance(node, SequenceNode) else "mapping"
        return Place(start, end, column, kind, flow, odd, None, tuple(entries))

    def _pair(self, pair: tuple[Node, Node], last: int, flow: bool) -> tuple[Entry, bool]:
        key, value = pair
        begin, end = key.start_mark.index, key.end_mark.index
        odd = begin == end or self._next(last, flow) != begin
        at = skip(self._text, end)
        colon = self._text[at : at + 1] == ":"
        odd = odd or not (colon or flow)
        place = self.place(value)
        slot = at + 1 if colon else end
        if place.start == place.end:  # an empty value in braces is said to be where the next thing is
            place = Place(slot, slot, place.column, "scalar")
        return Entry(begin, end, getattr(key, "style", None), slot, colon, place), odd

    def _item(self, node: Node, last: int, flow: bool) -> tuple[Entry, bool]:
        place = self.place(node)
        at = self._next(last, flow)
        if flow:
            return Entry(place.start, place.start, None, place.start, False, place), at != place.start
        odd = self._text[at : at + 1] != "-"
        return Entry(at, at, None, at + 1, False, place), odd

    def _next(self, at: int, flow: bool) -> int:
        """Where the next entry begins; in brackets there is a comma before it."""
        at = skip(self._text, at)
        if flow and self._text[at : at + 1] == ",":
            at = skip(self._text, at + 1)
        return at

    def _content_end(self, start: int, end: int) -> int:
        """The end of a block scalar's last line. Empty lines below belong to it where its header says so, and are
        taken for content where blanks in them may be."""
        region = self._text[start:end]
        header = BREAK.split(region, maxsplit=1)[0]
        lines = region.rstrip("\r\n\x85\u2028\u2029")
        keeps = "+" in header.split("#")[0] or lines != region.rstrip(" \r\n\x85\u2028\u2029")
        if not keeps:
            return start + len(lines)
        last = list(BREAK.finditer(region))
        return start + (last[-1].start() if last and last[-1].end() == len(region) else len(region))
