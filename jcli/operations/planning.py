"""The three sides of a plan, brought together: a checked workspace, the store, and the bases between them.

`jcli/plan` compares them; here is what needs the store or the checks: whether a merged journey makes sense, who stands
where, who changed the store's side, which rails stand in the way. Nothing is written; `sync` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property, partial

from jcli.canonical import Form, body_of, canonical, item_of_form, node_id
from jcli.checks import World
from jcli.compiler import Compilation, Source, check_body, findings_of_journey
from jcli.errors import NotFound
from jcli.findings import Finding, Severity
from jcli.model import Actor, AuditEntry, Item, Journey, JourneyStatus, Kind, SyncBase, SyncMark
from jcli.operations.carry import LIVE
from jcli.operations.covering import covered
from jcli.operations.holdings import THINGS
from jcli.operations.naming import named_by, without_named
from jcli.operations.narrowing import closure, must_know, must_reach
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

BaseOf = Callable[[Kind, str], SyncBase | None]
_MOVED = frozenset({Outcome.DRIFT, Outcome.CONFLICT, Outcome.MERGE})
_CHANGED = frozenset({Outcome.UPDATE, Outcome.MERGE, Outcome.ARCHIVE})
_DEFINING = frozenset({Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE})


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
    *,
    kept: bool = False,
) -> Plan:
    """The plan, in a transaction that is open already, as far as the actor sees (None: all). InvalidRequest when keys
    or choices name what is not there; but what a plan that was `kept` names may have gone since, and then that plan is
    stale."""
    git = {place: _git_side(source) for place, source in compilation.sources.items()}
    marks = tables.marks()
    if not kept:
        must_know({*choices.named, *(keys or ())}, [*git, *marks])
    if keys is not None:
        wanted = closure(compilation, keys, marks)
        if not kept:
            must_reach(choices.named, wanted)
        git = {place: side for place, side in git.items() if place in wanted}
        marks = {place: mark for place, mark in marks.items() if place in wanted}
    bases = cache(tables.base_of)  # of what has changed several questions are asked
    plan = compare(git, marks, _store_sides(tables), partial(_base, bases), choices)
    plan = covered(tables, compilation, plan, actor)
    seen = _Seen(tables, compilation, bases)
    plan = Plan(tuple(map(seen.complete, plan.actions)))
    sees_all = actor is None or actor.sites is None
    plan = without_named(tables, plan, seen.item_written, sees_all=sees_all)
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


_BESIDE = frozenset({"publish", "pause", "unpublish", "protect", "unprotect", "rotate-write-key"})
_AROUND = frozenset({"archive", "restore"})
"""Verbs that leave a definition as it is; those of `_AROUND` are news where the document is archived."""


def moves_of(tables: Tables, kind: Kind, thing_id: str, status: JourneyStatus | None) -> Iterator[AuditEntry]:
    """What changed the store's side of a document, newest first."""
    beside = _BESIDE if status is JourneyStatus.ARCHIVED else _BESIDE | _AROUND
    after = None
    while True:
        listed = tables.audit(kind, thing_id, Page(limit=50, after=after))
        yield from (entry for entry in listed.rows if entry.verb not in beside)
        if (after := listed.next) is None:
            return


def node_map_of(source: Source, base: SyncBase | None) -> dict[str, str]:
    """`nodeMap` of a journey's document by ids: from nodes that were to nodes that are. An old node is named by the
    key that it had, or by its id where the API made it; what is still a node moves nobody, as the checks tell."""
    asked: Mapping[str, str] = source.document.data.get("nodeMap") or {}
    if not asked:
        return {}
    names = source.places.names
    now = {key: one for one, key in names.items()}
    before = {key: one for one, key in base.names.items()} if base else {}
    moves: dict[str, str] = {}
    for old, new in asked.items():
        if old not in now:
            ids = (before[old],) if old in before else (old, node_id(source.item.id, old))
            moves |= dict.fromkeys(ids, now[new])
    return {old: new for old, new in moves.items() if old not in names}


