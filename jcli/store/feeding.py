"""What a store does for a runtime: the part of `Tables` that feeds the engine and writes what it answers.

People are read and written many at a time. The rules are the engine's; see `jcli/runtime` for who calls this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from jcli.engine import OutboxEvent
from jcli.model import Delivery, Instant, JourneyStatus, Progress, Step
from jcli.store.changes import Changes
from jcli.store.states import Loaded, PersonKey


class JobKind(StrEnum):
    """Long pieces of work on the people of a journey: entering an audience at publish, letting go on what was frozen,
    stopping what is in progress, moving people to a new canvas."""

    BACKFILL = "backfill"
    THAW = "thaw"
    STOP = "stop"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Job:
    """`at` is when it was asked for; `place` is where it goes on, in the words of who does it."""

    id: int
    kind: JobKind
    journey_id: str
    progress: Progress
    at: Instant
    place: Any


@dataclass(frozen=True, slots=True)
class JourneyMark:
    """A journey as a runtime sees it from far: `mark` changes whenever there is something to compile anew."""

    status: JourneyStatus
    live_since: Instant
    audience_id: str | None
    mark: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A journey in numbers, from counters alone. `statuses`: enrollments by status. `steps`: (node, label or "", exit
    reason or "") -> how often it was left so. `times`: (node, bucket) -> how often somebody stood there so long.
    `splits`: (SPLIT, label) -> (enrollments that took it, those of them whose goal was met)."""

    statuses: Mapping[str, int]
    steps: Mapping[tuple[str, str, str], int]
    times: Mapping[tuple[str, int], int]
    splits: Mapping[tuple[str, str], tuple[int, int]]
    goals: int


class RuntimeTables(Protocol):
    """The rows that a runtime reads and writes, within one transaction."""

    # What the catalogue is made of
    def catalogue_token(self) -> bytes:
        """Another one whenever a journey or an audience changed. It is no number, so that a change which was taken
        back and another one are never taken for each other."""
        ...

    def journey_marks(self) -> Mapping[str, JourneyMark]:
        """Journeys that are not archived, in order of their ids."""
        ...

    def node_maps(self, journey_id: str) -> Mapping[int, Mapping[str, str]]:
        """Revision -> what its save said about moved nodes, where it said something."""
        ...

    def revisions_stood_on(self, journey_id: str) -> Sequence[int]:
        """The revisions on which enrollments in progress stand."""
        ...

    # People
    def person_rows(self, keys: Iterable[PersonKey]) -> dict[PersonKey, int]: ...
    def load_people(self, keys: Iterable[PersonKey]) -> dict[PersonKey, Loaded]: ...
    def load_rows(self, rows: Iterable[int]) -> list[Loaded]: ...
    def people_between(self, after: int, last: int, limit: int) -> list[Loaded]:
        """People with a row after `after` up to `last`, in order of their rows."""
        ...

    def last_person_row(self) -> int: ...
    def free_rows(self, keys: Iterable[PersonKey], after: int) -> dict[PersonKey, int]:
        """Rows for people who are not there yet. `after` is the last row that was handed out in this transaction, which
        may not be written yet."""
        ...

    def in_progress(
        self, journey_id: str, after: tuple[Instant, str] | None, limit: int
    ) -> list[tuple[int, tuple[Instant, str]]]:
        """Enrollments in progress, the newest first: (row of the person, (enrolled at, id)), after such a place."""
        ...

    def open_deliveries(self, journey_id: str, after: str, limit: int) -> list[tuple[int, str]]:
        """Deliveries of the journey that are pending or shown, after an id: (row of the person, id)."""
        ...

    def enrollments_in_progress(self, journey_id: str) -> int: ...
    def known_messages(self, messages: Sequence[tuple[PersonKey, str]], since: Instant) -> set[tuple[str, str]]:
        """(site, message id) of those messages of people that came at or after `since`. A store may know a message
        again by the person, too, to whom it came."""
        ...

    # Timers
    def due_people(self, until: Instant, limit: int, shards: range | None = None) -> list[Loaded]:
        """People who are to be woken at or before `until`, the earliest first; not those who are being worked on.
        `shards` narrows it to the people in these, where the store keeps people apart by shard."""
        ...

    def next_due(self, shards: range | None = None) -> Instant | None: ...
    def postpone(self, row: int, until: Instant) -> None:
        """Wake the person later, whatever their state says."""
        ...

    # Writing
    def apply(self, changes: Changes) -> None:
        """StoreError when an enrollment of the person (its id; its journey and rotation) or a step is there already, or
        a journey is not, StoreConflict when a new person is: the transaction is to be given up."""
        ...

    def hand_over(
        self, anonymous: tuple[PersonKey, int], known: tuple[PersonKey, int], shift: Mapping[str, int]
    ) -> None:
        """The enrollments and deliveries of the anonymous person become the known one's; `shift` is added to their
        rotations, by journey. Each person comes with its row."""
        ...

    def prune_messages(self, before: Instant, limit: int) -> int:
        """Forget message ids that came before the instant, at most `limit`, the oldest first; how many."""
        ...

    def prune_events(self, before: Instant, limit: int) -> int: ...
    def outbox(self, after: int, limit: int) -> list[tuple[int, OutboxEvent]]:
        """Events for the world outside that nobody has taken away yet, with their rows, in order."""
        ...

    def drop_outbox(self, rows: Sequence[int]) -> None: ...

    # Parcels of events, as a distributed runtime delivers them
    def parcel_outcome(self, shard: int, parcel_id: str) -> bytes | None:
        """What was kept of a parcel that has been worked in."""
        ...

    def keep_parcel(self, shard: int, parcel_id: str, outcome: bytes, at: Instant) -> None:
        """StoreConflict when the parcel is there already: another delivery of it came first."""
        ...

    def prune_parcels(self, before: Instant, limit: int) -> int: ...

    # Long work
    def start_job(self, kind: JobKind, journey_id: str, total: int, at: Instant, place: object) -> Job:
        """A running job. `total` is how many people it is about."""
        ...

    def last_job(self, journey_id: str, kind: JobKind) -> Job | None: ...
    def running_jobs(self, journey_id: str | None = None) -> list[Job]:
        """The oldest first."""
        ...

    def take_job(self) -> Job | None:
        """The oldest running job that nobody else works on; it is this transaction's until its end."""
        ...

    def advance_job(self, job: Job, now: Instant) -> None: ...
    def cancel_jobs(self, journey_id: str, kinds: Collection[JobKind], now: Instant) -> int: ...

    # What became of people
    def figures(self, journey_id: str) -> Figures: ...
    def steps(self, enrollment_id: str) -> list[Step]:
        """The ledger; the step on which it stands now is not written yet."""
        ...

    def split_labels(self, enrollment_id: str) -> list[tuple[str, str]]:
        """(SPLIT node, label) that the enrollment took."""
        ...

    def events_of(self, person_row: int, after: int, limit: int) -> list[tuple[int, Instant, bytes]]:
        """The person's kept events after a row: (row, received at, JSON)."""
        ...

    def events_after(self, row: int, limit: int) -> list[tuple[int, str, Instant, bytes]]:
        """Everybody's kept events after a row, in the order in which they came: (row, site, received at, JSON)."""
        ...

    def deliveries_after(self, delivery_id: str, limit: int) -> list[Delivery]:
        """Everybody's deliveries in the order of their ids, after this one."""
        ...
