"""What time does: waits end, deadlines pass.

A timer counts as of the instant at which it fell due, however late it is looked at, so that a slow or stopped worker
changes no path. What fell due while its journey was frozen falls due when that was published again. Of two timers at
one instant the wait comes before the deadline: what a journey does at an instant, it does before it ends there.
"""

from __future__ import annotations

import heapq
from dataclasses import replace

from jcli.engine.draft import Draft
from jcli.engine.effects import Cause, CauseKind
from jcli.engine.nodes import when_due
from jcli.engine.state import EnrollmentState
from jcli.engine.walk import end, leave_node
from jcli.model import Instant

MOST = 1000
"""Timers in one go. A person for whom more are due keeps a `due_at` in the past, and the runner asks again."""

_CAUSE = Cause(CauseKind.TIMER)


def run_due(draft: Draft, until: Instant, *, inclusive: bool) -> None:
    """Do what fell due before `until` (or at it, when inclusive), in order of the instants."""
    if draft.person.due_at is None and not draft.enrollments:
        return
    limit = until if inclusive else until - 1
    waiting: list[tuple[Instant, Instant, int, str]] = []
    for order, enrollment in enumerate(draft.enrollments.values()):
        _enqueue(waiting, draft, enrollment, order, limit)
    for _ in range(MOST):
        if not waiting:
            return
        at, _due, order, enrollment_id = heapq.heappop(waiting)
        _fire(draft, draft.enrollments[enrollment_id], at)
        after = draft.enrollments.get(enrollment_id)
        if after is not None:
            _enqueue(waiting, draft, after, order, limit)


def _enqueue(
    waiting: list[tuple[Instant, Instant, int, str]],
    draft: Draft,
    enrollment: EnrollmentState,
    order: int,
    limit: Instant,
) -> None:
    """Put the enrollment's next timer in, if it is due by the limit and its journey is running."""
    due = enrollment.timer_at
    if due is None or due > limit:
        return
    listed = draft.running(enrollment.journey_id)
    if listed is not None:
        at = max(due, listed.live_since)
        if at <= limit:
            heapq.heappush(waiting, (at, due, order, enrollment.id))


def _fire(draft: Draft, enrollment: EnrollmentState, now: Instant) -> None:
    listed = draft.catalogue.journeys[enrollment.journey_id]
    if enrollment.due_at == enrollment.timer_at:
        node = listed.canvas(enrollment.revision).nodes[enrollment.node_id]
        draft.expire_delivery(enrollment.delivery_id, now)
        leave_node(draft, listed, enrollment, when_due(node), now, _CAUSE)
        return
    goal = listed.journey.goal
    if goal is not None and goal.deadline is not None:
        end(draft, enrollment, "deadline", now, _CAUSE)
    else:
        # The goal, or its deadline, was taken away by an edit: there is nothing to miss any more.
        draft.put_enrollment(replace(enrollment, deadline_at=None))
