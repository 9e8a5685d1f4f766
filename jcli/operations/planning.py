"""The three sides of a plan, brought together: a checked workspace, the store, and the bases between them.

`jcli/plan` compares them; here is what needs the store or the checks: whether a merged journey makes sense, who stands
where, who changed the store's side, which rails stand in the way. Nothing is written; `sync` does that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from jcli.canonical import Form, body_of, canonical, item_of_form, node_id
from jcli.checks import World
from jcli.compiler import Compilation, Source, check_body, findings_of_journey
from jcli.errors import InvalidRequest, NotFound
from jcli.findings import Finding, Severity
from jcli.model import Actor, AuditEntry, Item, Journey, JourneyStatus, Kind, SyncBase, SyncMark
from jcli.operations.carry import LIVE
from jcli.operations.covering import covered
from jcli.operations.holdings import THINGS
from jcli.plan import (
    NONE,
    Action,
    Choices,
    GitSide,
    Mover,
    Outcome,
    People,
    Plan,
    StoreSide,
    compare,
    people_of,
    rails_of,
)
from jcli.store import Page, Store, Tables

_MOVED = frozenset({Outcome.DRIFT, Outcome.CONFLICT, Outcome.MERGE})
_CHANGED = frozenset({Outcome.UPDATE, Outcome.MERGE, Outcome.ARCHIVE})


def make_plan(
    store: Store,
    compilation: Compilation,
    *,
    keys: Collection[str] | None = None,
    choices: Choices = NONE,
    actor: Actor | None = None,
) -> Plan:
    """What `sync` would do. `keys` narrows it to these documents and what they refer to. Forbidden for a document of a
    site that the actor (None: somebody who sees all) does not see."""
    with store.read() as tables:
        return plan_within(tables, compilation, keys, choices, actor)


def plan_within(
    tables: Tables,
    compilation: Compilation,
    keys: Collection[str] | None,
    choices: Choices,
    actor: Actor | None = None,
) -> Plan:
    """The plan, in a transaction that is open already."""
    git = {place: _git_side(source) for place, source in compilation.sources.items()}
    marks = tables.marks()
    _must_know(choices.named, [*git, *marks])
    if keys is not None:
        wanted = _closure(compilation, keys, marks)
        git = {place: side for place, side in git.items() if place in wanted}
        marks = {place: mark for place, mark in marks.items() if place in wanted}
    plan = compare(git, marks, _store_sides(tables), partial(base_of, tables), choices)
    plan = covered(tables, compilation, plan, actor)
    seen = _Seen(tables, compilation, sees_all=actor is None or actor.sites is None)
    plan = Plan(tuple(map(seen.complete, plan.actions)))
    reasons = {one.journey_id: one.reason for one in tables.protections().values()}
    return replace(plan, rails=rails_of(plan, reasons, choices.allow))


def item_wanted(action: Action, source: Source, stored: Item | None) -> Item:
    """What an action would have the store hold: git's item, or that of the merged form."""
    if action.merged is None or stored is None:
        return source.item
    return item_of_form(action.merged, source.item, stored)


def stored_item(tables: Tables, kind: Kind, thing_id: str) -> Item | None:
    if kind is Kind.JOURNEY:
        stored = tables.journey(thing_id)
        return stored.journey if stored else None
    thing = tables.thing(kind, thing_id)
    return thing.item if thing else None


def node_map_of(source: Source, base: SyncBase | None) -> dict[str, str]:
    """`nodeMap` of a journey's document by ids: from nodes that were to nodes that are. Keys that nothing had or
    has are left out; the checks have told of them."""
    journey_id = source.item.id
    now = {key: one for one, key in source.places.names.items()}
    before = {key: one for one, key in base.names.items()} if base else {}
    asked: Mapping[str, str] = source.document.data.get("nodeMap") or {}
    return {
        before.get(old, node_id(journey_id, old)): now[new]
        for old, new in asked.items()
        if new in now and old not in now
    }


def base_of(tables: Tables, mark: SyncMark) -> SyncBase:
    base = tables.base_of(mark.kind, mark.id)
    if base is None:
        raise NotFound(f"there is no base of the {mark.kind} {mark.key!r}")
    return base


