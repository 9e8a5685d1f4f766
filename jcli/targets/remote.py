"""A target that is a server: each question is a request of its documented API, `docs/http.md`.

What is allowed is decided by the token, and what is written stands in the log under the token's subject, by the door
`api`, a sync by the door `sync`. The connection is in `connection.py`, the JSON in `shapes.py` and `plans.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import orjson

from jcli.errors import JcliError, NotFound
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
from jcli.operations import Entered, Holdings, JourneyStats, Recorded, Rejected, RolledBack, Saved, SyncResult, Why
from jcli.operations import Working as Work
from jcli.operations.events import read_event
from jcli.plan import NONE, Choices, DocumentStatus, Plan, Planned, choices_data, planned_data
from jcli.store import Listing, PersonKey
from jcli.targets import plans, shapes
from jcli.targets.checked import Checked
from jcli.targets.connection import Answer, Connection, checked_url
from jcli.targets.problems import finding_of, findings_in
from jcli.targets.sending import body_of, located
from jcli.targets.target import Moved

__all__ = ["HttpTarget", "checked_url"]

_MOST_EVENTS, _MOST_EVENT_BYTES, _LARGE_EVENT = 1_000, 4 << 20, 1 << 20
_IDLE_SECONDS = 20.0
"""For so long nobody may be seen at work before a command stops waiting."""
_LOOK_AGAIN = 0.2


class HttpTarget:
    """A server at a url that `checked_url` has passed."""

    def __init__(
        self,
        url: str,
        token: str,
        new_id: Callable[[], str],
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url, self._new_id, self._pause = url, new_id, pause
        self._connection = Connection(url, token, new_id, pause=pause)

    def close(self) -> None:
        self._connection.close()

    # The workspace and the target

    def plan(self, checked: Checked, *, keys: Collection[str] | None = None, choices: Choices = NONE) -> Plan:
        body = {**body_of(self._connection, checked), **_chosen(keys, choices)}
        return plans.plan_of(self._connection.ask("POST", ("sync", "plan"), body).data)

    def sync(
        self,
        checked: Checked,
        *,
        commit: str | None = None,
        keys: Collection[str] | None = None,
        choices: Choices = NONE,
        expected: Sequence[Planned] | None = None,
    ) -> SyncResult:
        body = {**body_of(self._connection, checked), **_chosen(keys, choices), "commit": commit}
        if expected is not None:
            body["expected"] = planned_data(expected)
        answer = self._connection.ask("POST", ("sync", "apply"), body, expected=("rails", "findings"))
        if answer.problem is None:
            return SyncResult(plans.plan_of(answer.data), [])
        rails = plans.rails_of(answer.problem.get("rails") or ())
        return SyncResult(Plan((), rails), located(checked, findings_in(answer.problem)), refused=True)

    def status(self, checked: Checked) -> list[DocumentStatus]:
        answer = self._connection.ask("POST", ("sync", "status"), body_of(self._connection, checked))
        return [plans.document_status(row) for row in answer.data]

    def holdings(self) -> Holdings:
        return shapes.holdings(self._connection.get("sync", "documents").data)

    def base_of(self, kind: Kind, thing_id: str) -> SyncBase | None:
        try:
            return shapes.sync_base(self._connection.get("sync", "documents", kind.value, thing_id).data)
        except NotFound:
            return None

    def item(self, kind: Kind, thing_id: str) -> Item | None:
        try:
            return self.journey(thing_id).journey if kind is Kind.JOURNEY else self.thing(kind, thing_id).item
        except NotFound:
            return None

    # Journeys and things

    def journeys(self, *, status: JourneyStatus | None = None, site_id: str | None = None) -> list[StoredJourney]:
        pages = self._connection.listed(
            "journeys", detail="full", status=status.value if status else None, siteId=site_id
        )
        return [shapes.stored_journey(row, row["version"]) for page in pages for row in page.data]

    def journey(self, journey_id: str) -> StoredJourney:
        return _journey(self._connection.get("journeys", journey_id))

    def people_on_nodes(self, journey_id: str) -> Mapping[str, int]:
        return {node.id: node.here for node in self.stats(journey_id).nodes if node.here}

    def things(self, kind: Kind) -> list[Stored]:
        pages = self._connection.listed(shapes.PATHS[kind], detail="full")
        return [shapes.stored_thing(kind, row, row["version"]) for page in pages for row in page.data]

    def thing(self, kind: Kind, thing_id: str) -> Stored:
        answer = self._connection.get(shapes.PATHS[kind], thing_id)
        return shapes.stored_thing(kind, answer.data, answer.version)

    # A journey's life and history

    def change(self, verb: str, journey_id: str) -> Saved:
        path, query = ("journeys", journey_id), {"nodes": "key"} if verb == "publish" else {}
        if verb == "archive":
            return _saved(self._connection.ask("DELETE", path))
        return _saved(self._connection.ask("POST", (*path, verb), query=query, expected=("checks-failed",)))

    def working_on(self, journey_id: str) -> Work:
        shown = self._connection.get("journeys", journey_id, "work").data
        backfill = shown["backfill"]
        running = tuple(shapes.long_work(one) for one in shown["running"])
        return Work(running, None if backfill is None else shapes.long_work(backfill), shown["people"])

    def finish(self, journey_id: str, moved: Moved) -> bool:
        """Look at it until it is done. It is the server's worker who does it, so an interruption stops nothing."""
        seen: tuple[object, ...] = ()
        idle = 0.0
        while running := self.working_on(journey_id).running:
            first = running[0].progress
            now = tuple((one.id, one.progress.done) for one in running)
            idle = 0.0 if now != seen else idle + _LOOK_AGAIN
            if idle > _IDLE_SECONDS:
                return False
            seen = now
            moved(first.done, first.total)
            self._pause(_LOOK_AGAIN)
        return True

    def log(self, journey_id: str, limit: int) -> Listing[AuditEntry]:
        pages = list(self._connection.listed("journeys", journey_id, "log", limit=limit))
        rows = [shapes.audit_entry(journey_id, row) for page in pages for row in page.data]
        return Listing(rows, pages[0].meta["total"], None)

    def rollback(self, journey_id: str, number: int, *, allow: Collection[str] = ()) -> RolledBack:
        before = self.journey(journey_id)
        path, body = ("journeys", journey_id, "rollback"), {"to": number, "allow": sorted(allow)}
        answer = self._connection.ask("POST", path, body, expected=("rails", "checks-failed"))
        if answer.problem is not None:
            rails = plans.rails_of(answer.problem.get("rails") or ())
            return RolledBack(before, findings_in(answer.problem), None, rails, refused=True)
        return RolledBack(_journey(answer), _warnings(answer), None)

    def protect(self, journey_id: str, reason: str) -> Protection:
        path = ("journeys", journey_id, "protection")
        return shapes.protection(self._connection.ask("PUT", path, {"reason": reason}).data)

    def unprotect(self, journey_id: str) -> bool:
        path = ("journeys", journey_id, "protection")
        return self._connection.ask("DELETE", path, expected=("not-protected",)).problem is None

    # People

    def stats(self, journey_id: str) -> JourneyStats:
        return shapes.journey_stats(self._connection.get("journeys", journey_id, "stats").data)

    def why(self, journey_id: str, *, end_user_id: str | None = None, anonymous_id: str | None = None) -> Why:
        stored = self.journey(journey_id)
        shown = self._connection.get(
            "journeys", journey_id, "why", endUserId=end_user_id, anonymousId=anonymous_id
        ).data
        anonymous = shown["endUserId"] is None
        person = PersonKey(stored.journey.site_id, shown["anonymousId"] if anonymous else shown["endUserId"], anonymous)
        enrollment = shown["enrollment"]
        return Why(
            stored,
            person,
            shown["known"],
            None if enrollment is None else shapes.enrolled(enrollment)[0],
            [] if enrollment is None else [shapes.step(one) for one in enrollment["steps"]],
            [shapes.answer(one) for one in shown["answers"]],
        )

    def enter(self, journey_id: str, body: Mapping[str, Any]) -> Entered:
        answer = self._connection.ask(
            "POST", ("journeys", journey_id, "enrollments"), dict(body), expected=("invalid",)
        )
        if answer.problem is not None:
            return Entered(None, None, findings_in(answer.problem), refused=True)
        return Entered(*shapes.enrolled(answer.data), [])

    def stop(self, enrollment_id: str) -> tuple[Enrollment, Person | None]:
        return shapes.enrolled(self._connection.ask("DELETE", ("enrollments", enrollment_id)).data)

    def enrollments(
        self, journey_id: str, limit: int, *, status: EnrollmentStatus | None = None, node_id: str | None = None
    ) -> tuple[list[tuple[Enrollment, Person | None]], int]:
        path = ("journeys", journey_id, "enrollments")
        wanted = status.value if status else None
        pages = list(self._connection.listed(*path, limit=limit, status=wanted, nodeId=node_id))
        return [shapes.enrolled(row) for page in pages for row in page.data], pages[0].meta["total"]

    def record(self, site_id: str, batch: Sequence[Any]) -> Recorded:
        """An event without a `messageId` is given one here, so that a request that is repeated counts once."""
        accepted = duplicates = 0
        rejected: list[Rejected] = []
        sendable: list[tuple[int, Any]] = []
        for index, event in enumerate(batch):
            refused = _too_large(site_id, index, event, self._new_id)
            if refused is not None:
                rejected.append(refused)
            else:
                named = isinstance(event, dict) and not event.get("messageId")
                sendable.append((index, {**event, "messageId": self._new_id()} if named else event))
        for part in _batches(sendable):
            shown = self._connection.ask(
                "POST", ("events",), {"siteId": site_id, "batch": [event for _, event in part]}
            ).data
            accepted, duplicates = accepted + shown["accepted"], duplicates + shown["duplicates"]
            rejected += [Rejected(part[bad["index"]][0], bad["code"], bad["message"]) for bad in shown["rejected"]]
        return Recorded(accepted, duplicates, sorted(rejected, key=lambda bad: bad.index))


