"""`react`: what an input does to a person. One function for each kind of input, in one table.

The order within one event is fixed here: known messages, traits and memory, goals, enrollments that wait, triggers,
audiences. Everything that was due before the input is done first. The theory is in the package's docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from jcli.engine.canvas import EventPlan
from jcli.engine.catalogue import Catalogue
from jcli.engine.draft import Draft
from jcli.engine.editing import catch_up
from jcli.engine.effects import Cause, CauseKind, Reaction, SetDelivery
from jcli.engine.entering import backfill, enter_by_audience, enter_by_hand, fire_triggers
from jcli.engine.goals import met_by_traits, watch_content, watch_event, watch_traits
from jcli.engine.inputs import (
    OLDEST,
    AudienceEntry,
    CanvasChanged,
    DeliveryOutcome,
    Enter,
    Event,
    EventType,
    Input,
    Link,
    StatusChanged,
    Stop,
    TimerDue,
    settle,
)
from jcli.engine.linking import link
from jcli.engine.nodes import way, when_finished
from jcli.engine.rules import Facts
from jcli.engine.state import DeliveryStatus, EnrollmentState, PersonState
from jcli.engine.timers import run_due
from jcli.engine.walk import end, leave_node
from jcli.model import Instant, JourneyStatus


def react(person: PersonState, given: Input, catalogue: Catalogue) -> Reaction:
    """The person after the input, with the steps it made and what the runner has to do. Pure: the same arguments give
    the same answer, and none of them is changed.

    MissingRevision when the person is pinned to a revision that the catalogue was not given. An input for an anonymous
    person who is linked belongs to the known one: the runner sends it there.
    """
    if type(given) is Event:
        if not concerns(person, given, catalogue):
            return Reaction(person)
    elif type(given) is Link:
        return link(person, given, catalogue)
    draft = Draft(person, catalogue)
    _REACTIONS[type(given)](draft, given)
    return draft.finish()


def _begin(draft: Draft, now: Instant, *, inclusive: bool = False) -> None:
    """What comes before every input: edits that did not reach the person yet, and what fell due before it."""
    catch_up(draft, now)
    run_due(draft, now, inclusive=inclusive)


def concerns(person: PersonState, event: Event, catalogue: Catalogue) -> bool:
    """Whether the event could change anything at all: the quick no for most of them."""
    if person.messages is not None or (person.due_at is not None and person.due_at < event.received_at):
        return True
    if event.type is EventType.IDENTIFY:
        return bool(event.traits) or not person.judged
    index = catalogue.site(person.site_id)
    if event.type is EventType.TRACK:
        return event.name in index.names
    return event.type is EventType.PAGE and index.pages


def _event(draft: Draft, event: Event) -> None:
    if _known_message(draft, event):
        return
    _begin(draft, event.received_at)
    happened, _ = settle(event.timestamp, event.received_at)
    cause = Cause(CauseKind.EVENT, event.message_id)
    index = draft.catalogue.site(draft.person.site_id)
    before = draft.facts(event.received_at) if draft.judged else None
    traits_changed = event.type is EventType.IDENTIFY and _identify(draft, event)
    draft.judged = draft.judged or event.type is EventType.IDENTIFY
    if event.type is EventType.TRACK and event.name in index.remembered:
        draft.remember(event.name, happened, index.remembered)
    waiting = list(draft.enrollments)
    facts = draft.facts(event.received_at, event.properties)
    if traits_changed and index.trait_goals:
        watch_traits(draft, happened, event.received_at, cause)
    watch_event(draft, index, event, happened, facts, cause)
    if event.type is EventType.TRACK and event.name in index.waits:
        _advance_waiting(draft, waiting, event, facts, cause)
    fire_triggers(draft, index, event, facts, cause)
    if traits_changed or (event.type is EventType.TRACK and event.name in index.audience_events):
        enter_by_audience(draft, index, before, draft.facts(event.received_at), cause)


def _known_message(draft: Draft, event: Event) -> bool:
    """Whether the message is known; remembers it otherwise, and forgets those of more than seven days ago."""
    if draft.messages is None or event.message_id is None:
        return False
    oldest = event.received_at - OLDEST
    at = draft.messages.get(event.message_id)
    if at is not None and at >= oldest:
        return True
    kept = {key: at for key, at in draft.messages.items() if at >= oldest}
    draft.messages = {**kept, event.message_id: event.received_at}
    return False


def _identify(draft: Draft, event: Event) -> bool:
    """Lay the traits over those known (null takes one away). Whether the audiences have to be asked: something changed,
    or nobody asked them yet."""
    merged = {key: value for key, value in {**draft.traits, **event.traits}.items() if value is not None}
    if merged == draft.traits:
        return not draft.judged
    draft.traits = merged
    return True


def _advance_waiting(draft: Draft, waiting: list[str], event: Event, facts: Facts, cause: Cause) -> None:
    """Enrollments that were there before the event: those that wait for it go on, those that will ask later whether it
    has come since they began make a note of it. One event moves an enrollment once."""
    for enrollment_id in waiting:
        enrollment = draft.enrollments.get(enrollment_id)
        listed = draft.running(enrollment.journey_id) if enrollment is not None else None
        if enrollment is None or listed is None:
            continue
        canvas = listed.canvas(enrollment.revision)
        heard = {node.id for node in canvas.hears.get(event.name or "", ()) if _hears(node.plan, event, facts)}
        if not heard <= enrollment.heard:
            enrollment = replace(enrollment, heard=enrollment.heard | heard)
            draft.put_enrollment(enrollment)
        node = canvas.nodes[enrollment.node_id]
        if _hears(node.plan, event, facts):
            leave_node(draft, listed, enrollment, way(node, "event"), facts.now, cause)


def _hears(plan: object, event: Event, facts: Facts) -> bool:
    return isinstance(plan, EventPlan) and plan.hears(event.name, facts)


def _timer(draft: Draft, timer: TimerDue) -> None:
    _begin(draft, timer.at, inclusive=True)


_OUTCOMES = {
    DeliveryStatus.PENDING: (DeliveryStatus.SHOWN, DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED),
    DeliveryStatus.SHOWN: (DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED),
}
"""What may still come of a delivery that is not finished; that one has expired is not for others to say."""


def _outcome(draft: Draft, given: DeliveryOutcome) -> None:
    _begin(draft, given.at)
    delivery = draft.deliveries.get(given.delivery_id)
    if delivery is None or delivery.status.final or given.outcome not in _OUTCOMES[delivery.status]:
        return
    cause = Cause(CauseKind.DELIVERY, delivery.id)
    draft.effects.append(SetDelivery(delivery.id, given.outcome, given.at))
    draft.put_delivery(replace(delivery, status=given.outcome))
    if given.outcome is DeliveryStatus.COMPLETED:
        watch_content(draft, delivery.content_id, given.at, cause)
    enrollment = draft.enrollments.get(delivery.enrollment_id)
    if enrollment is not None and enrollment.delivery_id == delivery.id:
        _finish_content(draft, enrollment, given.at, cause)
    elif given.outcome.final:
        draft.drop_delivery(delivery.id)


def _finish_content(draft: Draft, enrollment: EnrollmentState, now: Instant, cause: Cause) -> None:
    """Go on from a CONTENT whose delivery has come to something. A frozen one keeps the outcome until it may move."""
    listed = draft.running(enrollment.journey_id)
    delivery = draft.deliveries.get(enrollment.delivery_id or "")
    if listed is None or delivery is None:
        return
    node = listed.canvas(enrollment.revision).nodes[enrollment.node_id]
    if delivery.status.final:
        draft.drop_delivery(delivery.id)
    leave = when_finished(node, delivery.status)
    if leave is not None:
        leave_node(draft, listed, enrollment, leave, now, cause)


def _enter(draft: Draft, enter: Enter) -> None:
    _begin(draft, enter.at)
    enter_by_hand(draft, enter)


def _audience(draft: Draft, entry: AudienceEntry) -> None:
    _begin(draft, entry.at)
    backfill(draft, entry)


def _stop(draft: Draft, stop: Stop) -> None:
    _begin(draft, stop.at)
    enrollment = draft.enrollments.get(stop.enrollment_id)
    if enrollment is not None:
        end(draft, enrollment, "manual", stop.at, Cause(CauseKind.API, stop.by))


def _canvas(draft: Draft, change: CanvasChanged) -> None:
    catch_up(draft, change.at, change)
    run_due(draft, change.at, inclusive=False)


def _status(draft: Draft, change: StatusChanged) -> None:
    """Archiving ends what is in progress; publishing lets go on what was frozen. Pausing and unpublishing move
    nobody."""
    cause = Cause(CauseKind.STATUS, change.status.value)
    if change.status is JourneyStatus.ARCHIVED:
        for enrollment in _of(draft, change.journey_id):
            end(draft, enrollment, "archived", change.at, cause)
        for delivery in list(draft.deliveries.values()):
            if delivery.journey_id == change.journey_id:
                draft.expire_delivery(delivery.id, change.at)
    elif change.status is JourneyStatus.PUBLISHED:
        catch_up(draft, change.at)
        for enrollment in _of(draft, change.journey_id):
            _thaw(draft, enrollment, change.at, cause)
        run_due(draft, change.at, inclusive=True)


def _of(draft: Draft, journey_id: str) -> list[EnrollmentState]:
    return [item for item in draft.enrollments.values() if item.journey_id == journey_id]


def _thaw(draft: Draft, enrollment: EnrollmentState, now: Instant, cause: Cause) -> None:
    """What a frozen enrollment has missed besides time: traits that meet its goal, the outcome of its content."""
    listed = draft.running(enrollment.journey_id)
    if listed is None:
        return
    if met_by_traits(draft, listed, enrollment, now, cause) is None:
        return
    delivery = draft.deliveries.get(enrollment.delivery_id or "")
    if delivery is not None and delivery.status is DeliveryStatus.COMPLETED:
        watch_content(draft, delivery.content_id, now, cause, journey_id=enrollment.journey_id)
    left = draft.enrollments.get(enrollment.id)
    if left is not None:
        _finish_content(draft, left, now, cause)


_REACTIONS: Mapping[type, Callable[[Draft, Any], None]] = {
    Event: _event,
    TimerDue: _timer,
    DeliveryOutcome: _outcome,
    Enter: _enter,
    AudienceEntry: _audience,
    Stop: _stop,
    CanvasChanged: _canvas,
    StatusChanged: _status,
}
