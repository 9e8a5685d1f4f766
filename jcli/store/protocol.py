"""What a store can do. SQLite and PostgreSQL implement it, and pass the same contract suite
(`tests/store/test_contract_*.py`).

A store hands out transactions; all rows are read and written through one. `write()` begins with the write lock
held (so nothing read in it can be stale), commits at the end of the block and rolls everything back when the
block raises. Both are re-entrant within a thread: an inner block joins the outer one, and an inner `write()` that
raises takes back its own part if the outer one goes on. `write()` within `read()` is a RuntimeError: what was read
may be stale, and so is `write()` within `write_people()`, a `write()` for work that goes on beside others.
Calls are synchronous and take the time as `now`, an Instant. Reads outside a `write()` see one
consistent snapshot for the whole block.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from jcli.model import (
    Audience,
    AuditEntry,
    Content,
    Delivery,
    DeliveryStatus,
    Enrollment,
    EnrollmentStatus,
    Instant,
    Journey,
    JourneyStatus,
    Kind,
    Person,
    Protection,
    Revision,
    Site,
    Stored,
    StoredJourney,
    SyncBase,
    SyncMark,
)
from jcli.store.feeding import RuntimeTables
from jcli.store.states import PersonKey
from jcli.store.upkeep import Upkeep, UpkeepTables
from jcli.store.uploading import UploadingTables

T = TypeVar("T")
CATALOGUE = "catalogue"
"""The word for: a journey or an audience has changed."""

Sites = frozenset[str] | None
"""The sites whose rows the caller may see; None: all."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a list: `limit` rows after `offset`, or after the row that `after` (created at, id) names,
    whose cost does not grow with depth. Order: newest created first, then id ascending. `after` is what a listing gave
    as `next` and means nothing elsewhere."""

    limit: int = 20
    offset: int = 0
    after: tuple[Instant, str] | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Rows of a page, how many there are in all, and where the next page begins (None: this is the last)."""

    rows: Sequence[T]
    total: int
    next: tuple[Instant, str] | None


