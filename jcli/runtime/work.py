"""A piece of work: the people that it touches, what the engine answers, and one saving of all that changed.

    with open_work(store, clock) as work:
        person = work.person(key)
        work.give(person, given)

opens one transaction, and saves and commits at its end. People are loaded once and kept at hand; rows are written when
the work is saved, each once however often it changed. Decides nothing: the counters are kept from what the states were
and are, and from the engine's effects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar

from jcli.engine import (
    Catalogue,
    CreateDelivery,
    EndEnrollment,
    GoalMet,
    Input,
    Link,
    MissingRevision,
    PersonLinked,
    PersonState,
    Reaction,
    SetDelivery,
    StartEnrollment,
    outgoing,
    react,
)
from jcli.errors import StoreConflict
from jcli.model import EnrollmentStatus, Instant, NodeType
from jcli.runtime.catalogues import Catalogues, catalogues_of
from jcli.runtime.people import People, Present
from jcli.runtime.telling import telling_of, word_of
from jcli.store import Changes, NewEnrollment, PersonKey, Store, Tables, bucket_of

T = TypeVar("T")
_IN_PROGRESS = EnrollmentStatus.IN_PROGRESS.value
_TRIES = 3


class Work(People):
    """Within a transaction of a store. `now` is the time of writing; `told` are the people whose deliveries changed,
    `woken` those whom time wakes at another instant than before, with that instant."""

    def __init__(
        self,
        tables: Tables,
        catalogues: Catalogues,
        now: Instant,
        *,
        outbox: bool = False,
        clock: Callable[[], Instant] | None = None,
    ) -> None:
        super().__init__(tables, now, clock)
        self.told: set[PersonKey] = set()
        self.woken: dict[PersonKey, Instant] = {}
        self._catalogues = catalogues
        self._catalogue: Catalogue | None = None
        self._outbox = outbox
        self._forget()

    def _forget(self) -> None:
        self._changes = Changes(self.now)
        self._begun: dict[str, NewEnrollment] = {}
        self._ended: dict[str, tuple[PersonKey, EndEnrollment]] = {}
        self._goals: dict[str, Instant] = {}
        self._deliveries: dict[str, int] = {}
        self._last_revisions: dict[str, int] = {}

    @property
    def catalogue(self) -> Catalogue:
        """The journeys as of this transaction."""
        if self._catalogue is None:
            self._catalogue = self._catalogues.current(self.tables)
        return self._catalogue

    def renew_catalogue(self) -> None:
        """The caller has changed a journey in this transaction: the engine must see it."""
        self._catalogue = None

    # The engine

    def give(self, present: Present, given: Input) -> Reaction:
        """Let the engine react. The state at hand is the new one; rows wait until the work is saved."""
        before = present.state
        reaction = self._react(before, given)
        if reaction.person is before and not reaction.effects:
            return reaction
        present.state = reaction.person
        self._touched[present.key] = present
        if reaction.effects or reaction.transitions:
            self._gather(present, before, reaction)
        return reaction

    def touch(self, present: Present) -> None:
        """Look at when the person is to be woken, although nothing happened to them."""
        self._touched[present.key] = present

    def link(self, known: Present, anonymous: Present, message_id: str | None) -> Reaction | None:
        """The anonymous person turned out to be the known one; None when that was known."""
        if anonymous.state.linked_to == known.key.id or anonymous.key.id in known.state.links:
            return None
        self.save()
        before, theirs = known.state, anonymous.state
        reaction = self._react(before, Link(theirs, self.now, message_id))
        if any(isinstance(effect, PersonLinked) for effect in reaction.effects):
            shift = next(effect.shift for effect in reaction.effects if isinstance(effect, PersonLinked))
            self.tables.hand_over((anonymous.key, anonymous.row), (known.key, known.row), shift)
            # From here on everything that was the anonymous person's is the known one's.
            both = replace(before, enrollments={**before.enrollments, **theirs.enrollments})
            known.before, known.state = both, reaction.person
            anonymous.before = replace(theirs, enrollments={})
            anonymous.state = reaction.other or theirs
            self._touched[known.key], self._touched[anonymous.key] = known, anonymous
            self.told |= {known.key, anonymous.key}
            self._gather(known, both, reaction)
        return reaction

    def _react(self, state: PersonState, given: Input) -> Reaction:
        try:
            return react(state, given, self.catalogue)
        except MissingRevision:
            people = (state, given.anonymous) if isinstance(given, Link) else (state,)
            for person in people:
                self._catalogue = self._catalogues.with_revisions_of(self.tables, person)
            return react(state, given, self.catalogue)

    def _gather(self, present: Present, before: PersonState, reaction: Reaction) -> None:
        changes = self._changes
        for effect in reaction.effects:
            match effect:
                case StartEnrollment(enrollment):
                    self._begun[enrollment.id] = NewEnrollment(present.key, enrollment.revision, enrollment, None)
                case EndEnrollment():
                    self._ended[effect.enrollment_id] = (present.key, effect)
                case GoalMet():
                    self._goals[effect.enrollment_id] = effect.at
                    changes.goals[effect.journey_id] += 1
                case CreateDelivery(delivery):
                    self._deliveries[delivery.id] = len(changes.deliveries)
                    changes.deliveries.append((present.row, delivery, None))
                    self.told.add(present.key)
                case SetDelivery():
                    self._set_delivery(present.key, effect)
                    self.told.add(present.key)
                case _:
                    pass
        if reaction.transitions:
            changes.steps += [(present.key, step) for step in reaction.transitions]
            self._count_steps(before, reaction)
        self._count_split_goals(before, reaction)
        if self._outbox:
            changes.outbox += [(present.row, event) for event in outgoing(reaction.person, reaction.effects)]

    def _set_delivery(self, key: PersonKey, effect: SetDelivery) -> None:
        place = self._deliveries.get(effect.delivery_id)
        if place is None:
            self._changes.outcomes.append((key, effect))
        else:
            row, delivery, _ = self._changes.deliveries[place]
            self._changes.deliveries[place] = (row, delivery, effect)

    def _journey_of(self, before: PersonState, enrollment_id: str) -> str:
        enrollment = before.enrollments.get(enrollment_id)
        return (self._begun[enrollment_id].began if enrollment is None else enrollment).journey_id

    def _count_steps(self, before: PersonState, reaction: Reaction) -> None:
        changes = self._changes
        for step in reaction.transitions:
            journey_id = self._journey_of(before, step.enrollment_id)
            if step.ended is not None:
                self._last_revisions[step.enrollment_id] = step.revision
            changes.step_counts[journey_id, step.node_id, step.label or "", step.ended or ""] += 1
            changes.step_times[journey_id, step.node_id, bucket_of(step.left_at - step.entered_at)] += 1

    def _count_split_goals(self, before: PersonState, reaction: Reaction) -> None:
        """A SPLIT's label counts once for an enrollment, and its goal once, whichever of the two comes first."""
        met = {effect.enrollment_id: effect.journey_id for effect in reaction.effects if isinstance(effect, GoalMet)}
        chosen = {
            (step.enrollment_id, step.node_id, step.label): None
            for step in reaction.transitions
            if step.node_type is NodeType.SPLIT and step.label is not None
        }
        for enrollment_id, node_id, label in chosen:
            old = before.enrollments.get(enrollment_id)
            if old is not None and old.labels.get(node_id) == label:
                continue
            key = (self._journey_of(before, enrollment_id), node_id, label or "")
            self._changes.split_entries[key] += 1
            if enrollment_id in met or (old is not None and old.goal_met_at is not None):
                self._changes.split_goals[key] += 1
        for enrollment_id, journey_id in met.items():
            old = before.enrollments.get(enrollment_id)
            if old is not None:
                labels: Iterable[tuple[str, str]] = old.labels.items()
            elif enrollment_id in self._begun:
                continue
            else:
                labels = self._late_labels(enrollment_id)
            for node_id, label in labels:
                self._changes.split_goals[journey_id, node_id, label] += 1

    def _late_labels(self, enrollment_id: str) -> Iterable[tuple[str, str]]:
        """The labels of an enrollment that has ended already: some of its steps may not be saved yet."""
        waiting = [
            (step.node_id, step.label)
            for _, step in self._changes.steps
            if step.enrollment_id == enrollment_id and step.node_type is NodeType.SPLIT and step.label is not None
        ]
        return dict.fromkeys([*self.tables.split_labels(enrollment_id), *waiting])

    # Events

    def record(self, row: int, body: str) -> None:
        """Keep an event of the person in this row."""
        self._changes.events.append((row, body))

    def remember(self, key: PersonKey, message_id: str) -> None:
        """The message came to the person of this key."""
        self._changes.messages.append((key, message_id))

    # Saving

    def save(self) -> None:
        """Write what changed since the last saving."""
        changes = self._changes
        for present in self._touched.values():
            self._save_person(present)
        for enrollment_id, (key, end) in self._ended.items():
            if enrollment_id not in self._begun:
                self._amend(key, end)
        for new in self._begun.values():
            self._finish_begun(new)
        changes.begun = list(self._begun.values())
        self.tables.apply(changes)
        self._touched.clear()
        self._forget()

    def _save_person(self, present: Present) -> None:
        state, before, changes = present.state, present.before, self._changes
        wake_at = self.wake_at(state)
        if before is None:
            changes.new_people.append((present.row, state, wake_at))
            self._save_enrollments(present.key, PersonState(*present.key), state)
        elif state is not before or wake_at != present.wake_at:
            if state.traits is not before.traits and state.traits != before.traits:
                changes.told.append((present.row, state, wake_at))
            elif wake_at != present.wake_at:
                changes.woken.append((present.row, state, wake_at))
            else:
                changes.states.append((present.row, state))
            if state.enrollments is not before.enrollments:
                self._save_enrollments(present.key, before, state)
        if wake_at is not None and wake_at != present.wake_at:
            self.woken[present.key] = wake_at
        present.before, present.wake_at = state, wake_at

    def wake_at(self, state: PersonState) -> Instant | None:
        """When time next does something to the person. Those that are frozen wait for their journey, not for time."""
        if state.due_at is None:
            return None
        journeys, least = self.catalogue.journeys, None
        for enrollment in state.enrollments.values():
            at = enrollment.timer_at
            if at is not None and (least is None or at < least):
                listed = journeys.get(enrollment.journey_id)
                if listed is not None and listed.running:
                    # What fell due before the journey was published falls due then, even where the clock went back.
                    at = max(at, listed.live_since)
                    least = at if least is None else min(least, at)
        return least

    def _save_enrollments(self, key: PersonKey, before: PersonState, state: PersonState) -> None:
        changes, counts, revisions = self._changes, self._changes.enrollment_counts, self._changes.revision_counts
        for enrollment_id, now in state.enrollments.items():
            old = before.enrollments.get(enrollment_id)
            if old is now:
                continue
            counts[now.journey_id, _IN_PROGRESS, now.node_id] += 1
            revisions[now.journey_id, now.revision] += 1
            if old is None:
                self._begun[enrollment_id].now = now
                continue
            counts[now.journey_id, _IN_PROGRESS, old.node_id] -= 1
            revisions[now.journey_id, old.revision] -= 1
            changes.moved.append((key, now))
        for enrollment_id, old in before.enrollments.items():
            if enrollment_id not in state.enrollments:
                _, end = self._ended.pop(enrollment_id)
                counts[old.journey_id, _IN_PROGRESS, old.node_id] -= 1
                counts[old.journey_id, end.status.value, end.node_id] += 1
                revisions[old.journey_id, old.revision] -= 1
                goal_met_at = self._goals.get(enrollment_id, old.goal_met_at)
                changes.ended.append((key, end, goal_met_at, self._last_revisions.get(enrollment_id)))

    def _finish_begun(self, new: NewEnrollment) -> None:
        """Fill in the row of an enrollment that began and ended in this very work."""
        if new.now is None:
            _, end = self._ended[new.began.id]
            new.ended = end
            new.goal_met_at = self._goals.get(new.began.id)
            new.revision = self._last_revisions.get(new.began.id, new.revision)
            self._changes.enrollment_counts[end.journey_id, end.status.value, end.node_id] += 1

    def _amend(self, key: PersonKey, end: EndEnrollment) -> None:
        """An enrollment that had ended before this work: only the verdict on it changes."""
        counts = self._changes.enrollment_counts
        counts[end.journey_id, EnrollmentStatus.ABANDONED.value, end.node_id] -= 1
        counts[end.journey_id, end.status.value, end.node_id] += 1
        self._changes.ended.append((key, end, self._goals.get(end.enrollment_id), None))


@contextmanager
def open_work(
    store: Store, clock: Callable[[], Instant], *, outbox: bool = False, beside: bool = False
) -> Iterator[Work]:
    """A piece of work in a transaction of its own, or in the one that is open; saved at the end of the block. The clock
    is asked when the write lock is held, so that time does not run backwards from one transaction to the next.

    `beside` other work: it is about people alone and changes no journey. It may end with a StoreConflict, see `insist`.
    """
    with store.write_people() if beside else store.write() as tables:
        again = clock if beside and not store.one_writer else None
        work = Work(tables, catalogues_of(store), clock(), outbox=outbox, clock=again)
        yield work
        work.save()
    telling = telling_of(store)
    telling.tell(work.told)
    store.tell(word_of(key) for key in work.told)
    telling.tell_times(work.woken)


def insist(work: Callable[[bool], T]) -> T:
    """Do a piece of work that opens its own transaction, `beside` others (True), again when another one came first; and
    alone (False) in the end, so that it is done however many are at the same people."""
    for _ in range(_TRIES):
        with suppress(StoreConflict):
            return work(True)
    return work(False)
