"""A world that does everything twice: here, and through the HTTP API of a server with a clock that is told the time.

`Doubled` is a world for `Life`; what happens to anybody in it is sent to the server as a front end, a back end or an
operator would send it. `ledgers` of both sides must be equal after every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jcli import operations
from jcli.canonical import body_of
from jcli.compiler import Compilation
from jcli.durations import parse_instant, rfc3339
from jcli.engine import (
    Catalogue,
    CompiledJourney,
    DeliveryOutcome,
    Enter,
    Event,
    EventType,
    Input,
    Link,
    Reaction,
    Stop,
)
from jcli.model import Actor, Instant, Journey, JourneyStatus
from jcli.rehearsal import Who, World
from jcli.runtime import Runtime
from jcli.trials.living import OPERATOR
from tests.api.client import Api, make_token

_UNTIL_2100 = 4_102_444_800
_VERBS = {JourneyStatus.PUBLISHED: "publish", JourneyStatus.PAUSED: "pause", JourneyStatus.DRAFT: "unpublish"}


class Server:
    """The API and what it takes to have a workspace in it."""

    def __init__(self, api: Api, compilation: Compilation) -> None:
        self.api = api.with_token(make_token(sub=OPERATOR, exp=_UNTIL_2100))
        self.runtime: Runtime = api.client.app.state.server.runtime
        self.refusals: list[str] = []
        operations.sync(api.store, api.clock, Actor("git", "sync"), compilation)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The data of an answer; None for a refusal, which is noted by its code."""
        answered = self.api(method, path, body, X_Request_Id="case")
        if answered.status_code == 409:
            self.refusals.append(answered.json()["code"])
            return None
        assert answered.status_code < 300, answered.text
        return answered.json()["data"]

    def at(self, now: Instant) -> None:
        self.api.clock.now = now

    def advance(self, to: Instant) -> None:
        while (due := self._next()) is not None and due < to:
            self.at(max(self.api.clock.now, due))
            self.runtime.run_timers(self.api.clock.now)
        self.at(to)

    def _next(self) -> Instant | None:
        with self.api.store.read() as tables:
            return tables.next_due()

    def settle(self) -> None:
        self.runtime.run_timers(self.api.clock.now)