def _chosen(keys: Collection[str] | None, choices: Choices) -> dict[str, Any]:
    chosen: dict[str, Any] = {"keys": sorted(keys)} if keys else {}
    return chosen if choices == NONE else {**chosen, "choices": choices_data(choices)}


def _journey(answer: Answer) -> StoredJourney:
    return shapes.stored_journey(answer.data, answer.version, answer.meta.get("backfill"))


def _warnings(answer: Answer) -> list[Any]:
    return [finding_of(one) for one in answer.meta.get("findings") or ()]


def _saved(answer: Answer) -> Saved:
    if answer.problem is not None:
        return Saved(None, findings_in(answer.problem), refused=True)
    return Saved(_journey(answer), _warnings(answer))


def _too_large(site_id: str, index: int, event: Any, new_id: Callable[[], str]) -> Rejected | None:
    """Why an event is too large to be sent at all, in the words in which a server would refuse it."""
    if len(orjson.dumps(event)) <= _LARGE_EVENT:
        return None
    try:
        read_event(site_id, event, new_id)
    except JcliError as bad:
        return Rejected(index, bad.code, bad.message)
    return None


def _batches(events: Sequence[tuple[int, Any]]) -> list[list[tuple[int, Any]]]:
    """The events in requests that a server takes."""
    batches: list[list[tuple[int, Any]]] = []
    size = _MOST_EVENT_BYTES
    for index, event in events:
        length = len(orjson.dumps(event)) + 1
        if size + length > _MOST_EVENT_BYTES or len(batches[-1]) == _MOST_EVENTS:
            batches.append([])
            size = 0
        batches[-1].append((index, event))
        size += length
    return batches
