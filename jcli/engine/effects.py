"""What a reaction asks of its runner: transitions for the ledger, and effects for tables, timers and webhooks.

Effects are in the order in which things happened. They say what to do, never how; a runner that only wants the new
state may drop them. `outgoing` turns them into the webhooks' events. Nothing here is decided: see `react.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jcli.engine.state import DeliveryState, DeliveryStatus, EnrollmentState, PersonState
from jcli.model import EnrollmentStatus, Instant, Json, NodeType


class CauseKind(StrEnum):
    EVENT = "event"
    TIMER = "timer"
    DELIVERY = "delivery"
    AUDIENCE = "audience"
    API = "api"
    CANVAS = "canvas"
    STATUS = "status"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something moved. `ref` is the message id of an event, the id of a delivery, or who did it by hand."""

    kind: CauseKind
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of an enrollment: it stood on the node from `entered_at` to `left_at` and left by `label` to `target`.

    Written once, when the node is left or the enrollment ends on it (`ended` is then the exit reason); the pair
    (enrollment, seq) is unique. `detail` is what a CONDITION, SPLIT or GOAL_CHECK read, or who had it moved.
    """

    enrollment_id: str
    seq: int
    node_id: str
    node_type: NodeType
    entered_at: Instant
    left_at: Instant
    label: str | None
    target: str | None
    cause: Cause
    revision: int
    ended: str | None = None
    detail: Json | None = None


@dataclass(frozen=True, slots=True)
class StartEnrollment:
    """A new enrollment, as it was when it began (on its TRIGGER). The pair (journey, person, rotation) is unique."""

    enrollment: EnrollmentState
    cause: Cause


@dataclass(frozen=True, slots=True)
class EndEnrollment:
    """An enrollment has ended. `amended`: it had ended `abandoned`, and a late event shows that the goal was met in
    time; only status, reason and `goal_met_at` change, `at` is when it ended."""

    enrollment_id: str
    journey_id: str
    status: EnrollmentStatus
    reason: str
    at: Instant
    node_id: str
    outcome: str | None = None
    amended: bool = False


@dataclass(frozen=True, slots=True)
class CreateDelivery:
    delivery: DeliveryState


@dataclass(frozen=True, slots=True)
class SetDelivery:
    """A delivery was shown, completed or dismissed, or expired."""

    delivery_id: str
    status: DeliveryStatus
    at: Instant


@dataclass(frozen=True, slots=True)
class GoalMet:
    enrollment_id: str
    journey_id: str
    at: Instant


@dataclass(frozen=True, slots=True)
class SetTimer:
    """The enrollment's next timer is at `at`; None: it has none any more."""

    enrollment_id: str
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry by hand that the entering rules did not allow; `code` is a kebab slug, `because` a sentence."""

    journey_id: str
    code: str
    because: str


@dataclass(frozen=True, slots=True)
class PersonLinked:
    """All rows of the anonymous person (enrollments, ended ones too, and deliveries) are the known person's from now
    on. `shift` is added to the rotation of its enrollments, by journey, so that no two are alike."""

    anonymous_id: str
    person_id: str
    shift: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """The anonymous id belongs to somebody else (`linked_to`), or the person to link it to is not a known one
    (None)."""

    anonymous_id: str
    person_id: str
    linked_to: str | None


Effect = (
    StartEnrollment
    | EndEnrollment
    | CreateDelivery
    | SetDelivery
    | GoalMet
    | SetTimer
    | Refused
    | PersonLinked
    | LinkRefused
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an input did. `person` is the same object as before when nothing changed. `other` is the anonymous person's
    state after a link: empty, and pointing at the known one."""

    person: PersonState
    transitions: tuple[Transition, ...] = ()
    effects: tuple[Effect, ...] = ()
    other: PersonState | None = None


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """An event for the world outside. `id` is the same however often the reaction is computed."""

    id: str
    type: str
    at: Instant
    data: Mapping[str, Any]


def outgoing(person: PersonState, effects: Iterable[Effect]) -> list[OutboxEvent]:
    """The webhooks' events of these effects: enrollment.started, .completed, .stopped, .abandoned, delivery.created."""
    who = {"siteId": person.site_id, ("anonymousId" if person.anonymous else "endUserId"): person.id}
    events: list[OutboxEvent] = []
    data: dict[str, Any]
    for effect in effects:
        match effect:
            case StartEnrollment(enrollment):
                data = {**who, "enrollmentId": enrollment.id, "journeyId": enrollment.journey_id}
                events.append(
                    OutboxEvent(f"{enrollment.id}/started", "enrollment.started", enrollment.enrolled_at, data)
                )
            case EndEnrollment():
                data = {
                    **who,
                    "enrollmentId": effect.enrollment_id,
                    "journeyId": effect.journey_id,
                    "exitReason": effect.reason,
                    "outcome": effect.outcome,
                }
                word = effect.status.value
                events.append(OutboxEvent(f"{effect.enrollment_id}/{word}", f"enrollment.{word}", effect.at, data))
            case CreateDelivery(delivery):
                data = {
                    **who,
                    "deliveryId": delivery.id,
                    "enrollmentId": delivery.enrollment_id,
                    "journeyId": delivery.journey_id,
                    "contentId": delivery.content_id,
                    "contentType": delivery.content_type,
                }
                events.append(OutboxEvent(f"{delivery.id}/created", "delivery.created", delivery.created_at, data))
            case _:
                pass
    return events
