"""The known word that somebody probably meant. A list of thousands is not searched: comparing takes time and an author
of so many names knows them from a list."""

from __future__ import annotations

import difflib
from collections.abc import Collection

_MOST = 2000


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word most like the given one, case aside; None when none is close."""
    if len(known) > _MOST or len(word) > 255:
        return None
    by_case = {name.casefold(): name for name in sorted(known, reverse=True)}
    found = difflib.get_close_matches(word.casefold(), by_case, 1, 0.6)
    return by_case[found[0]] if found else None


def did_you_mean(suggestion: str | None) -> str:
    """The end of a sentence that offers the suggestion; empty without one."""
    return f"; did you mean `{suggestion}`?" if suggestion else ""
