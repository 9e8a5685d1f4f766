"""Entries that come into and go out of a collection in brackets, as splices (start, end, text).

There are two ways to write one: on a line, or unfolded with each entry on a line of its own, which then goes or comes
as a line. Replacing a value and renaming a key are the same in and out of brackets; `splices` does them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from jcli.documents.edits import Change
from jcli.documents.layout import Entry, Place, line_end, line_start, skip
from jcli.documents.writer import Manner, flow_entry, in_flow

Splice = tuple[int, int, str]

_REST = re.compile("[ \t]*(,?)[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?(?=[\r\n\x85\u2028\u2029])")
"""What may follow an entry that has its line for itself."""


def is_scattered(text: str, place: Place) -> bool:
    """Whether commas stand where they cannot be told from the entries' own lines: at the beginning of a line."""
    for found in place.entries:
        comma = skip(text, found.end)
        if text[comma : comma + 1] == "," and line_start(text, comma) != line_start(text, found.end):
            return True
    return False


def splices(text: str, place: Place, change: Change, manner: Manner) -> Iterator[Splice]:
    """What the inserted and removed entries of the collection come to. At least one entry stays, or none was there."""
    unfolded = _is_unfolded(text, place)
    groups: dict[int, list[str]] = {}
    for number, group in sorted(change.inserted.items()):
        parts = [in_flow(value) if key is None else flow_entry(key, value) for key, value in group]
        groups.setdefault(change.kept_before(number), []).extend(parts)
    for kept, parts in groups.items():
        yield from _inserted(text, place, kept, parts, unfolded, manner)
    if not change.removed:
        return
    if unfolded:
        for number in sorted(change.removed):
            found = place.entries[number]
            yield line_start(text, found.mark), line_end(text, found.end)[1], ""
    else:
        yield from _removed(text, place, change)


def _is_unfolded(text: str, place: Place) -> bool:
    """Whether each entry has its lines for itself."""
    return bool(place.entries) and all(
        not text[line_start(text, found.mark) : found.mark].strip(" \t") and _REST.match(text, found.end)
        for found in place.entries
    )


def _inserted(text: str, place: Place, kept: int, parts: list[str], unfolded: bool, manner: Manner) -> Iterator[Splice]:
    if not place.entries:
        end = place.end - 1 if not text[place.start + 1 : place.end - 1].strip(" \t") else place.start + 1
        yield place.start + 1, end, ", ".join(parts)
    elif not unfolded and kept < 0:
        mark = place.entries[0].mark
        yield mark, mark, "".join(f"{part}, " for part in parts)
    elif not unfolded:
        end = place.entries[kept].end
        yield end, end, "".join(f", {part}" for part in parts)
    else:
        yield from _lines(text, place, kept, parts, manner)


def _lines(text: str, place: Place, kept: int, parts: list[str], manner: Manner) -> Iterator[Splice]:
    first = place.entries[0]
    begin = line_start(text, first.mark)
    margin = text[begin : first.mark]
    if kept < 0:
        yield begin, begin, "".join(f"{margin}{part},{manner.newline}" for part in parts)
        return
    before = place.entries[kept]
    comma = _has_comma(text, before)
    if not comma:
        yield before.end, before.end, ","
    end = line_end(text, before.end)[0]
    joined = f",{manner.newline}{margin}".join(parts)
    yield end, end, f"{manner.newline}{margin}{joined}{',' if comma else ''}"


def _has_comma(text: str, found: Entry) -> bool:
    rest = _REST.match(text, found.end)
    return bool(rest and rest.group(1))


def _removed(text: str, place: Place, change: Change) -> Iterator[Splice]:
    """Neighbours that go are one run: it goes with the comma after it or, at the end, with the one before it."""
    kept = [number for number in range(len(place.entries)) if number not in change.removed]
    for one, other in pairwise([-1, *kept]):
        if other - one > 1:
            yield place.entries[one + 1].mark, place.entries[other].mark, ""
    last = kept[-1]
    if last + 1 < len(place.entries):
        before, gone = place.entries[last].end, place.entries[last + 1]
        begin = gone.mark if "#" in text[before : gone.mark] else before
        yield begin, place.entries[-1].end, ""
