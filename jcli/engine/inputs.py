"""What can happen to a person, as plain values: events, timers, outcomes, and what people with keys do.

Every input carries the instant at which it counts; the engine has no other time. Nothing here judges an input; what
each of them does is in `react.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jcli.engine.state import DeliveryStatus, PersonState
from jcli.model import Instant, JourneyStatus, Json

DAY = 86_400_000
OLDEST = 7 * DAY
"""How far back a client's timestamp is believed, and how long a message id is remembered."""


class EventType(StrEnum):
    """The kinds of events that move people. The doors turn `alias` into a `Link`, and drop what moves nobody."""

    TRACK = "track"
    PAGE = "page"
    SCREEN = "screen"
    IDENTIFY = "identify"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the person did. `name` is that of a track event; `url` is where it happened (a page view, a
    click); `selector` the element of an `element_click`. `timestamp` is the client's word, None: it gave none."""

    type: EventType
    received_at: Instant
    name: str | None = None
    message_id: str | None = None
    timestamp: Instant | None = None
    properties: Json = field(default_factory=dict)
    traits: Json = field(default_factory=dict)
    url: str | None = None
    selector: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The person turned out to be this anonymous one, too. `message_id` is that of the event that said so."""

    anonymous: PersonState
    at: Instant
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class TimerDue:
    """Time has come to `at`: whatever fell due until then (that instant included) is done, in order, as of the
    instants at which it fell due."""

    at: Instant


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """The front end, or a back end, says what became of a delivery: shown, completed or dismissed."""

    delivery_id: str
    outcome: DeliveryStatus
    at: Instant


@dataclass(frozen=True, slots=True)
class Enter:
    """Somebody enters the person by hand, at the journey's MANUAL trigger."""

    journey_id: str
    at: Instant
    by: str | None = None


@dataclass(frozen=True, slots=True)
class AudienceEntry:
    """The backfill of a publication comes to this person. `published_at` is that of the publication, so that a
    backfill that is taken up again enters nobody twice; `at` is now."""

    journey_id: str
    published_at: Instant
    at: Instant


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody ends one enrollment by hand."""

    enrollment_id: str
    at: Instant
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CanvasChanged:
    """The journey has a new revision; the catalogue holds it already. `node_map` came with the save: old node id ->
    new node id."""

    journey_id: str
    at: Instant
    node_map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The journey was published, paused, unpublished, archived or restored; the catalogue knows it already."""

    journey_id: str
    status: JourneyStatus
    at: Instant


Input = Event | Link | TimerDue | DeliveryOutcome | Enter | AudienceEntry | Stop | CanvasChanged | StatusChanged


def settle(timestamp: Instant | None, received_at: Instant) -> tuple[Instant, bool]:
    """When an event happened, and whether the client's word for it was replaced: a timestamp in the future or more
    than seven days old is not believed. An event without a timestamp happened when it arrived, and is not marked."""
    if timestamp is None:
        return received_at, False
    if timestamp > received_at or timestamp < received_at - OLDEST:
        return received_at, True
    return timestamp, False
