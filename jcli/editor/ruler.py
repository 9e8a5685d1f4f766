"""Places in a text, as the reader counts them and as an editor does.

The reader counts lines and columns from 1, columns in characters, and ends a line where YAML does. The protocol of
editors counts from 0, ends a line at line feeds and carriage returns alone, and counts columns in the units of an
encoding: UTF-16 unless both sides agree on another. Knows neither YAML nor files.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import NamedTuple

from jcli.findings import Span

_YAML_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_EDITOR_BREAK = re.compile("\r\n|[\n\r]")


class Place(NamedTuple):
    """Where an editor sees something: line and character from 0, in the units of its encoding."""

    line: int
    character: int


class Stretch(NamedTuple):
    """From a place to the place behind its last character."""

    start: Place
    end: Place


def _utf_8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf_16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


UNITS: Mapping[str, Callable[[str], int]] = {"utf-8": _utf_8, "utf-16": _utf_16, "utf-32": len}
"""Encoding -> how many of its units a text takes."""


class Ruler:
    """Measures one text. Places beyond its end are taken for its end."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self._text = text
        self._units = UNITS[encoding]
        self._yaml = _starts(_YAML_BREAK, text)
        self._editor = _starts(_EDITOR_BREAK, text)

    def offset(self, place: Place) -> int:
        """How many characters stand before the place."""
        if place.line >= len(self._editor):
            return len(self._text)
        start, end = self._line(place.line)
        line = self._text[start:end]
        if self._units(line) == len(line):
            return start + min(place.character, len(line))
        used = 0
        for index, character in enumerate(line):
            if used >= place.character:
                return start + index
            used += self._units(character)
        return end

    def place(self, offset: int) -> Place:
        line = bisect_right(self._editor, offset) - 1
        return Place(line, self._units(self._text[self._editor[line] : offset]))

    def point(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset as the reader counts them."""
        line = bisect_right(self._yaml, offset) - 1
        return line + 1, offset - self._yaml[line] + 1

    def start(self, span: Span) -> int:
        """The offset at which a span begins."""
        return self._offset(span.line, span.column)

    def end(self, span: Span) -> int:
        return self._offset(span.end_line, span.end_column)

    def stretch(self, span: Span) -> Stretch:
        """The span as the editor sees it; one that ends at the beginning of a line, as blocks do, ends behind the last
        thing in it."""
        start, end = self.start(span), self.end(span)
        end = max(start, min(end, start + len(self._text[start:end].rstrip())))
        return Stretch(self.place(start), self.place(end))

    def _offset(self, line: int, column: int) -> int:
        if line > len(self._yaml):
            return len(self._text)
        return min(self._yaml[line - 1] + column - 1, len(self._text))

    def _line(self, number: int) -> tuple[int, int]:
        start = self._editor[number]
        end = self._editor[number + 1] if number + 1 < len(self._editor) else len(self._text)
        return start, start + len(self._text[start:end].rstrip("\r\n"))


def _starts(line_break: re.Pattern[str], text: str) -> list[int]:
    """The offsets at which lines begin."""
    return [0, *(found.end() for found in line_break.finditer(text))]
