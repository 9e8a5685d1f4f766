"""Enrollments: entering a person by hand, reading, stopping.

Entering by hand is the door of MANUAL triggers. It asks three of the four entering rules (status, known or
anonymous, re-entry); the audience is a gate for events and for entry by audience, whoever enters a person by hand
has chosen them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jcli.compiler import check_body
from jcli.durations import parse_duration
from jcli.errors import NotAllowed, NotFound
from jcli.findings import Finding
from jcli.model import (
    Actor,
    Enrollment,
    EnrollmentStatus,
    Instant,
    Journey,
    JourneyStatus,
    Node,
    NodeType,
    Person,
    StoredJourney,
)
from jcli.operations.context import Clock, NewId, visible_journey
from jcli.operations.people import check_traits
from jcli.store import Listing, Page, Store, Tables

Enrolled = tuple[Enrollment, Person | None]


@dataclass(frozen=True, slots=True)
class Entered:
    """The new enrollment with its person; both None when `refused`, and `findings` say why."""

    enrollment: Enrollment | None
    person: Person | None
    findings: list[Finding]
    refused: bool = False


def get_enrollment(store: Store, actor: Actor, enrollment_id: str) -> Enrolled:
    with store.read() as tables:
        return _visible(tables, actor, enrollment_id)


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


def enter_journey(store: Store, clock: Clock, actor: Actor, journey_id: str, body: Any, *, new_id: NewId) -> Entered:
    """Enter a person at the journey's MANUAL trigger.

    NotAllowed: `not-published`, `no-manual-trigger`, `anonymous-not-allowed`, `already-enrolled` (with the reason).
    """
    with store.write() as tables:
        stored = visible_journey(tables, actor, journey_id)
        findings = check_body("EnrollmentCreate", body)
        if findings:
            return Entered(None, None, findings, refused=True)
        traits = body.get("traits")
        check_traits(traits or {})
        anonymous = body.get("anonymousId") is not None
        person_id = body["anonymousId"] if anonymous else body["endUserId"]
        trigger = _manual_trigger(stored)
        if anonymous and not stored.journey.allow_anonymous:
            raise NotAllowed(
                "this journey takes known people only",
                hint="give endUserId, or set allowAnonymous on the journey",
                code="anonymous-not-allowed",
            )
        now = clock()
        rotation = _rotation(tables, stored.journey, person_id, anonymous, now)
        person = _person(tables, stored.journey.site_id, person_id, anonymous, traits, now)
        enrollment = Enrollment(
            id=new_id(),
            journey_id=journey_id,
            site_id=stored.journey.site_id,
            person_id=person_id,
            anonymous=anonymous,
            rotation=rotation,
            status=EnrollmentStatus.IN_PROGRESS,
            node_id=trigger.id,
            revision=stored.revision,
            enrolled_at=now,
        )
        tables.insert_enrollment(enrollment)
        return Entered(enrollment, person, [])


def stop_enrollment(store: Store, clock: Clock, actor: Actor, enrollment_id: str) -> Enrolled:
    """End an enrollment as `stopped` (`manual`); one that has ended already stays as it ended."""
    with store.write() as tables:
        enrollment, person = _visible(tables, actor, enrollment_id)
        if enrollment.status is EnrollmentStatus.IN_PROGRESS:
            ended = tables.end_enrollment(enrollment_id, EnrollmentStatus.STOPPED, "manual", clock())
            enrollment = ended or enrollment
        return enrollment, person


def _visible(tables: Tables, actor: Actor, enrollment_id: str) -> Enrolled:
    enrollment = tables.enrollment(enrollment_id)
    if enrollment is None or not actor.sees(enrollment.site_id):
        raise NotFound(f"there is no enrollment {enrollment_id!r}")
    person = tables.person(enrollment.site_id, enrollment.person_id, anonymous=enrollment.anonymous)
    return enrollment, person


def _manual_trigger(stored: StoredJourney) -> Node:
    if stored.status is not JourneyStatus.PUBLISHED:
        raise NotAllowed(
            f"the journey is {stored.status}; people enter only a PUBLISHED one",
            hint="publish it first",
            code="not-published",
        )
    for node in stored.journey.nodes:
        if node.type is NodeType.TRIGGER and node.config.get("triggerType") == "MANUAL":
            return node
    raise NotAllowed("the journey has no MANUAL trigger to enter at", code="no-manual-trigger")


def _rotation(tables: Tables, journey: Journey, person_id: str, anonymous: bool, now: Instant) -> int:
    """The number of this entry; NotAllowed when re-entry (`settings.reentry`, `reentryAfter`) forbids it."""
    last = tables.last_enrollment(journey.id, person_id, anonymous=anonymous)
    if last is None:
        return 1
    reentry = journey.settings.get("reentry", "once")
    least = journey.settings.get("reentryAfter")
    if reentry == "once":
        why = "has been in this journey, which is entered once"
    elif reentry == "after_exit" and last.status is EnrollmentStatus.IN_PROGRESS:
        why = "is in this journey now"
    elif least is not None and now < last.enrolled_at + parse_duration(least):
        why = f"entered less than {least} ago"
    else:
        return last.rotation + 1
    raise NotAllowed(f"{person_id!r} {why}", code="already-enrolled")


def _person(
    tables: Tables, site_id: str, person_id: str, anonymous: bool, traits: dict[str, Any] | None, now: Instant
) -> Person:
    """The person as it is now: made when there is none, with the traits given laid over those known."""
    old = tables.person(site_id, person_id, anonymous=anonymous)
    if old is not None and traits is None:
        return old
    merged = {**(old.traits if old else {}), **(traits or {})}
    check_traits(merged)
    person = Person(site_id, person_id, anonymous, merged, old.created_at if old else now, now)
    tables.put_person(person)
    return person
