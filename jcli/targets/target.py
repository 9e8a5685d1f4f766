"""What a command asks of a target. One method is one question or one deed, in one transaction.

Errors are the `JcliError`s of the operations, with the same words, wherever the target is; StoreError besides when it
cannot be reached. Ids are ids: that a KEY of the command line means one is found out by `holdings`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from jcli.model import (
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
from jcli.operations import (
    Entered,
    Holdings,
    JourneyStats,
    Recorded,
    RolledBack,
    Saved,
    SyncResult,
    Why,
    Working,
)
from jcli.plan import NONE, Choices, DocumentStatus, Plan, Planned
from jcli.store import Listing
from jcli.targets.checked import Checked

Moved = Callable[[int, int], None]
"""Told that `done` of `total` are done; a total of 0: nobody knows how many there are."""


class Target(Protocol):
    """`url` is where it is, for people to read."""

    @property
    def url(self) -> str: ...
    def close(self) -> None: ...

    # The workspace and the target
    def plan(self, checked: Checked, *, keys: Collection[str] | None = None, choices: Choices = NONE) -> Plan: ...
    def sync(
        self,
        checked: Checked,
        *,
        commit: str | None = None,
        keys: Collection[str] | None = None,
        choices: Choices = NONE,
        expected: Sequence[Planned] | None = None,
    ) -> SyncResult: ...
    def status(self, checked: Checked) -> list[DocumentStatus]: ...
    def holdings(self) -> Holdings: ...
    def base_of(self, kind: Kind, thing_id: str) -> SyncBase | None: ...
    def item(self, kind: Kind, thing_id: str) -> Item | None:
        """The thing as the target holds it, a journey with its canvas; None when it is not there."""
        ...

    # Journeys and things
    def journeys(self, *, status: JourneyStatus | None = None, site_id: str | None = None) -> list[StoredJourney]:
        """All of them without canvases, the newest first."""
        ...

    def journey(self, journey_id: str) -> StoredJourney: ...
    def people_on_nodes(self, journey_id: str) -> Mapping[str, int]: ...
    def things(self, kind: Kind) -> list[Stored]: ...
    def thing(self, kind: Kind, thing_id: str) -> Stored: ...

    # A journey's life and history
    def change(self, verb: str, journey_id: str) -> Saved:
        """A lifecycle verb, such as `publish`. Findings name nodes by the keys of their document."""
        ...

    def working_on(self, journey_id: str) -> Working: ...
    def finish(self, journey_id: str, moved: Moved) -> bool:
        """Bring the long work on the journey's people to its end, or wait until a worker has. False: nobody seems to be
        at it, and it is left to whoever comes."""
        ...

    def log(self, journey_id: str, limit: int) -> Listing[AuditEntry]: ...
    def rollback(self, journey_id: str, number: int, *, allow: Collection[str] = ()) -> RolledBack: ...
    def protect(self, journey_id: str, reason: str) -> Protection: ...
    def unprotect(self, journey_id: str) -> bool: ...

    # People
    def stats(self, journey_id: str) -> JourneyStats: ...
    def why(self, journey_id: str, *, end_user_id: str | None = None, anonymous_id: str | None = None) -> Why: ...
    def enter(self, journey_id: str, body: Mapping[str, Any]) -> Entered: ...
    def stop(self, enrollment_id: str) -> tuple[Enrollment, Person | None]: ...
    def enrollments(
        self, journey_id: str, limit: int, *, status: EnrollmentStatus | None = None, node_id: str | None = None
    ) -> tuple[list[tuple[Enrollment, Person | None]], int]:
        """The newest, up to `limit`, and how many there are."""
        ...

    def record(self, site_id: str, batch: Sequence[Any]) -> Recorded:
        """Events, durable when this returns."""
        ...
