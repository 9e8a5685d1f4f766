"""Which names are IANA time zones. Its own module because knowing them takes the disk, which checks may not."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_timezone(name: str) -> bool:
    """Whether the machine's time zone database (or the tzdata package) has the name."""
    return name in _names()
