"""Texts in which a regular expression is found: the shortest that come to mind, for people to read.

A small reader of the expressions that people write (RE2's syntax): literals, classes, groups, alternatives, repetition,
anchors. Each sample has been found by RE2 itself; an expression that is not understood has none, which says nothing
about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from jcli.logic.patterns import regex

_MOST = 64
_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_NOTHING = frozenset("AzbB")
_LIKELY = "a0A-_/ .x1"
_REPEATS = {"*": (0, 1), "+": (1, 2), "?": (0, 1)}


class _Unread(Exception):
    """The expression has something that this reader does not know."""


def samples(pattern: str) -> Iterator[str]:
    """Texts in which the expression is found, the likeliest first; none where none came to mind."""
    found = regex(pattern)
    try:
        texts = _Reader(pattern).read()
    except (_Unread, IndexError, ValueError, RecursionError):
        return
    yield from (text for text in texts if found(text))


class _Reader:
    """Reads from left to right; each part answers a few texts that it could stand for."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def read(self) -> list[str]:
        texts = self._either()
        if self._at != len(self._text):
            raise _Unread
        return texts

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    def _either(self) -> list[str]:
        texts = self._row()
        while self._peek() == "|":
            self._next()
            texts += self._row()
        return list(dict.fromkeys(texts))[:_MOST]

    def _row(self) -> list[str]:
        texts = [""]
        while self._peek() not in ("", "|", ")"):
            part = self._repeated(self._one())
            texts = ["".join(pair) for pair in islice(product(texts, part), _MOST)]
        return texts

    def _one(self) -> list[str]:
        match char := self._next():
            case "^" | "$":
                return [""]
            case ".":
                return ["a"]
            case "(":
                return self._group()
            case "[":
                return self._class()
            case "\\":
                return self._escape()
            case "*" | "+" | "?":
                raise _Unread
            case _:
                return [char]

    def _group(self) -> list[str]:
        if self._peek() == "?":
            self._next()
            if self._peek() == "P":
                self._at = self._text.index(">", self._at)
            while self._next() not in ":>)":
                pass
            if self._text[self._at - 1] == ")":  # flags alone: `(?i)`
                return [""]
        texts = self._either()
        if self._next() != ")":
            raise _Unread
        return texts

    def _escape(self) -> list[str]:
        char = self._next()
        if char in _CLASSES:
            return [_CLASSES[char]]
        if char in _NOTHING:
            return [""]
        if char.isalnum() and char not in _ESCAPED:
            raise _Unread
        return [_ESCAPED.get(char, char)]

    def _class(self) -> list[str]:
        """A few characters of the class; of what must not be in it, the first likely one."""
        outside = self._peek() == "^"
        if outside:
            self._next()
        members: list[str] = []
        ranges: list[tuple[str, str]] = []
        while self._peek() != "]" or not (members or ranges):
            if self._text.startswith("[:", self._at):
                raise _Unread
            char = self._next()
            char = self._escape()[0] if char == "\\" else char
            if self._peek() == "-" and self._text[self._at + 1] != "]":
                self._next()
                last = self._next()
                ranges.append((char, self._escape()[0] if last == "\\" else last))
            else:
                members.append(char)
        self._next()
        if outside:
            free = [c for c in _LIKELY if c not in members and not any(low <= c <= high for low, high in ranges)]
            return free[:2]
        return [*(low for low, _ in ranges), *members][:8]

    def _repeated(self, texts: list[str]) -> list[str]:
        least, most = 1, 1
        char = self._peek()
        if char and char in _REPEATS:
            least, most = _REPEATS[self._next()]
        elif char == "{":
            end = self._text.index("}", self._at)
            low, _, high = self._text[self._at + 1 : end].partition(",")
            least, self._at = int(low), end + 1
            most = least if not high else min(int(high), least + 1)
        else:
            return texts
        if self._peek() == "?":  # as few as possible: the same texts
            self._next()
        found = [text * least for text in texts]
        if most > least:
            found += [text * most for text in texts]
        return list(dict.fromkeys(found))[:_MOST]
