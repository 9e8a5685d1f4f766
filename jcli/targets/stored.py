"""A target that is a database: each question is an operation on the open store.

Whoever opened the store closes it by closing the target. The actor sees every site; syncs go into the log by the door
`sync`, everything else by `cli`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from jcli import operations
from jcli.errors import NotFound
from jcli.model import (
    Actor,
    AuditEntry,
    Enrollment,
    EnrollmentStatus,
    Item,
    JourneyStatus,
    Kind,
    Person,
    Protection,
    Stored,
    StoredJourney,
    SyncBase,
)
from jcli.operations.context import Clock, NewId
from jcli.plan import NONE, Choices, DocumentStatus, Plan, Planned
from jcli.runtime import Runtime
from jcli.store import Job, Listing, Page, Store
from jcli.targets.checked import Checked
from jcli.targets.target import Moved

T = TypeVar("T")
_A_PAGE = 500
_VERBS: Mapping[str, Callable[[Store, Clock, Actor, str], operations.Saved]] = {
    "publish": operations.publish,
    "unpublish": operations.unpublish,
    "pause": operations.pause,
    "archive": operations.archive,
    "restore": operations.restore,
}


class StoreTarget:
    """A database of this machine. `actor` is whoever runs the command."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId, actor: Actor) -> None:
        self._store, self._clock, self._new_id, self._actor = store, clock, new_id, actor

    @property
    def url(self) -> str:
        return self._store.url

    def close(self) -> None:
        self._store.close()

    @cached_property
    def _runtime(self) -> Runtime:
        return Runtime(self._store, self._clock, self._new_id)

    # The workspace and the target

    def plan(self, checked: Checked, *, keys: Collection[str] | None = None, choices: Choices = NONE) -> Plan:
        return operations.make_plan(self._store, checked.compilation, keys=keys, choices=choices, actor=self._actor)

    def sync(
        self,
        checked: Checked,
        *,
        commit: str | None = None,
        keys: Collection[str] | None = None,
        choices: Choices = NONE,
        expected: Sequence[Planned] | None = None,
    ) -> operations.SyncResult:
        return operations.sync(
            self._store,
            self._clock,
            replace(self._actor, door="sync"),
            checked.compilation,
            commit=commit,
            keys=keys,
            choices=choices,
            expected=expected,
        )

    def status(self, checked: Checked) -> list[DocumentStatus]:
        return operations.workspace_status(self._store, checked.compilation, actor=self._actor)

    def holdings(self) -> operations.Holdings:
        return operations.holdings_of(self._store, self._actor)

    def base_of(self, kind: Kind, thing_id: str) -> SyncBase | None:
        return operations.base_of_thing(self._store, self._actor, kind, thing_id)

    def item(self, kind: Kind, thing_id: str) -> Item | None:
        try:
            return self.journey(thing_id).journey if kind is Kind.JOURNEY else self.thing(kind, thing_id).item
        except NotFound:
            return None

    # Journeys and things

    def journeys(self, *, status: JourneyStatus | None = None, site_id: str | None = None) -> list[StoredJourney]:
        return _all(
            lambda page: operations.list_journeys(self._store, self._actor, page, status=status, site_id=site_id)
        )

    def journey(self, journey_id: str) -> StoredJourney:
        return operations.get_journey(self._store, self._actor, journey_id)

    def people_on_nodes(self, journey_id: str) -> Mapping[str, int]:
        with self._store.read() as tables:
            return tables.people_on_nodes(journey_id)

    def things(self, kind: Kind) -> list[Stored]:
        return _all(lambda page: operations.list_things(self._store, self._actor, kind, page))

    def thing(self, kind: Kind, thing_id: str) -> Stored:
        return operations.get_thing(self._store, self._actor, kind, thing_id)

    # A journey's life and history

    def change(self, verb: str, journey_id: str) -> operations.Saved:
        return _VERBS[verb](self._store, self._clock, self._actor, journey_id)

    def working_on(self, journey_id: str) -> operations.Working:
        return operations.working_on(self._store, self._actor, journey_id)

    def finish(self, journey_id: str, moved: Moved) -> bool:
        """What a verb left to a worker is done here. An interruption leaves the rest to a worker, or to the same verb
        once more; nobody is left out and nobody taken twice."""

        def told(job: Job) -> None:
            if job.journey_id == journey_id:
                moved(job.progress.done, job.progress.total)

        self._runtime.run_jobs(told)
        return True

    def log(self, journey_id: str, limit: int) -> Listing[AuditEntry]:
        return operations.journey_log(self._store, self._actor, journey_id, Page(limit))

    def rollback(self, journey_id: str, number: int, *, allow: Collection[str] = ()) -> operations.RolledBack:
        return operations.rollback(self._store, self._clock, self._actor, journey_id, number, allow=allow)

    def protect(self, journey_id: str, reason: str) -> Protection:
        return operations.protect(self._store, self._clock, self._actor, journey_id, reason)

    def unprotect(self, journey_id: str) -> bool:
        return operations.unprotect(self._store, self._clock, self._actor, journey_id)

    # People

    def stats(self, journey_id: str) -> operations.JourneyStats:
        return operations.journey_stats(self._store, self._actor, journey_id)

    def why(
        self, journey_id: str, *, end_user_id: str | None = None, anonymous_id: str | None = None
    ) -> operations.Why:
        return operations.why(
            self._store, self._clock, self._actor, journey_id, end_user_id=end_user_id, anonymous_id=anonymous_id
        )

    def enter(self, journey_id: str, body: Mapping[str, Any]) -> operations.Entered:
        return operations.enter_journey(self._store, self._clock, self._actor, journey_id, dict(body))

    def stop(self, enrollment_id: str) -> tuple[Enrollment, Person | None]:
        return operations.stop_enrollment(self._store, self._clock, self._actor, enrollment_id)

    def enrollments(
        self, journey_id: str, limit: int, *, status: EnrollmentStatus | None = None, node_id: str | None = None
    ) -> tuple[list[tuple[Enrollment, Person | None]], int]:
        def listed(page: Page) -> Listing[tuple[Enrollment, Person | None]]:
            return operations.list_enrollments(
                self._store, self._actor, journey_id, page, status=status, node_id=node_id
            )

        listing = listed(Page(min(limit, _A_PAGE)))
        rows = list(listing.rows)
        while listing.next is not None and len(rows) < limit:
            listing = listed(Page(min(limit - len(rows), _A_PAGE), after=listing.next))
            rows += listing.rows
        return rows, listing.total

    def record(self, site_id: str, batch: Sequence[Any]) -> operations.Recorded:
        return operations.record_events(self._runtime, self._actor, site_id, batch)


def _all(listed: Callable[[Page], Listing[T]]) -> list[T]:
    """Every row of a list, page by page."""
    rows: list[T] = []
    page: Page | None = Page(_A_PAGE)
    while page is not None:
        listing = listed(page)
        rows += listing.rows
        page = Page(_A_PAGE, after=listing.next) if listing.next is not None else None
    return rows
