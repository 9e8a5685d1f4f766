"""When a WAIT ends: after a duration, at an instant, or at the next such time of day.

Time zones are data from outside: they come in as `Zones`, a function from an IANA name to a zone. All arithmetic here
is on what it is given; there is no clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from jcli.model import Instant, Json

Zones = Callable[[str], tzinfo | None]
"""IANA name -> zone; None for a name that is none."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_DAY = frozenset(range(7))


def utc_only(name: str) -> tzinfo | None:
    """The zones of a runner that was given none."""
    return UTC if name == "UTC" else None


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """`at` of a WAIT: a time of the clock on these days of the week (0 is Monday) in a zone; `person` is the zone in
    the person's trait `timezone`."""

    time: time
    days: frozenset[int]
    timezone: str

    def next(self, now: Instant, traits: Json, zones: Zones) -> Instant:
        """The first such moment after `now`. A zone that nobody knows is UTC. Of a time that the clock shows twice, it
        is the first; one that it jumps over stands for as much later as it jumps."""
        zone = self._zone(traits, zones)
        here = (_EPOCH + now * _MILLISECOND).astimezone(zone)
        for ahead in range(9):
            day = here.date() + timedelta(days=ahead)
            if day.weekday() in self.days:
                due = (datetime.combine(day, self.time, zone) - _EPOCH) // _MILLISECOND
                if due > now:
                    return due
        raise AssertionError("a day of the week comes back within eight days")

    def _zone(self, traits: Json, zones: Zones) -> tzinfo:
        name = traits.get("timezone") if self.timezone == "person" else self.timezone
        return (zones(name) if isinstance(name, str) else None) or UTC


def time_of_day(config: Json) -> TimeOfDay:
    """Compile {time: "HH:MM", days?, timezone}."""
    hours, minutes = config["time"].split(":")
    days = frozenset(_DAYS.index(day) for day in config["days"]) if config.get("days") else _EVERY_DAY
    return TimeOfDay(time(int(hours), int(minutes)), days, config["timezone"])