def _base(base_of: BaseOf, mark: SyncMark) -> SyncBase:
    base = base_of(mark.kind, mark.id)
    if base is None:
        raise NotFound(f"there is no base of the {mark.kind} {mark.key!r}")
    return base


class _Seen:
    """What a plan tells of an action beyond the comparison."""

    def __init__(self, tables: Tables, compilation: Compilation, base_of: BaseOf) -> None:
        self._tables, self._compilation, self._base_of = tables, compilation, base_of
        self._states = tables.journey_states()

    def complete(self, action: Action) -> Action:
        if action.outcome is Outcome.MERGE:
            action = self._judged(action)
        if action.outcome in _MOVED:
            action = replace(action, mover=self._mover(action))
        if action.outcome in _CHANGED and action.kind is Kind.JOURNEY:
            return replace(action, people=self._people(action))
        if action.outcome in _CHANGED and action.kind in (Kind.AUDIENCE, Kind.CONTENT):
            return replace(action, live_users=tuple(self._live_users.get((action.kind, action.id), ())))
        return action

    def item_written(self, action: Action) -> Item | None:
        """What the action leaves in the store; None where it writes no definition."""
        if action.outcome not in _DEFINING:
            return None
        source = self._compilation.sources[action.kind, action.key]
        return item_wanted(action, source, stored_item(self._tables, action.kind, action.id))

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
        ways = f"`--take git {action.key}` or `--take store {action.key}` decides"
        note = f"merged, the journey would be wrong: {wrong[0].message} ({wrong[0].code}); {ways}"
        return replace(action, outcome=Outcome.CONFLICT, note=note, merged=None)

    def _names(self, action: Action) -> dict[str, str]:
        base = self._base_of(action.kind, action.id)
        source = self._compilation.sources.get((action.kind, action.key))
        return {**(base.names if base else {}), **(source.places.names if source else {})}

    def _mover(self, action: Action) -> Mover | None:
        """Who changed the store's side last; of a thing that nobody but sync wrote, nobody."""
        for entry in moves_of(self._tables, action.kind, action.id, action.status):
            pruned = entry.verb == "sync-archive" and action.status is JourneyStatus.ARCHIVED
            if pruned or not entry.verb.startswith("sync-"):
                return Mover(entry.actor, entry.door, entry.verb, entry.at, entry.detail.get("commit"))
        return None

    def _people(self, action: Action) -> People | None:
        """What the action does to people; None where nobody is on the way and nobody can enter."""
        state = self._states[action.id]
        in_progress = self._tables.enrollments_in_progress(action.id) if state.enrollments else 0
        if not in_progress and state.status not in LIVE:
            return None
        if action.outcome is Outcome.ARCHIVE:
            return People(in_progress)
        source, base = self._compilation.sources[action.kind, action.key], self._base_of(action.kind, action.id)
        old = base.form if base and base.fingerprint == action.state else _form(self._tables, action.kind, action.id)
        new = source.form if action.merged is None else action.merged
        here, node_map = self._tables.people_on_nodes(action.id), node_map_of(source, base)
        return people_of(dict(old), new, here, in_progress, self._names(action), node_map)

    @cached_property
    def _live_users(self) -> Mapping[tuple[Kind, str], list[str]]:
        """Keys of the live journeys that name a thing, by its kind and id."""
        users: dict[tuple[Kind, str], list[str]] = {}
        for source in self._compilation.sources.values():
            if isinstance(source.item, Journey) and self._status(source.item.id) in LIVE:
                for thing in named_by(source.item):
                    users.setdefault(thing, []).append(source.key)
        return users

    def _status(self, journey_id: str) -> JourneyStatus | None:
        state = self._states.get(journey_id)
        return state.status if state else None


def _errors(journey: Journey, names: Mapping[str, str]) -> list[Finding]:
    body = {key: value for key, value in body_of(journey).items() if key not in ("id", "status")}
    findings = check_body("JourneyCreate", body) or findings_of_journey(journey, World(), names)
    return [finding for finding in findings if finding.severity is Severity.ERROR]


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
        any("id" in node for node in (source.document.data.get("nodes") or {}).values()),
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
