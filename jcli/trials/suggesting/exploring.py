"""Where people can get to in a journey, found by asking the engine: the nearest step that reaches something new.

Somebody is moved by the real `react`; nothing here knows what a node does. Wherever they wait, everything that could
come is tried: what the cast offers, the outcomes of their delivery, time. Of people whom the same can happen to only
the first is followed, the earliest before others, so that deadlines leave as much room as they can. SPLITs decide by a
hash of ids, so of each branch somebody is found. What was not found has been looked for, up to `MOST` reactions; it is
no proof that there is none.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from jcli.engine import (
    Catalogue,
    DeliveryOutcome,
    EnrollmentState,
    Facts,
    GoalMet,
    Input,
    Listed,
    PersonState,
    Reaction,
    bucket,
    react,
)
from jcli.engine.split import Shares
from jcli.model import Instant, JourneyStatus, Json, NodeType
from jcli.rehearsal import Live, Setting
from jcli.trials.coverage import Aim, Aspect, aims_in
from jcli.trials.script import Past, Step
from jcli.trials.suggesting.casting import Cast
from jcli.trials.suggesting.moving import after, input_of, moves
from jcli.trials.taken import taken_in

MOST = 8_000
"""So many reactions are tried in one search."""

_PARTS = 8
"""In so many parts are times divided within which somebody is as good as somebody else."""

MOST_NAMES = 20_000
"""So many people are asked for one who falls into all branches that are wanted."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Somebody at one moment, and how they came there. `reached` are all aims on the way, `split` the labels that
    SPLITs gave, by node id; `ended` says that their enrollment is over."""

    person: PersonState
    now: Instant
    start: Instant
    steps: tuple[Step, ...] = ()
    past: tuple[Past, ...] = ()
    reached: frozenset[Aim] = frozenset()
    split: Mapping[str, str] = field(default_factory=dict)

    @property
    def enrollment(self) -> EnrollmentState | None:
        return next(iter(self.person.enrollments.values()), None)

    @property
    def ended(self) -> bool:
        return bool(self.person.entries) and not self.person.enrollments


class Explorer:
    """Looks for ways through one journey, alone and published. `tried` counts the reactions of all searches,
    `gave_up` says that one of them ended before everything was tried."""

    def __init__(self, live: Live, setting: Setting, cast: Cast) -> None:
        self.live = live
        self.cast = cast
        self.tried = 0
        self.gave_up = False
        self._listed = Listed(live.compiled, JourneyStatus.PUBLISHED)
        self.catalogue = Catalogue([self._listed], setting.audiences.values(), setting.zones)
        self._names: dict[tuple[tuple[str, str], ...], str | None] = {}

    def outside(self, start: Instant) -> list[Spot]:
        """Somebody who has not entered yet: to whom nothing has happened, or what rules ask about."""
        return [self.begun(start, {}, past) for past in ((), *self.cast.pasts)]

    def begun(self, start: Instant, traits: Json, past: tuple[Past, ...]) -> Spot:
        """Somebody to whom this happened before, and who has not entered."""
        memory: dict[str, tuple[Instant, ...]] = {}
        for event in past:
            memory[event.event] = tuple(sorted((*memory.get(event.event, ()), start - event.ago)))
        person = PersonState(self.live.journey.site_id, "somebody", traits=traits, memory=memory, judged=True)
        return Spot(person, start, start, past=past)

    def nearest(self, spots: Collection[Spot], wanted: Set[Aim], *, unhurried: bool = False) -> Spot | None:
        """The first spot, in time and then in steps, at which something wanted is reached. `unhurried` follows also
        people who come later than others, which a deadline may ask for."""
        found = self._walk(spots, unhurried=unhurried)
        return next((spot for spot in found if not wanted.isdisjoint(spot.reached)), None)

    def end(self, spot: Spot) -> Spot | None:
        """The nearest spot at which the enrollment is over; None where it never is."""
        if spot.ended:
            return spot
        return next((found for found in self._walk([spot]) if found.ended), None)

    def _walk(self, spots: Collection[Spot], *, unhurried: bool = False) -> Iterator[Spot]:
        order = count()
        waiting = [(spot.now, len(spot.steps), next(order), spot) for spot in spots]
        heapq.heapify(waiting)
        seen = {self._key(spot, unhurried) for spot in spots}
        most = self.tried + MOST
        while waiting:
            if self.tried >= most:
                self.gave_up = True
                return
            spot = heapq.heappop(waiting)[3]
            for found in self.onward(spot):
                key = self._key(found, unhurried)
                fresh = key not in seen
                if fresh or not found.reached <= spot.reached:
                    yield found
                if fresh:
                    seen.add(key)
                    if not found.ended:
                        heapq.heappush(waiting, (found.now, len(found.steps), next(order), found))

    def _key(self, spot: Spot, unhurried: bool) -> tuple[Any, ...]:
        """People for whom it is the same are those of whom the same could become: where they stand, and since when
        rules have been true of them that will not be for ever."""
        enrollment, left = spot.enrollment, None
        if unhurried and enrollment is not None and enrollment.deadline_at is not None:
            whole = max(1, enrollment.deadline_at - enrollment.enrolled_at)
            left = 2 * _PARTS * (enrollment.deadline_at - spot.now) // whole
        return (self._place(spot), tuple(self._ages(spot)), left)

    def _ages(self, spot: Spot) -> Iterator[tuple[str, int, bool]]:
        """How long ago it was what rules ask about for a time, roughly; and whether they will still find it when the
        wait is over. Rounded up: what happened this instant is fresher than all else."""
        due = spot.now if spot.enrollment is None else spot.enrollment.timer_at or spot.now
        for name, times in spot.person.memory.items():
            within = self.cast.fading.get(name)
            if within is not None:
                age = min(_PARTS, -(-_PARTS * (spot.now - times[0]) // within))
                yield name, age, due - times[0] <= within

    def _place(self, spot: Spot) -> tuple[Any, ...]:
        """Where somebody stands, in all that decides how it goes on but time."""
        person, enrollment = spot.person, spot.enrollment
        answers = self.cast.answers(Facts(person.traits, person.memory, spot.now, {}))
        if enrollment is None:
            return (spot.ended, answers)
        delivery = person.deliveries.get(enrollment.delivery_id or "")
        return (
            enrollment.node_id,
            enrollment.goal_met_at is not None,
            enrollment.heard,
            frozenset(enrollment.labels.items()),
            None if delivery is None else delivery.status,
            frozenset(item.content_id for item in person.deliveries.values()),
            answers,
        )

    # What could come

    def onward(self, spot: Spot) -> Iterator[Spot]:
        """All that could happen to somebody next, if it makes a difference."""
        place = self._place(spot)
        for steps in moves(self.live, self.cast, spot.person, spot.now):
            for found in self.after(spot, steps):
                if found.reached != spot.reached or self._place(found) != place:
                    yield found

    # What comes of it

    def after(self, spot: Spot, steps: tuple[Step, ...]) -> Iterator[Spot]:
        """The spots to which the steps lead: one for each way to be sent by the SPLITs on it."""
        spots = [spot]
        for step in steps:
            spots = [found for one in spots if not one.ended for found in self._after(one, step)]
        yield from spots

    def _after(self, spot: Spot, step: Step) -> Iterator[Spot]:
        given = input_of(self.live, spot.person, spot.now, step)
        if given is None:
            return
        now = after(spot.now, step)
        tried: set[tuple[tuple[str, str], ...]] = {()}
        waiting: list[tuple[tuple[str, str], ...]] = [()]
        done: set[tuple[tuple[str, str], ...]] = set()
        while waiting:
            forced = waiting.pop()
            person = spot.person if not forced else self._called(spot.person, forced)
            if person is None:
                continue
            self.tried += 1
            reaction = react(person, given, self.catalogue)
            chosen = self._chosen(spot, reaction)
            for options in self._others(chosen):
                if options not in tried:
                    tried.add(options)
                    waiting.append(options)
            if tuple(chosen.items()) not in done:
                done.add(tuple(chosen.items()))
                yield Spot(
                    reaction.person,
                    now,
                    spot.start,
                    (*spot.steps, step),
                    spot.past,
                    spot.reached | self._aims(spot, reaction, given),
                    {**spot.split, **chosen},
                )

    def _chosen(self, spot: Spot, reaction: Reaction) -> dict[str, str]:
        """The labels that SPLITs gave just now, by node id, in order; those that were given before stay."""
        return {
            item.node_id: item.label
            for item in reaction.transitions
            if item.node_type is NodeType.SPLIT and item.label is not None and item.node_id not in spot.split
        }

    def _others(self, chosen: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], ...]]:
        """The same choices up to one SPLIT, and another there."""
        so_far: tuple[tuple[str, str], ...] = ()
        for node_id, label in chosen.items():
            plan = self.live.compiled.canvas.nodes[node_id].plan
            if isinstance(plan, Shares):
                ends = (0, *plan.ends)
                for other, low, high in zip(plan.labels, ends, plan.ends, strict=False):
                    if other != label and low < high:
                        yield (*so_far, (node_id, other))
            so_far = (*so_far, (node_id, label))

    def _called(self, person: PersonState, forced: tuple[tuple[str, str], ...]) -> PersonState | None:
        """The same person under a name that falls into these branches; None where none was found."""
        if forced not in self._names:
            plans = [(node_id, self.live.compiled.canvas.nodes[node_id].plan, label) for node_id, label in forced]
            self._names[forced] = next(
                (
                    name
                    for name in map("somebody-{}".format, range(MOST_NAMES))
                    if all(
                        isinstance(plan, Shares) and plan.label(bucket(self.live.journey.id, node_id, name)) == label
                        for node_id, plan, label in plans
                    )
                ),
                None,
            )
        name = self._names[forced]
        return None if name is None else replace(person, id=name)

    def _aims(self, spot: Spot, reaction: Reaction, given: Input) -> frozenset[Aim]:
        if not reaction.transitions and not reaction.effects:
            return frozenset()
        outcome = {given.delivery_id: given.outcome} if isinstance(given, DeliveryOutcome) else {}
        found = set(aims_in(taken_in(self.live, reaction.transitions, outcome)))
        name = self.live.name_of
        found.update(Aim(Aspect.NODES, name(item.node_id)) for item in reaction.person.enrollments.values())
        if self.live.journey.goal_config is not None:
            found.update(self._goals(spot, reaction))
        return frozenset(found)

    def _goals(self, spot: Spot, reaction: Reaction) -> Iterator[Aim]:
        met = Aim(Aspect.GOALS, "met")
        if met in spot.reached or any(isinstance(effect, GoalMet) for effect in reaction.effects):
            yield met
        elif any(step.ended or step.node_type is NodeType.GOAL_CHECK for step in reaction.transitions):
            yield Aim(Aspect.GOALS, "not_met")
        if any(step.ended == "deadline" for step in reaction.transitions):
            yield Aim(Aspect.GOALS, "deadline")
