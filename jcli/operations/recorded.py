"""What was recorded, read for a backtest: lines of a file, the events that a store has kept, what came of content.

A line is judged by the very code that takes events in (`events.py`), so a file of them and a server agree on what an
event is. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from jcli.backtest import OUTCOMES, Happening, Reply
from jcli.durations import parse_instant
from jcli.engine import Event
from jcli.errors import InvalidRequest
from jcli.model import Instant
from jcli.operations.events import read_event
from jcli.rehearsal import Who
from jcli.runtime import Arrival
from jcli.store import Tables

_A_BATCH = 20_000
"""Rows read at once: many, because a database that keeps people apart looks at all of them for each batch."""
_INSTANTS = ("receivedAt", "timestamp", "originalTimestamp", "sentAt")
_END = 4_102_444_800_000
"""2100-01-01T00:00:00Z: a log of what was recorded holds nothing from then on."""


@dataclass(frozen=True, slots=True)
class Replied:
    """What somebody of a site made of content that they got at that instant."""

    site_id: str
    who: Who
    got_at: Instant
    reply: Reply


def read_recorded(site_id: str, line: bytes) -> Happening:
    """The event of a line: one as `jcli send` takes it, or one of Segment's with the times that Segment wrote.
    JcliError with a kebab code and a sentence when it cannot be read."""
    raw = _object(line)
    arrival = read_event(site_id, raw, _no_id)
    return _happening(arrival, _received(raw))


def read_person(site_id: str, line: bytes) -> tuple[Who, Mapping[str, Any]]:
    """Who somebody is and what is known of them: `userId` or `anonymousId`, and `traits`."""
    arrival = read_event(site_id, {**_object(line), "type": "identify"}, _no_id)
    return (arrival.key.anonymous, arrival.key.id), arrival.traits


def kept_events(tables: Tables) -> Iterator[tuple[str, Happening]]:
    """The events that the store has kept, with their sites, in the order in which they came."""
    row = 0
    while page := tables.events_after(row, _A_BATCH):
        row = page[-1][0]
        for _, site_id, at, body in page:
            yield site_id, _happening(read_event(site_id, orjson.loads(body), _no_id), at)


def kept_replies(tables: Tables) -> Iterator[Replied]:
    """What people made of the content that they got; nothing, where they left it until it expired, or until now."""
    last = ""
    while page := tables.deliveries_after(last, _A_BATCH):
        for delivery in page:
            last = delivery.id
            if delivery.content_id is not None:
                after = max(0, delivery.updated_at - delivery.created_at)
                status = delivery.status if delivery.status in OUTCOMES.values() else None
                reply = Reply(delivery.content_id, status, after)
                who = (delivery.anonymous, delivery.person_id)
                yield Replied(delivery.site_id, who, delivery.created_at, reply)


def _no_id() -> str:
    return ""


def _object(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(f"this is not JSON: {error.msg} (column {error.colno})", code="not-json") from None


def _received(raw: Mapping[str, Any]) -> Instant:
    """When it came in: `receivedAt`, or else when the sender says that it happened."""
    for field in _INSTANTS:
        value = raw.get(field)
        if value is None:
            continue
        try:
            at = parse_instant(value) if isinstance(value, str) else -1
        except ValueError as error:
            raise InvalidRequest(f"`{field}` cannot be read: {error}", code="wrong-value") from None
        if not 0 <= at < _END:
            raise InvalidRequest(f"`{field}` is no instant between 1970 and 2100", code="wrong-value")
        return at
    raise InvalidRequest("neither `receivedAt` nor `timestamp` says when it came in", code="missing-field")


def _happening(arrival: Arrival, at: Instant) -> Happening:
    key, message_id = arrival.key, arrival.message_id or None
    event = None
    if arrival.type is not None:
        event = Event(
            arrival.type,
            at,
            arrival.name,
            message_id,
            arrival.timestamp,
            arrival.properties,
            arrival.traits,
            arrival.url,
            arrival.selector,
        )
    return Happening((key.anonymous, key.id), at, event, arrival.links, message_id)
