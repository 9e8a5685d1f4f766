"""Time zones by their IANA names. Its own module because knowing them takes the disk, which checks and the engine may
not."""

from __future__ import annotations

from datetime import tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_timezone(name: str) -> bool:
    """Whether the machine's time zone database (or the tzdata package) has the name."""
    return name in _names()


@cache
def zone(name: str) -> tzinfo | None:
    """The zone of an IANA name, None for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
