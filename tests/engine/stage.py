"""The bare engine as a stage for scenario cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jcli.engine import DeliveryOutcome, DeliveryStatus, Enter, Event, EventType, Stop
from jcli.model import Audience, Instant, JourneyStatus
from tests.engine.harness import SITE, Lived, Who, World, journey
from tests.scenarios.cases import START, Seen, dated


def who_is(name: str) -> Who:
    return (name.startswith("~"), name.removeprefix("~"))


class BareStage:
    """Each step is one input; the harness checks the whole world after each."""

    def __init__(self) -> None:
        self.world = World(START)
        self.given_journeys: Mapping[str, Any] = {}
        self._messages = 0

    def given(self, given: Mapping[str, Any]) -> None:
        audiences = [Audience(key, key, body["rules"], SITE) for key, body in given.get("audiences", {}).items()]
        self.world = World(START, audiences)
        self.given_journeys = given.get("journeys", {})
        for key, body in self.given_journeys.items():
            self.world.add(journey(key, body))
        for name, traits in given.get("people", {}).items():
            self.identify(name, traits or {}, None, {})
        for key in self.given_journeys:
            self.status(key, given.get("status", {}).get(key, "PUBLISHED"))

    def advance(self, to: Instant) -> None:
        self.world.advance(to)
        self.world.check()

    def settle(self) -> None:
        self.world.settle()
        self.world.check()

    def _message(self, step: Mapping[str, Any]) -> str:
        self._messages += 1
        return str(step.get("id", f"message-{self._messages}"))

    def event(self, who: str, step: Mapping[str, Any], now: Instant) -> None:
        base = {"received_at": now, "message_id": self._message(step), "timestamp": dated(step, now)}
        properties = step.get("properties", {})
        if "page" in step:
            event = Event(EventType.PAGE, url=step["page"], properties=properties, **base)
        elif "click" in step:
            event = Event(EventType.TRACK, name="element_click", selector=step["click"], url=step.get("url"), **base)
        else:
            event = Event(EventType.TRACK, name=step["track"], properties=properties, **base)
        self.world.feed(who_is(who), event)
        self.world.check()

    def identify(self, who: str, traits: Mapping[str, Any], anonymous: str | None, step: Mapping[str, Any]) -> None:
        now, message = self.world.now, self._message(step)
        if anonymous is not None:
            self.world.link(who_is(anonymous)[1], who, message)
        stamp = dated(step, now)
        self.world.feed(who_is(who), Event(EventType.IDENTIFY, now, None, message, stamp, traits=traits))
        self.world.check()

    def outcome(self, who: str, content: str, outcome: str) -> None:
        mine = [d for d in self.world.deliveries.values() if d.content_id == content and self._owner(d) == who_is(who)]
        self.world.feed(who_is(who), DeliveryOutcome(mine[-1].id, DeliveryStatus(outcome), self.world.now))
        self.world.check()

    def _owner(self, delivery: Any) -> Who:
        return self.world.lives[delivery.enrollment_id].who

    def enter(self, who: str, journey: str) -> None:
        self.world.feed(who_is(who), Enter(journey, self.world.now, "operator"))
        self.world.check()

    def stop(self, who: str, journey: str) -> None:
        for row in self._rows(who, journey):
            self.world.feed(who_is(who), Stop(row.id, self.world.now, "operator"))
        self.world.check()

    def status(self, journey: str, status: str) -> None:
        self.world.set_status(journey, JourneyStatus(status))
        self.world.check()

    def save(self, key: str, nodes: Mapping[str, Any], node_map: Mapping[str, str]) -> None:
        self.world.edit(journey(key, {**self.given_journeys[key], "nodes": nodes}), node_map)
        self.world.check()

    def _rows(self, who: str, journey: str) -> list[Lived]:
        mine = [row for row in self.world.lives.values() if row.who == who_is(who) and row.journey_id == journey]
        return sorted(mine, key=lambda row: row.rotation)

    def enrollments(self, who: str, journey: str) -> list[Seen]:
        return [self._seen(row) for row in self._rows(who, journey)]

    def _seen(self, row: Lived) -> Seen:
        state = self.world.person(row.who).enrollments.get(row.id)
        path = [f"{step.node_id} {step.label}" if step.label else step.node_id for step in row.steps]
        return Seen(
            status=row.status.value,
            reason=row.reason,
            at=state.node_id if state else row.steps[-1].node_id,
            due=state.timer_at if state else None,
            revision=state.revision if state else row.steps[-1].revision,
            enrolled=row.enrolled_at,
            ended=row.ended_at,
            goal=row.goal_met_at,
            outcome=row.outcome,
            path=[*path, state.node_id] if state else path,
            causes=[
                f"{step.cause.kind} {step.cause.ref}" if step.cause.ref else str(step.cause.kind) for step in row.steps
            ],
            details={step.node_id: dict(step.detail) for step in row.steps if step.detail is not None},
        )

    def content(self, who: str) -> dict[str, str]:
        """Content id -> status of its delivery; of several, theirs in order."""
        seen: dict[str, list[str]] = {}
        for delivery in self.world.deliveries.values():
            if self._owner(delivery) == who_is(who):
                seen.setdefault(delivery.content_id or "", []).append(delivery.status.value)
        return {content: ", ".join(statuses) for content, statuses in seen.items()}

    def traits(self, who: str) -> Mapping[str, Any]:
        return self.world.person(self.world.route(who_is(who))).traits

    def refused(self) -> list[str]:
        return self.world.refusals
