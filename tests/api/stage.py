"""The HTTP API, on SQLite and with a clock of its own, as a stage for scenario cases: each verb is a request.

Known people come by `/api` with a token, visitors by `/v1` with the write key. The server gives journeys and nodes ids
of its own; here it is told which, because the branch of a SPLIT follows from them.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from jcli import operations
from jcli.canonical import body_of
from jcli.durations import parse_instant, rfc3339
from jcli.model import Actor, Instant, JourneyStatus
from jcli.runtime import Runtime
from jcli.store import Page
from tests.api.client import Api, make_token
from tests.api.visiting import basic
from tests.runtime.world import SITE, add, journey
from tests.scenarios.cases import START, Seen, dated

_EVERYTHING = 4_102_444_800  # the token is good until 2100: cases go on for years
_VERBS = {"PUBLISHED": "publish", "PAUSED": "pause"}


class Ids:
    """New ids: those that were asked for, in order, then any."""

    def __init__(self) -> None:
        self.wanted: deque[str] = deque()

    def __call__(self) -> str:
        return self.wanted.popleft() if self.wanted else str(uuid.uuid4())


class HttpStage:
    def __init__(self, api: Api, ids: Ids) -> None:
        self.api = api.with_token(make_token(sub="operator", exp=_EVERYTHING))
        self.api.clock.now = START
        self.ids = ids
        self.runtime: Runtime = api.client.app.state.server.runtime
        self.refusals: list[str] = []
        self.given_journeys: Mapping[str, Any] = {}
        self._nodes: dict[str, set[str]] = {}
        self._messages = 0
        made = self._ask("POST", "/api/sites", {"id": SITE, "name": "Main"})
        self.key = made["writeKey"]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """The data of an answer that went well; None, and the code noted, for a refusal that a case may be about."""
        answered = self.api(method, path, body, X_Request_Id="case")
        if answered.status_code == 409:
            self.refusals.append(answered.json()["code"])
            return None
        assert answered.status_code < 300, answered.text
        return answered.json()["data"]

    def _visit(self, path: str, body: Any) -> Any:
        headers = {"Authorization": basic(self.key), "X-Request-Id": "case"}
        answered = self.api.client.request("POST", path, json=body, headers=headers)
        assert answered.status_code in (200, 409), answered.text
        return answered.json()

    # Given

    def given(self, given: Mapping[str, Any]) -> None:
        for key, body in given.get("audiences", {}).items():
            self._ask("POST", "/api/audiences", {"id": key, "name": key, "siteId": SITE, "rules": body["rules"]})
        self.given_journeys = given.get("journeys", {})
        for key, body in self.given_journeys.items():
            self._create(key, body)
        for name, traits in given.get("people", {}).items():
            self.identify(name, traits or {}, None, {})
        for key in self.given_journeys:
            self._go(key, given.get("status", {}).get(key, "PUBLISHED"))

    def _create(self, key: str, body: Mapping[str, Any]) -> None:
        sent = body_of(journey(key, body))
        names = [node["id"] for node in sent["nodes"]]
        self.ids.wanted.extend([key, *names])
        fields = {name: value for name, value in sent.items() if name not in ("id", "managedBy")}
        made = self.api.post("/api/journeys", fields, X_Request_Id="case")
        if made.status_code == 422:
            # Some cases are about journeys that no door lets in, such as one with a broken pattern.
            add(self.api.store, key, body, self.api.clock.now)
            self._nodes[key] = set(names)
        else:
            assert made.json()["data"]["id"] == key
            self._nodes[key] = {node["id"] for node in made.json()["data"]["nodes"]}
        assert self._nodes[key] == set(names)
        self.ids.wanted.clear()

    def _go(self, key: str, status: str) -> None:
        """To a status by the verbs that lead there."""
        if status in ("PUBLISHED", "PAUSED"):
            self.status(key, "PUBLISHED")
        if status in ("PAUSED", "ARCHIVED"):
            self.status(key, status)

    # When

    def advance(self, to: Instant) -> None:
        while (due := self._next()) is not None and due < to:
            self.api.clock.now = max(self.api.clock.now, due)
            self.runtime.run_timers(self.api.clock.now)
        self.api.clock.now = to

    def _next(self) -> Instant | None:
        with self.api.store.read() as tables:
            return tables.next_due()

    def settle(self) -> None:
        self.runtime.run_timers(self.api.clock.now)

    def event(self, who: str, step: Mapping[str, Any], now: Instant) -> None:
        properties = dict(step.get("properties", {}))
        if "page" in step:
            event = {"type": "page", "properties": {**properties, "url": step["page"]}}
        elif "click" in step:
            where = {"url": step["url"]} if "url" in step else {}
            event = {"type": "track", "event": "element_click", "properties": {"selector": step["click"], **where}}
        else:
            event = {"type": "track", "event": step["track"], "properties": properties}
        self._send(who, step, now, event)

    def identify(self, who: str, traits: Mapping[str, Any], anonymous: str | None, step: Mapping[str, Any]) -> None:
        link = {} if anonymous is None else {"anonymousId": anonymous.removeprefix("~")}
        self._send(who, step, self.api.clock.now, {"type": "identify", "traits": dict(traits), **link})

    def _send(self, who: str, step: Mapping[str, Any], now: Instant, event: dict[str, Any]) -> None:
        self._messages += 1
        stamp = dated(step, now)
        event["messageId"] = str(step.get("id", f"message-{self._messages}"))
        if stamp is not None:
            event["timestamp"] = rfc3339(stamp)
        if who.startswith("~"):
            taken = self._visit("/v1/batch", {"batch": [{**event, "anonymousId": who.removeprefix("~")}]})
            rejected = taken.get("rejected", [])
        else:
            batch = [{**event, "userId": who}]
            rejected = self._ask("POST", "/api/events", {"siteId": SITE, "batch": batch})["rejected"]
        self.refusals += [bad["code"] for bad in rejected]

    def outcome(self, who: str, content: str, outcome: str) -> None:
        mine = [delivery["id"] for delivery in self._deliveries(who) if delivery["contentId"] == content]
        if who.startswith("~"):
            self._visit(f"/v1/deliveries/{mine[-1]}/{outcome}?anonymousId={who.removeprefix('~')}", {})
        elif self._ask("POST", f"/api/deliveries/{mine[-1]}/{outcome}") is None:
            # It had come to another end already, which cases are not about.
            self.refusals.pop()

    def enter(self, who: str, journey: str) -> None:
        field = "anonymousId" if who.startswith("~") else "endUserId"
        self._ask("POST", f"/api/journeys/{journey}/enrollments", {field: who.removeprefix("~")})

    def stop(self, who: str, journey: str) -> None:
        for way in self._ways(who, journey):
            self._ask("DELETE", f"/api/enrollments/{way['id']}")

    def status(self, journey: str, status: str) -> None:
        path, now = f"/api/journeys/{journey}", self._ask("GET", f"/api/journeys/{journey}")["status"]
        if status == "ARCHIVED":
            answered = self.api.delete(path, X_Request_Id="case")
        else:
            verb = _VERBS.get(status) or ("restore" if now == "ARCHIVED" else "unpublish")
            answered = self.api.post(f"{path}/{verb}", X_Request_Id="case")
        if answered.status_code == 422:
            # Some cases are about journeys that the checks would not let live.
            with self.api.store.write() as tables:
                tables.set_status(journey, JourneyStatus(status), self.api.clock.now)
        else:
            assert answered.status_code == 200, answered.text
        self.runtime.run_jobs()

    def save(self, key: str, nodes: Mapping[str, Any], node_map: Mapping[str, str]) -> None:
        sent = body_of(journey(key, {**self.given_journeys[key], "nodes": nodes}))
        names = [node["id"] for node in sent["nodes"]]
        self.ids.wanted.extend(name for name in names if name not in self._nodes[key])
        body = {"nodes": sent["nodes"], "edges": sent["edges"], "nodeMap": dict(node_map)}
        saved = self._ask("PUT", f"/api/journeys/{key}/canvas", body)
        self.ids.wanted.clear()
        self._nodes[key] = {node["id"] for node in saved["nodes"]}
        assert self._nodes[key] == set(names)
        self.runtime.run_jobs()

    # Then

    def _ways(self, who: str, journey: str) -> list[dict[str, Any]]:
        """The person's enrollments in the journey with their ledgers, in the order of the entries. The API does not say
        their numbers, which tell apart what began in the same millisecond."""
        listed = self._ask("GET", f"/api/journeys/{journey}/enrollments?limit=100")
        field = "anonymousId" if who.startswith("~") else "endUserId"
        mine = [one["id"] for one in listed if one[field] == who.removeprefix("~")]
        with self.api.store.read() as tables:
            rows = [tables.enrollment(one) for one in mine]
        in_order = sorted((row.rotation, row.id) for row in rows if row is not None)
        return [self._ask("GET", f"/api/enrollments/{one}") for _, one in in_order]

    def enrollments(self, who: str, journey: str) -> list[Seen]:
        return [_seen(way) for way in self._ways(who, journey)]

    def _deliveries(self, who: str) -> list[dict[str, Any]]:
        """All of the person's, the oldest first. Of a visitor, the API shows only what is open."""
        if who.startswith("~"):
            actor, name = Actor("operator", "api"), who.removeprefix("~")
            rows = operations.list_deliveries(self.api.store, actor, SITE, name, Page(100), anonymous=True).rows
            found = [{"id": row.id, "contentId": row.content_id, "status": row.status.value, "at": row} for row in rows]
            return list(reversed(found))
        listed = self._ask("GET", f"/api/end-users/{who}/deliveries?limit=100")
        steps = {}
        for delivery in listed:
            ledger = self._ask("GET", f"/api/enrollments/{delivery['enrollmentId']}")["steps"]
            steps[delivery["id"]] = _last(step["seq"] for step in ledger if _made(step, delivery))
        return sorted(listed, key=lambda one: (parse_instant(one["createdAt"]), steps[one["id"]]))

    def content(self, who: str) -> dict[str, str]:
        """Content id -> status of its delivery; of several, theirs in order."""
        seen: dict[str, list[str]] = {}
        for delivery in self._deliveries(who):
            seen.setdefault(delivery["contentId"] or "", []).append(delivery["status"])
        return {content: ", ".join(statuses) for content, statuses in seen.items()}

    def traits(self, who: str) -> Mapping[str, Any]:
        listed = self._ask("GET", f"/api/end-users?siteId={SITE}&limit=100")
        (traits,) = [
            person["traits"]
            for person in listed
            if (person["anonymous"], person["id"]) == (who.startswith("~"), who.removeprefix("~"))
        ]
        found: Mapping[str, Any] = traits
        return found

    def refused(self) -> list[str]:
        return self.refusals


