"""The lifecycle verbs, as the table in `docs/journeys.md` has them.

The same verb twice is a no-op; a verb that the table does not allow is NotAllowed.
"""

from __future__ import annotations

from collections.abc import Mapping

from jcli.compiler import findings_of_journey
from jcli.errors import NotAllowed
from jcli.findings import Finding, has_errors
from jcli.model import Actor, Journey, JourneyStatus, Kind
from jcli.operations.context import Clock, entry, must_match, visible_journey
from jcli.operations.journeys import Saved
from jcli.operations.world import world_for
from jcli.store import Store, Tables

_D, _L, _P, _A = JourneyStatus.DRAFT, JourneyStatus.PUBLISHED, JourneyStatus.PAUSED, JourneyStatus.ARCHIVED

TABLE: Mapping[str, tuple[frozenset[JourneyStatus], JourneyStatus]] = {
    "publish": (frozenset({_D, _P}), _L),
    "pause": (frozenset({_L}), _P),
    "unpublish": (frozenset({_L, _P}), _D),
    "archive": (frozenset({_D, _L, _P}), _A),
    "restore": (frozenset({_A}), _D),
}
"""Verb -> (statuses it starts from, the status it leads to)."""


def publish(store: Store, clock: Clock, actor: Actor, journey_id: str, *, if_match: int | None = None) -> Saved:
    """Make the journey live. All checks run first; errors refuse it and come back as findings."""
    return _change(store, clock, actor, journey_id, "publish", if_match)


def pause(store: Store, clock: Clock, actor: Actor, journey_id: str, *, if_match: int | None = None) -> Saved:
    """No new enrollments; those in progress go on."""
    return _change(store, clock, actor, journey_id, "pause", if_match)


def unpublish(store: Store, clock: Clock, actor: Actor, journey_id: str, *, if_match: int | None = None) -> Saved:
    """Back to DRAFT; enrollments in progress are kept as they are."""
    return _change(store, clock, actor, journey_id, "unpublish", if_match)


def archive(store: Store, clock: Clock, actor: Actor, journey_id: str, *, if_match: int | None = None) -> Saved:
    """Archive the journey and stop its enrollments for good (`stopped`, `archived`)."""
    return _change(store, clock, actor, journey_id, "archive", if_match)


def restore(store: Store, clock: Clock, actor: Actor, journey_id: str, *, if_match: int | None = None) -> Saved:
    """Bring an archived journey back as a DRAFT; its enrollments stay stopped."""
    return _change(store, clock, actor, journey_id, "restore", if_match)


def _change(store: Store, clock: Clock, actor: Actor, journey_id: str, verb: str, if_match: int | None) -> Saved:
    starts, ends = TABLE[verb]
    with store.write() as tables:
        stored = visible_journey(tables, actor, journey_id)
        must_match(stored.version, if_match, "the journey")
        if stored.status is ends:
            return Saved(stored, [])
        if stored.status not in starts:
            allowed = " or ".join(status for status in JourneyStatus if status in starts)
            raise NotAllowed(
                f"cannot {verb} a journey that is {stored.status}; it must be {allowed}", code="wrong-status"
            )
        findings = _findings(tables, actor, stored.journey) if verb == "publish" else []
        if has_errors(findings):
            return Saved(None, findings, refused=True)
        tables.set_status(journey_id, ends, clock())
        stopped = tables.stop_enrollments(journey_id, "archived", clock()) if verb == "archive" else 0
        detail = {"stopped": stopped} if stopped else {}
        tables.log([entry(actor, clock(), verb, Kind.JOURNEY, journey_id, detail)])
        return Saved(tables.journey(journey_id), findings)


def _findings(tables: Tables, actor: Actor, journey: Journey) -> list[Finding]:
    """What the checks find. Whoever comes by the API knows the nodes by their ids, everybody else by the keys that
    their file gives them."""
    base = None if actor.door == "api" else tables.base_of(Kind.JOURNEY, journey.id)
    return findings_of_journey(journey, world_for(tables, actor, journey), base.names if base else None)