@dataclass(frozen=True, slots=True)
class JourneySave:
    """A journey to write whole. `status` is used for a new one; an existing one keeps its own. A new revision is
    made when the journey is new or its canvas differs from the stored one (nodes, edges, positions, order); it keeps
    `node_map` ({old node id: new node id}), which says where people on nodes that are gone go on."""

    journey: Journey
    fingerprint: str
    status: JourneyStatus = JourneyStatus.DRAFT
    node_map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JourneyState:
    """What sync needs to know of a stored journey without reading its canvas."""

    id: str
    name: str
    site_id: str
    fingerprint: str
    status: JourneyStatus
    version: int
    enrollments: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A remembered answer to a POST that carried an Idempotency-Key. `request` is a digest of method, path, body."""

    request: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    created_at: Instant


class Tables(RuntimeTables, UploadingTables, UpkeepTables, Protocol):
    """The rows of a store within one transaction; those that a runtime needs are in `feeding.py`, what waits to be
    whole in `uploading.py`, what `jcli db` asks for in `upkeep.py`."""

    # Sites, audiences, contents
    def thing(self, kind: Kind, thing_id: str) -> Stored | None: ...
    def things(self, kind: Kind, sites: Sites, page: Page) -> Listing[Stored]:
        """Those of the visible sites and, for audiences, of no site; contents belong to no site."""
        ...

    def thing_states(self, kind: Kind) -> Mapping[str, tuple[str, int]]:
        """id -> (fingerprint, version) of all things of the kind."""
        ...

    def put_thing(self, item: Site | Audience | Content, fingerprint: str, now: Instant) -> Stored:
        """Insert, or replace with version + 1."""
        ...

    def remove_thing(self, kind: Kind, thing_id: str) -> bool: ...
    def naming(self, kind: Kind, thing_id: str) -> list[tuple[Kind, str, str]]:
        """The journeys (of whatever status) and audiences that refer to the thing: kind, id, name; by name."""
        ...

    # Write keys: the public key of each site, by which browsers and apps send events
    def write_keys(self, site_ids: Collection[str]) -> Mapping[str, str]:
        """Site id -> its key. Every site that comes in gets one, of 128 random bits; it goes with the site."""
        ...

    def site_of_key(self, key: str) -> Site | None: ...
    def put_write_key(self, site_id: str, key: str) -> None:
        """The key from now on; the one before is nobody's. Nothing happens when there is no such site."""
        ...

    def all_domains(self) -> frozenset[str]:
        """The host names of all sites."""
        ...

    # Journeys
    def journey(self, journey_id: str, *, canvas: bool = True) -> StoredJourney | None:
        """The whole journey; nodes and edges in the order in which they were saved. Without `canvas` only the
        counts tell of them."""
        ...

    def journeys(
        self, sites: Sites, page: Page, *, status: JourneyStatus | None = None, site_id: str | None = None
    ) -> Listing[StoredJourney]:
        """Journeys without their canvases; `total` costs the same however many there are."""
        ...

    def journey_states(self) -> Mapping[str, JourneyState]: ...
    def save_journeys(self, saves: Sequence[JourneySave], *, author: str, door: str, now: Instant) -> None:
        """Insert or replace whole journeys in bulk: rows, nodes, edges, revisions, version + 1. All of the journey's
        old nodes and edges are replaced; its enrollments are not touched."""
        ...

    def set_status(self, journey_id: str, status: JourneyStatus, now: Instant) -> None:
        """Version + 1; the counts of journeys by status follow. Nothing happens when there is no such journey."""
        ...

    def revision(self, journey_id: str, number: int) -> Revision | None: ...
    def revisions(self, journey_id: str, page: Page) -> Listing[Revision]:
        """Newest first, without their canvases. `Page.after` holds (number, "")."""
        ...

    # People and enrollments
    def person(self, site_id: str, person_id: str, *, anonymous: bool = False) -> Person | None: ...
    def people(self, sites: Sites, page: Page, *, site_id: str | None = None) -> Listing[Person]:
        """Known and anonymous ones. The text of `Page.after` names the person, not only the id; InvalidRequest for
        one that no list of people gave."""
        ...

    def sites_knowing(self, person_id: str) -> list[str]:
        """Ids of the sites on which a known person has this id, sorted."""
        ...

    def erase_person(self, site_id: str, person_id: str) -> bool:
        """Remove the known person of that site, and the anonymous ones linked to it, with state, enrollments, ledger,
        deliveries and kept events; counts follow. False: nothing was there."""
        ...

    def enrollment(self, enrollment_id: str) -> Enrollment | None: ...
    def last_enrollment(self, journey_id: str, person: PersonKey) -> Enrollment | None:
        """The person's enrollment with the highest rotation."""
        ...

    def enrollments(
        self,
        journey_id: str,
        page: Page,
        *,
        status: EnrollmentStatus | None = None,
        node_id: str | None = None,
    ) -> Listing[tuple[Enrollment, Person | None]]:
        """Newest `enrolled_at` first. `total` comes from counters: its cost does not grow with the enrollments."""
        ...

    def people_on_nodes(self, journey_id: str) -> Mapping[str, int]:
        """Node id -> enrollments in progress that stand there; from the counters."""
        ...

    # Deliveries
    def delivery(self, delivery_id: str) -> Delivery | None: ...
    def deliveries(self, person_row: int, page: Page, *, status: DeliveryStatus | None = None) -> Listing[Delivery]: ...

    # Sync, audit, remembered answers
    def marks(self) -> Mapping[tuple[Kind, str], SyncMark]:
        """All bases by kind and key, without their forms, which only a few documents need."""
        ...

    def put_bases(self, bases: Iterable[SyncBase]) -> None:
        """Insert, or replace that of the same key, and that of the same thing under another key."""
        ...

    def drop_bases(self, things: Iterable[tuple[Kind, str]]) -> None:
        """Forget the bases of things (kind, id): git has let go of them."""
        ...

    def base_of(self, kind: Kind, thing_id: str) -> SyncBase | None:
        """The base of the thing with this id, if it came from git."""
        ...

    # Protection from sync
    def protect(self, protection: Protection) -> None:
        """Protect a journey, or give it another reason."""
        ...

    def unprotect(self, journey_id: str) -> bool: ...
    def protections(self) -> Mapping[str, Protection]:
        """All protections by journey id."""
        ...

    def log(self, entries: Iterable[AuditEntry]) -> None: ...
    def audit(self, kind: Kind, subject: str, page: Page) -> Listing[AuditEntry]:
        """Newest first. `Page.after` holds (number of the subject's entry, "")."""
        ...

    def answer(self, principal: str, key: str) -> Answer | None: ...
    def remember(self, principal: str, key: str, answer: Answer) -> None:
        """Keep an answer; those older than 24 h before `answer.created_at` are dropped."""
        ...


class Store(Upkeep, Protocol):
    """A database of journeys. Looking after it is in `upkeep.py`."""

    url: str
    one_writer: bool
    """Whether nobody writes while somebody else does, be it in `write_people()`."""

    @property
    def readers(self) -> int:
        """How many threads may read at a time beside the writer. 0: a read takes less time than handing it to one."""
        ...

    @property
    def hears(self) -> bool:
        """Whether `hear` is told of what other processes do, as of now; where it is not, who wants to know looks."""
        ...

    def read(self) -> AbstractContextManager[Tables]: ...
    def write(self) -> AbstractContextManager[Tables]:
        """StoreBusy when the write lock could not be had within the busy timeout."""
        ...

    def write_people(self) -> AbstractContextManager[Tables]:
        """For work on people and what is theirs, which may go on beside other such work, in this process and in others:
        journeys and what they refer to are read and stay as they are, people are locked as they are loaded, counters
        are added to. StoreConflict when another one came first where only one can; the same again is then worked out
        anew. Within `write()` it joins it; where a store has one writer at a time, it is `write()`."""
        ...

    def tell(self, words: Iterable[str]) -> None:
        """Say words to whoever hears in other processes, soon, after what was committed. They may get lost. A word is
        of visible ASCII characters, 40 at most."""
        ...

    def hear(self, hearing: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        """Be called, from a thread of the store, with the words that other processes `tell`; with `CATALOGUE` when
        anybody changed a journey or an audience; with none at all when some may have been missed. What is returned
        ends it. A store whose writers do not hear each other never calls."""
        ...

    def migrate(self) -> list[str]:
        """Bring the schema up to date; names of the migrations applied now."""
        ...

    def ready(self) -> None:
        """StoreError when the store cannot be read or its schema is not the one this version needs."""
        ...

    def close(self) -> None: ...
