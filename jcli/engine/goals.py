"""Goals: watched from the beginning of an enrollment to its end, and for an hour after a deadline.

Each kind of goal is asked where it can come true: events and pages by an event, traits when they change (and when an
enrollment begins), content when a delivery is completed.
"""

from __future__ import annotations

from collections.abc import Callable

from jcli.engine.catalogue import Listed, SiteIndex
from jcli.engine.compile import Goal
from jcli.engine.draft import Draft
from jcli.engine.effects import Cause, EndEnrollment, GoalMet
from jcli.engine.inputs import Event, EventType
from jcli.engine.rules import Facts
from jcli.engine.state import EnrollmentState, LateGoal
from jcli.engine.walk import meet_goal
from jcli.model import EnrollmentStatus, Instant

Meets = Callable[[Goal], bool]


def watch_event(draft: Draft, index: SiteIndex, event: Event, happened: Instant, facts: Facts, cause: Cause) -> None:
    """Goals that this event, or page view, could meet."""
    if event.type is EventType.TRACK and event.name in index.event_goals:
        name = event.name
        _watch(draft, lambda goal: _by_event(goal, name, facts), happened, event.received_at, cause)
    elif event.type is EventType.PAGE and index.page_goals and event.url is not None:
        url = event.url
        _watch(draft, lambda goal: goal.page is not None and goal.page(url), happened, event.received_at, cause)


def _by_event(goal: Goal, name: str | None, facts: Facts) -> bool:
    return goal.event == name and (goal.where is None or goal.where.test(facts))


def watch_content(
    draft: Draft, content_id: str | None, now: Instant, cause: Cause, *, journey_id: str | None = None
) -> None:
    """Goals that the completion of this content meets, whichever journey delivered it. `journey_id` narrows it to the
    one that was frozen when it was completed: all others have been told then."""
    if content_id is not None:
        _watch(draft, lambda goal: goal.content_id == content_id, now, now, cause, journey_id)


def watch_traits(draft: Draft, happened: Instant, now: Instant, cause: Cause) -> None:
    """Goals over traits, after these have changed."""
    facts = draft.facts(now)
    _watch(draft, lambda goal: goal.traits is not None and goal.traits.test(facts), happened, now, cause)


def met_by_traits(
    draft: Draft, listed: Listed, enrollment: EnrollmentState, now: Instant, cause: Cause
) -> EnrollmentState | None:
    """The enrollment, with its goal met where the traits say so already; None when that ended it."""
    goal = listed.journey.goal
    if goal is None or goal.traits is None or enrollment.goal_met_at is not None:
        return enrollment
    if not goal.traits.test(draft.facts(now)):
        return enrollment
    return meet_goal(draft, listed, enrollment, now, now, cause)


def _watch(
    draft: Draft, meets: Meets, happened: Instant, now: Instant, cause: Cause, journey_id: str | None = None
) -> None:
    for enrollment in list(draft.enrollments.values()):
        if enrollment.goal_met_at is not None or journey_id not in (None, enrollment.journey_id):
            continue
        listed = draft.running(enrollment.journey_id)
        if listed is not None and listed.journey.goal is not None and meets(listed.journey.goal):
            meet_goal(draft, listed, enrollment, happened, now, cause)
    if draft.late:
        _watch_late(draft, meets, happened, now)


def _watch_late(draft: Draft, meets: Meets, happened: Instant, now: Instant) -> None:
    """Enrollments that a deadline ended less than an hour ago: what happened before the deadline counts. The enrollment
    stays ended where it stood; what changes is the verdict on it."""
    left: list[LateGoal] = []
    for late in draft.late:
        listed = draft.running(late.journey_id)
        if now > late.until:
            continue
        if happened < late.deadline and listed and listed.journey.goal and meets(listed.journey.goal):
            _amend(draft, late, happened)
        else:
            left.append(late)
    if len(left) != len(draft.late):
        draft.late = tuple(left)


def _amend(draft: Draft, late: LateGoal, happened: Instant) -> None:
    met = max(happened, late.enrolled_at)
    draft.effects.append(GoalMet(late.enrollment_id, late.journey_id, met))
    draft.effects.append(
        EndEnrollment(
            late.enrollment_id,
            late.journey_id,
            EnrollmentStatus.COMPLETED,
            "goal_met",
            late.ended_at,
            late.node_id,
            amended=True,
        )
    )
