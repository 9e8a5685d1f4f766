"""Edits made in the text: each becomes a few splices (this stretch is replaced by that text), and every other character
stays as it is.

A new key or item comes after the last line of content of the entry before it. What is removed goes with its lines;
comments above it stay. Where a collection cannot be edited piece by piece, or nothing of it would be left, it is
written anew as a whole. `apply` reads back what it made and compares: a text that does not say what was wanted is never
returned. The edits themselves, and what they do to the data, are in `edits`; offsets come from `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from jcli.documents import brackets, reader
from jcli.documents.between import same
from jcli.documents.edits import Change, Changes, Edit, EditError, edited, gather
from jcli.documents.layout import BREAK, Entry, Place, layout_of, line_end, line_start, manner_of
from jcli.documents.spelling import LONGEST_KEY, spelt_key
from jcli.documents.writer import Manner, block_lines, entry, in_flow, item, written
from jcli.findings import Path

_MARK = "\ufeff"


class Splice(NamedTuple):
    """`text[start:end]` becomes `text`."""

    start: int
    end: int
    text: str


def apply(text: str, index: int, edits: Sequence[Edit]) -> str:
    """The text of a file after the edits of its document with this index (`Document.index`). `text` is the file as it
    is, with its own line breaks and, if it has one, its byte order mark. EditError where the edits cannot be made,
    Unwritable for a value that no document can hold."""
    if not edits:
        return text
    bare = text.removeprefix(_MARK)
    mark = text[: len(text) - len(bare)]
    before = _data(bare)
    if index not in before:
        raise EditError("the document cannot be read, so it cannot be edited")
    changes = gather(before[index], edits)
    wanted = {**before, index: edited(before[index], changes)}
    for result in _results(bare, index, before[index], changes):
        if same(_data(result), wanted):
            return mark + result
    raise EditError("the edited text would not say what was wanted; nothing was changed")


def _data(text: str) -> dict[int, Any]:
    """The data of all documents that can be read, by index."""
    documents, _ = reader.read(text.encode("utf-8", "surrogatepass"), "")
    return {document.index: document.data for document in documents}


def _results(text: str, index: int, data: Any, changes: Changes) -> Iterator[str]:
    """What the edited text may be. There is one, but for a file that does not end with a line break: it gets one to
    work with, which goes again where it can. A block scalar at the very end would take it for its own; then it stays,
    and the scalar says `|-`."""
    root = _layout(text, index)
    manner = manner_of(text, root)
    if not text or BREAK.fullmatch(text[-1]):
        yield spliced(text, list(_Splicer(text, changes, manner).root(root, data)))
        return
    for whole in (text + manner.newline, _closed(text, root) + manner.newline):
        result = spliced(whole, list(_Splicer(whole, changes, manner).root(_layout(whole, index), data)))
        yield result.removesuffix(manner.newline)
        yield result


def _layout(text: str, index: int) -> Place:
    try:
        root = layout_of(text, index)
    except (yaml.YAMLError, reader.Unreadable):
        root = None
    if root is None or root.kind != "mapping":
        raise EditError("the document cannot be read, so it cannot be edited")
    return root


def _closed(text: str, root: Place) -> str:
    """The text, the block scalar at its end with a header that takes no line break for part of it."""
    last = _last(root)
    end = last.start + len(re.split(r"[\s#]", text[last.start :], maxsplit=1)[0])
    if last.style not in ("|", ">") or "-" in text[last.start : end]:
        return text
    return text[: last.start] + text[last.start : end].replace("+", "") + "-" + text[end:]


def _last(place: Place) -> Place:
    """The last scalar, or collection in brackets, of a value."""
    while place.entries and place.is_block:
        place = place.entries[-1].value
    return place


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all splices made. What is put in at one place goes in the order given: from the inside out."""
    parts, at = [], 0
    for start, end, new in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        if start < at:
            raise EditError("two edits change the same stretch of text")
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


