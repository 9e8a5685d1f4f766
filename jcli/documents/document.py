"""A document: one YAML document of a file as plain data, with a way from paths back to lines."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from jcli.findings import Ignore, Path, Span
from jcli.model import Kind

_NUMBER_BYTES = array("I").itemsize


class Spans:
    """Path -> span of key and of value, kept as one flat array of unsigned integers.

    The reader appends eight numbers for each value in the order in which it meets them (a key's span, then its
    value's; items of a list and the root have their own span twice). The order is that of a walk through the data,
    so the paths need not be stored: a table of a 2 KiB file takes 5 KiB instead of a hundred. For most documents
    nobody ever asks: `numbers` may be a function that makes them at the first question.
    """

    __slots__ = ("_data", "_numbers", "_table")

    def __init__(self, data: object, numbers: array[int] | Callable[[], array[int]]) -> None:
        self._data = data
        self._numbers = numbers
        self._table: dict[Path, int] | None = None

    def value(self, path: Path) -> Span:
        """The span of the value at the path; where there is none, of the key of the nearest enclosing value.
        The whole document is shown at its first key."""
        return self._at(path, 4)

    def key(self, path: Path) -> Span:
        """The span of the key that holds the value at the path (for a list item, of the item)."""
        return self._at(path, 0)

    def _at(self, path: Path, offset: int) -> Span:
        if self._table is None:
            self._table = {where: index for index, where in enumerate(_walk(self._data, ()))}
        if not isinstance(self._numbers, array):
            self._numbers = self._numbers()
        found = path
        while found not in self._table:
            found = found[:-1]
        index = self._table[found]
        if not found:  # the whole document: shown at its first key
            index, offset = min(1, len(self._table) - 1), 0
        start = index * 8 + (offset if found == path else 0)
        return Span(*self._numbers[start : start + 4])


def placeless(data: object) -> Spans:
    """Spans of data that no text holds: everything stands at the first character of the first line."""
    return Spans(data, lambda: array("I", (1, 1, 1, 2, 1, 1, 1, 2)) * sum(1 for _ in _walk(data, ())))


def _walk(value: object, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


@dataclass(frozen=True, slots=True)
class Document:
    """`file` is relative to the workspace; `kind` is None without a head key, `key` when its value is no text.
    `index` counts the documents of the file from 0. `ignores` are the comments in it that silence warnings."""

    file: str
    kind: Kind | None
    key: str | None
    data: dict[str, Any]
    spans: Spans = field(compare=False, repr=False)
    index: int = 0
    ignores: tuple[Ignore, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str | None:
        """Kind and key, as in `journey welcome`; None where it lacks one of them."""
        return f"{self.kind.value} {self.key}" if self.kind is not None and self.key is not None else None


def document_of(file: str, data: dict[str, Any], index: int = 0) -> Document:
    """A document whose text is elsewhere: every place in it is line 0. Whoever has the text finds the lines by the
    paths."""
    kind = kind_of(data)
    key = data.get(kind.value) if kind else None
    spans = Spans(data, lambda: array("I", bytes(_NUMBER_BYTES * 8 * sum(1 for _ in _walk(data, ())))))
    return Document(file, kind, key if isinstance(key, str) else None, data, spans, index)


_NEVER_IN = {Kind.AUDIENCE: ("nodes", "goalConfig"), Kind.SITE: ("nodes", "goalConfig", "rules")}
"""Fields of another kind by which a document is known that has lost its head key."""


def kind_of(data: dict[str, Any]) -> Kind | None:
    """The kind that the head key tells. `site` and `audience` are fields of other kinds too, so the kinds are
    asked in the order of `Kind`, and a journey that lost its head key is neither the site nor the audience it names."""
    for kind in Kind:
        if kind.value in data:
            return None if any(field in data for field in _NEVER_IN.get(kind, ())) else kind
    return None
