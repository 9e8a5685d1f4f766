"""The smallest runner of the engine: a clock that is told what time it is, people, and the tables that effects fill.

It does what every runner does (route inputs to people, fire timers in order, keep rows) and nothing else, and it fails
loudly when the engine breaks a promise: a transition or an entry twice, a row that is changed after its end, timers
that are not those of the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jcli.canonical import journey_of
from jcli.canonical.outline import outline_of_document
from jcli.documents import Document
from jcli.documents.document import Spans
from jcli.engine import (
    AudienceEntry,
    CanvasChanged,
    Catalogue,
    CreateDelivery,
    DeliveryState,
    EndEnrollment,
    Event,
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
    SetTimer,
    StartEnrollment,
    StatusChanged,
    TimerDue,
    Transition,
    compile_journey,
    react,
)
from jcli.model import Audience, EnrollmentStatus, Instant, Journey, JourneyStatus, Kind

SITE = "main"
Who = tuple[bool, str]
"""(anonymous, id)."""


def journey(key: str, body: Mapping[str, Any]) -> Journey:
    """A journey from the body of its document; node keys are node ids, audience keys audience ids."""
    data = {"journey": key, **body}
    outline = outline_of_document(Document("", Kind.JOURNEY, key, data, Spans(data, None)))  # type: ignore[arg-type]
    made, _ = journey_of(
        outline,
        key,
        site_id=body.get("site", SITE),
        audience_id=body.get("audience"),
        node_ids=lambda node: node.ref or "",
    )
    return made


def zones(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


@dataclass
class Row:
    """An enrollment as a store keeps it. `steps` is its ledger."""

    id: str
    journey_id: str
    who: Who
    rotation: int
    enrolled_at: Instant
    status: EnrollmentStatus = EnrollmentStatus.IN_PROGRESS
    reason: str | None = None
    ended_at: Instant | None = None
    goal_met_at: Instant | None = None
    outcome: str | None = None
    steps: list[Transition] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.status is not EnrollmentStatus.IN_PROGRESS


class World:
    """Journeys, people, and what became of them."""

    def __init__(self, now: Instant, audiences: Iterable[Audience] = ()) -> None:
        self.now = now
        self.audiences = {audience.id: audience for audience in audiences}
        self.catalogue = Catalogue(audiences=self.audiences.values(), zones=zones)
        self.people: dict[Who, PersonState] = {}
        self.rows: dict[str, Row] = {}
        self.deliveries: dict[str, DeliveryState] = {}
        self.timers: dict[str, tuple[Instant, Who]] = {}
        self.refusals: list[str] = []
        self.log: list[tuple[Who, Input]] = []
        self.bodies: dict[str, Mapping[str, Any]] = {}

    # Journeys

    def add(self, made: Journey, status: JourneyStatus = JourneyStatus.DRAFT) -> None:
        audience = self.audiences.get(made.audience_id or "")
        self.catalogue = self.catalogue.with_journey(Listed(compile_journey(made, 1, audience), status))

    def set_status(self, journey_id: str, status: JourneyStatus) -> None:
        listed = self.catalogue.journeys[journey_id]
        if listed.status is status:
            return
        since = self.now if listed.status is JourneyStatus.DRAFT else listed.live_since
        self.catalogue = self.catalogue.with_journey(replace(listed, status=status, live_since=since))
        for who in list(self.people):
            self.feed(who, StatusChanged(journey_id, status, self.now))
        published = status is JourneyStatus.PUBLISHED and listed.status is not status
        if published and listed.journey.by_audience and listed.journey.settings.backfill:
            for who in list(self.people):
                self.feed(who, AudienceEntry(journey_id, self.now, self.now))

    def save(self, made: Journey, node_map: Mapping[str, str], *, tell: bool = True) -> None:
        """A new revision; `tell=False` leaves the people to find out by themselves."""
        listed = self.catalogue.journeys[made.id]
        number = listed.journey.canvas.revision + 1
        compiled = compile_journey(made, number, self.audiences.get(made.audience_id or ""))
        pinned = {**listed.pinned, listed.journey.canvas.revision: listed.journey.canvas}
        maps = {**listed.node_maps, number: dict(node_map)}
        self.catalogue = self.catalogue.with_journey(replace(listed, journey=compiled, pinned=pinned, node_maps=maps))
        for who in list(self.people) if tell else []:
            self.feed(who, CanvasChanged(made.id, self.now, node_map))

    # People

    def route(self, who: Who) -> Who:
        """The known person, for an anonymous one who is linked."""
        person = self.people.get(who)
        return (False, person.linked_to) if person is not None and person.linked_to is not None else who

    def person(self, who: Who) -> PersonState:
        return self.people.get(who) or PersonState(SITE, who[1], anonymous=who[0], messages={})

    def feed(self, who: Who, given: Input) -> Reaction:
        who = self.route(who)
        self.log.append((who, given))
        reaction = react(self.person(who), given, self.catalogue)
        self.people[who] = reaction.person
        if reaction.other is not None:
            self.people[True, reaction.other.id] = reaction.other
        self._write(who, reaction)
        return reaction

    def link(self, anonymous_id: str, known_id: str, message_id: str | None = None) -> None:
        stranger = self.person((True, anonymous_id))
        self.feed((False, known_id), Link(stranger, self.now, message_id))

    def event(self, who: Who, event: Event) -> Reaction:
        return self.feed(who, event)

    # Time

    def advance(self, to: Instant) -> None:
        """Everything that falls due before `to`, in order; what is due at `to` itself waits for `settle`, because the
        events of an instant come before its timers."""
        while (due := self._next()) is not None and due < to:
            self.now = max(self.now, due)
            self._fire(due)
        self.now = to

    def settle(self) -> None:
        """What is due now."""
        while (due := self._next()) is not None and due <= self.now:
            self._fire(due)

    def _next(self) -> Instant | None:
        live = [at for at, who in self.timers.values() if self._moves(who, at)]
        return min(live, default=None)

    def _moves(self, who: Who, at: Instant) -> bool:
        return any(
            enrollment.timer_at == at and self.catalogue.journeys[enrollment.journey_id].running
            for enrollment in self.person(who).enrollments.values()
        )

    def _fire(self, due: Instant) -> None:
        waiting = [who for at, who in self.timers.values() if at == due and self._moves(who, at)]
        for who in dict.fromkeys(waiting):
            self.feed(who, TimerDue(max(due, self.now)))

    # Rows

    def _write(self, who: Who, reaction: Reaction) -> None:
        before = {row.id: (len(row.steps), row.ended_at) for row in self.rows.values() if row.ended}
        self._write_effects(who, reaction)
        for step in reaction.transitions:
            row = self.rows[step.enrollment_id]
            assert step.seq == len(row.steps) + 1
            row.steps.append(step)
        for key, was in before.items():
            assert (len(self.rows[key].steps), self.rows[key].ended_at) == was, "an ended enrollment moved"

    def _write_effects(self, who: Who, reaction: Reaction) -> None:
        for effect in reaction.effects:
            match effect:
                case StartEnrollment(enrollment):
                    assert enrollment.id not in self.rows
                    taken = {(row.journey_id, row.who, row.rotation) for row in self.rows.values()}
                    assert (enrollment.journey_id, who, enrollment.rotation) not in taken
                    self.rows[enrollment.id] = Row(
                        enrollment.id, enrollment.journey_id, who, enrollment.rotation, enrollment.enrolled_at
                    )
                case EndEnrollment():
                    self._end(effect)
                case GoalMet():
                    row = self.rows[effect.enrollment_id]
                    assert row.goal_met_at is None
                    row.goal_met_at = effect.at
                case CreateDelivery(delivery):
                    assert delivery.id not in self.deliveries
                    self.deliveries[delivery.id] = delivery
                case SetDelivery():
                    old = self.deliveries[effect.delivery_id]
                    assert not old.status.final
                    self.deliveries[effect.delivery_id] = replace(old, status=effect.status)
                case SetTimer(enrollment_id, at):
                    self.timers.pop(enrollment_id, None)
                    if at is not None:
                        self.timers[enrollment_id] = (at, who)
                case PersonLinked():
                    self._move((True, effect.anonymous_id), who, effect.shift)
                case Refused(code=code):
                    self.refusals.append(code)
                case LinkRefused():
                    self.refusals.append("linked-to-somebody-else")

    def _end(self, effect: EndEnrollment) -> None:
        row = self.rows[effect.enrollment_id]
        assert row.ended is effect.amended
        if effect.amended:
            assert row.status is EnrollmentStatus.ABANDONED
            assert row.ended_at == effect.at
        row.status, row.reason, row.ended_at = effect.status, effect.reason, effect.at
        row.outcome = effect.outcome

    def _move(self, old: Who, new: Who, shift: Mapping[str, int]) -> None:
        for row in self.rows.values():
            if row.who == old:
                row.who, row.rotation = new, row.rotation + shift.get(row.journey_id, 0)
        self.timers = {key: (at, new if who == old else who) for key, (at, who) in self.timers.items()}
        entries = [(row.journey_id, row.who, row.rotation) for row in self.rows.values()]
        assert len(entries) == len(set(entries))

    def check(self) -> None:
        """What holds at any time, whatever happened."""
        alive = {}
        for who, person in self.people.items():
            timers = []
            for enrollment in person.enrollments.values():
                alive[enrollment.id] = who
                timers.append(enrollment.timer_at)
                if enrollment.timer_at is not None:
                    assert self.timers[enrollment.id] == (enrollment.timer_at, who)
                row = self.rows[enrollment.id]
                assert enrollment.seq == len(row.steps)
                assert (row.rotation, row.who, row.goal_met_at) == (enrollment.rotation, who, enrollment.goal_met_at)
                self._stands_legally(enrollment)
            assert person.due_at == min((at for at in timers if at is not None), default=None)
            for delivery in person.deliveries.values():
                assert self.deliveries[delivery.id].status is delivery.status
        assert set(alive) == {row.id for row in self.rows.values() if not row.ended}
        assert set(self.timers) <= set(alive)
        for row in self.rows.values():
            self._reads_whole(row)

    def _stands_legally(self, enrollment: Any) -> None:
        canvas = self.catalogue.journeys[enrollment.journey_id].canvas(enrollment.revision)
        node = canvas.nodes[enrollment.node_id]
        assert node.type is enrollment.node_type
        assert node.type.value in ("CONTENT", "WAIT", "WAIT_FOR_EVENT")
        assert (enrollment.delivery_id is not None) is (node.type.value == "CONTENT")
        assert node.type.value != "WAIT" or enrollment.due_at is not None

    def _reads_whole(self, row: Row) -> None:
        """Steps follow one another without a gap, and an ended one says so in the last step alone."""
        for before, after in zip(row.steps, row.steps[1:], strict=False):
            assert before.target == after.node_id
            assert before.left_at == after.entered_at
            assert before.ended is None
        if row.ended:
            assert row.steps
            assert row.steps[-1].ended is not None
            assert row.reason == row.steps[-1].ended or (row.steps[-1].ended, row.reason) == ("deadline", "goal_met")
