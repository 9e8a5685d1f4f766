"""Moving an enrollment: start, go on from node to node until it must wait or ends, end it, meet its goal.

Everything that changes an enrollment's place goes through here, so that the ledger is whole: each node that was stood
on has exactly one transition, written when it is left. What nodes do is in `nodes.py`; why somebody moves is in the
modules that call this one.
"""

from __future__ import annotations

from dataclasses import replace

from jcli.engine.canvas import Canvas
from jcli.engine.catalogue import Listed
from jcli.engine.draft import Draft
from jcli.engine.effects import Cause, EndEnrollment, GoalMet, Transition
from jcli.engine.nodes import HANDLERS, End, Leave, Stay, Visit
from jcli.engine.state import EnrollmentState, LateGoal
from jcli.model import EnrollmentStatus, Instant, Json

STEP_LIMIT = 100
"""The most nodes in one go; an enrollment that would go on is stopped."""

GRACE = 3_600_000
"""For so long after a deadline (an hour) an event dated before it may still meet the goal."""

_STATUS = {
    "exit": EnrollmentStatus.COMPLETED,
    "path_end": EnrollmentStatus.COMPLETED,
    "goal_met": EnrollmentStatus.COMPLETED,
    "deadline": EnrollmentStatus.ABANDONED,
}
"""What an ending is by its reason; every other reason is `stopped`."""

_CONTENT_STAYS = ("exit", "path_end")
"""Endings after which content that nobody waited for is still to be shown."""


def enter_node(draft: Draft, listed: Listed, enrollment: EnrollmentState, now: Instant, cause: Cause) -> None:
    """The enrollment has come to the node on which it stands: go on from there as far as it goes."""
    canvas = listed.canvas(enrollment.revision)
    for count in range(1, STEP_LIMIT + 1):
        node = canvas.nodes[enrollment.node_id]
        verdict = HANDLERS[node.type](Visit(draft, enrollment, node, now))
        match verdict:
            case Stay(due_at, delivery_id):
                draft.put_enrollment(replace(enrollment, due_at=due_at, delivery_id=delivery_id))
                return
            case End(reason, outcome):
                end(draft, enrollment, reason, now, cause, outcome=outcome)
                return
            case Leave() if count == STEP_LIMIT and verdict.target is not None:
                end(draft, enrollment, "step_limit", now, cause, way=verdict)
                return
        moved = step(draft, canvas, enrollment, verdict, now, cause)
        if moved is None:
            return
        enrollment = moved


def leave_node(
    draft: Draft, listed: Listed, enrollment: EnrollmentState, verdict: Leave | End, now: Instant, cause: Cause
) -> None:
    """Leave the node on which the enrollment waits, and go on as far as it goes."""
    if isinstance(verdict, End):
        end(draft, enrollment, verdict.reason, now, cause, outcome=verdict.outcome)
        return
    moved = step(draft, listed.canvas(enrollment.revision), enrollment, verdict, now, cause)
    if moved is not None:
        enter_node(draft, listed, moved, now, cause)


def step(
    draft: Draft, canvas: Canvas, enrollment: EnrollmentState, leave: Leave, now: Instant, cause: Cause
) -> EnrollmentState | None:
    """One transition, to a node of this canvas. None when there is nowhere to go, which ends the enrollment."""
    if leave.target is None:
        end(draft, enrollment, "path_end", now, cause, way=leave)
        return None
    _record(draft, enrollment, leave, now, cause)
    labels = enrollment.labels
    if leave.choice is not None:
        labels = {**labels, enrollment.node_id: leave.choice}
    # Written out: this is the innermost step, and `replace` takes three times as long.
    return EnrollmentState(
        enrollment.id,
        enrollment.journey_id,
        enrollment.rotation,
        enrollment.revision,
        enrollment.enrolled_at,
        leave.target,
        canvas.nodes[leave.target].type,
        now,
        enrollment.seq + 1,
        None,
        enrollment.deadline_at,
        None,
        enrollment.goal_met_at,
        labels,
        enrollment.heard,
    )


def _record(
    draft: Draft, enrollment: EnrollmentState, leave: Leave, now: Instant, cause: Cause, ended: str | None = None
) -> None:
    """Write the transition that leaves the node on which the enrollment stands."""
    draft.transitions.append(
        Transition(
            enrollment.id,
            enrollment.seq + 1,
            enrollment.node_id,
            enrollment.node_type,
            enrollment.entered_at,
            now,
            leave.label,
            leave.target,
            cause,
            enrollment.revision,
            ended,
            leave.detail,
        )
    )


def end(
    draft: Draft,
    enrollment: EnrollmentState,
    reason: str,
    now: Instant,
    cause: Cause,
    *,
    outcome: str | None = None,
    way: Leave | None = None,
    detail: Json | None = None,
) -> None:
    """End the enrollment where it stands. Its open content is taken back, but after a path that came to its own end."""
    _record(draft, enrollment, way or Leave(None, None, detail), now, cause, ended=reason)
    status = _STATUS.get(reason, EnrollmentStatus.STOPPED)
    draft.drop_enrollment(enrollment.id)
    draft.effects.append(
        EndEnrollment(enrollment.id, enrollment.journey_id, status, reason, now, enrollment.node_id, outcome)
    )
    if reason not in _CONTENT_STAYS:
        for delivery in list(draft.deliveries.values()):
            if delivery.enrollment_id == enrollment.id:
                draft.expire_delivery(delivery.id, now)
    if reason == "deadline" and enrollment.deadline_at is not None:
        still = [late for late in draft.late if late.until >= now]
        draft.late = (*still, _late(enrollment, enrollment.deadline_at, now))


def _late(enrollment: EnrollmentState, deadline: Instant, now: Instant) -> LateGoal:
    return LateGoal(
        enrollment.id,
        enrollment.journey_id,
        enrollment.node_id,
        enrollment.enrolled_at,
        now,
        deadline,
        deadline + GRACE,
    )


def meet_goal(
    draft: Draft, listed: Listed, enrollment: EnrollmentState, at: Instant, now: Instant, cause: Cause
) -> EnrollmentState | None:
    """The goal is met, once: `at` is when (never before the enrollment began), `now` when it became known. None when
    that ends the enrollment (`exitOnGoal`). The deadline has nothing to say any more."""
    met = replace(enrollment, goal_met_at=max(at, enrollment.enrolled_at), deadline_at=None)
    assert met.goal_met_at is not None
    draft.effects.append(GoalMet(enrollment.id, enrollment.journey_id, met.goal_met_at))
    draft.put_enrollment(met)
    if listed.journey.settings.exit_on_goal:
        end(draft, met, "goal_met", now, cause)
        return None
    return met
