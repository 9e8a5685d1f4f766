"""Colour and plain text for a terminal.

Colour is decided once a command, from the stream it writes to and from `NO_COLOR` (https://no-color.org) and
`FORCE_COLOR`; `NO_COLOR` wins.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}


@dataclass(frozen=True, slots=True)
class Ink:
    """Writes in colour, or not."""

    colour: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        """The text in the styles (`bold`, `red`, ...)."""
        if not self.colour or not text:
            return text
        codes = ";".join(str(_CODES[style]) for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"


def for_stream(stream: TextIO, environ: Mapping[str, str]) -> Ink:
    """The ink for a stream: colour on a terminal, unless the environment says otherwise."""
    if environ.get("NO_COLOR"):
        return Ink(False)
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return Ink(True)
    return Ink(stream.isatty() and environ.get("TERM") != "dumb")


def plain(text: str) -> str:
    """The text on one line without control characters, each shown by its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def width(text: str) -> int:
    """How many columns of a terminal the text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """The text with blanks up to a number of columns."""
    return text + " " * max(0, columns - width(text))
