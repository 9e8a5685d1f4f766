"""Parcels: events on their way to a lane as bytes, and what became of them on the way back.

A parcel is JSON with a version in front. Of each event it holds what cannot be read again out of the event's own body:
properties and traits are in the body, which goes along as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from jcli.engine import EventType
from jcli.errors import StoreError
from jcli.model import Instant
from jcli.runtime.arrivals import Arrival, Verdict
from jcli.store import PersonKey

VERSION = 1
_TYPES = {each.value: each for each in EventType}
_UNKNOWN = "A parcel of events was packed by another version of jcli."


@dataclass(frozen=True, slots=True)
class Parcel:
    """Events for one lane, in order. `at` is when they were taken in: for the people in them, it is now."""

    at: Instant
    arrivals: Sequence[Arrival]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a parcel: a verdict for each event, and when which lane has to wake somebody, by the lane's
    number."""

    verdicts: Sequence[Verdict]
    due: Mapping[int, Instant] = field(default_factory=dict)


def pack(parcel: Parcel) -> bytes:
    return orjson.dumps([VERSION, parcel.at, [_packed(arrival) for arrival in parcel.arrivals]])


def unpack(packed: bytes) -> Parcel:
    """StoreError for a parcel of another version: it waits until handlers of that version are there."""
    version, at, arrivals = orjson.loads(packed)
    if version != VERSION:
        raise StoreError(_UNKNOWN, hint="Update the handlers.")
    return Parcel(at, [_unpacked(*each) for each in arrivals])


def _packed(arrival: Arrival) -> list[Any]:
    return [
        *arrival.key,
        arrival.type,
        arrival.message_id,
        orjson.Fragment(arrival.body),
        arrival.name,
        arrival.timestamp,
        arrival.url,
        arrival.selector,
        arrival.links,
        arrival.repeatable,
    ]


def _unpacked(
    site_id: str,
    person_id: str,
    anonymous: bool,
    kind: str | None,
    message_id: str,
    body: Mapping[str, Any],
    name: str | None,
    timestamp: Instant | None,
    url: str | None,
    selector: str | None,
    links: str | None,
    repeatable: bool,
) -> Arrival:
    type_ = None if kind is None else _TYPES[kind]
    return Arrival(
        PersonKey(site_id, person_id, anonymous),
        type_,
        message_id,
        orjson.dumps(body).decode(),
        name,
        timestamp,
        body.get("properties") or {},
        (body.get("traits") or {}) if type_ is EventType.IDENTIFY else {},
        url,
        selector,
        links,
        repeatable,
    )


def pack_outcome(outcome: Outcome) -> bytes:
    """Most events are new and nothing is wrong with them: only the others are written down, by their places."""
    others = [[place, *verdict] for place, verdict in enumerate(outcome.verdicts) if verdict != Verdict(True)]
    return orjson.dumps([VERSION, len(outcome.verdicts), others, list(outcome.due.items())])


def unpack_outcome(packed: bytes) -> Outcome:
    version, number, others, due = orjson.loads(packed)
    if version != VERSION:
        raise StoreError(_UNKNOWN, hint="Update the server.")
    verdicts = [Verdict(True)] * number
    for place, *verdict in others:
        verdicts[place] = Verdict(*verdict)
    return Outcome(verdicts, dict(due))


def due_of(packed: bytes) -> dict[int, Instant]:
    """When lanes have to wake somebody, out of a packed outcome."""
    return dict(orjson.loads(packed)[3])
