"""A person while an input is worked in: the one place where something changes, for the length of one reaction.

Mappings are copied when they are first written to, so that what nothing happens to costs nothing and the old state
stays as it was. `finish` freezes the draft into the reaction. Decides nothing; see `react.py`.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from jcli.engine.catalogue import Catalogue, Listed
from jcli.engine.effects import Effect, Reaction, SetDelivery, SetTimer, Transition
from jcli.engine.rules import Facts
from jcli.engine.state import DeliveryState, DeliveryStatus, EnrollmentState, Entries, PersonState
from jcli.model import Instant, Json

MEMORY = 1000
"""How many occurrences of one event are remembered: the newest."""

_NOTHING: Json = {}
V = TypeVar("V")


class Draft:
    """Reads like a PersonState; `put_` and `drop_` methods change it."""

    __slots__ = (
        "_touched",
        "catalogue",
        "deliveries",
        "effects",
        "enrollments",
        "entries",
        "judged",
        "late",
        "links",
        "memory",
        "messages",
        "person",
        "traits",
        "transitions",
    )

    def __init__(self, person: PersonState, catalogue: Catalogue) -> None:
        self.person = person
        self.catalogue = catalogue
        self.links = person.links
        self.traits = person.traits
        self.memory = person.memory
        self.enrollments = person.enrollments
        self.deliveries = person.deliveries
        self.entries = person.entries
        self.late = person.late
        self.judged = person.judged
        self.messages = person.messages
        self.transitions: list[Transition] = []
        self.effects: list[Effect] = []
        self._touched: dict[str, None] = {}

    def facts(self, now: Instant, properties: Json = _NOTHING) -> Facts:
        """What rules may look at now."""
        return Facts(self.traits, self.memory, now, properties)

    def running(self, journey_id: str) -> Listed | None:
        """The journey, when its enrollments in progress move."""
        listed = self.catalogue.journeys.get(journey_id)
        return listed if listed is not None and listed.running else None

    def put_enrollment(self, enrollment: EnrollmentState) -> None:
        self.enrollments = _with(self.enrollments, self.person.enrollments, enrollment.id, enrollment)
        self._touched[enrollment.id] = None

    def drop_enrollment(self, enrollment_id: str) -> None:
        self.enrollments = _without(self.enrollments, self.person.enrollments, enrollment_id)
        self._touched[enrollment_id] = None

    def put_delivery(self, delivery: DeliveryState) -> None:
        self.deliveries = _with(self.deliveries, self.person.deliveries, delivery.id, delivery)

    def drop_delivery(self, delivery_id: str) -> None:
        self.deliveries = _without(self.deliveries, self.person.deliveries, delivery_id)

    def expire_delivery(self, delivery_id: str | None, now: Instant) -> None:
        """Take a delivery back, if it is still there. One that the person finished meanwhile is finished."""
        delivery = self.deliveries.get(delivery_id) if delivery_id is not None else None
        if delivery is not None:
            self.drop_delivery(delivery.id)
            if not delivery.status.final:
                self.effects.append(SetDelivery(delivery.id, DeliveryStatus.EXPIRED, now))

    def put_entries(self, journey_id: str, entries: Entries) -> None:
        self.entries = _with(self.entries, self.person.entries, journey_id, entries)

    def remember(self, name: str, at: Instant, names: frozenset[str]) -> None:
        """Keep an occurrence of the event; forget names that nobody asks about any more."""
        times = list(self.memory.get(name, ()))
        insort(times, at)
        self.memory = {key: kept for key, kept in self.memory.items() if key in names}
        self.memory[name] = tuple(times[-MEMORY:])

    def finish(self) -> Reaction:
        """The reaction: the person given when nothing changed, else a new one with timers in step."""
        old = self.person
        for enrollment_id in self._touched:
            self._set_timer(old.enrollments.get(enrollment_id), self.enrollments.get(enrollment_id))
        if not self._changed():
            return Reaction(old, tuple(self.transitions), tuple(self.effects))
        timers = [e.timer_at for e in self.enrollments.values()] if self._touched else [old.due_at]
        new = replace(
            old,
            links=self.links,
            traits=self.traits,
            memory=self.memory,
            enrollments=self.enrollments,
            deliveries=self.deliveries,
            entries=self.entries,
            late=self.late,
            judged=self.judged,
            messages=self.messages,
            due_at=min((at for at in timers if at is not None), default=None),
        )
        return Reaction(new, tuple(self.transitions), tuple(self.effects))

    def _changed(self) -> bool:
        old = self.person
        return not (
            self.enrollments is old.enrollments
            and self.deliveries is old.deliveries
            and self.traits is old.traits
            and self.memory is old.memory
            and self.entries is old.entries
            and self.late is old.late
            and self.messages is old.messages
            and self.links is old.links
            and self.judged is old.judged
        )

    def _set_timer(self, before: EnrollmentState | None, after: EnrollmentState | None) -> None:
        was = before.timer_at if before is not None else None
        now = after.timer_at if after is not None else None
        if was != now and (after or before) is not None:
            enrollment = after or before
            assert enrollment is not None
            self.effects.append(SetTimer(enrollment.id, now))


def _with(current: Mapping[str, V], original: Mapping[str, V], key: str, value: V) -> Mapping[str, V]:
    """`current` with the value under the key; copied first when it is still the original."""
    own = dict(current) if current is original else current
    assert isinstance(own, dict)
    own[key] = value
    return own


def _without(current: Mapping[str, V], original: Mapping[str, V], key: str) -> Mapping[str, V]:
    if key not in current:
        return current
    own = dict(current) if current is original else current
    assert isinstance(own, dict)
    del own[key]
    return own
