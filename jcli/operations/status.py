"""How each document of the workspace stands to what the store holds, and what the store holds besides."""

from __future__ import annotations

from jcli.compiler import Compilation
from jcli.model import Actor, AuditEntry, Kind
from jcli.operations.context import site_of
from jcli.operations.holdings import THINGS
from jcli.operations.planning import plan_within, stored_item
from jcli.plan import NONE, STEPS, Action, DocumentStatus, Mover, Step
from jcli.store import Page, Store, Tables

_ORDER = (*THINGS, Kind.JOURNEY)
_A_FEW = 20


def workspace_status(store: Store, compilation: Compilation, *, actor: Actor | None = None) -> list[DocumentStatus]:
    """Every document of the workspace and everything of the store (that the actor sees; None: all), sites first,
    journeys last, by key. Forbidden for a document of a site that the actor does not see."""
    with store.read() as tables:
        plan = plan_within(tables, compilation, None, NONE, actor)
        asked = _Asked(tables, actor)
        found = [asked.document(action) for action in plan.actions if action.outcome in STEPS]
        known = {(action.kind, action.id) for action in plan.actions}
        found += [asked.alone(kind, one) for kind, one in asked.ids() if (kind, one) not in known]
        return sorted(found, key=lambda one: (_ORDER.index(one.kind), one.step is Step.ALONE, one.key))


class _Asked:
    """What is asked of the store beside the plan."""

    def __init__(self, tables: Tables, actor: Actor | None) -> None:
        self._tables, self._actor = tables, actor
        self._states = tables.journey_states()
        self._protections = tables.protections()

    def ids(self) -> list[tuple[Kind, str]]:
        things = [(kind, one) for kind in THINGS for one in self._tables.thing_states(kind)]
        found = [*things, *((Kind.JOURNEY, one) for one in self._states)]
        return [one for one in found if self._is_seen(*one)]

    def _is_seen(self, kind: Kind, thing_id: str) -> bool:
        if self._actor is None or self._actor.sites is None:
            return True
        if kind is Kind.JOURNEY:
            return self._actor.sees(self._states[thing_id].site_id)
        stored = self._tables.thing(kind, thing_id)
        return stored is not None and self._actor.sees(site_of(stored.item))

    def document(self, action: Action) -> DocumentStatus:
        step = STEPS[action.outcome]
        return DocumentStatus(
            action.kind,
            action.key,
            action.id,
            action.name,
            step,
            action.status,
            self._in_progress(action.id),
            action.file,
            None if step in (Step.IN_STEP, Step.HERE) else action.note,
            action.mover,
            self._protected(action.id),
        )

    def alone(self, kind: Kind, thing_id: str) -> DocumentStatus:
        state = self._states.get(thing_id) if kind is Kind.JOURNEY else None
        item = None if state else stored_item(self._tables, kind, thing_id)
        log = self._log(kind, thing_id)
        return DocumentStatus(
            kind,
            thing_id,
            thing_id,
            state.name if state else (item.name if item else None) or thing_id,
            Step.ALONE,
            state.status if state else None,
            self._in_progress(thing_id),
            note=f"git let go of it; `jcli pull {thing_id}` brings it back" if self._released(log) else None,
            mover=Mover(log[0].actor, log[0].door, log[0].verb, log[0].at) if log else None,
            protected=self._protected(thing_id),
        )

    def _log(self, kind: Kind, thing_id: str) -> list[AuditEntry]:
        """What was done to the thing last."""
        return list(self._tables.audit(kind, thing_id, Page(limit=_A_FEW)).rows)

    @staticmethod
    def _released(log: list[AuditEntry]) -> bool:
        return next((entry.verb for entry in log if entry.verb.startswith("sync-")), None) == "sync-release"

    def _in_progress(self, thing_id: str) -> int:
        state = self._states.get(thing_id)
        return self._tables.enrollments_in_progress(thing_id) if state and state.enrollments else 0

    def _protected(self, thing_id: str) -> str | None:
        protection = self._protections.get(thing_id)
        return protection.reason if protection else None
