"""The lifecycle verbs, as the table in `docs/journeys.md` has them.

The same verb twice is a no-op; a verb that the table does not allow is NotAllowed.
"""

from __future__ import annotations

from collections.abc import Mapping

from jcli.compiler import findings_of_journey
from jcli.errors import NotAllowed
from jcli.findings import Finding, has_errors
from jcli.model import Actor, Journey, JourneyStatus, Kind, NodeType, StoredJourney
from jcli.operations.context import Clock, entry, must_match, must_not_be_protected, visible_journey
from jcli.operations.journeys import Saved
from jcli.operations.world import world_for
from jcli.runtime import Work, open_work, start_job
from jcli.store import JobKind, Page, Store, Tables

_D, _L, _P, _A = JourneyStatus.DRAFT, JourneyStatus.PUBLISHED, JourneyStatus.PAUSED, JourneyStatus.ARCHIVED

TABLE: Mapping[str, tuple[frozenset[JourneyStatus], JourneyStatus]] = {
    "publish": (frozenset({_D, _P}), _L),
    "pause": (frozenset({_L}), _P),
    "unpublish": (frozenset({_L, _P}), _D),
    "archive": (frozenset({_D, _L, _P}), _A),
    "restore": (frozenset({_A}), _D),
}
"""Verb -> (statuses it starts from, the status it leads to)."""

_GUARDED = frozenset({"archive", "unpublish"})
"""What a protected journey is protected from. Pausing is always allowed: it is how one stops what goes wrong."""

_CANCELLED: Mapping[str, tuple[JobKind, ...]] = {
    "publish": (JobKind.BACKFILL,),
    "pause": (JobKind.BACKFILL,),
    "unpublish": (JobKind.BACKFILL, JobKind.THAW, JobKind.FOLLOW),
    "archive": (JobKind.BACKFILL, JobKind.THAW, JobKind.FOLLOW),
    "restore": (),
}
"""What has no place any more after a verb. A thaw goes on while the journey is paused: nobody else would wake them."""


def publish(
    store: Store,
    clock: Clock,
    actor: Actor,
    journey_id: str,
    *,
    if_match: int | None = None,
    by_key: bool | None = None,
) -> Saved:
    """Make the journey live. All checks run first; errors refuse it and come back as findings. What was frozen goes on,
    and a journey that is entered by its audience begins to enter everybody who matches: `stored.backfill` says how far
    that has come. `by_key`: whether findings name nodes by the keys that their file gives them, or by ids (None: as the
    actor's door has it)."""
    return _change(store, clock, actor, journey_id, "publish", if_match, by_key)


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


def _change(
    store: Store,
    clock: Clock,
    actor: Actor,
    journey_id: str,
    verb: str,
    if_match: int | None,
    by_key: bool | None = None,
) -> Saved:
    starts, ends = TABLE[verb]
    with open_work(store, clock) as work:
        tables = work.tables
        stored = visible_journey(tables, actor, journey_id)
        must_match(stored.version, if_match, "the journey")
        if stored.status is ends:
            return Saved(stored, [])
        if stored.status not in starts:
            allowed = " or ".join(status for status in JourneyStatus if status in starts)
            raise NotAllowed(
                f"cannot {verb} a journey that is {stored.status}; it must be {allowed}", code="wrong-status"
            )
        if verb in _GUARDED:
            must_not_be_protected(tables, journey_id)
        findings = _findings(tables, actor, stored.journey, by_key) if verb == "publish" else []
        if has_errors(findings):
            return Saved(None, findings, refused=True)
        if verb == "restore":
            _must_have_stopped(work, journey_id)
        tables.set_status(journey_id, ends, work.now)
        tables.log([entry(actor, work.now, verb, Kind.JOURNEY, journey_id, _reach_people(work, stored, verb))])
        return Saved(tables.journey(journey_id), findings)


def archive_within(work: Work, stored: StoredJourney) -> dict[str, object]:
    """Archive a journey in a transaction that is open already; how many people that stops, for the log."""
    work.tables.set_status(stored.journey.id, _A, work.now)
    return _reach_people(work, stored, "archive")


def _must_have_stopped(work: Work, journey_id: str) -> None:
    if any(job.kind is JobKind.STOP for job in work.tables.running_jobs(journey_id)):
        raise NotAllowed(
            "the enrollments of this journey are still being stopped",
            hint="try again in a moment",
            code="still-stopping",
        )


def _reach_people(work: Work, stored: StoredJourney, verb: str) -> dict[str, object]:
    """Bring the new status to the people: few at once, many by a job that a runtime goes on with. What comes in
    meanwhile is judged by the new status already. How many are concerned, for the log."""
    tables, journey = work.tables, stored.journey
    people = tables.enrollments_in_progress(journey.id)
    work.renew_catalogue()
    tables.cancel_jobs(journey.id, _CANCELLED[verb], work.now)
    if verb == "archive":
        start_job(work, JobKind.STOP, journey.id, people)
        return {"stopped": people} if people else {}
    if verb == "publish" and stored.status is JourneyStatus.DRAFT and people:
        start_job(work, JobKind.THAW, journey.id, people)
    if verb == "publish" and _by_audience(journey) and journey.settings.get("backfill") != "future":
        total = tables.people(None, Page(limit=1), site_id=journey.site_id).total
        start_job(work, JobKind.BACKFILL, journey.id, total, [0, tables.last_person_row()])
        return {"backfill": total}
    return {}


def _by_audience(journey: Journey) -> bool:
    """Whether people enter by matching the audience: a MANUAL trigger and an audience."""
    return journey.audience_id is not None and any(
        node.type is NodeType.TRIGGER and node.config.get("triggerType") == "MANUAL" for node in journey.nodes
    )


def _findings(tables: Tables, actor: Actor, journey: Journey, by_key: bool | None) -> list[Finding]:
    """What the checks find. Whoever comes by the API knows the nodes by their ids, everybody else by the keys that
    their file gives them."""
    keys = actor.door != "api" if by_key is None else by_key
    base = tables.base_of(Kind.JOURNEY, journey.id) if keys else None
    return findings_of_journey(journey, world_for(tables, actor, journey), base.names if base else None)
