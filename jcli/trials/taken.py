"""What a case walked over: the lives of a world, told as what there is to cover of a journey.

A `Watched` world keeps, besides the rows of every world, which entering rule kept somebody out: no row says so, because
nothing happened. Nothing is judged here; what there is to cover is in `coverage.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from jcli.engine import (
    AudienceEntry,
    Catalogue,
    CauseKind,
    Enter,
    EnteringRule,
    Event,
    EventType,
    Facts,
    Input,
    Listed,
    PersonState,
    Reaction,
    Transition,
    why_not,
)
from jcli.model import DeliveryStatus, Instant, JourneyStatus, NodeType
from jcli.rehearsal import Live, Lived, Who, World
from jcli.trials.verdicts import Taken

WRITTEN_RULES = (EnteringRule.AUDIENCE, EnteringRule.KNOWN, EnteringRule.REENTRY)
"""The entering rules that a journey's author decides about, so that there is something to test."""

_TRIES = (Event, Enter, AudienceEntry)
_WAITS = (NodeType.CONTENT, NodeType.WAIT_FOR_EVENT)


class Watched(World):
    """A world that notes in `kept_out` who did not get in: (journey id, revision of that moment, rule). `doors` are the
    ids of the journeys at which somebody watches; None: at all."""

    def __init__(self, catalogue: Catalogue, now: Instant, site_id: str, doors: Collection[str] | None = None) -> None:
        super().__init__(catalogue, now, site_id)
        self._doors = doors
        self.kept_out: set[tuple[str, int, EnteringRule]] = set()

    def feed(self, who: Who, given: Input) -> Reaction:
        before = self.person(self.route(who))
        reaction = super().feed(who, given)
        for journey_id in self.catalogue.journeys if self._doors is None else self._doors:
            listed = self.catalogue.journeys[journey_id]
            if listed.status is JourneyStatus.PUBLISHED:
                rule = kept_out(before, reaction.person, listed, self.catalogue, given)
                if rule in WRITTEN_RULES:
                    self.kept_out.add((listed.journey.id, listed.journey.canvas.revision, rule))
        return reaction


def kept_out(
    before: PersonState, after: PersonState, listed: Listed, catalogue: Catalogue, given: Input
) -> EnteringRule | None:
    """The first entering rule that said no to somebody whom a trigger, the audience or a hand would have let into this
    journey; None where nothing of the kind was tried. The person is as the input found and as it left them."""
    journey = listed.journey
    if after.entries.get(journey.id) is not before.entries.get(journey.id) or not isinstance(given, _TRIES):
        return None
    if isinstance(given, Event):
        denied = _denied(after, listed, catalogue, given.received_at, given)
        if EnteringRule.TRIGGER not in denied:
            return next(iter(denied), None)
        if not (journey.by_audience and _asks_audience(given, catalogue.site(after.site_id).audience_events)):
            return None
        if before.judged and _matches(before, listed, given.received_at) and _matches(after, listed, given.received_at):
            return None  # nobody comes to match who matched before
        return next(iter(_denied(after, listed, catalogue, given.received_at, None)), None)
    if given.journey_id != journey.id or journey.canvas.manual is None:
        return None
    denied = _denied(after, listed, catalogue, given.at, None)
    if isinstance(given, Enter):
        denied = [rule for rule in denied if rule in (EnteringRule.KNOWN, EnteringRule.REENTRY)]
    return next(iter(denied), None)


def _denied(
    person: PersonState, listed: Listed, catalogue: Catalogue, now: Instant, event: Event | None
) -> list[EnteringRule]:
    """The rules that do not let the person in, in the order in which they are asked."""
    answers = why_not(person, listed.journey.id, catalogue, now, event)
    return [answer.rule for answer in answers if not answer.allows]


def _asks_audience(event: Event, names: frozenset[str]) -> bool:
    return event.type is EventType.IDENTIFY or (event.type is EventType.TRACK and event.name in names)


def _matches(person: PersonState, listed: Listed, now: Instant) -> bool:
    audience = listed.journey.audience
    return audience is None or audience.test(Facts(person.traits, person.memory, now, {}))


