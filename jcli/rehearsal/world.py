"""The smallest runner of the engine: journeys, people, what became of them, and a clock that moves when it is told to.

A world holds the people of one site, and few of them: one of a test, one after the other of a simulation. What falls
due at the very instant at which the clock stops waits for `settle`, because the events of an instant come before its
timers. A journey that is put in is a DRAFT until `set_status` says otherwise, as in a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jcli.engine import (
    AudienceEntry,
    CanvasChanged,
    Catalogue,
    CompiledJourney,
    CreateDelivery,
    DeliveryState,
    EndEnrollment,
    GoalMet,
    Input,
    Link,
    LinkRefused,
    Listed,
    PersonLinked,
    PersonState,
    Reaction,
    Refused,
    SetDelivery,
    StartEnrollment,
    StatusChanged,
    TimerDue,
    react,
)
from jcli.model import Instant, JourneyStatus
from jcli.rehearsal.records import Lived, Who


class World:
    """`lives` are enrollments by id, `deliveries` deliveries by id, both in the order in which they came to be;
    `refusals` the codes of what was refused. `catalogue` is the journeys as they are now."""

    def __init__(self, catalogue: Catalogue, now: Instant, site_id: str) -> None:
        self.catalogue = catalogue
        self.now = now
        self.site_id = site_id
        self.people: dict[Who, PersonState] = {}
        self.lives: dict[str, Lived] = {}
        self.deliveries: dict[str, DeliveryState] = {}
        self.refusals: list[str] = []

    # Journeys

    def set_status(self, journey_id: str, status: JourneyStatus) -> None:
        """What the verbs publish, pause, unpublish, archive and restore do; the status that it has: nothing."""
        listed = self.catalogue.journeys[journey_id]
        if listed.status is status:
            return
        since = self.now if listed.status is JourneyStatus.DRAFT else listed.live_since
        changed = replace(listed, status=status, live_since=since)
        self.catalogue = self.catalogue.with_journey(changed)
        for who in list(self.people):
            self.feed(who, StatusChanged(journey_id, status, self.now))
        if status is JourneyStatus.PUBLISHED:
            self._backfill(changed)

    def go_live(self, catalogue: Catalogue) -> None:
        """Publish many at once, for people who are in no journey yet: `catalogue` is this world's, with those journeys
        PUBLISHED since now."""
        self.catalogue = catalogue
        for listed in catalogue.site(self.site_id).by_audience:
            self._backfill(listed)

    def _backfill(self, listed: Listed) -> None:
        if listed.journey.by_audience and listed.journey.settings.backfill:
            for who in list(self.people):
                self.feed(who, AudienceEntry(listed.journey.id, self.now, self.now))

    def save(self, compiled: CompiledJourney, node_map: Mapping[str, str] | None = None, *, tell: bool = True) -> None:
        """A new revision of a journey that the world has; `compiled` carries its number. With `tell=False` people find
        out by themselves, at the next that happens to them."""
        listed = self.catalogue.journeys[compiled.id]
        old = listed.journey.canvas
        pinned = {**listed.pinned, old.revision: old}
        maps = {**listed.node_maps, compiled.canvas.revision: dict(node_map or {})}
        self.catalogue = self.catalogue.with_journey(replace(listed, journey=compiled, pinned=pinned, node_maps=maps))
        for who in list(self.people) if tell else ():
            self.feed(who, CanvasChanged(compiled.id, self.now, dict(node_map or {})))

    # People

    def route(self, who: Who) -> Who:
        """The known person, for an anonymous one who is linked."""
        person = self.people.get(who)
        return (False, person.linked_to) if person is not None and person.linked_to is not None else who

    def person(self, who: Who) -> PersonState:
        """The state of a person; of one to whom nothing has happened yet, a new one."""
        return self.people.get(who) or PersonState(self.site_id, who[1], anonymous=who[0], messages={})

    def feed(self, who: Who, given: Input) -> Reaction:
        """Let something happen to a person, now or (a late timer) as of when it counts."""
        who = self.route(who)
        reaction = react(self.person(who), given, self.catalogue)
        self.people[who] = reaction.person
        if reaction.other is not None:
            self.people[True, reaction.other.id] = reaction.other
        if reaction.effects or reaction.transitions:
            self._keep(who, reaction)
        return reaction

    def link(self, anonymous_id: str, known_id: str, message_id: str | None = None) -> Reaction:
        stranger = self.person((True, anonymous_id))
        return self.feed((False, known_id), Link(stranger, self.now, message_id))

    def lived(self, who: Who, journey_id: str) -> list[Lived]:
        """The person's enrollments in a journey, the first first, whoever they were when they entered."""
        who = self.route(who)
        mine = [life for life in self.lives.values() if life.journey_id == journey_id and life.who == who]
        return sorted(mine, key=lambda life: (life.enrolled_at, life.rotation))

    def delivered(self, who: Who) -> list[DeliveryState]:
        """What there was, and is, for the person to see, the first first."""
        who = self.route(who)
        return [item for item in self.deliveries.values() if self.lives[item.enrollment_id].who == who]

    # Time

    def advance(self, to: Instant) -> None:
        """Everything that falls due before `to`, in order."""
        while (due := self.next_due()) is not None and due < to:
            self.now = max(self.now, due)
            self._fire(due)
        self.now = to

    def settle(self) -> None:
        """What is due now."""
        while (due := self.next_due()) is not None and due <= self.now:
            self._fire(due)

    def next_due(self) -> Instant | None:
        """When time next does something to anybody; what is frozen does not count."""
        return min((due for person in self.people.values() if (due := self._due(person)) is not None), default=None)

    def _due(self, person: PersonState) -> Instant | None:
        if person.due_at is None:
            return None
        due = None
        for enrollment in person.enrollments.values():
            at = enrollment.timer_at
            if at is not None and (due is None or at < due):
                listed = self.catalogue.journeys.get(enrollment.journey_id)
                due = at if listed is not None and listed.running else due
        return due

    def _fire(self, due: Instant) -> None:
        for who in [who for who, person in self.people.items() if self._due(person) == due]:
            self.feed(who, TimerDue(max(due, self.now)))

    # Rows

    def _keep(self, who: Who, reaction: Reaction) -> None:
        for effect in reaction.effects:
            match effect:
                case StartEnrollment(begun):
                    self.lives[begun.id] = Lived(begun.id, begun.journey_id, who, begun.rotation, begun.enrolled_at)
                case EndEnrollment():
                    life = self.lives[effect.enrollment_id]
                    life.status, life.reason, life.ended_at = effect.status, effect.reason, effect.at
                    life.outcome = effect.outcome
                case GoalMet():
                    self.lives[effect.enrollment_id].goal_met_at = effect.at
                case CreateDelivery(made):
                    self.deliveries[made.id] = made
                case SetDelivery():
                    known = self.deliveries[effect.delivery_id]
                    self.deliveries[known.id] = replace(known, status=effect.status)
                case PersonLinked():
                    self._move((True, effect.anonymous_id), who, effect.shift)
                case Refused(code=code):
                    self.refusals.append(code)
                case LinkRefused():
                    self.refusals.append("linked-to-somebody-else")
        for step in reaction.transitions:
            self.lives[step.enrollment_id].steps.append(step)

    def _move(self, old: Who, new: Who, shift: Mapping[str, int]) -> None:
        for life in self.lives.values():
            if life.who == old:
                life.who, life.rotation = new, life.rotation + shift.get(life.journey_id, 0)
