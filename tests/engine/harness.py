"""The world of rehearsals, watched: it fails loudly when the engine breaks a promise.

A transition or an entry twice, a row that is changed after its end, timers that are not those of the state. `check`
holds for the whole world, at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jcli.canonical import journey_of
from jcli.canonical.outline import outline_of_document
from jcli.documents import Document
from jcli.documents.document import placeless
from jcli.engine import (
    Catalogue,
    CreateDelivery,
    EndEnrollment,
    Event,
    GoalMet,
    Input,
    Listed,
    Reaction,
    SetDelivery,
    SetTimer,
    StartEnrollment,
    compile_journey,
)
from jcli.model import Audience, EnrollmentStatus, Instant, Journey, JourneyStatus, Kind
from jcli.rehearsal import Lived, Who
from jcli.rehearsal import World as Rehearsed

SITE = "main"


def journey(key: str, body: Mapping[str, Any]) -> Journey:
    """A journey from the body of its document; node keys are node ids, audience keys audience ids."""
    data = {"journey": key, **body}
    outline = outline_of_document(Document("", Kind.JOURNEY, key, data, placeless(data)))
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


class Strict(Rehearsed):
    """A world under a strict eye. `log` is what happened to whom; `timers` are those that effects asked for."""

    def __init__(self, catalogue: Catalogue, now: Instant, site_id: str) -> None:
        super().__init__(catalogue, now, site_id)
        self.timers: dict[str, tuple[Instant, Who]] = {}
        self.log: list[tuple[Who, Input]] = []

    def feed(self, who: Who, given: Input) -> Reaction:
        self.log.append((self.route(who), given))
        return super().feed(who, given)

    def _keep(self, who: Who, reaction: Reaction) -> None:
        before = {life.id: (len(life.steps), life.ended_at) for life in self.lives.values() if life.ended}
        seen = {life.id: len(life.steps) for life in self.lives.values()}
        for effect in reaction.effects:
            self._allow(effect, who)
        super()._keep(who, reaction)
        for step in reaction.transitions:
            seen[step.enrollment_id] = seen.get(step.enrollment_id, 0) + 1
            assert step.seq == seen[step.enrollment_id]
        for key, was in before.items():
            assert (len(self.lives[key].steps), self.lives[key].ended_at) == was, "an ended enrollment moved"
        entries = [(life.journey_id, life.who, life.rotation) for life in self.lives.values()]
        assert len(entries) == len(set(entries))

    def _allow(self, effect: object, who: Who) -> None:
        match effect:
            case StartEnrollment(enrollment):
                assert enrollment.id not in self.lives
            case EndEnrollment():
                self._may_end(effect)
            case GoalMet():
                life = self.lives.get(effect.enrollment_id)
                assert life is None or life.goal_met_at is None
            case CreateDelivery(delivery):
                assert delivery.id not in self.deliveries
            case SetDelivery():
                old = self.deliveries.get(effect.delivery_id)
                assert old is None or not old.status.final
            case SetTimer(enrollment_id, at):
                self.timers.pop(enrollment_id, None)
                if at is not None:
                    self.timers[enrollment_id] = (at, who)
            case _:
                pass

    def _may_end(self, effect: EndEnrollment) -> None:
        life = self.lives.get(effect.enrollment_id)
        assert (life is not None and life.ended) is effect.amended
        if effect.amended and life is not None:
            assert life.status is EnrollmentStatus.ABANDONED
            assert life.ended_at == effect.at

    def _move(self, old: Who, new: Who, shift: Mapping[str, int]) -> None:
        super()._move(old, new, shift)
        self.timers = {key: (at, new if who == old else who) for key, (at, who) in self.timers.items()}

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
                row = self.lives[enrollment.id]
                assert enrollment.seq == len(row.steps)
                assert (row.rotation, row.who, row.goal_met_at) == (enrollment.rotation, who, enrollment.goal_met_at)
                self._stands_legally(enrollment)
            assert person.due_at == min((at for at in timers if at is not None), default=None)
            for delivery in person.deliveries.values():
                assert self.deliveries[delivery.id].status is delivery.status
        assert set(alive) == {row.id for row in self.lives.values() if not row.ended}
        assert set(self.timers) <= set(alive)
        for row in self.lives.values():
            self._reads_whole(row)

    def _stands_legally(self, enrollment: Any) -> None:
        canvas = self.catalogue.journeys[enrollment.journey_id].canvas(enrollment.revision)
        node = canvas.nodes[enrollment.node_id]
        assert node.type is enrollment.node_type
        assert node.type.value in ("CONTENT", "WAIT", "WAIT_FOR_EVENT")
        assert (enrollment.delivery_id is not None) is (node.type.value == "CONTENT")
        assert node.type.value != "WAIT" or enrollment.due_at is not None

    def _reads_whole(self, row: Lived) -> None:
        """Steps follow one another without a gap, and an ended one says so in the last step alone."""
        for before, after in zip(row.steps, row.steps[1:], strict=False):
            assert before.target == after.node_id
            assert before.left_at == after.entered_at
            assert before.ended is None
        if row.ended:
            assert row.steps
            assert row.steps[-1].ended is not None
            assert row.reason == row.steps[-1].ended or (row.steps[-1].ended, row.reason) == ("deadline", "goal_met")


class World(Strict):
    """A strict world of journeys that are put in one by one; `bodies` are their documents, for who wants to edit
    them."""

    def __init__(self, now: Instant, audiences: Iterable[Audience] = ()) -> None:
        self.audiences = {audience.id: audience for audience in audiences}
        super().__init__(Catalogue(audiences=self.audiences.values(), zones=zones), now, SITE)
        self.bodies: dict[str, Mapping[str, Any]] = {}

    def add(self, made: Journey, status: JourneyStatus = JourneyStatus.DRAFT) -> None:
        audience = self.audiences.get(made.audience_id or "")
        self.catalogue = self.catalogue.with_journey(Listed(compile_journey(made, 1, audience), status))

    def edit(self, made: Journey, node_map: Mapping[str, str], *, tell: bool = True) -> None:
        """A new revision; `tell=False` leaves the people to find out by themselves."""
        number = self.catalogue.journeys[made.id].journey.canvas.revision + 1
        self.save(compile_journey(made, number, self.audiences.get(made.audience_id or "")), node_map, tell=tell)

    def event(self, who: Who, event: Event) -> Reaction:
        return self.feed(who, event)