class _Seen:
    """What a plan tells of an action beyond the comparison."""

    def __init__(self, tables: Tables, compilation: Compilation, *, sees_all: bool) -> None:
        self._tables, self._compilation, self._sees_all = tables, compilation, sees_all
        self._states = tables.journey_states()

    def complete(self, action: Action) -> Action:
        if action.outcome is Outcome.MERGE:
            action = self._judged(action)
        if action.outcome in _MOVED:
            action = replace(action, mover=self._mover(action))
        if action.outcome is Outcome.ARCHIVE and action.kind is not Kind.JOURNEY:
            return self._still_named(action)
        if action.outcome in _CHANGED and action.kind is Kind.JOURNEY:
            return replace(action, people=self._people(action))
        if action.outcome in _CHANGED and action.kind is Kind.AUDIENCE:
            return replace(action, live_users=self._live_users(action))
        return action

    def _judged(self, action: Action) -> Action:
        """The merge, if what came of it passes the checks that git's side passed; else a conflict."""
        source = self._compilation.sources[action.kind, action.key]
        item = item_wanted(action, source, stored_item(self._tables, action.kind, action.id))
        if not isinstance(item, Journey):
            return action
        known = {(found.code, found.node) for found in self._compilation.graph_errors.get(action.key, ())}
        wrong = [found for found in _errors(item, self._names(action)) if (found.code, found.node) not in known]
        if not wrong:
            return action
        note = f"merged, the journey would be wrong: {wrong[0].message} ({wrong[0].code})"
        return replace(action, outcome=Outcome.CONFLICT, note=note, merged=None)

    def _names(self, action: Action) -> dict[str, str]:
        base = self._tables.base_of(action.kind, action.id)
        source = self._compilation.sources.get((action.kind, action.key))
        return {**(base.names if base else {}), **(source.places.names if source else {})}

    def _mover(self, action: Action) -> Mover | None:
        """Who changed the store's side last; of a thing that nobody but sync wrote, nobody."""
        log: list[AuditEntry] = list(self._tables.audit(action.kind, action.id, Page(limit=20)).rows)
        for entry in log:
            if not entry.verb.startswith("sync-"):
                return Mover(entry.actor, entry.door, entry.verb, entry.at, entry.detail.get("commit"))
        return None

    def _people(self, action: Action) -> People | None:
        """What the action does to people; None where nobody is on the way and nobody can enter."""
        state = self._states[action.id]
        in_progress = self._tables.enrollments_in_progress(action.id) if state.enrollments else 0
        stored = self._tables.journey(action.id) if in_progress or state.status in LIVE else None
        if stored is None:
            return None
        if action.outcome is Outcome.ARCHIVE:
            return People(in_progress)
        source = self._compilation.sources[action.kind, action.key]
        new = item_wanted(action, source, stored.journey)
        assert isinstance(new, Journey)
        here = self._tables.people_on_nodes(action.id)
        node_map = node_map_of(source, self._tables.base_of(action.kind, action.id))
        return people_of(stored.journey, new, here, in_progress, self._names(action), node_map)

    def _live_users(self, action: Action) -> tuple[str, ...]:
        """Keys of the live journeys whose entering an audience decides about."""
        return tuple(
            key
            for (kind, key), source in self._compilation.sources.items()
            if kind is Kind.JOURNEY and isinstance(source.item, Journey)
            if source.item.audience_id == action.id and self._status(source.item.id) in LIVE
        )

    def _status(self, journey_id: str) -> JourneyStatus | None:
        state = self._states.get(journey_id)
        return state.status if state else None

    def _still_named(self, action: Action) -> Action:
        """A thing that a stored journey names does not go; an archived journey may come back and want it."""
        names = self._tables.naming(action.kind, action.id)
        if not names:
            return action
        who = f"`{names[0]}` in the store" if self._sees_all else "something in the store"
        note = f"{action.file} no longer has it; it stays, because {who} names it"
        return replace(action, outcome=Outcome.KEPT, note=note)


def _errors(journey: Journey, names: Mapping[str, str]) -> list[Finding]:
    body = {key: value for key, value in body_of(journey).items() if key not in ("id", "status")}
    findings = check_body("JourneyCreate", body) or findings_of_journey(journey, World(), names)
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _must_know(names: Collection[str], places: Collection[tuple[Kind, str]]) -> None:
    known = {key for _, key in places} | {f"{kind.value}/{key}" for kind, key in places}
    for name in sorted(names):
        if name not in known:
            raise InvalidRequest(
                f"no document that is synced has the key {name!r}", hint="see `jcli status`, or the files"
            )


def _git_side(source: Source) -> GitSide:
    return GitSide(
        source.kind,
        source.key,
        source.item.id,
        source.item.name or source.key,
        source.form,
        source.fingerprint,
        source.document.file,
        source.places.names,
    )


def _store_sides(tables: Tables) -> dict[tuple[Kind, str], StoreSide]:
    sides: dict[tuple[Kind, str], StoreSide] = {
        (Kind.JOURNEY, state.id): StoreSide(
            state.fingerprint, state.name, partial(_form, tables, Kind.JOURNEY, state.id), state.status
        )
        for state in tables.journey_states().values()
    }
    for kind in THINGS:
        for thing_id, (print_, _version) in tables.thing_states(kind).items():
            sides[kind, thing_id] = StoreSide(print_, thing_id, partial(_form, tables, kind, thing_id))
    return sides


def _form(tables: Tables, kind: Kind, thing_id: str) -> Form:
    item = stored_item(tables, kind, thing_id)
    if item is None:
        raise NotFound(f"there is no {kind} {thing_id!r}")
    return canonical(item)


def _closure(
    compilation: Compilation, keys: Collection[str], marks: Collection[tuple[Kind, str]]
) -> set[tuple[Kind, str]]:
    """The documents with these keys and the sites, audiences and contents that the journeys among them name."""
    places = {*compilation.sources, *marks}
    _must_know(keys, places)
    wanted = {place for place in places if place[1] in keys or f"{place[0].value}/{place[1]}" in keys}
    for place in list(wanted):
        source = compilation.sources.get(place)
        if source is not None and isinstance(source.item, Journey):
            wanted |= {place for place in compilation.sources if _named(compilation.sources[place], source.item)}
    return wanted


def _named(source: Source, journey: Journey) -> bool:
    ids = {journey.site_id, journey.audience_id, *(node.content_id for node in journey.nodes)}
    return source.kind is not Kind.JOURNEY and source.item.id in ids
