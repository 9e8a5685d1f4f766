"""Durations and instants as people write them <-> whole milliseconds.

Durations: `90s`, `15m`, `36h`, `2d`, `1w`, combined from large to small (`1d12h`); ISO 8601 without years and
months, which have no fixed length (`PT36H`, `P2D`, `P1W`); or whole seconds as a number. Nothing is clamped: what is
out of range is refused with a sentence. Instants: RFC 3339 with `Z` or an offset. Pure; what a duration counts from
is the engine's business.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from jcli.model import Instant

LONGEST = 10 * 365 * 86_400_000
"""Ten years of 365 days, in milliseconds: the longest duration."""

_UNITS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000}
_SHORT = re.compile(r"(?:(\d{1,12})w)?(?:(\d{1,12})d)?(?:(\d{1,12})h)?(?:(\d{1,12})m)?(?:(\d{1,12})s)?", re.ASCII)
_ISO = re.compile(
    r"P(?:(\d{1,12})W)?(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})S)?)?", re.ASCII
)
_CALENDAR = re.compile(r"P(?=.*[YM])[^T]*[YM]", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_duration(value: str | float) -> int:
    """The duration in milliseconds. ValueError, with a sentence that says what was expected, when the value is no
    duration, is zero or negative, or is longer than ten years."""
    length = _milliseconds(value) if isinstance(value, str) else int(value * 1000)  # 3600.0 is whole in JSON
    if length <= 0:
        raise ValueError(f"the duration {_shown(value)} is not more than zero; write at least 1s")
    if length > LONGEST:
        raise ValueError(f"the duration {_shown(value)} is over 10 years; write at most 3650d")
    return length


def parse_offset(value: str | float) -> int:
    """How far from now something is, in milliseconds: a duration, with `-` before it for what is past; 0 is now.
    ValueError, with a sentence, for what is none."""
    if isinstance(value, str):
        back = value.startswith("-")
        return parse_duration(value[1:]) * -1 if back else parse_duration(value)
    return 0 if value == 0 else int(value / abs(value)) * parse_duration(abs(value))


@lru_cache(maxsize=1024)  # people write few different ones, again and again
def _milliseconds(text: str) -> int:
    found = _SHORT.fullmatch(text) or _ISO.fullmatch(text)
    if found is not None and any(found.groups()):
        return sum(int(count) * unit for count, unit in zip(found.groups(), _UNITS.values(), strict=True) if count)
    if text.startswith("-"):
        raise ValueError(f"the duration {_shown(text)} is negative; write at least 1s")
    if _CALENDAR.match(text):
        raise ValueError(
            f"the duration {_shown(text)} has years or months, whose lengths differ; write days, as in P30D"
        )
    raise ValueError(f"{_shown(text)} is not a duration; write one such as 90s, 15m, 36h, 2d, 1w, 1d12h or PT36H")


def parse_instant(text: str) -> Instant:
    """The instant of an RFC 3339 date and time, cut to milliseconds. ValueError, with a sentence, for anything else;
    a time without `Z` or an offset is refused, because it means another instant in every place."""
    if _INSTANT.fullmatch(text):
        try:
            return (datetime.fromisoformat(text.upper()) - _EPOCH) // timedelta(milliseconds=1)
        except (ValueError, OverflowError):
            pass
    raise ValueError(f"{_shown(text)} is not an instant; write date, time and zone, as in 2026-03-01T09:00:00Z")


def rfc3339(instant: Instant) -> str:
    """`2025-01-10T09:00:00Z`; three digits of a second only when they are not 0."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    text = moment.isoformat(timespec="milliseconds" if instant % 1000 else "seconds")
    return text.removesuffix("+00:00") + "Z"


def length(milliseconds: int) -> str:
    """A length of time for people: `1d12h`, `3m5s`, at most two units; `<1s` for less than a second."""
    left, words = milliseconds // 1000, []
    for unit, seconds in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            words.append(f"{count}{unit}")
        elif words:
            break
    return "".join(words[:2]) or ("<1s" if milliseconds else "0s")


def exact_length(milliseconds: int) -> str:
    """A length of whole seconds as a document would write it, to the second: `1d12h`, `40d`. ValueError for one that is
    no duration."""
    left, words = milliseconds // 1000, ""
    if left <= 0 or milliseconds % 1000:
        raise ValueError(f"{milliseconds} ms is no duration of whole seconds")
    for unit, seconds in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        words += f"{count}{unit}" if count else ""
    return words


def _shown(value: str | float) -> str:
    text = str(value)
    return f"`{text if len(text) <= 30 else text[:27] + '...'}`"
