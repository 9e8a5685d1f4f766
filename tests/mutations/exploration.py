"""Every way in which an enrollment can go, found by asking the engine itself: no check is asked, and none of its rules.

Two explorations of one journey. **As drawn**: everything that the canvas leaves open may happen. A CONDITION and a
GOAL_CHECK answer whatever the explorer wants, every branch of a SPLIT has its people, and no deadline ends anybody.
**As lived**: rules, weights, audience and deadline are what they are, and people are made to fit: for each answer of
each rule somebody is looked for, among values on and beside every border in the rules.

In both the real `react` moves the people. Where somebody waits, everything that could come is tried on a copy of their
state: each outcome of a delivery, the event, the timer, the goal. States are taken in order of time and told apart by
what decides how they go on, so each is visited once, at the earliest moment at which anybody can be there.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from jcli.engine import (
    Canvas,
    Catalogue,
    CompiledJourney,
    DeliveryOutcome,
    DeliveryState,
    DeliveryStatus,
    EnrollmentState,
    Enter,
    Event,
    EventType,
    Facts,
    Input,
    Listed,
    PersonState,
    Reaction,
    TimerDue,
    bucket,
    react,
)
from jcli.engine.canvas import CLICK, CompiledNode, ConditionPlan, EventPlan, Trigger
from jcli.engine.rules import Rule
from jcli.engine.split import Shares, equal
from jcli.model import Instant, JourneyStatus, NodeType
from tests.engine.harness import SITE, zones
from tests.mutations.people import Cast, Profile

START: Instant = 1_795_420_800_000
"""Monday, 2026-11-23, 08:00 UTC."""

MOST_STATES = 3_000
_ENTRY = "explorer enters"
_ANY = Rule(lambda _: True)
_FINAL = (DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED)

Key = tuple[Any, ...]


@dataclass
class Seen:
    """What was seen of a journey. `taken`: (node, label or None for the plain way, target). `endings`: (reason, node,
    label). `at_once`: steps from a node that held nobody. `timeless`: nodes on which somebody stands whom time alone
    will never move. `stuck`: nodes on which somebody stands for whom nothing that could come leads to an end.
    `spared`: contents to which people of a holdout came."""

    entered: set[str] = field(default_factory=set)
    came: set[str] = field(default_factory=set)
    taken: set[tuple[str, str | None, str]] = field(default_factory=set)
    endings: set[tuple[str, str, str | None]] = field(default_factory=set)
    at_once: set[tuple[str, str]] = field(default_factory=set)
    timeless: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)


class Choices(Protocol):
    """How an exploration makes people decide: all reactions of a person to an input, one for each way to decide."""

    journey: CompiledJourney

    def entries(self, person: PersonState) -> Iterator[tuple[str, Reaction]]:
        """(the trigger, what came of it)."""

    def reactions(self, person: PersonState, given: Input) -> Iterator[Reaction]: ...

    def goal(self, person: PersonState, now: Instant) -> Iterator[tuple[PersonState, Input]]:
        """What meets the goal, for somebody as they have to be for it."""

    def event(self, plan: EventPlan, now: Instant) -> Event | None:
        """An event for which the node waits."""


def explore(choices: Choices, holdouts: dict[str, str]) -> Seen:
    """Everything that can happen to anybody. `holdouts`: SPLIT -> the label of its holdout."""
    seen = Seen()
    ahead: dict[Key, set[Key]] = {}
    ends: set[Key] = set()
    waiting: list[tuple[Instant, int, Key, PersonState]] = []
    stands: dict[Key, str] = {}

    def follow(before: EnrollmentState | None, reaction: Reaction, now: Instant, origin: Key) -> None:
        _note(seen, choices.journey.canvas, before, reaction, holdouts)
        for enrollment in reaction.person.enrollments.values():
            key = _key(reaction.person, enrollment)
            ahead.setdefault(origin, set()).add(key)
            if key not in stands:
                stands[key] = enrollment.node_id
                heapq.heappush(waiting, (now, len(stands), key, reaction.person))
                if enrollment.timer_at is None:
                    seen.timeless.add(enrollment.node_id)
        if not reaction.person.enrollments:
            ends.add(origin)

    for person in _people(choices.journey):
        for trigger, reaction in choices.entries(person):
            if reaction.transitions:
                seen.entered.add(trigger)
                follow(None, reaction, START, ("outside",))
    while waiting:
        now, _, key, person = heapq.heappop(waiting)
        assert len(stands) < MOST_STATES, "the exploration does not end"
        (enrollment,) = person.enrollments.values()
        for one, given, at in _could_come(choices, person, enrollment, now):
            for reaction in choices.reactions(one, given):
                follow(enrollment, reaction, at, key)
    seen.stuck = {stands[key] for key in _without_end(stands, ahead, ends)}
    return seen


def _key(person: PersonState, enrollment: EnrollmentState) -> Key:
    delivery = person.deliveries.get(enrollment.delivery_id or "")
    return (
        person.id,
        enrollment.node_id,
        enrollment.goal_met_at is not None,
        enrollment.heard,
        frozenset(enrollment.labels.items()),
        delivery.status if delivery is not None else None,
    )


def _note(
    seen: Seen, canvas: Canvas, before: EnrollmentState | None, reaction: Reaction, holdouts: dict[str, str]
) -> None:
    labels = dict(before.labels) if before is not None else {}
    for number, step in enumerate(reaction.transitions):
        seen.came.add(step.node_id)
        arrived = before is None or number > 0
        if arrived and step.node_type is NodeType.CONTENT and _held_out(labels, holdouts):
            seen.spared.add(step.node_id)
        if step.ended is not None:
            seen.endings.add((step.ended, step.node_id, step.label))
        elif step.target is not None:
            seen.taken.add((step.node_id, step.label, step.target))
            if arrived:
                seen.at_once.add((step.node_id, step.target))
        if step.node_type is NodeType.SPLIT and step.label is not None:
            labels[step.node_id] = step.label
    for enrollment in reaction.person.enrollments.values():
        seen.came.add(enrollment.node_id)
        moved = bool(reaction.transitions)
        if moved and enrollment.node_type is NodeType.CONTENT and _held_out(labels, holdouts):
            seen.spared.add(enrollment.node_id)


def _held_out(labels: dict[str, str], holdouts: dict[str, str]) -> bool:
    return any(labels.get(node_id) == label for node_id, label in holdouts.items())


def _without_end(stands: dict[Key, str], ahead: dict[Key, set[Key]], ends: set[Key]) -> set[Key]:
    """The states from which no end can be come to."""
    behind: dict[Key, set[Key]] = {}
    for key, targets in ahead.items():
        for target in targets:
            behind.setdefault(target, set()).add(key)
    found, waiting = set(ends), list(ends)
    while waiting:
        for key in behind.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return set(stands) - found


def _people(journey: CompiledJourney) -> Iterator[PersonState]:
    """Somebody for each combination of branches of all SPLITs; one person where there is no SPLIT."""
    splits = {node.id: node.plan for node in journey.canvas.nodes.values() if isinstance(node.plan, Shares)}
    combinations = 1
    for plan in splits.values():
        combinations *= len({plan.label(place) for place in range(0, 10_000, 50)})
    found: set[tuple[str | None, ...]] = set()
    for number in range(50_000):
        name = f"p{number}"
        mine = tuple(plan.label(bucket(journey.id, node_id, name)) for node_id, plan in splits.items())
        if mine not in found:
            found.add(mine)
            yield PersonState(SITE, name, judged=True)
            if len(found) == combinations:
                return
    raise AssertionError(f"only {len(found)} of {combinations} combinations were found")


def _could_come(
    choices: Choices, person: PersonState, enrollment: EnrollmentState, now: Instant
) -> Iterator[tuple[PersonState, Input, Instant]]:
    """All that could come for somebody who waits, each with when."""
    canvas = choices.journey.canvas
    plan = canvas.nodes[enrollment.node_id].plan
    if enrollment.delivery_id is not None:
        for outcome in (DeliveryStatus.SHOWN, *_FINAL):
            yield person, DeliveryOutcome(enrollment.delivery_id, outcome, now), now
    plans = [node.plan for nodes in canvas.hears.values() for node in nodes]
    for hears in {id(item): item for item in [plan, *plans] if isinstance(item, EventPlan)}.values():
        event = choices.event(hears, now)
        if event is not None:
            yield person, event, now
    if enrollment.timer_at is not None:
        yield person, TimerDue(enrollment.timer_at), enrollment.timer_at
    if enrollment.goal_met_at is None:
        for one, given in choices.goal(person, now):
            yield one, given, now


# As drawn


class AsDrawn:
    """Every answer is possible. The journey's rules are replaced by questions to the explorer; the rest is the
    engine's own."""

    def __init__(self, journey: CompiledJourney) -> None:
        self._wants: dict[str, str] = {}
        self._answers: dict[str, tuple[str, ...]] = {}
        nodes = {key: self._open(node) for key, node in journey.canvas.nodes.items()}
        self._triggers = [key for key, node in nodes.items() if node.type is NodeType.TRIGGER]
        hears = {name: tuple(nodes[node.id] for node in listening) for name, listening in journey.canvas.hears.items()}
        canvas = replace(journey.canvas, nodes=nodes, hears=hears, manual=None, triggers=())
        self.journey = replace(journey, canvas=canvas, goal=None, audience=None, site_id=SITE)
        self._catalogue = _catalogue(self.journey)

    def _open(self, node: CompiledNode) -> CompiledNode:
        """The node without what it asks of people. A GOAL_CHECK is a CONDITION that answers `met` or `not_met`."""
        match node.plan:
            case ConditionPlan(branches, otherwise):
                return self._asking(node, tuple(label for label, _ in branches), otherwise)
            case None if node.type is NodeType.GOAL_CHECK:
                return self._asking(node, ("met",), ("not_met",))
            case Shares(labels):
                return replace(node, plan=equal(labels))
            case EventPlan():
                return replace(node, plan=replace(node.plan, where=None))
            case _:
                return node

    def _asking(self, node: CompiledNode, labels: tuple[str, ...], otherwise: tuple[str, ...]) -> CompiledNode:
        self._answers[node.id] = (*labels, otherwise[-1])
        asked = tuple((label, self._question(node.id, label)) for label in labels)
        return replace(node, type=NodeType.CONDITION, plan=ConditionPlan(asked, otherwise))

    def _question(self, node_id: str, label: str) -> Rule:
        return Rule(lambda _: self._wants.get(node_id) == label)

    def entries(self, person: PersonState) -> Iterator[tuple[str, Reaction]]:
        for key in self._triggers:
            canvas = replace(self.journey.canvas, triggers=(Trigger(key, event=_ENTRY),))
            catalogue = _catalogue(replace(self.journey, canvas=canvas))
            for reaction in self._decided(person, Event(EventType.TRACK, START, _ENTRY), catalogue):
                yield key, reaction

    def reactions(self, person: PersonState, given: Input) -> Iterator[Reaction]:
        return self._decided(person, given, self._catalogue)

    def _decided(self, person: PersonState, given: Input, catalogue: Catalogue) -> Iterator[Reaction]:
        """One reaction for each way to answer the CONDITIONs that are met."""
        waiting: list[dict[str, str]] = [{}]
        while waiting:
            self._wants = waiting.pop()
            reaction = react(person, given, catalogue)
            yield reaction
            met = [step.node_id for step in reaction.transitions if step.node_type is NodeType.CONDITION]
            decided = dict(self._wants)
            for node_id in dict.fromkeys(met):
                if node_id not in decided:
                    *others, default = self._answers[node_id]
                    waiting.extend({**decided, node_id: label} for label in others)
                    decided[node_id] = default

    def goal(self, person: PersonState, now: Instant) -> Iterator[tuple[PersonState, Input]]:
        return iter(())

    def event(self, plan: EventPlan, now: Instant) -> Event:
        return Event(EventType.TRACK, now, plan.name)


