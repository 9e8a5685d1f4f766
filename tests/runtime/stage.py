"""The runtime on SQLite as a stage for scenario cases: the same verbs as on the bare engine, by the operations."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from jcli import operations
from jcli.durations import rfc3339
from jcli.errors import NotAllowed
from jcli.model import Audience, Enrollment, EnrollmentStatus, Instant, JourneyStatus
from jcli.runtime import Runtime
from jcli.store import Page
from tests.runtime.world import ACTOR, SITE, Clock, add, journey, save
from tests.scenarios.cases import Seen, dated

_ALL = Page(limit=1000)


def ids_of(who: str) -> dict[str, str]:
    return {"anonymousId": who.removeprefix("~")} if who.startswith("~") else {"userId": who}


class RuntimeStage:
    """Each step is one operation."""

    def __init__(self, runtime: Runtime, clock: Clock) -> None:
        self.runtime = runtime
        self.store = runtime.store
        self.clock = clock
        self.refusals: list[str] = []
        self.given_journeys: Mapping[str, Any] = {}
        self._messages = 0

    def given(self, given: Mapping[str, Any]) -> None:
        with self.store.write() as tables:
            for key, body in given.get("audiences", {}).items():
                tables.put_thing(Audience(key, key, body["rules"], SITE), key, self.clock())
        self.given_journeys = given.get("journeys", {})
        for key, body in self.given_journeys.items():
            add(self.store, key, body, self.clock())
        for name, traits in given.get("people", {}).items():
            self.identify(name, traits or {}, None, {})
        for key in self.given_journeys:
            self._go(key, given.get("status", {}).get(key, "PUBLISHED"))

    def _go(self, key: str, status: str) -> None:
        """To a status by the verbs that lead there."""
        if status in ("PUBLISHED", "PAUSED"):
            self.status(key, "PUBLISHED")
        if status in ("PAUSED", "ARCHIVED"):
            self.status(key, status)

    def advance(self, to: Instant) -> None:
        while (due := self._next()) is not None and due < to:
            self.clock.now = max(self.clock.now, due)
            self.runtime.run_timers(self.clock.now)
        self.clock.now = to

    def _next(self) -> Instant | None:
        with self.store.read() as tables:
            return tables.next_due()

    def settle(self) -> None:
        self.runtime.run_timers(self.clock.now)

    def _send(self, who: str, step: Mapping[str, Any], now: Instant, event: dict[str, Any]) -> None:
        self._messages += 1
        stamp = dated(step, now)
        event |= {**ids_of(who), "messageId": str(step.get("id", f"message-{self._messages}"))}
        if stamp is not None:
            event["timestamp"] = rfc3339(stamp)
        recorded = operations.record_events(self.runtime, ACTOR, SITE, [event])
        self.refusals += [rejected.code for rejected in recorded.rejected]

    def event(self, who: str, step: Mapping[str, Any], now: Instant) -> None:
        properties = dict(step.get("properties", {}))
        if "page" in step:
            self._send(who, step, now, {"type": "page", "properties": {**properties, "url": step["page"]}})
        elif "click" in step:
            where = {"url": step["url"]} if "url" in step else {}
            self._send(
                who,
                step,
                now,
                {"type": "track", "event": "element_click", "properties": {"selector": step["click"], **where}},
            )
        else:
            self._send(who, step, now, {"type": "track", "event": step["track"], "properties": properties})

    def identify(self, who: str, traits: Mapping[str, Any], anonymous: str | None, step: Mapping[str, Any]) -> None:
        event: dict[str, Any] = {"type": "identify", "traits": dict(traits)}
        self._send(who, step, self.clock(), event | ({} if anonymous is None else ids_of(anonymous)))

    def outcome(self, who: str, content: str, outcome: str) -> None:
        mine = [delivery for delivery in self._deliveries(who) if delivery.content_id == content]
        # It may have come to another end already: then nothing happens.
        with suppress(NotAllowed):
            operations.report_outcome(self.runtime, ACTOR, mine[-1].id, outcome)

    def _deliveries(self, who: str) -> list[Any]:
        found = operations.list_deliveries(
            self.store, ACTOR, SITE, who.removeprefix("~"), _ALL, anonymous=who.startswith("~")
        )
        steps = {}
        for delivery in found.rows:
            _, _, ledger = operations.get_enrollment(self.store, ACTOR, delivery.enrollment_id)
            steps[delivery.id] = max(
                (
                    step.seq
                    for step in ledger
                    if step.node_id == delivery.node_id and step.entered_at <= delivery.created_at
                ),
                default=0,
            )
        return sorted(found.rows, key=lambda each: (each.created_at, steps[each.id]))

    def enter(self, who: str, journey: str) -> None:
        given = ids_of(who)
        body = {"endUserId" if key == "userId" else key: value for key, value in given.items()}
        try:
            operations.enter_journey(self.store, self.clock, ACTOR, journey, body)
        except NotAllowed as refused:
            self.refusals.append(refused.code)

    def stop(self, who: str, journey: str) -> None:
        for enrollment in self._rows(who, journey):
            operations.stop_enrollment(self.store, self.clock, ACTOR, enrollment.id)

    def status(self, journey: str, status: str) -> None:
        now = operations.get_journey(self.store, ACTOR, journey).status
        verb = {
            "PUBLISHED": operations.publish,
            "PAUSED": operations.pause,
            "DRAFT": operations.restore if now is JourneyStatus.ARCHIVED else operations.unpublish,
            "ARCHIVED": operations.archive,
        }[status]
        if verb(self.store, self.clock, ACTOR, journey).refused:
            # Some cases are about journeys that the checks would not let live.
            with self.store.write() as tables:
                tables.set_status(journey, JourneyStatus(status), self.clock())
        self.runtime.run_jobs()

    def save(self, key: str, nodes: Mapping[str, Any], node_map: Mapping[str, str]) -> None:
        save(self.store, self.clock, journey(key, {**self.given_journeys[key], "nodes": nodes}), node_map)
        self.runtime.run_jobs()

    def _rows(self, who: str, journey: str) -> list[Enrollment]:
        found = operations.list_enrollments(self.store, ACTOR, journey, _ALL)
        mine = [
            enrollment
            for enrollment, _ in found.rows
            if (enrollment.anonymous, enrollment.person_id) == (who.startswith("~"), who.removeprefix("~"))
        ]
        return sorted(mine, key=lambda enrollment: enrollment.rotation)

    def enrollments(self, who: str, journey: str) -> list[Seen]:
        return [self._seen(enrollment.id) for enrollment in self._rows(who, journey)]

    def _seen(self, enrollment_id: str) -> Seen:
        enrollment, _, steps = operations.get_enrollment(self.store, ACTOR, enrollment_id)
        done = [step for step in steps if step.left_at is not None]
        here = [step.node_id for step in steps if step.left_at is None]
        assert bool(here) is (enrollment.status is EnrollmentStatus.IN_PROGRESS)
        assert enrollment.node_id == steps[-1].node_id
        assert enrollment.revision == steps[-1].revision
        return Seen(
            status=enrollment.status.value,
            reason=enrollment.exit_reason,
            at=enrollment.node_id or "",
            due=enrollment.due_at,
            revision=enrollment.revision,
            enrolled=enrollment.enrolled_at,
            ended=enrollment.ended_at,
            goal=enrollment.goal_met_at,
            outcome=enrollment.outcome,
            path=[f"{step.node_id} {step.label}" if step.label else step.node_id for step in done] + here,
            causes=[f"{step.cause} {step.cause_ref}" if step.cause_ref else str(step.cause) for step in done],
            details={step.node_id: dict(step.detail) for step in done if step.detail is not None},
        )

    def content(self, who: str) -> dict[str, str]:
        """Content id -> status of its delivery; of several, theirs in order."""
        seen: dict[str, list[str]] = {}
        for delivery in self._deliveries(who):
            seen.setdefault(delivery.content_id or "", []).append(delivery.status.value)
        return {content: ", ".join(statuses) for content, statuses in seen.items()}

    def traits(self, who: str) -> Mapping[str, Any]:
        with self.store.read() as tables:
            person = tables.person(SITE, who.removeprefix("~"), anonymous=who.startswith("~"))
        assert person is not None
        return person.traits

    def refused(self) -> list[str]:
        return self.refusals
