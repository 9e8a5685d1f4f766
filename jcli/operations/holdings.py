"""What a store holds, in outline: enough to find a thing by the key of its document, and to say what there is instead.

No canvas and no rule is read for it. Whoever wants one of the things asks for it by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jcli.errors import NotFound
from jcli.model import Actor, JourneyStatus, Kind, SyncBase, SyncMark
from jcli.operations.context import site_of, visible_journey
from jcli.store import Store, Tables

THINGS = (Kind.SITE, Kind.AUDIENCE, Kind.CONTENT)


@dataclass(frozen=True, slots=True)
class HeldJourney:
    """A journey that is there, by what a list of names needs of it."""

    id: str
    site_id: str
    status: JourneyStatus


@dataclass(frozen=True, slots=True)
class Holdings:
    """`marks` are of everything that came from git, also of what has been removed since; `journeys` and `things` by
    id are what is there now."""

    marks: Mapping[tuple[Kind, str], SyncMark]
    journeys: Mapping[str, HeldJourney]
    things: Mapping[Kind, frozenset[str]]

    def ids(self, kind: Kind) -> frozenset[str]:
        """The ids of what is there of a kind."""
        return frozenset(self.journeys) if kind is Kind.JOURNEY else self.things.get(kind, frozenset())


def holdings_of(store: Store, actor: Actor) -> Holdings:
    """Everything that the actor sees. The mark of a thing that is gone is told to those alone who see every site."""
    with store.read() as tables:
        journeys = {
            state.id: HeldJourney(state.id, state.site_id, state.status)
            for state in tables.journey_states().values()
            if actor.sees(state.site_id)
        }
        things = {kind: frozenset(one for one in tables.thing_states(kind) if _sees(tables, actor, kind, one))
                  for kind in THINGS}  # fmt: skip
        seen = Holdings({}, journeys, things)
        marks = {
            place: mark
            for place, mark in tables.marks().items()
            if actor.sites is None or mark.id in seen.ids(mark.kind)
        }
        return Holdings(marks, journeys, things)


def base_of_thing(store: Store, actor: Actor, kind: Kind, thing_id: str) -> SyncBase | None:
    """What git and the store last agreed on for the thing; None for one that did not come from git, or is not there
    for the actor."""
    with store.read() as tables:
        if actor.sites is not None and not _is_seen(tables, actor, kind, thing_id):
            return None
        return tables.base_of(kind, thing_id)


def _is_seen(tables: Tables, actor: Actor, kind: Kind, thing_id: str) -> bool:
    if kind is not Kind.JOURNEY:
        return tables.thing(kind, thing_id) is not None and _sees(tables, actor, kind, thing_id)
    try:
        visible_journey(tables, actor, thing_id, canvas=False)
    except NotFound:
        return False
    return True


def _sees(tables: Tables, actor: Actor, kind: Kind, thing_id: str) -> bool:
    if actor.sites is None:
        return True
    stored = tables.thing(kind, thing_id)
    return stored is not None and actor.sees(site_of(stored.item))
