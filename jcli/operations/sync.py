"""Bring a checked workspace into the store: plan, then one transaction, all or nothing.

The three sides are brought together here and compared in `jcli/plan`. What the API changed since the last sync is
never undone: it is drift (left alone) or, when git changed too, a conflict (nothing of it is written).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

from jcli.canonical import Form, canonical
from jcli.compiler import Compilation, Source
from jcli.errors import InvalidRequest, NotFound, Stale
from jcli.findings import Finding, Severity
from jcli.model import (
    Actor,
    AuditEntry,
    Journey,
    JourneyStatus,
    Kind,
    SyncBase,
    SyncMark,
)
from jcli.operations.carry import LIVE, carry_over
from jcli.operations.context import Clock, entry
from jcli.operations.placing import placed
from jcli.plan import GitSide, Outcome, Plan, StoreSide, compare
from jcli.runtime import Work, open_work
from jcli.store import JourneySave, Store, Tables

_THINGS = (Kind.SITE, Kind.AUDIENCE, Kind.CONTENT)


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What was planned and whether it was carried out; when `refused`, nothing was written and `findings` say why."""

    plan: Plan
    findings: list[Finding]
    refused: bool = False


def make_plan(store: Store, compilation: Compilation, *, keys: Collection[str] | None = None) -> Plan:
    """What `sync` would do. `keys` narrows it to these documents and what they refer to."""
    with store.read() as tables:
        return _plan(tables, compilation, keys)


def sync(
    store: Store,
    clock: Clock,
    actor: Actor,
    compilation: Compilation,
    *,
    commit: str | None = None,
    keys: Collection[str] | None = None,
    expected: Plan | None = None,
) -> SyncResult:
    """Carry the plan out. Stale when it is no longer the `expected` one that was shown.

    Findings that bar sync (read, shape, references; for a live journey also graph errors) refuse it whole.
    Conflicts are left as they are and stay in the result's plan.
    """
    if compilation.bars_sync:
        raise InvalidRequest("the workspace has errors that bar sync", hint="see `jcli validate`")
    with open_work(store, clock) as work:
        tables = work.tables
        plan = _plan(tables, compilation, keys)
        if expected is not None and plan.fingerprint != expected.fingerprint:
            raise Stale("the store has changed since the plan was made", hint="look at the new plan and sync again")
        findings = _live_errors(plan, compilation)
        if findings:
            return SyncResult(plan, findings, refused=True)
        if plan.writes:
            _carry_out(work, actor, compilation, plan, commit)
        return SyncResult(plan, [])


def _plan(tables: Tables, compilation: Compilation, keys: Collection[str] | None) -> Plan:
    git = {place: _git_side(source) for place, source in compilation.sources.items()}
    marks = tables.marks()
    if keys is not None:
        wanted = _closure(compilation, keys, marks)
        git = {place: side for place, side in git.items() if place in wanted}
        marks = {place: mark for place, mark in marks.items() if place in wanted}
    return compare(git, marks, _store_sides(tables), partial(_base_of, tables))


def _base_of(tables: Tables, mark: SyncMark) -> SyncBase:
    base = tables.base_of(mark.kind, mark.id)
    if base is None:
        raise NotFound(f"there is no base of the {mark.kind} {mark.key!r}")
    return base


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
            state.fingerprint, state.name, partial(_journey_form, tables, state.id), state.status
        )
        for state in tables.journey_states().values()
    }
    for kind in _THINGS:
        for thing_id, (print_, _version) in tables.thing_states(kind).items():
            sides[kind, thing_id] = StoreSide(print_, thing_id, partial(_thing_form, tables, kind, thing_id))
    return sides


def _journey_form(tables: Tables, journey_id: str) -> Form:
    stored = tables.journey(journey_id)
    if stored is None:
        raise NotFound(f"there is no journey {journey_id!r}")
    return canonical(stored.journey)


def _thing_form(tables: Tables, kind: Kind, thing_id: str) -> Form:
    stored = tables.thing(kind, thing_id)
    if stored is None:
        raise NotFound(f"there is no {kind} {thing_id!r}")
    return canonical(stored.item)


def _closure(
    compilation: Compilation, keys: Collection[str], marks: Collection[tuple[Kind, str]]
) -> set[tuple[Kind, str]]:
    """The documents with these keys and the sites, audiences and contents that the journeys among them name."""
    places = {*compilation.sources, *marks}
    missing = [key for key in keys if all(place[1] != key for place in places)]
    if missing:
        raise InvalidRequest(f"no document has the key {missing[0]!r}", hint="see `jcli list`, or the files")
    wanted = {place for place in places if place[1] in keys}
    for place in list(wanted):
        source = compilation.sources.get(place)
        if source is not None and isinstance(source.item, Journey):
            wanted |= {place for place in compilation.sources if _named(compilation.sources[place], source.item)}
    return wanted


def _named(source: Source, journey: Journey) -> bool:
    ids = {journey.site_id, journey.audience_id, *(node.content_id for node in journey.nodes)}
    return source.kind is not Kind.JOURNEY and source.item.id in ids


def _live_errors(plan: Plan, compilation: Compilation) -> list[Finding]:
    """Graph errors of the journeys that the plan would change while people may be on their way in them."""
    live = {action.key for action in plan.of(Outcome.UPDATE) if action.status in LIVE}
    return [
        replace(finding, severity=Severity.ERROR)
        for key in sorted(live)
        for finding in compilation.graph_errors.get(key, ())
    ]


def _carry_out(work: Work, actor: Actor, compilation: Compilation, plan: Plan, commit: str | None) -> None:
    tables, now = work.tables, work.now
    saves: list[JourneySave] = []
    log: list[AuditEntry] = []
    carried: list[tuple[Journey, JourneyStatus]] = []
    for action in plan.writes:
        source = compilation.sources[action.kind, action.key]
        if action.outcome is not Outcome.ADOPT:
            if isinstance(source.item, Journey):
                old = tables.journey(action.id) if action.outcome is Outcome.UPDATE else None
                journey = placed(source.item, old.journey if old else None)
                saves.append(JourneySave(journey, action.wanted or ""))
                if old is not None:
                    carried.append((journey, old.status))
            else:
                tables.put_thing(source.item, action.wanted or "", now)
        detail = {"key": action.key, "file": source.document.file, "commit": commit}
        log.append(entry(actor, now, f"sync-{action.outcome}", action.kind, action.id, detail))
    tables.save_journeys(saves, author=actor.name, door=actor.door, now=now)
    for journey, status in carried:
        carry_over(work, journey, status)
    tables.put_bases(_bases(plan, compilation, commit, now))
    tables.log(log)


def _bases(plan: Plan, compilation: Compilation, commit: str | None, now: int) -> Iterable[SyncBase]:
    for action in plan.writes:
        source = compilation.sources[action.kind, action.key]
        yield SyncBase(
            action.kind,
            action.key,
            action.id,
            action.wanted or "",
            source.form,
            source.places.names,
            source.document.file,
            commit,
            now,
        )
