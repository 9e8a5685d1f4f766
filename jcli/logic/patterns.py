"""URL patterns and regular expressions, compiled once into plain functions of a text.

Regular expressions run on RE2: their time grows with the length of the text and no faster, whoever wrote pattern and
URL. A pattern that RE2 cannot read matches nothing; that it cannot be read is said by the checks.
"""

from __future__ import annotations

from collections.abc import Callable

import re2  # type: ignore[import-untyped]

Matcher = Callable[[str], bool]

_QUIET = re2.Options()
_QUIET.log_errors = False


def regex(pattern: str) -> Matcher:
    """Whether the expression is found anywhere in the text."""
    try:
        found = re2.compile(pattern, _QUIET)
    except (re2.error, UnicodeEncodeError):
        return _never
    # On bytes the library skips counting characters, which nobody asks for here.
    return lambda text: found.search(text.encode("utf-8", "replace")) is not None


def url_matcher(match_type: str, pattern: str) -> Matcher:
    """By `matchType`: exact, contains, startsWith, endsWith, regex; `starts_with` and `ends_with` are their twins."""
    match match_type:
        case "exact":
            return lambda url: url == pattern
        case "contains":
            return lambda url: pattern in url
        case "startsWith" | "starts_with":
            return lambda url: url.startswith(pattern)
        case "endsWith" | "ends_with":
            return lambda url: url.endswith(pattern)
        case "regex":
            return regex(pattern)
        case _:
            return _never


def _never(_: str) -> bool:
    return False