class _Splicer:
    def __init__(self, text: str, changes: Changes, manner: Manner) -> None:
        self._text, self._changes, self._manner = text, changes, manner
        self._reached = {path[:length] for path in changes for length in range(len(path) + 1)}

    def root(self, place: Place, data: Any) -> Iterator[Splice]:
        change = self._changes.get(())
        if change and _needs_all(self._text, place, change):
            yield self._anew(place, edited(data, self._changes))
        else:
            yield from self._within(place, data, ())

    def _within(self, place: Place, data: Any, path: Path) -> Iterator[Splice]:
        """What happens to the entries of a collection: first all that is below them."""
        change = self._changes.get(path) or Change()
        steps = list(data) if isinstance(data, dict) else range(len(data))
        for number, (found, step) in enumerate(zip(place.entries, steps, strict=True)):
            below = (*path, step)
            if number in change.values:
                yield from self._replaced(place, found, change.values[number])
            elif number not in change.removed and below in self._reached:
                inner = self._changes.get(below)
                if inner and _needs_all(self._text, found.value, inner):
                    yield from self._replaced(place, found, edited(data[step], self._changes, below))
                else:
                    yield from self._within(found.value, data[step], below)
            if number in change.keys:
                key = spelt_key(change.keys[number], flow=place.flow, style=found.key_style)
                yield Splice(found.mark, found.key_end, key)
        if place.flow:
            for start, end, text in brackets.splices(self._text, place, change, self._manner):
                yield Splice(start, end, text)
        elif change.inserted or change.removed:
            yield from self._inserted(place, change)
            yield from self._removed(place, change)

    # What is there gets another value

    def _replaced(self, owner: Place, found: Entry, value: Any) -> Iterator[Splice]:
        place = found.value
        if owner.flow:
            yield self._inline(found, in_flow(value, style=place.style))
        elif place.is_block:
            yield from self._block_replaced(owner, found, value)
        else:
            yield from self._plain_replaced(owner, found, value)

    def _inline(self, found: Entry, text: str) -> Splice:
        """The text in the place of a value that stands on its line, or of none."""
        place = found.value
        if place.start != place.end:
            return Splice(place.start, place.end, text)
        return Splice(place.start, place.end, f" {text}" if found.colon or found.slot > found.key_end else f": {text}")

    def _block_replaced(self, owner: Place, found: Entry, value: Any) -> Iterator[Splice]:
        """A collection in block style stays in it; anything else moves up to the key or the dash."""
        place = found.value
        begin, end = line_start(self._text, place.start), line_end(self._text, place.end)
        own_line = begin > found.slot
        deep_enough = place.column > owner.column or (isinstance(value, list) and owner.kind == "mapping")
        if place.odd and own_line is False and owner.kind == "mapping":  # an anchor follows the key
            new = written(value, owner.column, 0, self._manner)
            yield Splice(found.slot, end[0], self._below(f" {new.head}".rstrip(" "), new.body))
        elif isinstance(value, dict | list) and value and deep_enough:
            lines = block_lines(value, place.column, self._manner)
            yield Splice(place.start, end[0], self._manner.newline.join(lines)[place.column :])
        elif own_line:
            new = written(value, owner.column, 0, self._manner, in_list=owner.kind == "list")
            if new.body:
                yield Splice(found.slot, end[0], self._below(f" {new.head}".rstrip(" "), new.body))
            else:
                yield Splice(found.slot, found.slot, f" {new.head}")
                yield Splice(begin, end[1], "")
        else:
            yield Splice(place.start, place.end, in_flow(value))

    def _plain_replaced(self, owner: Place, found: Entry, value: Any) -> Iterator[Splice]:
        """A scalar, or a collection in brackets, which stays in them if the new one fits."""
        place, text = found.value, self._text
        used = place.start - line_start(text, place.start)
        if isinstance(value, str) and "\n" not in value and place.style in ("'", '"'):
            yield Splice(place.start, place.end, in_flow(value, style=place.style))
            return
        new = written(value, owner.column, used, self._manner, in_list=owner.kind == "list")
        if place.style in ("|", ">"):
            header = line_end(text, place.start)[0]
            _, hash_, comment = text[place.start : header].partition(" #")
            yield Splice(place.start, place.end, self._below(f"{new.head}{hash_}{comment}", new.body))
        elif not new.body:
            yield self._inline(found, new.head)
        elif BREAK.search(text, found.slot, place.start):
            yield self._inline(found, in_flow(value))
        else:
            end = line_end(text, place.end)[0]
            yield Splice(found.slot, place.end, f" {new.head}" if new.head else "")
            yield Splice(end, end, self._below("", new.body))

    def _below(self, head: str, body: Sequence[str]) -> str:
        return self._manner.newline.join([head, *body])

    def _anew(self, place: Place, value: Any) -> Splice:
        """The whole document's data in the place of what was there."""
        if place.flow or not value:
            return Splice(place.start, place.end, in_flow(value))
        lines = block_lines(value, place.column, self._manner)
        end = line_end(self._text, place.end)[0]
        return Splice(place.start, end, self._manner.newline.join(lines)[place.column :])

    # What comes and what goes, in block style

    def _inserted(self, place: Place, change: Change) -> Iterator[Splice]:
        unfold = any(found.value.is_block and found.value.kind == "mapping" for found in place.entries)
        groups: dict[int, list[str]] = {}
        for number, group in sorted(change.inserted.items()):
            lines = groups.setdefault(change.kept_before(number), [])
            for key, value in group:
                unfolded = unfold and isinstance(value, dict)
                if key is None:
                    lines += item(value, place.column, self._manner, unfold=unfolded)
                else:
                    lines += entry(key, value, place.column, self._manner, unfold=unfolded)
        for kept, lines in groups.items():
            if kept < 0:
                yield self._before(place, lines)
            else:
                at = line_end(self._text, place.entries[kept].end)[1]
                yield Splice(at, at, "".join(line + self._manner.newline for line in lines))

    def _before(self, place: Place, lines: list[str]) -> Splice:
        mark = place.entries[0].mark
        begin = line_start(self._text, mark)
        text = "".join(line + self._manner.newline for line in lines)
        if self._text[begin:mark].strip(" "):  # a dash before it: the new one takes its place
            return Splice(mark, mark, text[place.column :] + " " * place.column)
        return Splice(begin, begin, text)

    def _removed(self, place: Place, change: Change) -> Iterator[Splice]:
        for number in sorted(change.removed):
            found = place.entries[number]
            begin, end = line_start(self._text, found.mark), line_end(self._text, found.end)[1]
            before = self._text[begin : found.mark]
            if _joins(self._text, place, change, number):
                if number == 0:  # its dash is for the first that stays
                    yield Splice(found.mark, place.entries[change.first_kept].mark, "")
            elif before.strip(" "):  # its dash stays alone, for the sake of the comments below
                yield Splice(begin + len(before.rstrip(" ")), found.end, "")
            else:
                yield Splice(begin, self._blank_after(begin, end, place.entries[:number]), "")

    def _blank_after(self, begin: int, end: int, before: Sequence[Entry]) -> int:
        """Of the empty lines around something that goes, one stays; all go after a block scalar that would take
        them for its own."""
        keeps = bool(before) and self._keeps(before[-1].value)
        above = begin == 0 or not self._text[line_start(self._text, begin - 1) : begin].strip()
        while end < len(self._text) and (keeps or above):
            line = line_end(self._text, end)[1]
            if self._text[end:line].strip(" \r\n\x85\u2028\u2029"):
                break
            end = line
            if not keeps:
                break
        return end

    def _keeps(self, place: Place) -> bool:
        last = _last(place)
        return last.style in ("|", ">") and "+" in self._text[last.start : last.start + 3]


