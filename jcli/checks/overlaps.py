"""Which URL patterns take every URL that another takes, among many, without holding each against each.

That is decided of the written texts: `contains: /docs` takes whatever `startsWith: /docs/api` takes. Two patterns of
which neither takes in the other (`contains: /a`, `endsWith: .html`) have URLs in common that may never be seen, so they
are not paired. A regular expression is paired with the exact URLs in which it is found, no more. Pure; what pairs mean
is for `same_trigger.py` to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from jcli.logic.patterns import regex

_GRAM = 8
"""Texts to be found in others are looked up by their last so many characters."""
_MOST_SEARCHES = 20_000
"""So many exact URLs times regular expressions are searched: some 20 ms. Of more, the first."""
_MOST_PAIRS = 100_000

_TWINS = {"starts_with": "startsWith", "ends_with": "endsWith"}


class Pattern(NamedTuple):
    """`type` is a `matchType`."""

    type: str
    text: str

    @classmethod
    def of(cls, match_type: str, text: str) -> Pattern:
        return cls(_TWINS.get(match_type, match_type), text)


def nested(patterns: Collection[Pattern]) -> Mapping[Pattern, Sequence[Pattern]]:
    """Pattern -> the others that take in all that it takes, or that it takes in."""
    found: dict[Pattern, list[Pattern]] = {}
    by_type: dict[str, list[Pattern]] = {}
    for pattern in sorted(patterns):
        by_type.setdefault(pattern.type, []).append(pattern)
    if len(by_type) > 1 or "exact" not in by_type:
        for wide, narrow in islice(_pairs(by_type), _MOST_PAIRS):
            found.setdefault(wide, []).append(narrow)
            found.setdefault(narrow, []).append(wide)
    return found


def _pairs(by_type: Mapping[str, Sequence[Pattern]]) -> Iterator[tuple[Pattern, Pattern]]:
    exact, starts, ends, parts = (by_type.get(kind, ()) for kind in ("exact", "startsWith", "endsWith", "contains"))
    yield from _continued(starts, (*exact, *starts), 1)
    yield from _continued(ends, (*exact, *ends), -1)
    yield from _containing(parts, (*exact, *starts, *ends, *parts))
    searches = ((wide, narrow) for wide in by_type.get("regex", ()) for narrow in exact)
    for wide, narrow in islice(searches, _MOST_SEARCHES):
        if regex(wide.text)(narrow.text):
            yield wide, narrow


def _continued(wide: Sequence[Pattern], narrow: Sequence[Pattern], direction: int) -> Iterator[tuple[Pattern, Pattern]]:
    """Beginnings with what continues them; with `direction` -1, endings."""
    known = {pattern.text[::direction]: pattern for pattern in wide}
    lengths = sorted({len(text) for text in known})
    for pattern in narrow if known else ():
        text = pattern.text[::direction]
        for length in lengths:
            found = known.get(text[:length]) if length <= len(text) else None
            if found is not None and found is not pattern:
                yield found, pattern


def _containing(wide: Sequence[Pattern], narrow: Sequence[Pattern]) -> Iterator[tuple[Pattern, Pattern]]:
    """Parts with the patterns whose text has them in it."""
    by_gram: dict[str, list[Pattern]] = {}
    for pattern in wide:
        by_gram.setdefault(pattern.text[-_GRAM:], []).append(pattern)
    lengths = sorted({len(gram) for gram in by_gram})
    for pattern in narrow if by_gram else ():
        text = pattern.text
        grams = {text[i : i + length] for length in lengths for i in range(len(text) - length + 1)}
        for gram in grams & by_gram.keys():
            for found in by_gram[gram]:
                if found is not pattern and found.text in text:
                    yield found, pattern
