"""What is known of one person: all that `react` may look at beside the input and the catalogue.

Frozen: a reaction answers a new state and leaves the old one alone. The mappings in it are never changed in place
either; `draft.py` copies those that change. Ended enrollments are the store's; what re-entry needs of them is in
`entries`, and what a late goal needs for an hour in `late`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jcli.model import DeliveryStatus as DeliveryStatus
from jcli.model import Instant, Json, NodeType


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """A piece of content that is waiting for the person, or was shown and is not finished."""

    id: str
    enrollment_id: str
    journey_id: str
    node_id: str
    content_id: str | None
    content_type: str | None
    created_at: Instant
    status: DeliveryStatus = DeliveryStatus.PENDING


@dataclass(frozen=True, slots=True)
class EnrollmentState:
    """An enrollment in progress. It stands on `node_id` since `entered_at`; `seq` is the number of its last transition.

    `due_at` is when the wait on this node ends by itself, `deadline_at` when the goal must have been met (None: no
    deadline, or met). `delivery_id` is what a CONTENT waits for. `labels` are the SPLIT labels that were chosen, by
    node; `heard` the nodes that wait since the enrollment began and whose event has come already.
    """

    id: str
    journey_id: str
    rotation: int
    revision: int
    enrolled_at: Instant
    node_id: str
    node_type: NodeType
    entered_at: Instant
    seq: int = 0
    due_at: Instant | None = None
    deadline_at: Instant | None = None
    delivery_id: str | None = None
    goal_met_at: Instant | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()

    @property
    def timer_at(self) -> Instant | None:
        """When time next does something to it."""
        if self.due_at is None:
            return self.deadline_at
        if self.deadline_at is None or self.due_at <= self.deadline_at:
            return self.due_at
        return self.deadline_at


@dataclass(frozen=True, slots=True)
class Entries:
    """The person's entries into one journey: the number of the last one, and when it was."""

    rotation: int
    entered_at: Instant


@dataclass(frozen=True, slots=True)
class LateGoal:
    """An enrollment that its deadline ended. Until `until`, an event dated before `deadline` may still meet the
    goal."""

    enrollment_id: str
    journey_id: str
    node_id: str
    enrolled_at: Instant
    ended_at: Instant
    deadline: Instant
    until: Instant


@dataclass(frozen=True, slots=True)
class PersonState:
    """A person of a site. A new one is `PersonState(site, id)`.

    `linked_to` is the known person whom an anonymous one turned out to be; its inputs go there. `links` are the
    anonymous ids of a known person. `memory` holds the instants of past events (ascending, at most 1,000 a name) under
    exactly the names that the catalogue asks about. `enrollments` are those in progress, oldest first, `deliveries`
    the unfinished ones. `judged` says that the person was held against the audiences once. `messages` are the message
    ids of the last seven days, or None where the runner drops known messages itself (a store does, for all people at
    once). `due_at` is the least timer of all enrollments.
    """

    site_id: str
    id: str
    anonymous: bool = False
    linked_to: str | None = None
    links: frozenset[str] = frozenset()
    traits: Json = field(default_factory=dict)
    memory: Mapping[str, tuple[Instant, ...]] = field(default_factory=dict)
    enrollments: Mapping[str, EnrollmentState] = field(default_factory=dict)
    deliveries: Mapping[str, DeliveryState] = field(default_factory=dict)
    entries: Mapping[str, Entries] = field(default_factory=dict)
    late: tuple[LateGoal, ...] = ()
    judged: bool = False
    messages: Mapping[str, Instant] | None = None
    due_at: Instant | None = None
