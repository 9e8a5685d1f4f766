"""Works a batch of events in: drops what is known, loads whom it concerns, and lets the engine react, in order.

Most events concern no journey; of those only the fact that they came is kept, and nobody's state is read. The time at
which an event counts as received is when its batch is worked in, so that for one person events and timers are in one
order. Reading what came over the wire is `jcli/operations/events.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import orjson

from jcli.engine import Event, EventType, LinkRefused, PersonState, concerns
from jcli.engine.inputs import OLDEST, settle
from jcli.errors import JcliError
from jcli.model import Instant, Json
from jcli.runtime.work import Work
from jcli.store import PersonKey

_LOG = logging.getLogger(__name__)

MARK = "timestampReplaced"
"""Set on a kept event that counts as of its arrival, because its timestamp was in the future or too old."""

MOST_TRAITS = 32 * 1024
"""Of one person, in bytes of JSON, however many events they come in."""


@dataclass(slots=True)
class Arrival:
    """An event on its way in. `type` is None for an `alias`, which links and does nothing else; `links` is the
    anonymous id that turns out to be this person. `body` is the event as JSON, kept as it came; `repeatable` says that
    the message id is the sender's, who may send it again."""

    key: PersonKey
    type: EventType | None
    message_id: str
    body: str
    name: str | None = None
    timestamp: Instant | None = None
    properties: Json = field(default_factory=dict)
    traits: Json = field(default_factory=dict)
    url: str | None = None
    selector: str | None = None
    links: str | None = None
    repeatable: bool = True


class Verdict(NamedTuple):
    """What became of an arrival: it was new, or known already, or refused for the reason in `code`. An event whose link
    alone is refused is new and has a code."""

    new: bool
    code: str | None = None
    message: str = ""


ACCEPTED = Verdict(True)
DUPLICATE = Verdict(False)


def take(work: Work, arrivals: Sequence[Arrival]) -> list[Verdict]:
    """Work the arrivals in, in order; one verdict for each. Nothing is saved yet."""
    verdicts = [DUPLICATE] * len(arrivals)
    fresh = _fresh(work, arrivals)
    events: list[Event | None] = []
    whole: dict[PersonKey, None] = {}
    rows: dict[PersonKey, None] = {}
    blank: dict[str, PersonState] = {}
    catalogue = work.catalogue
    for number in fresh:
        arrival = arrivals[number]
        key, event = arrival.key, _event(arrival, work.now)
        if arrival.links is not None:
            whole[PersonKey(key.site_id, arrival.links, True)] = None
        elif event is not None:
            nobody = blank.get(key.site_id) or blank.setdefault(key.site_id, PersonState(key.site_id, ""))
            if not concerns(nobody, event, catalogue):
                rows[key] = None
                events.append(None)
                continue
        whole[key] = None
        events.append(event)
    asked_at = work.now
    work.bring(whole)
    work.find(rows)
    if work.now != asked_at:
        events = [None if event is None else replace(event, received_at=work.now) for event in events]
    for number, event in zip(fresh, events, strict=True):
        verdicts[number] = _work_in(work, arrivals[number], event)
    return verdicts


def _fresh(work: Work, arrivals: Sequence[Arrival]) -> list[int]:
    """The places of the arrivals whose message id is not known, which are remembered from now on."""
    asked = [(arrival.key, arrival.message_id) for arrival in arrivals if arrival.repeatable]
    known = work.tables.known_messages(asked, work.now - OLDEST) if asked else set()
    fresh = []
    for number, arrival in enumerate(arrivals):
        message = (arrival.key.site_id, arrival.message_id)
        if arrival.repeatable:
            if message in known:
                continue
            known.add(message)
        fresh.append(number)
    return fresh


def _event(arrival: Arrival, now: Instant) -> Event | None:
    if arrival.type is None:
        return None
    return Event(
        arrival.type,
        now,
        arrival.name,
        arrival.message_id,
        arrival.timestamp,
        arrival.properties,
        arrival.traits,
        arrival.url,
        arrival.selector,
    )


def _work_in(work: Work, arrival: Arrival, event: Event | None) -> Verdict:
    key = arrival.key
    if arrival.traits and (size := _size(work, arrival)) > MOST_TRAITS:
        message = f"with these the person's traits would take {size:,} bytes; the limit is {MOST_TRAITS:,}"
        return Verdict(False, "wrong-value", message)
    try:
        refused = _react(work, arrival, event)
    except JcliError:
        raise
    except Exception:
        # One event that the engine stumbles over must not hold up everybody else's.
        _LOG.exception("the event %s of site %s could not be worked in", arrival.message_id, key.site_id)
        return Verdict(False, "failed", "the event could not be worked in; the server's log says why")
    if refused is not None and event is None:
        return refused._replace(new=False)
    if arrival.repeatable:
        work.remember(key, arrival.message_id)
    work.record(work.row_of(key), _kept(arrival, work.now))
    return refused or ACCEPTED


def _kept(arrival: Arrival, now: Instant) -> str:
    """The event as it is kept: as it came, but marked when its timestamp was not believed."""
    if not settle(arrival.timestamp, now)[1]:
        return arrival.body
    return f'{{"{MARK}":true,{arrival.body[1:]}'


def _size(work: Work, arrival: Arrival) -> int:
    """What the person's traits would take with those of the arrival laid over them."""
    merged = {**work.person(arrival.key).state.traits, **arrival.traits}
    return len(orjson.dumps({name: value for name, value in merged.items() if value is not None}))


def _react(work: Work, arrival: Arrival, event: Event | None) -> Verdict | None:
    """What the link was refused for, if it was; the rest of such an event counts all the same."""
    refused = None
    if arrival.links is not None:
        key = arrival.key
        reaction = work.link(
            work.person(key), work.exactly(PersonKey(key.site_id, arrival.links, True)), arrival.message_id
        )
        if reaction is not None and any(isinstance(effect, LinkRefused) for effect in reaction.effects):
            refused = Verdict(
                True, "linked-to-somebody-else", f"the anonymous id {arrival.links!r} belongs to somebody else already"
            )
    if event is not None:
        work.give(work.person(arrival.key), event)
    return refused