def taken_of(world: World, live: Live, revisions: Collection[int] = (1,)) -> Taken:
    """What all lives of the world walked over of this journey. `revisions` are the numbers under which the world has
    had the canvas of the journey's file: steps on any other canvas say nothing about the file."""
    lives = [life for life in world.lives.values() if life.journey_id == live.journey.id]
    walked = [(life, step) for life in lives for step in life.steps if step.revision in revisions]
    found = taken_in(live, [step for _, step in walked], {key: item.status for key, item in world.deliveries.items()})
    kept: Collection[tuple[str, int, EnteringRule]] = world.kept_out if isinstance(world, Watched) else ()
    return replace(
        found,
        nodes=found.nodes | set(_standing(world, live, revisions)),
        refused=frozenset(
            rule.value for journey_id, number, rule in kept if journey_id == live.journey.id and number in revisions
        ),
        goals=frozenset(_goals(lives, walked)) if live.journey.goal_config is not None else frozenset(),
    )


def taken_in(live: Live, steps: Iterable[Transition], statuses: Mapping[str, DeliveryStatus]) -> Taken:
    """What these steps of a journey's ledger walked over, on the canvas of its file; nothing about goals and about who
    was kept out. `statuses` say what came of deliveries, by id."""
    steps = list(steps)
    edges = frozenset(edge for step in steps for edge in _edges(live, step))
    return Taken(
        nodes=frozenset({live.name_of(step.node_id) for step in steps} | {target for _, _, target in edges}),
        edges=edges,
        labels=frozenset((live.name_of(step.node_id), label) for step in steps for label in _labels(step, statuses)),
        timeouts=frozenset(live.name_of(step.node_id) for step in steps if _timed_out(step)),
        reasons=frozenset(step.ended for step in steps if step.ended is not None),
        entered=frozenset(live.name_of(step.node_id) for step in steps if step.node_type is NodeType.TRIGGER),
    )


def _standing(world: World, live: Live, revisions: Collection[int]) -> Iterator[str]:
    """Where somebody stands now."""
    for person in world.people.values():
        for enrollment in person.enrollments.values():
            if enrollment.journey_id == live.journey.id and enrollment.revision in revisions:
                yield live.name_of(enrollment.node_id)


def _edges(live: Live, step: Transition) -> Iterator[tuple[str, str | None, str]]:
    """The edge of the step, by the label that it has in the file: the plain way may have a name of its own."""
    if step.target is None or step.ended is not None:
        return
    labels = [live.graph.meaning(way) for way in live.graph.ways_out(step.node_id) if way.target == step.target]
    if labels:  # an edit leads people where no edge does
        label = step.label if step.label in labels else labels[0]
        yield live.name_of(step.node_id), label, live.name_of(step.target)


def _labels(step: Transition, statuses: Mapping[str, DeliveryStatus]) -> Iterator[str]:
    """What the node decided, also where all its outcomes share one way."""
    if step.ended not in (None, "path_end", "timed_out"):
        return
    match step.node_type:
        case NodeType.CONTENT | NodeType.WAIT_FOR_EVENT if step.cause.kind is CauseKind.TIMER:
            if _timed_out(step):
                yield "timeout"
        case NodeType.CONTENT if step.cause.kind is CauseKind.DELIVERY:
            if (status := statuses.get(step.cause.ref or "")) is not None:
                yield status.value
        case NodeType.WAIT_FOR_EVENT:
            yield "event"
        case NodeType.GOAL_CHECK:
            yield "met" if (step.detail or {}).get("goalMetAt") is not None else "not_met"
        case NodeType.CONDITION | NodeType.SPLIT if step.label is not None:
            yield step.label
        case _:
            pass


def _timed_out(step: Transition) -> bool:
    """Whether time ended the wait on the node. A wait without a timeout has no timer but the deadline's."""
    return (
        step.node_type in _WAITS
        and step.cause.kind is CauseKind.TIMER
        and step.entered_at < step.left_at
        and step.ended in (None, "path_end", "timed_out", "step_limit")
    )


def _goals(lives: list[Lived], walked: list[tuple[Lived, Transition]]) -> Iterator[str]:
    """What came of the goal, in lives that walked over the file's canvas."""
    ids = {life.id for life, _ in walked}
    for life in lives:
        if life.id in ids:
            if life.goal_met_at is not None:
                yield "met"
            elif life.ended:
                yield "not_met"
            if any(step.ended == "deadline" for step in life.steps):
                yield "deadline"
    for _, step in walked:
        if step.node_type is NodeType.GOAL_CHECK and (step.detail or {}).get("goalMetAt") is None:
            yield "not_met"