class Doubled(World):
    """`drawn` is the journey as the case has edited it last: a compiled canvas cannot be sent."""

    def __init__(self, server: Server, catalogue: Catalogue, now: Instant, site_id: str) -> None:
        super().__init__(catalogue, now, site_id)
        self.server = server
        self.linking: str | None = None
        self.drawn: Callable[[], Journey] | None = None

    def feed(self, who: Who, given: Input) -> Reaction:
        self.server.at(self.now)
        route = self.route(who)
        reaction = super().feed(who, given)
        match given:
            case Event():
                self._send(route if given.type is EventType.IDENTIFY else who, given)
            case Link(anonymous=stranger):
                self.linking = stranger.id
            case DeliveryOutcome():
                self.server.ask("POST", f"/api/deliveries/{given.delivery_id}/{given.outcome.value}")
            case Enter():
                field = "anonymousId" if route[0] else "endUserId"
                self.server.ask("POST", f"/api/journeys/{given.journey_id}/enrollments", {field: route[1]})
            case Stop():
                self.server.ask("DELETE", f"/api/enrollments/{given.enrollment_id}")
            case _:
                pass  # timers are the clock's, the rest comes of the verbs below
        return reaction

    def _send(self, who: Who, event: Event) -> None:
        sent: dict[str, Any] = {"type": event.type.value, "messageId": event.message_id}
        sent["anonymousId" if who[0] else "userId"] = who[1]
        if self.linking is not None:
            sent["anonymousId"], self.linking = self.linking, None
        if event.name is not None:
            sent["event"] = event.name
        if event.timestamp is not None:
            sent["timestamp"] = rfc3339(event.timestamp)
        sent["traits" if event.type is EventType.IDENTIFY else "properties"] = dict(
            event.traits if event.type is EventType.IDENTIFY else event.properties
        )
        taken = self.server.ask("POST", "/api/events", {"siteId": self.site_id, "batch": [sent]})
        self.server.refusals += [bad["code"] for bad in taken["rejected"]]

    def advance(self, to: Instant) -> None:
        super().advance(to)
        self.server.advance(to)

    def settle(self) -> None:
        super().settle()
        self.server.settle()

    def go_live(self, catalogue: Catalogue) -> None:
        super().go_live(catalogue)
        self.server.at(self.now)
        for journey_id, listed in catalogue.journeys.items():
            if listed.status is JourneyStatus.PUBLISHED:
                self.server.ask("POST", f"/api/journeys/{journey_id}/publish")
        self.server.runtime.run_jobs()

    def set_status(self, journey_id: str, status: JourneyStatus) -> None:
        before = self.catalogue.journeys[journey_id].status
        super().set_status(journey_id, status)
        self.server.at(self.now)
        if status is before:
            return
        path = f"/api/journeys/{journey_id}"
        if status is JourneyStatus.ARCHIVED:
            assert self.server.api.delete(path, X_Request_Id="case").status_code < 300
        else:
            verb = "restore" if before is JourneyStatus.ARCHIVED else _VERBS[status]
            self.server.ask("POST", f"{path}/{verb}")
        self.server.runtime.run_jobs()

    def save(self, compiled: CompiledJourney, node_map: Mapping[str, str] | None = None, *, tell: bool = True) -> None:
        super().save(compiled, node_map, tell=tell)
        assert self.drawn is not None
        self.put(self.drawn(), node_map or {})

    def put(self, journey: Journey, node_map: Mapping[str, str]) -> None:
        sent = body_of(journey)
        body = {"nodes": sent["nodes"], "edges": sent["edges"], "nodeMap": dict(node_map)}
        self.server.ask("PUT", f"/api/journeys/{journey.id}/canvas", body)
        self.server.runtime.run_jobs()

    # What both sides have written down

    def ledgers(self) -> tuple[list[Any], list[Any]]:
        """(here, there): every enrollment with its ledger, every delivery with its status."""
        return self._here(), self._there()

    def _here(self) -> list[Any]:
        found: list[Any] = []
        for life in self.lives.values():
            state = self.person(self.route(life.who)).enrollments.get(life.id)
            steps = [
                (
                    *(step.seq, step.node_id, step.label, step.entered_at, step.left_at, step.revision),
                    *(str(step.cause.kind), step.cause.ref, _plain(step.detail)),
                )
                for step in life.steps
            ]
            if state is not None:
                steps.append(
                    (state.seq + 1, state.node_id, None, state.entered_at, None, state.revision, None, None, None)
                )
            row = (life.id, life.status.value, life.reason, life.enrolled_at, life.ended_at, life.goal_met_at)
            deliveries = [
                (item.id, item.node_id, item.content_id, item.status.value, item.created_at)
                for item in self.deliveries.values()
                if item.enrollment_id == life.id
            ]
            found.append((row, life.outcome, steps, sorted(deliveries)))
        return sorted(found, key=lambda one: one[0][0])

    def _there(self) -> list[Any]:
        found: list[Any] = []
        for journey_id in self.catalogue.journeys:
            for listed in self.server.ask("GET", f"/api/journeys/{journey_id}/enrollments?limit=100"):
                way = self.server.ask("GET", f"/api/enrollments/{listed['id']}")
                row = (
                    way["id"],
                    way["status"],
                    way["exitReason"],
                    parse_instant(way["enrolledAt"]),
                    _instant(way["endedAt"]),
                    _instant(way["goalMetAt"]),
                )
                found.append((row, way["outcome"], [_step(step) for step in way["steps"]], self._shown(way["id"])))
        return sorted(found, key=lambda one: one[0][0])

    def _shown(self, enrollment_id: str) -> list[Any]:
        ids = [item.id for item in self.deliveries.values() if item.enrollment_id == enrollment_id]
        with self.server.api.store.read() as tables:
            rows = [row for one in ids if (row := tables.delivery(one)) is not None]
        return sorted((row.id, row.node_id, row.content_id, row.status.value, row.created_at) for row in rows)


def _instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)


def _plain(detail: Mapping[str, Any] | None) -> Any:
    return None if detail is None else dict(detail)


def _step(step: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        step["seq"],
        step["nodeId"],
        step["label"],
        parse_instant(step["enteredAt"]),
        _instant(step["leftAt"]),
        step["revision"],
        step["cause"],
        step["causeRef"],
        step["detail"],
    )
