"""What each type of node does with somebody who comes to it: one handler a type, in one table.

A handler looks at the visit and answers what is next: `Leave` by a label, `Stay` until something happens, or `End`.
It moves nobody; `walk.py` does. The second table says by which way a node that waits is left when its time is up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from jcli.engine.canvas import CompiledNode, ConditionPlan, ContentPlan, EventPlan, ExitPlan, WaitPlan
from jcli.engine.draft import Draft
from jcli.engine.effects import CreateDelivery
from jcli.engine.split import Shares, bucket
from jcli.engine.state import DeliveryState, DeliveryStatus, EnrollmentState
from jcli.model import Instant, Json, NodeType


@dataclass(slots=True)
class Visit:
    """Somebody has come to a node: the enrollment stands on it since `now`."""

    draft: Draft
    enrollment: EnrollmentState
    node: CompiledNode
    now: Instant


@dataclass(frozen=True, slots=True)
class Leave:
    """Go on by the way with this label to `target` (None: there is no such way, the path ends). `choice` is a SPLIT's
    label, to be kept with the enrollment."""

    label: str | None
    target: str | None
    detail: Json | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    due_at: Instant | None = None
    delivery_id: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The enrollment ends here for this reason."""

    reason: str
    outcome: str | None = None


Verdict = Leave | Stay | End


def way(node: CompiledNode, *labels: str) -> Leave:
    """The first of these labels that has a way out, else the plain way."""
    for label in labels:
        target = node.ways.get(label)
        if target is not None:
            return Leave(label, target)
    return Leave(None if node.plain is not None else labels[0] if labels else None, node.plain)


def _trigger(visit: Visit) -> Verdict:
    return way(visit.node)


def _content(visit: Visit) -> Verdict:
    node, plan, enrollment, draft = visit.node, visit.node.plan, visit.enrollment, visit.draft
    assert isinstance(plan, ContentPlan)
    # Whoever comes again sees the content once, not twice: an earlier delivery of this node makes room.
    for delivery in list(draft.deliveries.values()):
        if delivery.enrollment_id == enrollment.id and delivery.node_id == node.id:
            draft.expire_delivery(delivery.id, visit.now)
    delivery = DeliveryState(
        id=str(uuid5(UUID(enrollment.id), str(enrollment.seq + 1))),
        enrollment_id=enrollment.id,
        journey_id=enrollment.journey_id,
        node_id=node.id,
        content_id=plan.content_id,
        content_type=plan.content_type,
        created_at=visit.now,
    )
    draft.put_delivery(delivery)
    draft.effects.append(CreateDelivery(delivery))
    if plan.advance_on == "immediate":
        return way(node)
    return Stay(None if plan.timeout is None else visit.now + plan.timeout, delivery.id)


def _wait(visit: Visit) -> Verdict:
    plan = visit.node.plan
    assert isinstance(plan, WaitPlan)
    if plan.duration is not None:
        return Stay(visit.now + plan.duration)
    if plan.at is not None:
        return Stay(plan.at.next(visit.now, visit.draft.traits, visit.draft.catalogue.zones))
    if plan.until is not None and plan.until > visit.now:
        return Stay(plan.until)
    return way(visit.node)


def _wait_for_event(visit: Visit) -> Verdict:
    plan = visit.node.plan
    assert isinstance(plan, EventPlan)
    if plan.since_enrollment and visit.node.id in visit.enrollment.heard:
        return way(visit.node, "event")
    return Stay(None if plan.timeout is None else visit.now + plan.timeout)


def _condition(visit: Visit) -> Verdict:
    plan = visit.node.plan
    assert isinstance(plan, ConditionPlan)
    facts = visit.draft.facts(visit.now)
    read: dict[str, Any] = {}
    taken = plan.otherwise
    for label, rule in plan.branches:
        for kind, values in rule.read(facts).items():
            read.setdefault(kind, {}).update(values)
        if rule.test(facts):
            taken = (label,)
            break
    found = way(visit.node, *taken)
    return Leave(found.label, found.target, read)


def _split(visit: Visit) -> Verdict:
    node, enrollment = visit.node, visit.enrollment
    assert isinstance(node.plan, Shares)
    place = bucket(enrollment.journey_id, node.id, visit.draft.person.id)
    # The label once chosen stays, even where the person's id has changed by a link or the weights by an edit.
    label = enrollment.labels.get(node.id)
    if label is None or label not in node.plan.labels:
        label = node.plan.label(place)
    if label is None:
        return Leave(None, node.plain, {"bucket": place})
    return Leave(label, node.ways.get(label) or node.plain, {"bucket": place}, choice=label)


def _goal_check(visit: Visit) -> Verdict:
    met = visit.enrollment.goal_met_at is not None
    found = way(visit.node, "met" if met else "not_met")
    return Leave(found.label, found.target, {"goalMetAt": visit.enrollment.goal_met_at})


def _exit(visit: Visit) -> Verdict:
    assert isinstance(visit.node.plan, ExitPlan)
    return End("exit", visit.node.plan.outcome)


HANDLERS: Mapping[NodeType, Callable[[Visit], Verdict]] = {
    NodeType.TRIGGER: _trigger,
    NodeType.CONTENT: _content,
    NodeType.WAIT: _wait,
    NodeType.WAIT_FOR_EVENT: _wait_for_event,
    NodeType.CONDITION: _condition,
    NodeType.SPLIT: _split,
    NodeType.GOAL_CHECK: _goal_check,
    NodeType.EXIT: _exit,
}


def when_due(node: CompiledNode) -> Leave | End:
    """What happens when the wait on this node has lasted its time. The plain way of a WAIT_FOR_EVENT is the event's,
    that of a CONTENT is for every outcome."""
    if node.type is NodeType.WAIT:
        return way(node)
    found = way(node, "timeout")
    if found.target is None or (found.label is None and node.type is NodeType.WAIT_FOR_EVENT):
        return End("timed_out")
    return found


def when_finished(node: CompiledNode, status: DeliveryStatus) -> Leave | None:
    """The way that the outcome of its delivery opens; None while the node waits for more than that. What advances
    when it is shown has one way for all who saw it, also for those of whom only the end of it was reported."""
    plan = node.plan
    if not isinstance(plan, ContentPlan) or status is DeliveryStatus.PENDING:
        return None
    if plan.advance_on == "shown":
        return way(node)  # whoever finishes it has seen it
    return None if status is DeliveryStatus.SHOWN else way(node, status.value)
