"""Bring a checked workspace into the store: plan, then one transaction, all or nothing.

What the API changed since the last sync is never undone unless somebody chose so: it is drift (left alone), merged, or
a conflict (nothing of it is written). The plan is made again inside the transaction that carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jcli.canonical import canonical, fingerprint
from jcli.compiler import Compilation, Source
from jcli.errors import InvalidRequest, Stale
from jcli.findings import Finding, Severity
from jcli.model import Actor, AuditEntry, Instant, Journey, JourneyStatus, Kind, SyncBase
from jcli.operations.carry import LIVE, carry_over
from jcli.operations.context import Clock, entry
from jcli.operations.lifecycle import archive_within
from jcli.operations.placing import placed
from jcli.operations.planning import item_wanted, moves_of, node_map_of, plan_within, stored_item
from jcli.plan import NONE, Action, Choices, Moved, Outcome, Plan, Planned, moved_since, only_shown
from jcli.runtime import Work, open_work
from jcli.store import JourneySave, Store, Tables


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What was planned and whether it was carried out. When `refused`, nothing was written: `findings` say why, or the
    plan's `rails` do."""

    plan: Plan
    findings: list[Finding]
    refused: bool = False


def sync(
    store: Store,
    clock: Clock,
    actor: Actor,
    compilation: Compilation,
    *,
    commit: str | None = None,
    keys: Collection[str] | None = None,
    choices: Choices = NONE,
    expected: Sequence[Planned] | None = None,
    allowed: Callable[[Plan], None] | None = None,
) -> SyncResult:
    """Carry the plan out; of one that was shown (`expected`) just what was shown, and Stale when a document of it has
    moved since. `allowed` is asked of the plan before anything is written, and raises what it has against it.

    Findings that bar sync (read, shape, references; for a live journey also graph errors) and rails refuse it whole.
    Conflicts are left as they are and stay in the result's plan.
    """
    if compilation.bars_sync:
        raise InvalidRequest("the workspace has errors that bar sync", hint="see `jcli validate`")
    with open_work(store, clock) as work:
        plan = plan_within(work.tables, compilation, keys, choices, actor, kept=expected is not None)
        if expected is not None:
            _must_be_as_shown(work.tables, plan, expected)
            plan = only_shown(plan, expected, choices.allow)
        findings = _live_errors(plan, compilation)
        if findings or plan.rails:
            return SyncResult(plan, findings, refused=True)
        if allowed is not None:
            allowed(plan)
        if plan.writes:
            _Carrying(work, actor, compilation, commit).carry_out(plan)
        return SyncResult(plan, [])


def _must_be_as_shown(tables: Tables, plan: Plan, expected: Sequence[Planned]) -> None:
    moved = moved_since(tuple(expected), plan)
    if moved:
        told = "; ".join(_told(tables, one) for one in moved[:3])
        more = f"; and {len(moved) - 3} more" if len(moved) > 3 else ""
        raise Stale(f"the plan is stale: {told}{more}", hint="make a new plan, look at it and sync again")


def _told(tables: Tables, moved: Moved) -> str:
    kind, key = moved.planned.kind, moved.planned.key
    if moved.side == "git":
        return f"the file of {kind.value} `{key}` has changed since"
    status = moved.now.status if moved.now else None
    last = next(moves_of(tables, kind, moved.planned.id, status), None)
    who = f" by {last.actor} ({last.door}, {last.verb})" if last else ""
    return f"{kind.value} `{key}` was changed{who} since"


def _live_errors(plan: Plan, compilation: Compilation) -> list[Finding]:
    """Graph errors of the journeys that the plan would change while people may be on their way in them."""
    live = {action.key for action in plan.of(Outcome.UPDATE, Outcome.MERGE) if action.status in LIVE}
    return [
        replace(finding, severity=Severity.ERROR)
        for key in sorted(live)
        for finding in compilation.graph_errors.get(key, ())
    ]


