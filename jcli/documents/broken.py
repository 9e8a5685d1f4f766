"""What the YAML parser says of a text that is no YAML, in the words of somebody who wrote one, and where they have to
look: a quote that is never closed is told where it opens, not where the file ends.

Knows the parser's sentences by heart, and passes one that it does not know on as it is. Nothing here parses; the
finding is made in `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_MEND = "; close what is open, and quote text with `: `"
_LONGEST = 40
_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_STRANGE_SPACE = re.compile("[ \t]*([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff])")
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")
_SECOND_COLON = re.compile(r"\s*(?:- +)*[^\s:{\[][^:]*:\s")
_NO_NEIGHBOUR = "is indented like nothing around it; move it in line with its neighbours"


@dataclass(frozen=True, slots=True)
class Breakage:
    """Why a text is no YAML, and where, counted from 1."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Spot:
    """The lines of the text, where the parser stopped, and where what it was reading begins; counted from 0."""

    lines: list[str]
    at: tuple[int, int]
    begin: tuple[int, int]
    problem: str

    @property
    def line(self) -> str:
        return self.lines[self.at[0]] if self.at[0] < len(self.lines) else ""

    @property
    def char(self) -> str:
        """The character at which the parser stopped; empty at the end of a line."""
        return self.line[self.at[1] : self.at[1] + 1]

    @property
    def word(self) -> str:
        """What stands there, up to the next space or colon."""
        found = re.match(r"[^\s:]+", self.line[self.at[1] :])
        return _quoted(found.group()) if found else "this"

    @property
    def opener(self) -> str:
        """The character with which the thing begins that was being read."""
        line = self.lines[self.begin[0]] if self.begin[0] < len(self.lines) else ""
        return line[self.begin[1] : self.begin[1] + 1]

    @property
    def leads(self) -> bool:
        """Whether the parser stopped at the first word of a line."""
        return not self.line[: self.at[1]].strip(" \t-")

    def here(self, message: str) -> Breakage:
        return Breakage(message, self.at[0] + 1, self.at[1] + 1)

    def there(self, message: str) -> Breakage:
        """The breakage at the beginning of what was being read."""
        return Breakage(message, self.begin[0] + 1, self.begin[1] + 1)


def breakage(text: str, problem: str, context: str, at: Any, begin: Any) -> Breakage:
    """What is wrong with a text that the parser refused; `problem`, `context` and the marks `at` and `begin`, each of
    which may be None, are the parser's own."""
    mark, start = at or begin, begin or at
    place = (mark.line, mark.column) if mark else (0, 0)
    spot = _Spot(_LINES.split(text), place, (start.line, start.column) if start else place, problem)
    typed = _typed(spot)
    if typed is not None:
        return typed
    for known, tell in _KNOWN.items():
        if problem.startswith(known):
            return tell(spot)
    if context in ("while scanning an alias", "while scanning an anchor"):
        return spot.there(f"a text cannot begin with {_quoted(spot.opener)}; write it in quotes")
    said = f"{context} {problem}".strip()[:68].replace("`", "'")
    return spot.here(f"this is not YAML: {said}{_MEND}")


def _typed(spot: _Spot) -> Breakage | None:
    """What nobody types on purpose and no parser knows: the marks of a merge, and spaces that are none."""
    for number, line in enumerate(spot.lines[: spot.at[0] + 2]):
        if _CONFLICT.match(line):
            return Breakage(
                f"git left a conflict at {_quoted(line)}; keep one side, and remove the marks", number + 1, 1
            )
    for number in range(max(spot.at[0] - 1, 0), min(spot.at[0] + 1, len(spot.lines))):
        strange = _STRANGE_SPACE.match(spot.lines[number])
        if strange:
            message = f"the line begins with `U+{ord(strange[1]):04X}`, which only looks like a space; write spaces"
            return Breakage(message, number + 1, strange.start(1) + 1)
    return None


def _start(spot: _Spot) -> Breakage:
    if spot.char == "\t":
        return _tab(spot)
    return spot.here(f"a text cannot begin with {_quoted(spot.char)}; write it in quotes")


