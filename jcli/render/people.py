"""People in a journey: a table of enrollments, and the same as JSON, with the fields that the HTTP API gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jcli.durations import rfc3339
from jcli.model import Enrollment, EnrollmentStatus, Instant, Person, Step
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink
from jcli.render.tables import table

_NO_INK = Ink()
NodeKeys = Mapping[str, str]
"""Node id -> the key that the journey's document gives it."""


def enrollments(rows: Sequence[tuple[Enrollment, Person | None]], nodes: NodeKeys, ink: Ink = _NO_INK) -> str:
    """A table of enrollments. UNTIL is when somebody goes on by time, or when the enrollment ended."""
    lines = [
        (
            who(enrollment.person_id, anonymous=enrollment.anonymous),
            ending(enrollment),
            nodes.get(enrollment.node_id or "", enrollment.node_id or ""),
            rfc3339(enrollment.enrolled_at),
            _moment(enrollment.due_at if enrollment.ended_at is None else enrollment.ended_at) or "",
            "met" if enrollment.goal_met_at is not None else "",
            enrollment.id,
        )
        for enrollment, _ in rows
    ]
    return table(("PERSON", "STATUS", "NODE", "ENROLLED", "UNTIL", "GOAL", "ENROLLMENT"), lines, ink)


def enrollments_json(rows: Sequence[tuple[Enrollment, Person | None]], total: int, nodes: NodeKeys) -> str:
    items = [{**enrollment_object(one, nodes), "endUser": _end_user(person)} for one, person in rows]
    answer = {"formatVersion": FORMAT_VERSION, "total": total, "items": items}
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def who(person_id: str, *, anonymous: bool) -> str:
    return f"{person_id} (anonymous)" if anonymous else person_id


def ending(enrollment: Enrollment) -> str:
    """`in_progress`, or how it ended and why: `completed (exit: won_back)`."""
    if enrollment.status is EnrollmentStatus.IN_PROGRESS:
        return enrollment.status.value
    reason = ": ".join(word for word in (enrollment.exit_reason, enrollment.outcome) if word)
    return f"{enrollment.status.value} ({reason})"


def enrollment_object(enrollment: Enrollment, nodes: NodeKeys) -> dict[str, Any]:
    """One enrollment; `node` is the key of the node."""
    return {
        "id": enrollment.id,
        "journeyId": enrollment.journey_id,
        "endUserId": None if enrollment.anonymous else enrollment.person_id,
        "anonymousId": enrollment.person_id if enrollment.anonymous else None,
        "status": enrollment.status.value,
        "exitReason": enrollment.exit_reason,
        "outcome": enrollment.outcome,
        "enrolledAt": rfc3339(enrollment.enrolled_at),
        "endedAt": _moment(enrollment.ended_at),
        "goalMetAt": _moment(enrollment.goal_met_at),
        "revision": enrollment.revision,
        "nodeId": enrollment.node_id,
        "node": nodes.get(enrollment.node_id or ""),
        "dueAt": _moment(enrollment.due_at),
    }


def step_object(step: Step, nodes: NodeKeys) -> dict[str, Any]:
    """A line of the ledger; `node` is the key of the node."""
    return {
        "seq": step.seq,
        "nodeId": step.node_id,
        "node": nodes.get(step.node_id),
        "type": step.node_type.value,
        "enteredAt": rfc3339(step.entered_at),
        "leftAt": _moment(step.left_at),
        "label": step.label,
        "cause": step.cause,
        "causeRef": step.cause_ref,
        "revision": step.revision,
        "detail": step.detail,
    }


def _end_user(person: Person | None) -> dict[str, Any] | None:
    return None if person is None else {"id": person.id, "traits": person.traits}


def _moment(instant: Instant | None) -> str | None:
    return None if instant is None else rfc3339(instant)
