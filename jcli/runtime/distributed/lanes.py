"""Lanes: ranges of shards that are worked on in order, one thing at a time.

There are at most as many lanes as shards. Few lanes make large parcels, which cost less an event; many lanes can be
spread over more handlers. The name of a lane says how many there are, so a message for a lane means the same people
even where their number has been changed in the meantime; that two lanes then overlap for a moment is no harm, because
the store locks the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from jcli.errors import ConfigError
from jcli.model import Instant
from jcli.store import SHARDS, PersonKey, shard_of


class Lane(NamedTuple):
    """The lane with this number, from 0, of so many."""

    number: int
    of: int

    @property
    def key(self) -> str:
        """The name of the lane as a virtual object."""
        return f"{self.number}.{self.of}"

    @property
    def shards(self) -> range:
        """The shards of its people."""
        return range(-(-self.number * SHARDS // self.of), -(-(self.number + 1) * SHARDS // self.of))

    @classmethod
    def read(cls, key: str) -> Lane:
        """The lane of a name; ValueError for one that names none."""
        number, of = (int(part) for part in key.split("."))
        if not 0 <= number < of <= SHARDS:
            raise ValueError(f"{key!r} names no lane")
        return cls(number, of)


def lane_of(key: PersonKey, lanes: int) -> Lane:
    """The lane of a person."""
    return Lane(shard_of(key.site_id, key.id) * lanes // SHARDS, lanes)


def all_lanes(lanes: int) -> list[Lane]:
    return [Lane(number, lanes) for number in range(lanes)]


def checked_lanes(lanes: int) -> int:
    """The number of lanes; ConfigError for one that cannot be."""
    if not 1 <= lanes <= SHARDS:
        raise ConfigError(f"there are 1 to {SHARDS:,} lanes, not {lanes:,}", hint="set JCLI_LANES")
    return lanes


def due_by_lane(woken: Mapping[PersonKey, Instant], lanes: int) -> dict[int, Instant]:
    """When each lane has to wake somebody first, by its number."""
    due: dict[int, Instant] = {}
    for key, at in woken.items():
        number = lane_of(key, lanes).number
        due[number] = min(at, due.get(number, at))
    return due
