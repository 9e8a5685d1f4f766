"""How much room a text takes, without a font: the widths of the letters of DejaVu Sans, which are those of Verdana, and
which nearly all other fonts stay below. So what fits here fits wherever the picture is looked at.

Sizes are in pixels. Lines are broken here, too: between words where there is a blank, at its joints in a word that is
longer than a line. Nothing here knows what a text is about.
"""

from __future__ import annotations

import unicodedata

BOLD = 1.27
"""By how much bold letters are wider, at most."""

_FIRST = ord(" ")
# In hundredths of the size, from the blank to the tilde.
_WIDTHS = (
    *(32, 41, 46, 84, 64, 95, 78, 28, 39, 39, 50, 84, 32, 37, 32, 34),
    *(64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54),
    *(100, 69, 69, 70, 77, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79),
    *(61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 39, 34, 39, 84, 50),
    *(50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62),
    *(64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84),
)
_OTHER, _WIDE = 84, 130
_JOINTS = frozenset("/._-?&=:,;|")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, or less."""
    return sum(_hundredths(character) for character in text) * size / 100 * (BOLD if bold else 1)


def _hundredths(character: str) -> int:
    place = ord(character) - _FIRST
    if place < len(_WIDTHS):
        return _WIDTHS[place]
    if unicodedata.combining(character):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in "WF" or place > 0xFFFF else _OTHER


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as has room before an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    kept = text[: _fitting(text, size, room - width("…", size, bold=bold), bold=bold)]
    return kept.rstrip() + "…"


def wrapped(text: str, size: float, room: float, lines: int, *, bold: bool = False) -> list[str]:
    """The text on at most so many lines, each within the room; what has no room is left out behind an ellipsis."""
    broken: list[str] = []
    rest = text.strip()
    while rest:
        if len(broken) == lines - 1:
            return [*broken, cut(rest, size, room, bold=bold)]
        end = _fitting(rest, size, room, bold=bold)
        if end < len(rest):
            blank = rest.rfind(" ", 1, end + 1)
            end = blank if blank > 0 else _joint(rest, end)
        broken.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return broken


def _joint(text: str, end: int) -> int:
    """Where a long word is broken: behind its last joint (`/`, `.`, `_`) that has room, unless that is far back."""
    joints = [place for place in range(end // 2, end) if text[place] in _JOINTS]
    return joints[-1] + 1 if joints else end


def _fitting(text: str, size: float, room: float, *, bold: bool) -> int:
    """How many characters have room; one at least, so that there is an end to it."""
    hundreds = room * 100 / size / (BOLD if bold else 1)
    for place, character in enumerate(text):
        hundreds -= _hundredths(character)
        if hundreds < 0:
            return max(place, 1)
    return len(text)
