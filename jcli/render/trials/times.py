"""Instants of a case for people: since it began, and the hour on the clock, both in UTC.

It must not know what happened then. Where to look next: `story.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jcli.durations import length
from jcli.model import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def when(start: Instant, instant: Instant) -> str:
    """`start`, `after 1h30m, Mon 10:30`, on a later day `day 3, Thu 09:00`, counted from that of the start; before the
    start `1d before`."""
    since = instant - start
    if since == 0:
        return "start"
    if since < 0:
        return f"{length(-since)} before"
    days = instant // _DAY - start // _DAY
    return f"day {days}, {clock(instant)}" if days else f"after {length(since)}, {clock(instant)}"


def clock(instant: Instant) -> str:
    """`Thu 09:00`, with seconds only when they are not 0."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    shown = moment.strftime("%H:%M:%S" if instant % 60_000 else "%H:%M")
    return f"{_WEEKDAYS[moment.weekday()]} {shown}"


def seconds(taken: float) -> str:
    """How long something took: `0.4 s`, below a tenth of a second `12 ms`."""
    return f"{taken * 1000:.0f} ms" if taken < 0.1 else f"{taken:,.1f} s"
