"""What was done to a journey, and going back: its log, its earlier canvases, and the protection from both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from jcli.canonical import canonical, fingerprint
from jcli.compiler import findings_of_journey
from jcli.errors import InvalidRequest, NotFound
from jcli.findings import Finding, has_errors
from jcli.model import Actor, AuditEntry, Journey, Kind, Protection, StoredJourney
from jcli.operations.carry import LIVE, carry_over
from jcli.operations.context import Clock, entry, must_be_editable, visible_journey
from jcli.operations.world import world_for
from jcli.plan import Fate, People, Rail, people_of, removal
from jcli.runtime import open_work
from jcli.store import JourneySave, Listing, Page, Store, Tables

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class RolledBack:
    """`stored` is the journey as it is now. When `refused`, nothing was written: `findings` say why, or the `rails`.
    `people` is what the step back does, or did, to those in the journey (None: nobody is)."""

    stored: StoredJourney
    findings: list[Finding]
    people: People | None
    rails: tuple[Rail, ...] = ()
    refused: bool = False


def journey_log(store: Store, actor: Actor, journey_id: str, page: Page) -> Listing[AuditEntry]:
    """Who did what to the journey by which door, newest first; NotFound."""
    with store.read() as tables:
        visible_journey(tables, actor, journey_id, canvas=False)
        return tables.audit(Kind.JOURNEY, journey_id, page)


def rollback(
    store: Store, clock: Clock, actor: Actor, journey_id: str, number: int, *, allow: Collection[str] = ()
) -> RolledBack:
    """Make a new revision with the canvas of an old one; everything beside the canvas stays as it is. Nothing is
    written when the canvas is that one already. The rail against ending people is that of a sync."""
    with open_work(store, clock) as work:
        tables = work.tables
        stored = visible_journey(tables, actor, journey_id)
        must_be_editable(tables, stored)
        old = tables.revision(journey_id, number)
        if old is None:
            raise NotFound(f"the journey has no revision {number}; the newest is {stored.revision}")
        journey = replace(stored.journey, nodes=old.nodes, edges=old.edges)
        if fingerprint(canonical(journey)) == fingerprint(canonical(stored.journey)):
            return RolledBack(stored, [], None)
        base = tables.base_of(Kind.JOURNEY, journey_id)
        names = dict(base.names) if base else {}
        findings = findings_of_journey(journey, world_for(tables, actor, journey), names)
        people = _people(tables, stored.journey, journey, names)
        rails = tuple(rail for rail in _rails(base.key if base else journey_id, people) if rail.waiver not in allow)
        if rails or (stored.status in LIVE and has_errors(findings)):
            return RolledBack(stored, findings, people, rails, refused=True)
        save = JourneySave(journey, fingerprint(canonical(journey)))
        tables.save_journeys([save], author=actor.name, door=actor.door, now=work.now)
        moved = carry_over(work, journey, stored.status)
        tables.log([entry(actor, work.now, "rollback", Kind.JOURNEY, journey_id, {"to": number, **moved})])
        now = tables.journey(journey_id)
        assert now is not None  # it was written in this transaction
        return RolledBack(now, findings, people)


def _people(tables: Tables, old: Journey, new: Journey, names: dict[str, str]) -> People | None:
    in_progress = tables.enrollments_in_progress(new.id)
    if not in_progress:
        return None
    return people_of(canonical(old), canonical(new), tables.people_on_nodes(new.id), in_progress, names)


def _rails(key: str, people: People | None) -> list[Rail]:
    return [removal(key, one.node, one.here) for one in (people.standing if people else ()) if one.fate is Fate.END]


def protect(store: Store, clock: Clock, actor: Actor, journey_id: str, reason: str) -> Protection:
    """Keep syncs, edits through the API, rollbacks and archiving from the journey until somebody unprotects it."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise InvalidRequest(
            f"a reason of 1 to {LONGEST_REASON} characters on one line is expected",
            hint="say why and until when, as in `the launch is on Monday`",
        )
    with store.write() as tables:
        visible_journey(tables, actor, journey_id, canvas=False)
        protection = Protection(journey_id, reason, actor.name, clock())
        tables.protect(protection)
        tables.log([entry(actor, protection.at, "protect", Kind.JOURNEY, journey_id, {"reason": reason})])
        return protection


def unprotect(store: Store, clock: Clock, actor: Actor, journey_id: str) -> bool:
    """False: it was not protected."""
    with store.write() as tables:
        visible_journey(tables, actor, journey_id, canvas=False)
        was = tables.unprotect(journey_id)
        if was:
            tables.log([entry(actor, clock(), "unprotect", Kind.JOURNEY, journey_id)])
        return was


def protection_of(store: Store, actor: Actor, journey_id: str) -> Protection | None:
    with store.read() as tables:
        visible_journey(tables, actor, journey_id, canvas=False)
        return tables.protections().get(journey_id)
