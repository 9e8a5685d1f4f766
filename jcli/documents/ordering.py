"""The entries of mappings put into another order, in the text: whole lines change places, and no line is changed.

An entry takes along the lines that go with it: the comments and blank lines above it, the comment at its end, and
comments below it that are indented deeper than its key. What stands above the first entry of a document heads the
document and stays there; a comment of jcli speaks of the entry below it and goes with that one. Mappings in braces,
and those that `layout` calls odd, stay as they are. Which order is wanted is the caller's business, and so is reading
back what came of it (`jcli/authoring/formatting.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from jcli.documents.comments import MARK
from jcli.documents.layout import BREAK, Place, layouts_of, line_end, line_start, manner_of, places_at
from jcli.documents.splices import Splice, spliced
from jcli.findings import Path

Orders = Mapping[Path, Sequence[str]]
"""Path of a mapping -> its keys, all of them, in the order in which they shall stand."""

_MARK = MARK.decode()


def arranged(text: str, data: Mapping[int, Any], orders: Mapping[int, Orders]) -> str:
    """The text of a file (without a byte order mark) with its mappings in order. Both mappings are by the index of the
    document; `data` is what the documents hold now."""
    depths = sorted({len(path) for wanted in orders.values() for path in wanted}, reverse=True)
    for depth in depths:  # from the inside out, so that what moves is in order itself
        roots = layouts_of(text)
        newline = manner_of(text, roots[0]).newline
        splices: list[Splice] = []
        for index, wanted in orders.items():
            places = places_at(roots[index], data[index], {path for path in wanted if len(path) == depth})
            for path, place in places.items():
                splices += _splices(text, place, data[index], path, wanted[path], newline)
        text = spliced(text, splices)
    return text


def _splices(text: str, place: Place, data: Any, path: Path, wanted: Sequence[str], newline: str) -> Iterator[Splice]:
    for step in path:
        data = data[step]
    keys = list(data)
    if not place.is_block or place.odd or len(place.entries) != len(keys) or sorted(keys) != sorted(wanted):
        return
    cuts = _cuts(text, place, heads=not path)
    if cuts is None:
        return
    blocks = dict(zip(keys, (text[one:other] for one, other in pairwise(cuts)), strict=True))
    yield Splice(cuts[0], cuts[-1], _joined(blocks, wanted, newline))


def _cuts(text: str, place: Place, *, heads: bool) -> list[int] | None:
    """Where the blocks of the entries begin, and where the last one ends; None where an entry shares a line."""
    begins = [line_start(text, entry.mark) for entry in place.entries]
    if any(text[begin : entry.mark].strip(" ") for begin, entry in zip(begins, place.entries, strict=True)):
        return None
    cuts = [_first(text, begins[0], heads=heads)]
    cuts += [_below(text, line_end(text, entry.end)[1], place.column) for entry in place.entries]
    return cuts if all(cut <= begin for cut, begin in zip(cuts, begins, strict=False)) else None


def _first(text: str, begin: int, *, heads: bool) -> int:
    """Where the block of a first entry begins that stands at `begin`: with the comments directly above it, or, at the
    head of a document, with the first one that speaks to jcli."""
    found = at = begin
    together = not heads
    while at > 0:
        at = line_start(text, at - (2 if text[at - 2 : at] == "\r\n" else 1))
        line = text[at : line_end(text, at)[0]].strip(" \t")
        if line and not line.startswith("#"):
            break
        together = together and bool(line)
        if together or _MARK in line:
            found = at
    return found


def _below(text: str, at: int, column: int) -> int:
    """Behind the comments that are indented deeper than the entries of the mapping: they go with what is above them."""
    while at < len(text):
        end, after = line_end(text, at)
        line = text[at:end]
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) <= column or _MARK in line:
            break
        at = after
    return at


def _joined(blocks: dict[str, str], wanted: Sequence[str], newline: str) -> str:
    """The blocks in order. Blank lines above what comes first go to what was first; a line break that is missing at the
    end of a file is missing there again."""
    old, new = next(iter(blocks)), wanted[0]
    if old != new:
        blank = _blank(blocks[new])
        blocks[old] = blocks[new][:blank] + blocks[old]
        blocks[new] = blocks[new][blank:]
    last = next(reversed(blocks))
    open_ended = not BREAK.fullmatch(blocks[last][-1:])
    if open_ended:
        blocks[last] += newline
    joined = "".join(blocks[key] for key in wanted)
    return joined.removesuffix(newline) if open_ended else joined


def _blank(block: str) -> int:
    """How many characters the blank lines at its beginning take."""
    at = 0
    while at < len(block):
        end, after = line_end(block, at)
        if block[at:end].strip(" \t"):
            break
        at = after
    return at
