"""A person's state as plain data that JSON can hold, and back: what a store keeps between two inputs.

Only what differs from a new person is written, so that somebody of whom little is known takes little room.
`restored(plain(p))` is equal to `p`. The names are those of the state; a store that wants columns takes them from the
effects instead.
"""

from __future__ import annotations

from typing import Any

from jcli.engine.state import DeliveryState, DeliveryStatus, EnrollmentState, Entries, LateGoal, PersonState
from jcli.model import NodeType

Plain = dict[str, Any]


_TYPES = {each.value: each for each in NodeType}  # calling an Enum takes four times as long as looking it up
_STATUSES = {each.value: each for each in DeliveryStatus}


def plain(person: PersonState) -> Plain:
    """The state without its site, id and kind, which are its key in any store."""
    data: Plain = {
        "linkedTo": person.linked_to,
        "links": sorted(person.links),
        "traits": dict(person.traits),
        "memory": {name: list(times) for name, times in person.memory.items()},
        "enrollments": [_enrollment(item) for item in person.enrollments.values()],
        "deliveries": [_delivery(item) for item in person.deliveries.values()],
        "entries": {key: [item.rotation, item.entered_at] for key, item in person.entries.items()},
        "late": [[*_fields(item)] for item in person.late],
        "judged": person.judged,
    }
    data = {key: value for key, value in data.items() if value}
    if person.due_at is not None:
        data["dueAt"] = person.due_at
    if person.messages is not None:
        data["messages"] = dict(person.messages)
    return data


def restored(site_id: str, person_id: str, data: Plain, *, anonymous: bool = False) -> PersonState:
    """The person out of plain data; KeyError or TypeError for data that `plain` did not write."""
    enrollments = [_restored_enrollment(item) for item in data.get("enrollments", ())]
    deliveries = [_restored_delivery(item) for item in data.get("deliveries", ())]
    return PersonState(
        site_id=site_id,
        id=person_id,
        anonymous=anonymous,
        linked_to=data.get("linkedTo"),
        links=frozenset(data.get("links", ())),
        traits=data.get("traits", {}),
        memory={name: tuple(times) for name, times in data.get("memory", {}).items()},
        enrollments={item.id: item for item in enrollments},
        deliveries={item.id: item for item in deliveries},
        entries={key: Entries(*item) for key, item in data.get("entries", {}).items()},
        late=tuple(LateGoal(*item) for item in data.get("late", ())),
        judged=data.get("judged", False),
        messages=data.get("messages"),
        due_at=data.get("dueAt"),
    )


def _fields(late: LateGoal) -> tuple[Any, ...]:
    return (
        late.enrollment_id,
        late.journey_id,
        late.node_id,
        late.enrolled_at,
        late.ended_at,
        late.deadline,
        late.until,
    )


def _enrollment(item: EnrollmentState) -> list[Any]:
    return [
        item.id,
        item.journey_id,
        item.rotation,
        item.revision,
        item.enrolled_at,
        item.node_id,
        item.node_type.value,
        item.entered_at,
        item.seq,
        item.due_at,
        item.deadline_at,
        item.delivery_id,
        item.goal_met_at,
        dict(item.labels),
        sorted(item.heard),
    ]


def _restored_enrollment(item: list[Any]) -> EnrollmentState:
    values = [*item[:6], _TYPES[item[6]], *item[7:14], frozenset(item[14])]
    return EnrollmentState(*values)


def _delivery(item: DeliveryState) -> list[Any]:
    return [
        item.id,
        item.enrollment_id,
        item.journey_id,
        item.node_id,
        item.content_id,
        item.content_type,
        item.created_at,
        item.status.value,
    ]


def _restored_delivery(item: list[Any]) -> DeliveryState:
    values = [*item[:7], _STATUSES[item[7]]]
    return DeliveryState(*values)
