"""The words of the project as data: Journey, Node, Edge, Site, Audience, Content, Person, Enrollment.

Frozen and slotted; no behaviour beyond what follows from the fields. Instants are whole milliseconds since
1970-01-01 UTC (`Instant`); they become RFC 3339 at the doors. `config`, `settings`, `goal_config` and `rules`
are the objects of the HTTP API, key by key; nobody changes them in place. Objects that carry no meaning in
their key order are compared by `jcli/canonical`, not by `==`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Instant = int
Json = Mapping[str, Any]


class NodeType(StrEnum):
    TRIGGER = "TRIGGER"
    CONTENT = "CONTENT"
    WAIT = "WAIT"
    WAIT_FOR_EVENT = "WAIT_FOR_EVENT"
    CONDITION = "CONDITION"
    SPLIT = "SPLIT"
    GOAL_CHECK = "GOAL_CHECK"
    EXIT = "EXIT"

    __hash__ = str.__hash__  # that of Enum is written in Python, and these are keys wherever nodes are looked at


class JourneyStatus(StrEnum):
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    PAUSED = "PAUSED"
    ARCHIVED = "ARCHIVED"


class EnrollmentStatus(StrEnum):
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    STOPPED = "stopped"
    ABANDONED = "abandoned"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SHOWN = "shown"
    COMPLETED = "completed"
    DISMISSED = "dismissed"
    EXPIRED = "expired"

    @property
    def final(self) -> bool:
        return self not in (DeliveryStatus.PENDING, DeliveryStatus.SHOWN)


class ManagedBy(StrEnum):
    """`GIT`: the API refuses edits of canvas and metadata. `SHARED`: both doors may edit."""

    GIT = "git"
    SHARED = "shared"


class Kind(StrEnum):
    """The kinds of documents, in the order in which a head key is looked for."""

    JOURNEY = "journey"
    CONTENT = "content"
    AUDIENCE = "audience"
    VOCABULARY = "vocabulary"
    TEST = "test"
    PERSON = "person"
    MODEL = "model"
    SITE = "site"

    __hash__ = str.__hash__  # every document is asked for its kind

    @property
    def stays(self) -> bool:
        """Whether documents of the kind stay in their workspace: no store ever holds one."""
        return self in _STAYING

    @property
    def rehearses(self) -> bool:
        """Whether they are about trying journeys out, so that what is wrong with them bars no sync and no publish."""
        return self in _REHEARSING


_REHEARSING = frozenset({Kind.TEST, Kind.PERSON, Kind.MODEL})
_STAYING = _REHEARSING | {Kind.VOCABULARY}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a builder draws the node, in its own units; only shown, never judged."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    type: NodeType
    config: Json = field(default_factory=dict)
    content_id: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    id: str
    source: str
    target: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A journey's definition, from either door. That it exists proves that read, shape and reference checks passed."""

    id: str
    name: str
    site_id: str
    description: str | None = None
    audience_id: str | None = None
    allow_anonymous: bool = False
    settings: Json = field(default_factory=dict)
    goal_config: Json | None = None
    managed_by: ManagedBy = ManagedBy.SHARED
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    name: str
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    id: str
    name: str
    rules: Json
    site_id: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """`id` is the `contentId` that nodes name; `body` is whatever the front end renders."""

    id: str
    content_type: str
    name: str | None = None
    body: Json | None = None


Item = Journey | Site | Audience | Content
"""What a document of each kind that a store holds becomes."""