def _catalogue(journey: CompiledJourney) -> Catalogue:
    return Catalogue([Listed(journey, JourneyStatus.PUBLISHED)], zones=zones)


# As lived


class AsLived:
    """Rules, weights, audience and deadline as they are, with people of the cast."""

    def __init__(self, journey: CompiledJourney, cast: Cast) -> None:
        self.journey = replace(journey, site_id=SITE)
        self._cast = cast
        self._catalogue = _catalogue(self.journey)

    def entries(self, person: PersonState) -> Iterator[tuple[str, Reaction]]:
        for profile in self._cast.profiles:
            one = _as(person, profile, START)
            for trigger in self.journey.canvas.triggers:
                event = self._fires(trigger)
                if event is not None:
                    yield trigger.node_id, react(one, event, self._catalogue)
            if self.journey.canvas.manual is not None and _in_audience(self.journey, one):
                yield self.journey.canvas.manual, react(one, Enter(self.journey.id, START), self._catalogue)

    def reactions(self, person: PersonState, given: Input) -> Iterator[Reaction]:
        now = given.received_at if isinstance(given, Event) else given.at
        for profile in self._cast.profiles:
            reaction = react(_as(person, profile, now), given, self._catalogue)
            yield reaction
            if not any(step.node_type is NodeType.CONDITION for step in reaction.transitions):
                return  # who they are made no difference

    def goal(self, person: PersonState, now: Instant) -> Iterator[tuple[PersonState, Input]]:
        goal = self.journey.goal
        if goal is None:
            return
        if goal.event is not None:
            properties = self._cast.properties(goal.where)
            if properties is not None:
                yield person, Event(EventType.TRACK, now, goal.event, properties=properties)
        elif goal.page is not None:
            url = self._cast.url(goal.page)
            if url is not None:
                yield person, Event(EventType.PAGE, now, url=url)
        elif goal.traits is not None:
            for profile in self._cast.profiles:
                if goal.traits.test(_facts(profile, now)):
                    yield replace(person, traits={}), Event(EventType.IDENTIFY, now, traits=profile.traits)
        else:
            other = DeliveryState("elsewhere", "elsewhere", "elsewhere", "elsewhere", goal.content_id, None, now)
            met = replace(person, deliveries={**person.deliveries, other.id: other})
            yield met, DeliveryOutcome(other.id, DeliveryStatus.COMPLETED, now)

    def event(self, plan: EventPlan, now: Instant) -> Event | None:
        properties = self._cast.properties(plan.where)
        return None if properties is None else Event(EventType.TRACK, now, plan.name, properties=properties)

    def _fires(self, trigger: Trigger) -> Event | None:
        properties = self._cast.properties(trigger.where)
        url = self._cast.url(trigger.url) if trigger.url is not None else None
        if properties is None or (trigger.url is not None and url is None):
            return None
        if trigger.event is None:
            return Event(EventType.PAGE, START, url=url)
        selector = trigger.selector if trigger.event == CLICK else None
        return Event(EventType.TRACK, START, trigger.event, properties=properties, url=url, selector=selector)


def _as(person: PersonState, profile: Profile, now: Instant) -> PersonState:
    return replace(person, traits=profile.traits, memory=profile.memory(now))


def _facts(profile: Profile, now: Instant) -> Facts:
    return Facts(profile.traits, profile.memory(now), now, {})


def _in_audience(journey: CompiledJourney, person: PersonState) -> bool:
    facts = Facts(person.traits, person.memory, START, {})
    return (journey.audience or _ANY).test(facts)
