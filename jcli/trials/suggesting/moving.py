"""What could happen to somebody next, as steps of a case, and what such a step is to the engine.

Wherever they wait it is what they wait for, in each of its outcomes, and time; always what changes how rules answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.engine import (
    DeliveryOutcome,
    DeliveryStatus,
    EnrollmentState,
    Enter,
    Event,
    EventType,
    Input,
    PersonState,
    TimerDue,
)
from jcli.engine.canvas import CLICK, ContentPlan, EventPlan
from jcli.model import Instant
from jcli.rehearsal import Live
from jcli.trials.script import Step, Verb
from jcli.trials.suggesting.casting import Cast

_OUTCOMES = {
    Verb.SHOW: DeliveryStatus.SHOWN,
    Verb.FINISH: DeliveryStatus.COMPLETED,
    Verb.DISMISS: DeliveryStatus.DISMISSED,
}


def moves(live: Live, cast: Cast, person: PersonState, now: Instant) -> Iterator[tuple[Step, ...]]:
    """Steps that could come next, each some that belong together. A wait is for as long as time has something to do."""
    enrollment = next(iter(person.enrollments.values()), None)
    if enrollment is None:
        yield from ((step,) for step in cast.entries.values())
    else:
        yield from _outcomes(live, person, enrollment)
        yield from ((step,) for step in _events(live, cast, enrollment))
        if enrollment.goal_met_at is None:
            yield from ((step,) for step in cast.goal)
    for change in cast.changes:
        fresh = {name: value for name, value in change.items() if person.traits.get(name) != value}
        if fresh:
            yield (Step((), Verb.IDENTIFY, fresh),)
    yield from cast.sent
    if enrollment is not None and enrollment.timer_at is not None and enrollment.timer_at > now:
        yield (Step((), Verb.WAIT, enrollment.timer_at - now),)
        yield from _just_before(cast, enrollment.timer_at, now)


def _just_before(cast: Cast, due: Instant, now: Instant) -> Iterator[tuple[Step, ...]]:
    """Events of which a rule asks for a time, so shortly before something is due that they are still within it then."""
    for steps in cast.sent:
        instant = due - cast.fading.get(steps[0].value, due)
        if instant > now:
            yield (Step((), Verb.AT, instant), *steps)


def _outcomes(live: Live, person: PersonState, enrollment: EnrollmentState) -> Iterator[tuple[Step, ...]]:
    """What could come of the delivery that is waited for; of others, where the goal is about their content."""
    goal = live.compiled.goal
    for delivery in person.deliveries.values():
        plan = live.compiled.canvas.nodes[delivery.node_id].plan
        waited = delivery.id == enrollment.delivery_id
        aimed = goal is not None and goal.content_id == delivery.content_id and enrollment.goal_met_at is None
        shown = waited and isinstance(plan, ContentPlan) and plan.advance_on == "shown"
        verbs = [Verb.SHOW] if shown else [Verb.FINISH, Verb.DISMISS] if waited else []
        if aimed and Verb.FINISH not in verbs:
            verbs.append(Verb.FINISH)  # which is also to have seen it
        yield from ((Step((), verb, live.name_of(delivery.node_id)),) for verb in verbs)


def _events(live: Live, cast: Cast, enrollment: EnrollmentState) -> Iterator[Step]:
    """What the node listens to, and what others will ask for that listen since the enrollment began."""
    for node_id, step in cast.heard.items():
        plan = live.compiled.canvas.nodes[node_id].plan
        later = isinstance(plan, EventPlan) and plan.since_enrollment and node_id not in enrollment.heard
        if node_id == enrollment.node_id or later:
            yield step


def after(now: Instant, step: Step) -> Instant:
    """When it is after the step."""
    return now + step.value if step.verb is Verb.WAIT else step.value if step.verb is Verb.AT else now


def input_of(live: Live, person: PersonState, now: Instant, step: Step) -> Input | None:
    """What the step is to the engine; None for the outcome of a delivery that is not open."""
    match step.verb:
        case Verb.EVENT:
            return Event(EventType.TRACK, now, step.value, properties=step.properties)
        case Verb.PAGE:
            return Event(EventType.PAGE, now, properties={"url": step.value}, url=step.value)
        case Verb.CLICK:
            return Event(EventType.TRACK, now, CLICK, url=step.url, selector=step.value)
        case Verb.IDENTIFY:
            return Event(EventType.IDENTIFY, now, traits=step.value)
        case Verb.WAIT | Verb.AT:
            return TimerDue(after(now, step))
        case Verb.ENTER:
            return Enter(live.journey.id, now)
        case _:
            named = [item.id for item in person.deliveries.values() if live.name_of(item.node_id) == step.value]
            return DeliveryOutcome(named[-1], _OUTCOMES[step.verb], now) if named else None