def _needs_all(text: str, place: Place, change: Change) -> bool:
    """Whether a collection is written anew as a whole: it is odd, nothing of it would be left, a key
    would need a `?`, or its first entry shares the line of a dash with a comment that would not know where to go."""
    if place.odd or (place.flow and brackets.is_scattered(text, place)):
        return True
    if change.empties(len(place.entries)) or any(len(spelt_key(key)) > LONGEST_KEY for key in change.keys.values()):
        return True
    if place.flow or 0 not in change.removed:
        return False
    mark = place.entries[0].mark
    comes_first = any(change.kept_before(number) < 0 for number in change.inserted)
    return comes_first and bool(text[line_start(text, mark) : mark].strip(" ")) and not _joins(text, place, change, 0)


def _joins(text: str, place: Place, change: Change, number: int) -> bool:
    """Whether an entry goes together with the first, whose line begins with a dash: from mark to mark, with nothing
    but blanks between what goes and what stays."""
    if not set(range(number + 1)) <= change.removed:
        return False
    mark = place.entries[0].mark
    if not text[line_start(text, mark) : mark].strip(" "):
        return False
    kept = change.first_kept
    pairs = zip(place.entries[:kept], place.entries[1 : kept + 1], strict=True)
    return all("#" not in text[one.end : other.mark] for one, other in pairs)