def _made(step: Mapping[str, Any], delivery: Mapping[str, Any]) -> bool:
    """Whether this stand on the node may be the one for which the delivery was made."""
    return bool(
        step["nodeId"] == delivery["nodeId"]
        and parse_instant(step["enteredAt"]) <= parse_instant(delivery["createdAt"])
    )  # fmt: skip


def _last(numbers: Iterable[int]) -> int:
    return max(numbers, default=0)


def _instant(text: str | None) -> Instant | None:
    return None if text is None else parse_instant(text)


def _seen(way: Mapping[str, Any]) -> Seen:
    done = [step for step in way["steps"] if step["leftAt"] is not None]
    here = [step["nodeId"] for step in way["steps"] if step["leftAt"] is None]
    assert bool(here) is (way["status"] == "in_progress")
    assert way["nodeId"] == way["steps"][-1]["nodeId"]
    assert [step["seq"] for step in way["steps"]] == list(range(1, len(way["steps"]) + 1))
    return Seen(
        status=way["status"],
        reason=way["exitReason"],
        at=way["nodeId"],
        due=_instant(way["dueAt"]),
        revision=way["revision"],
        enrolled=parse_instant(way["enrolledAt"]),
        ended=_instant(way["endedAt"]),
        goal=_instant(way["goalMetAt"]),
        outcome=way["outcome"],
        path=[f"{step['nodeId']} {step['label']}" if step["label"] else step["nodeId"] for step in done] + here,
        causes=[f"{step['cause']} {step['causeRef']}" if step["causeRef"] else step["cause"] for step in done],
        details={step["nodeId"]: step["detail"] for step in done if step["detail"] is not None},
    )
