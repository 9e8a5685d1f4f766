"""What a runtime writes at the end of a piece of work, in one go: people, enrollments, ledger, deliveries, counters.

Plain lists and counters that `jcli/runtime/work.py` fills and a store writes with a handful of statements. Nothing is
decided here or there: what the changes are, the engine has said. What is a person's says whose it is, because a store
may keep people apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from jcli.engine import DeliveryState, EndEnrollment, EnrollmentState, OutboxEvent, PersonState, SetDelivery, Transition
from jcli.model import Instant
from jcli.store.states import PersonKey

Count = Counter[tuple[str, str, str]]


@dataclass(slots=True)
class NewEnrollment:
    """An enrollment that began: as it is now, or as it was when it ended in the same piece of work (`ended`)."""

    key: PersonKey
    revision: int
    began: EnrollmentState
    now: EnrollmentState | None
    ended: EndEnrollment | None = None
    goal_met_at: Instant | None = None


@dataclass(slots=True)
class Changes:
    """`now` is when it is written. Counters hold by how much each figure changes."""

    now: Instant
    new_people: list[tuple[int, PersonState, Instant | None]] = field(default_factory=list)
    states: list[tuple[int, PersonState]] = field(default_factory=list)
    """People whose state changed, but neither traits nor the instant at which they are to be woken."""
    woken: list[tuple[int, PersonState, Instant | None]] = field(default_factory=list)
    """People whose state and instant changed, but not the traits."""
    told: list[tuple[int, PersonState, Instant | None]] = field(default_factory=list)
    """People whose traits changed."""
    messages: list[tuple[PersonKey, str]] = field(default_factory=list)
    """Message ids of events that were new, each with whom it came to."""
    events: list[tuple[int, str]] = field(default_factory=list)
    """(row of the person, the event as JSON)."""
    begun: list[NewEnrollment] = field(default_factory=list)
    moved: list[tuple[PersonKey, EnrollmentState]] = field(default_factory=list)
    ended: list[tuple[PersonKey, EndEnrollment, Instant | None, int | None]] = field(default_factory=list)
    """(whose it is, how it ended, when its goal was met, its last revision; None: as it was)."""
    steps: list[tuple[PersonKey, Transition]] = field(default_factory=list)
    deliveries: list[tuple[int, DeliveryState, SetDelivery | None]] = field(default_factory=list)
    """New ones: the row of the person, and what became of the delivery in the same piece of work."""
    outcomes: list[tuple[PersonKey, SetDelivery]] = field(default_factory=list)
    outbox: list[tuple[int, OutboxEvent]] = field(default_factory=list)
    enrollment_counts: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)
    """(journey, status, node)."""
    revision_counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(journey, revision): enrollments in progress."""
    step_counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """(journey, node, label or "", exit reason or "")."""
    step_times: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """(journey, node, bucket): how long people stood on the node, see `bucket_of`."""
    split_entries: Count = field(default_factory=Counter)
    """(journey, SPLIT node, label): enrollments that took it."""
    split_goals: Count = field(default_factory=Counter)
    """(journey, SPLIT node, label): those of them whose goal was met."""
    goals: Counter[str] = field(default_factory=Counter)
    """Enrollments whose goal was met, by journey."""


_STEPS_PER_OCTAVE = 3
"""As a power of two: each doubling of a time has eight buckets, so a median read from them is at most 6 % off."""


def bucket_of(milliseconds: int) -> int:
    """The bucket of a time. Whole times up to 16 ms have one each, and there are fewer than 320 up to ten years, so
    what is kept of a node's times does not grow with the people."""
    if milliseconds < 1 << (_STEPS_PER_OCTAVE + 1):
        return max(milliseconds, 0)
    octave = milliseconds.bit_length() - 1 - _STEPS_PER_OCTAVE
    return (octave << _STEPS_PER_OCTAVE) + (milliseconds >> octave)


def middle_of(bucket: int) -> int:
    """A time in the middle of a bucket, in milliseconds."""
    if bucket < 1 << (_STEPS_PER_OCTAVE + 1):
        return bucket
    octave = (bucket >> _STEPS_PER_OCTAVE) - 1
    low = (bucket - (octave << _STEPS_PER_OCTAVE)) << octave
    return low + (1 << octave) // 2