class _Carrying:
    """Carries a plan out within one transaction."""

    def __init__(self, work: Work, actor: Actor, compilation: Compilation, commit: str | None) -> None:
        self._work, self._actor, self._compilation, self._commit = work, actor, compilation, commit
        self._saves: list[JourneySave] = []
        self._carried: list[tuple[Journey, JourneyStatus]] = []
        self._log: list[AuditEntry] = []

    def carry_out(self, plan: Plan) -> None:
        tables, now = self._work.tables, self._work.now
        for action in plan.writes:
            self._write(action)
        tables.save_journeys(self._saves, author=self._actor.name, door=self._actor.door, now=now)
        for journey, status in self._carried:
            carry_over(self._work, journey, status)
        tables.put_bases(self._bases(plan, now))
        gone = plan.of(Outcome.ARCHIVE, Outcome.RELEASE)
        tables.drop_bases((action.kind, action.id) for action in gone)
        tables.log(self._log)

    def _write(self, action: Action) -> None:
        detail: dict[str, Any] = {"key": action.key, "file": action.file, "commit": self._commit}
        match action.outcome:
            case Outcome.CREATE | Outcome.UPDATE | Outcome.MERGE:
                detail |= self._put(action)
            case Outcome.ARCHIVE:
                detail |= self._take_away(action)
        self._log.append(entry(self._actor, self._work.now, f"sync-{action.outcome}", action.kind, action.id, detail))

    def _put(self, action: Action) -> dict[str, object]:
        """Write what the action wants; what else the log should tell of it."""
        tables, source = self._work.tables, self._compilation.sources[action.kind, action.key]
        if action.kind is not Kind.JOURNEY:
            item = item_wanted(action, source, stored_item(tables, action.kind, action.id))
            assert not isinstance(item, Journey)
            tables.put_thing(item, _print(action, source, item), self._work.now)
            return {}
        stored = None if action.outcome is Outcome.CREATE else tables.journey(action.id)
        item = item_wanted(action, source, stored.journey if stored else None)
        assert isinstance(item, Journey)
        journey = placed(item, stored.journey if stored else None)
        moves = node_map_of(source, tables.base_of(action.kind, action.id)) if stored else {}
        self._saves.append(JourneySave(journey, _print(action, source, item), node_map=moves))
        if stored is None:
            return {}
        self._carried.append((journey, stored.status))
        names = self._names(action, source)
        gone = {names.get(node.id, node.id): names[moves[node.id]] for node in stored.journey.nodes if node.id in moves}
        return {"nodeMap": gone} if gone else {}

    def _take_away(self, action: Action) -> dict[str, object]:
        tables = self._work.tables
        if action.kind is not Kind.JOURNEY:
            tables.remove_thing(action.kind, action.id)
            return {}
        stored = tables.journey(action.id)
        assert stored is not None  # the plan was made in this transaction
        return archive_within(self._work, stored)

    def _bases(self, plan: Plan, now: Instant) -> Iterable[SyncBase]:
        """Git and the store agree on what git says. What a merge kept of the store's side is not in git yet, so it
        is drift from this base until a pull takes it home."""
        for action in plan.of(Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE, Outcome.ADOPT):
            source = self._compilation.sources[action.kind, action.key]
            yield SyncBase(
                action.kind,
                action.key,
                action.id,
                source.fingerprint,
                source.form,
                self._names(action, source),
                source.document.file,
                self._commit,
                now,
            )

    def _names(self, action: Action, source: Source) -> Mapping[str, str]:
        """Node ids -> keys, also of nodes that are gone, because people have been there: their ledgers tell of them,
        and a `nodeMap` may name them. A key that a node has now is that node's alone."""
        now = source.places.names
        synced = action.kind is Kind.JOURNEY and action.outcome is not Outcome.CREATE
        base = self._work.tables.base_of(action.kind, action.id) if synced else None
        if base is None or base.names.keys() <= now.keys():
            return now
        taken = set(now.values())
        gone = {node_id: key for node_id, key in base.names.items() if node_id not in now and key not in taken}
        return {**gone, **now}


def _print(action: Action, source: Source, item: Any) -> str:
    """The fingerprint to keep with what is written: git's, without positions that it does not state."""
    return source.fingerprint if action.merged is None else fingerprint(canonical(item))
