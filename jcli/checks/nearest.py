"""The known word that somebody probably meant.

Comparing words takes time and words come from outside, so the work is bounded: long lists and long words are not
searched, and a check that can find a fault thousands of times in one journey takes its words from `Suggestions`, which
tires. Whoever has ten typing errors of a kind is helped by the first ten answers.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from jcli.findings import Fix, FixKind

_MOST_KNOWN = 500
_LONGEST = 64


_ELSEWHERE = {
    "and": "all",
    "or": "any",
    "eq": "equals",
    "is": "equals",
    "==": "equals",
    "ne": "not_equals",
    "neq": "not_equals",
    "!=": "not_equals",
    ">": "gt",
    ">=": "gte",
    "<": "lt",
    "<=": "lte",
    "matches": "regex",
    "like": "contains",
    "else": "default",
    "otherwise": "default",
    "int": "number",
    "integer": "number",
    "float": "number",
    "str": "text",
    "string": "text",
    "date": "instant",
    "datetime": "instant",
    "timestamp": "instant",
    "array": "list",
    "start": "TRIGGER",
    "entry": "TRIGGER",
    "delay": "WAIT",
    "sleep": "WAIT",
    "message": "CONTENT",
    "email": "CONTENT",
    "if": "CONDITION",
    "branch": "CONDITION",
    "decision": "CONDITION",
    "experiment": "SPLIT",
    "ab_test": "SPLIT",
    "goal": "GOAL_CHECK",
    "end": "EXIT",
    "event": "CUSTOM_EVENT",
    "page_view": "URL_MATCH",
    "click": "ELEMENT_CLICK",
}
"""What other tools call what is known here by another name that no letters give away."""


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that means the same elsewhere, or else is most like the given one, case aside; None when none is
    close."""
    if len(known) > _MOST_KNOWN or len(word) > _LONGEST:
        return None
    elsewhere = _ELSEWHERE.get(word.casefold())
    if elsewhere in known:
        return elsewhere
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


def certain(kind: FixKind, word: str, known: Collection[str], meant: str | None) -> Fix | None:
    """The fix that writes `meant` (what `nearest` found) for the word, if nothing else can have been meant."""
    if meant is None or len(known) > _MOST_KNOWN or len(word) > _LONGEST:
        return None
    alike = [name for name in known if _letters(name) == _letters(word)]
    close = alike or [name for name in known if len(name) <= _LONGEST and _is_slip(word.casefold(), name.casefold())]
    return Fix(kind, meant) if close == [meant] else None


def _letters(word: str) -> str:
    """The word without what people mix up: `GOAL-CHECK` is `goal_check` is `goalCheck`."""
    return re.sub(r"[-_\s]", "", word.casefold())


def _is_slip(word: str, name: str) -> bool:
    """Whether the one is the other with a letter or two wrong, missing, too many or swapped. Short words are too much
    alike for that; a different number, or a letter that stands alone, tells things apart (`wait-1`, `step-b`); and so
    does the first letter (`unsubscribed`)."""
    shorter = min(len(word), len(name))
    most = 0 if shorter < 4 else 1 if shorter < 8 else 2
    if abs(len(word) - len(name)) > most or _MARKS.findall(word) != _MARKS.findall(name):
        return False
    if word[:1] != name[:1] and word[:2] != name[1::-1]:
        return False
    return _distance(word, name) <= most


_MARKS = re.compile(r"[0-9]+|(?<![^\W\d_])[^\W\d_](?![^\W\d_])")


def _distance(one: str, other: str) -> int:
    """How many letters must be changed, added, removed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and one[i - 2] == wanted and letter == other[j - 2]:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def did_you_mean(suggestion: str | None) -> str:
    """The end of a sentence that offers the suggestion; empty without one."""
    return f"; did you mean `{suggestion}`?" if suggestion else ""