def _tab(spot: _Spot) -> Breakage:
    word = spot.line[spot.at[1] :].strip().partition(" ")[0]
    return spot.here(f"a tab cannot indent {_quoted(word) if word else 'a line'}; write spaces in its place")


def _quote(spot: _Spot) -> Breakage:
    return spot.there(f"the quote that opens here is never closed; write `{spot.opener}` where the text ends")


def _escape(spot: _Spot) -> Breakage:
    escape = spot.line[spot.at[1] : spot.at[1] + 2].replace("`", "'")
    return spot.here(
        f"`{escape}` means nothing between double quotes; write the backslash twice, or the text in single quotes"
    )


def _entry(spot: _Spot) -> Breakage:
    """A mapping or a list in lines met what cannot go on with it."""
    if spot.char and spot.char in "}]":
        return spot.here(f"the `{spot.char}` closes nothing; remove it, or open it before")
    if spot.leads:
        return spot.here(f"{spot.word} {_NO_NEIGHBOUR}")
    return spot.here(f"the value has ended before {spot.word}; quote all of it as one text, or remove what is too much")


def _colon(spot: _Spot) -> Breakage:
    """A `:` where a key has no place."""
    head = spot.line[: spot.at[1]]
    if _SECOND_COLON.match(head):
        return spot.here("a text with `: ` in it needs quotes; write them around all of it")
    key = head.strip(" -")
    place = (spot.at[0] + 1, len(head) - len(head.lstrip(" -")) + 1)
    message = (
        f"{_quoted(key)} cannot begin here; move it in line with its neighbours, and put `: ` behind the key above it"
    )
    return Breakage(message, *place)


def _bracket(spot: _Spot) -> Breakage:
    """A mapping or a list in brackets met what is neither a comma nor its end."""
    closer = {"{": "}", "[": "]"}.get(spot.opener, "}")
    if spot.begin[0] < spot.at[0]:
        return spot.there(
            f"the `{spot.opener}` that opens here is not closed, or lacks a `,` inside; write `{closer}` where it ends"
        )
    return spot.here(f"expected `,` or `{closer}` before this; write one, or close the `{spot.opener}`")


def _value(spot: _Spot) -> Breakage:
    if spot.at[0] >= len(spot.lines) - 1 and not spot.line:
        return spot.here("the text ends before a bracket is closed; close every `[` and `{`")
    return spot.here(f"a value is missing before {spot.word}; write one, or remove what leads to it")


def _no_colon(spot: _Spot) -> Breakage:
    return spot.there("there is no `: ` here, so this is no entry; write `key: value`, or quote the whole text")


def _dash(spot: _Spot) -> Breakage:
    return spot.here("a list with `- ` cannot begin here; write it on lines of its own, or as `[a, b]`")


def _block(spot: _Spot) -> Breakage:
    return spot.here("a text after `|` or `>` begins on the next line; put it there, or quote the whole text")


def _document(spot: _Spot) -> Breakage:
    return spot.here(f"the document has ended before {spot.word}; begin another with `---`, or remove what follows")


def _quoted(text: str) -> str:
    """A word of the text between backquotes, short and on one line."""
    if text == "`":
        return "a backquote"
    plain = text.replace("`", "'")
    return f"`{plain if len(plain) <= _LONGEST else plain[: _LONGEST - 3] + '...'}`"


_KNOWN: Mapping[str, Callable[[_Spot], Breakage]] = {
    "found character that cannot start any token": _start,
    "found a tab character": _tab,
    "found unexpected end of stream": _quote,
    "found unexpected document indicator": _quote,
    "found unknown escape character": _escape,
    "did not find expected key": _entry,
    "did not find expected '-' indicator": _entry,
    "mapping values are not allowed in this context": _colon,
    "did not find expected ',' or": _bracket,
    "did not find expected node content": _value,
    "could not find expected ':'": _no_colon,
    "block sequence entries are not allowed": _dash,
    "did not find expected comment or line break": _block,
    "did not find expected <document start>": _document,
}