@dataclass(frozen=True, slots=True)
class Counts:
    nodes: int = 0
    edges: int = 0
    enrollments: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work on a journey's people has come. `state` is `running`, `done` or `cancelled` (the
    journey's status changed meanwhile); `done` of `total` people were looked at."""

    state: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StoredJourney:
    """A journey as the store holds it. `version` grows with every change of definition or status (the ETag),
    `revision` with every accepted canvas; `fingerprint` is of the canonical form. A journey out of a list has
    no nodes and edges, only their counts. `backfill` is that of the last publication (None: it needed none, or the
    journey came out of a list); `live_since` is when the journey was last published from DRAFT."""

    journey: Journey
    status: JourneyStatus
    version: int
    revision: int
    fingerprint: str
    counts: Counts
    created_at: Instant
    updated_at: Instant
    live_since: Instant | None = None
    backfill: Progress | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A site, audience or content as the store holds it, with its version (the ETag)."""

    item: Site | Audience | Content
    version: int
    fingerprint: str
    created_at: Instant
    updated_at: Instant


@dataclass(frozen=True, slots=True)
class Revision:
    """An accepted canvas: numbered from 1 for each journey, immutable."""

    journey_id: str
    number: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    created_at: Instant
    author: str
    door: str


@dataclass(frozen=True, slots=True)
class Person:
    """An end user of a site: (site, id). `anonymous` says that the id is an anonymousId."""

    site_id: str
    id: str
    anonymous: bool = False
    traits: Json = field(default_factory=dict)
    created_at: Instant = 0
    updated_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One person's way through one journey. `rotation` counts the person's entries into it, from 1; `outcome` is the
    word of the EXIT on which it ended."""

    id: str
    journey_id: str
    site_id: str
    person_id: str
    anonymous: bool
    rotation: int
    status: EnrollmentStatus
    node_id: str | None
    revision: int
    enrolled_at: Instant
    exit_reason: str | None = None
    ended_at: Instant | None = None
    goal_met_at: Instant | None = None
    due_at: Instant | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an enrollment's ledger: it stood on the node from `entered_at` to `left_at`, and left by `label` to
    `target` because of `cause` (`event`, `timer`, `delivery`, `audience`, `api`, `canvas`, `status`, `link`) with
    `cause_ref` (a message id, a delivery's id, who did it). `ended` is the exit reason of the last step, `detail`
    what a CONDITION, SPLIT or GOAL_CHECK read. The step on which somebody stands now has no `left_at` and no cause."""

    seq: int
    node_id: str
    node_type: NodeType
    entered_at: Instant
    left_at: Instant | None
    label: str | None
    target: str | None
    cause: str | None
    cause_ref: str | None
    revision: int
    ended: str | None = None
    detail: Json | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A piece of content for one person: waiting to be shown, shown, or done with."""

    id: str
    journey_id: str
    enrollment_id: str
    node_id: str
    site_id: str
    person_id: str
    anonymous: bool
    content_id: str | None
    content_type: str | None
    status: DeliveryStatus
    created_at: Instant
    updated_at: Instant


@dataclass(frozen=True, slots=True)
class SyncMark:
    """Of a sync base what tells whether anything has moved since: everything but the form."""

    kind: Kind
    key: str
    id: str
    fingerprint: str
    file: str


@dataclass(frozen=True, slots=True)
class SyncBase:
    """What git and the store last agreed on for one document: the canonical form and where it came from.

    `names` maps node ids to the keys that the file gives them (journeys only).
    """

    kind: Kind
    key: str
    id: str
    fingerprint: str
    form: Json
    names: Mapping[str, str]
    file: str
    commit: str | None
    synced_at: Instant


@dataclass(frozen=True, slots=True)
class Protection:
    """A journey that syncs leave alone unless they are told otherwise: why, who said so, when."""

    journey_id: str
    reason: str
    actor: str
    at: Instant


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what by which door, when."""

    at: Instant
    actor: str
    door: str
    verb: str
    kind: str
    subject: str
    detail: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by which door (`cli`, `api`, `sync`), and which sites they may see (None: all)."""

    name: str
    door: str
    sites: frozenset[str] | None = None

    def sees(self, site_id: str | None) -> bool:
        """Whether things of this site exist for the actor. A thing of no site is seen by everybody."""
        return self.sites is None or site_id is None or site_id in self.sites
