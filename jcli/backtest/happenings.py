"""What a log tells: that something happened to somebody, and what came of content. Plain values, judged elsewhere.

`packed` and `unpacked` are the few bytes in which a happening waits until its person's turn comes, because a log is
long and a machine may be small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from jcli.engine import DeliveryStatus, Event, EventType
from jcli.model import Instant
from jcli.rehearsal import Who

OUTCOMES: Mapping[str, DeliveryStatus] = {
    "delivery_shown": DeliveryStatus.SHOWN,
    "delivery_completed": DeliveryStatus.COMPLETED,
    "delivery_dismissed": DeliveryStatus.DISMISSED,
}
"""Track events that say what came of the content that their property `contentId` names."""

CONTENT = "contentId"


@dataclass(frozen=True, slots=True)
class Span:
    """From when on journeys are live, and when the clock stops; what is due at that very instant is done."""

    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came in at `at`. `event` is None for an alias, which links and does nothing else; `links` is the
    anonymous id that turns out to be this person."""

    who: Who
    at: Instant
    event: Event | None = None
    links: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody once made of a piece of content (None: they left it), and how long (in milliseconds) after they had
    got it."""

    content_id: str
    status: DeliveryStatus | None
    after: int


def packed(happening: Happening) -> bytes:
    event = happening.event
    told: list[Any] = [*happening.who, happening.links, happening.message_id]
    if event is not None:
        told += [event.type.value, event.name, event.timestamp, event.url, event.selector]
        told += [event.properties, event.traits]
    # A copy, because what orjson returns keeps the whole buffer that it was written into: 4 KiB for 200 bytes.
    return bytes(memoryview(orjson.dumps(told)))


def unpacked(at: Instant, data: bytes) -> Happening:
    """The happening that `packed` wrote."""
    anonymous, person_id, links, message_id, *told = orjson.loads(data)
    event = None
    if told:
        kind, name, timestamp, url, selector, properties, traits = told
        event = Event(EventType(kind), at, name, message_id, timestamp, properties, traits, url, selector)
    return Happening((anonymous, person_id), at, event, links, message_id)
