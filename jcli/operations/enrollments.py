"""Enrollments: entering a person by hand, reading, stopping.

Entering by hand is the door of MANUAL triggers. It asks three of the four entering rules (status, known or
anonymous, re-entry); the audience is a gate for events and for entry by audience, whoever enters a person by hand
has chosen them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jcli.compiler import check_body
from jcli.engine import Enter, Event, EventType, Reaction, Refused, StartEnrollment, Stop
from jcli.errors import NotAllowed, NotFound
from jcli.findings import Finding
from jcli.model import Actor, Enrollment, EnrollmentStatus, JourneyStatus, Person, Step, StoredJourney
from jcli.operations.context import Clock, visible_journey
from jcli.operations.ledger import whole_ledger
from jcli.operations.people import check_traits
from jcli.runtime import Present, insist, open_work
from jcli.store import Listing, Page, PersonKey, Store, Tables

Enrolled = tuple[Enrollment, Person | None]


@dataclass(frozen=True, slots=True)
class Entered:
    """The new enrollment with its person; both None when `refused`, and `findings` say why. Where the journey has
    nothing to wait for, the enrollment may have ended already."""

    enrollment: Enrollment | None
    person: Person | None
    findings: list[Finding]
    refused: bool = False


def get_enrollment(store: Store, actor: Actor, enrollment_id: str) -> tuple[Enrollment, Person | None, list[Step]]:
    """One enrollment with its person and its ledger; the last step of one in progress is where it stands now."""
    with store.read() as tables:
        enrollment, person = _visible(tables, actor, enrollment_id)
        return enrollment, person, whole_ledger(tables, enrollment)


def list_enrollments(
    store: Store,
    actor: Actor,
    journey_id: str,
    page: Page,
    *,
    status: EnrollmentStatus | None = None,
    node_id: str | None = None,
) -> Listing[Enrolled]:
    """The journey's enrollments, newest first."""
    with store.read() as tables:
        visible_journey(tables, actor, journey_id)
        return tables.enrollments(journey_id, page, status=status, node_id=node_id)


def enter_journey(store: Store, clock: Clock, actor: Actor, journey_id: str, body: Any) -> Entered:
    """Enter a person at the journey's MANUAL trigger; from there they go on at once.

    NotAllowed: `not-published`, `no-manual-trigger`, `anonymous-not-allowed`, `already-enrolled` (with the reason).
    """
    return insist(lambda beside: _enter(store, clock, actor, journey_id, body, beside))


def _enter(store: Store, clock: Clock, actor: Actor, journey_id: str, body: Any, beside: bool) -> Entered:
    with open_work(store, clock, beside=beside) as work:
        stored = visible_journey(work.tables, actor, journey_id)
        findings = check_body("EnrollmentCreate", body)
        if findings:
            return Entered(None, None, findings, refused=True)
        traits = body.get("traits")
        check_traits(traits or {})
        _must_be_published(stored)
        anonymous = body.get("anonymousId") is not None
        present = work.person(
            PersonKey(stored.journey.site_id, body["anonymousId"] if anonymous else body["endUserId"], anonymous)
        )
        enrollment_id = None
        if traits is not None:
            check_traits({**present.state.traits, **traits})
            told = work.give(present, Event(EventType.IDENTIFY, work.now, traits=traits))
            enrollment_id = _let_in(told, journey_id)
        if enrollment_id is None:
            enrollment_id = _begun(work.give(present, Enter(journey_id, work.now, actor.name)), present)
        work.save()
        return Entered(*_visible(work.tables, actor, enrollment_id), [])


def stop_enrollment(store: Store, clock: Clock, actor: Actor, enrollment_id: str) -> Enrolled:
    """End an enrollment as `stopped` (`manual`); one that has ended already stays as it ended."""
    return insist(lambda beside: _stop(store, clock, actor, enrollment_id, beside))


def _stop(store: Store, clock: Clock, actor: Actor, enrollment_id: str, beside: bool) -> Enrolled:
    with open_work(store, clock, beside=beside) as work:
        enrollment, person = _visible(work.tables, actor, enrollment_id)
        if enrollment.status is not EnrollmentStatus.IN_PROGRESS:
            return enrollment, person
        present = work.person(PersonKey(enrollment.site_id, enrollment.person_id, enrollment.anonymous))
        work.give(present, Stop(enrollment_id, work.now, actor.name))
        work.save()
        return _visible(work.tables, actor, enrollment_id)


def _visible(tables: Tables, actor: Actor, enrollment_id: str) -> Enrolled:
    enrollment = tables.enrollment(enrollment_id)
    if enrollment is None or not actor.sees(enrollment.site_id):
        raise NotFound(f"there is no enrollment {enrollment_id!r}")
    person = tables.person(enrollment.site_id, enrollment.person_id, anonymous=enrollment.anonymous)
    return enrollment, person


def _must_be_published(stored: StoredJourney) -> None:
    if stored.status is not JourneyStatus.PUBLISHED:
        raise NotAllowed(
            f"the journey is {stored.status}; people enter only a PUBLISHED one",
            hint="publish it first",
            code="not-published",
        )


def _let_in(reaction: Reaction, journey_id: str) -> str | None:
    """The enrollment that began because the traits match the journey's audience: the person is in, once."""
    for effect in reaction.effects:
        if isinstance(effect, StartEnrollment) and effect.enrollment.journey_id == journey_id:
            return effect.enrollment.id
    return None


def _begun(reaction: Reaction, present: Present) -> str:
    """The id of the enrollment that began; NotAllowed with what the engine said against it."""
    for effect in reaction.effects:
        match effect:
            case StartEnrollment(enrollment):
                return enrollment.id
            case Refused(_, code, because):
                raise NotAllowed(f"{present.key.id!r} cannot enter: {because}", code=code)
            case _:
                pass
    raise AssertionError("an entry by hand begins an enrollment or is refused")
