"""The known word that somebody probably meant.

Comparing words takes time and words come from outside, so the work is bounded: long lists and long words are not
searched, and a check that can find a fault thousands of times in one journey takes its words from `Suggestions`, which
tires. Whoever has ten typing errors of a kind is helped by the first ten answers.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

_MOST_KNOWN = 500
_LONGEST = 64


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word most like the given one, case aside; None when none is close."""
    if len(known) > _MOST_KNOWN or len(word) > _LONGEST:
        return None
    by_case = {name.casefold(): name for name in sorted(known, reverse=True) if len(name) <= _LONGEST}
    found = difflib.get_close_matches(word.casefold(), by_case, 1, 0.6)
    return by_case[found[0]] if found else None


class Suggestions:
    """`nearest` for a whole journey or workspace: answers so many times, then no more."""

    def __init__(self, most: int = 10) -> None:
        self._left = most

    def nearest(self, word: str, known: Collection[str]) -> str | None:
        if self._left == 0:
            return None
        self._left -= 1
        return nearest(word, known)


def did_you_mean(suggestion: str | None) -> str:
    """The end of a sentence that offers the suggestion; empty without one."""
    return f"; did you mean `{suggestion}`?" if suggestion else ""
