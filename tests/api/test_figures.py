"""A journey in numbers, why somebody is in it or not, the backfill of a publication, how many match an audience."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from jcli.runtime import RuntimeSettings
from jcli.store import Store
from server.app import create_app
from server.settings import Settings
from tests.api.client import SECRET, Api, InProcess, StillClock, make_token
from tests.api.stage import Ids
from tests.api.visiting import SITE, Site

HOUR = 3_600_000


def split_journey(site: Site, **fields: Any) -> dict[str, Any]:
    when = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "signed_up"}}
    body = {
        "goalConfig": {"type": "event", "config": {"eventName": "bought"}},
        "nodes": [
            {"id": "start", "type": "TRIGGER", "config": when},
            {"id": "ab", "type": "SPLIT", "config": {"weights": {"a": 50, "b": 50}}},
            {"id": "pause", "type": "WAIT", "config": {"duration": "1h"}},
            {"id": "done", "type": "EXIT", "config": {"outcome": "seen"}},
        ],
        "edges": [
            {"sourceNodeId": "start", "targetNodeId": "ab"},
            {"sourceNodeId": "ab", "targetNodeId": "pause", "label": "a"},
            {"sourceNodeId": "ab", "targetNodeId": "done", "label": "b"},
            {"sourceNodeId": "pause", "targetNodeId": "done"},
        ],
        **fields,
    }
    return site.api.journey(publish=True, siteId=SITE, **body)


def test_stats(site: Site) -> None:
    journey = split_journey(site)
    path = f"/api/journeys/{journey['id']}/stats"
    start, ab, pause, done = (node["id"] for node in journey["nodes"])
    empty = site.api.get(path).json()["data"]
    assert empty["enrollments"] == {"in_progress": 0, "completed": 0, "stopped": 0, "abandoned": 0, "total": 0}
    assert (empty["goals"], empty["goalRate"], empty["splits"]) == (0, None, [])

    people = [f"eu_{number}" for number in range(40)]
    site.events(*[{"type": "track", "event": "signed_up", "userId": person} for person in people])
    site.events(*[{"type": "track", "event": "bought", "userId": person} for person in people[:10]])
    site.api.delete(f"/api/enrollments/{_on(site, journey, pause)[0]}")
    stats = site.api.get(path).json()["data"]

    ways = {way["endUserId"]: way for way in site.ways(journey["id"])}
    took = {person: way["steps"][1]["label"] for person, way in ways.items()}
    a, b = (sum(label == wanted for label in took.values()) for wanted in "ab")
    assert a + b == 40
    in_a = [person for person in people[:10] if took[person] == "a"]
    assert stats["journeyId"] == journey["id"]
    assert stats["enrollments"] == {"in_progress": a - 1, "completed": b, "stopped": 1, "abandoned": 0, "total": 40}
    # Who took `b` had left before they bought.
    assert (stats["goals"], stats["goalRate"]) == (len(in_a), len(in_a) / 40)
    assert stats["funnel"] == [
        {"nodeId": start, "entered": 40},
        {"nodeId": ab, "entered": 40},
        {"nodeId": pause, "entered": a},
        {"nodeId": done, "entered": b},
    ]
    nodes = {node["nodeId"]: node for node in stats["nodes"]}
    assert nodes[ab]["left"] == {"a": a, "b": b}
    assert nodes[ab]["medianSeconds"] == 0
    assert nodes[pause] == {
        "nodeId": pause, "type": "WAIT", "entered": a, "here": a - 1, "left": {}, "ended": {"manual": 1},
        "medianSeconds": nodes[pause]["medianSeconds"],
    }  # fmt: skip
    assert nodes[done]["ended"] == {"exit": b}
    (split,) = stats["splits"]
    assert split["nodeId"] == ab
    assert [(one["label"], one["entered"], one["goals"]) for one in split["labels"]] == [
        ("a", a, len(in_a)),
        ("b", b, 0),
    ]
    assert site.api.with_token(make_token(sites=["site_b"])).get(path).status_code == 404


def _on(site: Site, journey: dict[str, Any], node_id: str) -> list[str]:
    listed = site.api.get(f"/api/journeys/{journey['id']}/enrollments?limit=100&nodeId={node_id}&status=in_progress")
    return [one["id"] for one in listed.json()["data"]]


def test_why(site: Site) -> None:
    site.api.post(
        "/api/audiences", {"id": "pros", "name": "Pros", "siteId": SITE, "rules": {"trait": "plan", "equals": "pro"}}
    )
    journey = site.journey(audienceId="pros", allowAnonymous=False)
    path = f"/api/journeys/{journey['id']}/why"

    def rules(person: str) -> dict[str, Any]:
        found = site.api.get(f"{path}?{person}").json()["data"]
        return {answer["rule"]: answer["allows"] for answer in found["answers"]}

    stranger = site.api.get(f"{path}?endUserId=ana").json()["data"]
    assert (stranger["known"], stranger["inside"], stranger["enrollment"]) == (False, False, None)
    assert rules("endUserId=ana") == {
        "status": True, "site": True, "trigger": None, "audience": False, "known": True, "reentry": True,
    }  # fmt: skip
    assert rules("anonymousId=v-1")["known"] is False
    site.events(
        {"type": "identify", "userId": "ana", "traits": {"plan": "pro"}},
        {"type": "track", "event": "signed_up", "userId": "ana", "messageId": "m-1"},
    )

    inside = site.api.get(f"{path}?endUserId=ana").json()["data"]

    assert (inside["known"], inside["inside"], inside["endUserId"]) == (True, True, "ana")
    assert inside["enrollment"] == site.ways(journey["id"])[0]
    assert inside["enrollment"]["steps"][0]["causeRef"] == "m-1"
    assert rules("endUserId=ana")["reentry"] is False
    assert all(answer["because"] for answer in inside["answers"])
    for query in ("", "?endUserId=ana&anonymousId=v"):
        assert site.api.get(path + query).status_code == 422
    assert site.api.get("/api/journeys/none/why?endUserId=ana").status_code == 404
    reader = site.api.with_token(make_token(scope="journeys:read"))
    assert reader.get(f"{path}?endUserId=ana").json()["code"] == "missing-scope"


def test_counting_an_audience(site: Site) -> None:
    site.api.post("/api/sites", {"id": "site_b", "name": "B"})
    for number in range(30):
        site.api.put(f"/api/end-users/eu_{number}", {"siteId": SITE, "traits": {"seats": number}})
    site.api.put("/api/end-users/eu_99", {"siteId": "site_b", "traits": {"seats": 99}})
    site.v1("POST", "/v1/identify", {"anonymousId": "v-1", "traits": {"seats": 50}})
    rules = {"trait": "seats", "gte": 20}
    ours = site.api.post("/api/audiences", {"name": "Ours", "siteId": SITE, "rules": rules}).json()["data"]["id"]
    all_of_them = site.api.post("/api/audiences", {"name": "All", "rules": rules}).json()["data"]["id"]

    assert site.api.post(f"/api/audiences/{ours}/count").json() == {"data": {"count": 10, "total": 30}}
    assert site.api.post(f"/api/audiences/{all_of_them}/count").json() == {"data": {"count": 11, "total": 31}}
    of_b = site.api.with_token(make_token(sites=["site_b"]))
    assert of_b.post(f"/api/audiences/{all_of_them}/count").json() == {"data": {"count": 1, "total": 1}}
    assert of_b.post(f"/api/audiences/{ours}/count").status_code == 404


@pytest.fixture
def still(store: Store, clock: StillClock) -> Iterator[Api]:
    """An API that does nothing between requests."""
    app = create_app(store, Settings(secret=SecretStr(SECRET)), clock, Ids(), background=False)
    with InProcess(app) as client:
        yield Api(client, store, clock)


def test_a_backfill_is_told_until_it_is_done(still: Api) -> None:
    for first in range(0, 1200, 400):
        batch = [
            {"type": "identify", "userId": f"eu_{number}", "traits": {"even": number % 2 == 0}}
            for number in range(first, first + 400)
        ]
        assert still.post("/api/events", {"siteId": "site_a", "batch": batch}).json()["data"]["accepted"] == 400
    rules = {"trait": "even", "equals": True}
    audience = still.post("/api/audiences", {"name": "Even", "siteId": "site_a", "rules": rules}).json()["data"]["id"]
    journey = still.journey(audienceId=audience)
    path = f"/api/journeys/{journey['id']}"
    assert "meta" not in still.get(path).json()

    published = still.post(f"{path}/publish").json()

    backfill = published["meta"]["backfill"]
    assert (backfill["state"], backfill["total"]) == ("running", 1200)
    assert 0 < backfill["done"] < 1200
    assert still.get(path).json()["meta"]["backfill"] == backfill
    still.client.app.state.server.runtime.run_jobs()
    assert "meta" not in still.get(path).json()
    assert still.get(path).json()["data"]["_count"]["enrollments"] == 600
    assert still.post(f"{path}/publish").json()["meta"]["backfill"] == {"state": "done", "done": 1200, "total": 1200}
    later = {"siteId": "site_a", "batch": [{"type": "identify", "userId": "late", "traits": {"even": True}}]}
    still.post("/api/events", later)
    assert still.get(path).json()["data"]["_count"]["enrollments"] == 601


def test_a_small_backfill_is_done_at_once(still: Api) -> None:
    still.post("/api/audiences", {"id": "all", "name": "All", "siteId": "site_a", "rules": {"all": []}})
    still.put("/api/end-users/ana", {"siteId": "site_a", "traits": {}})
    journey = still.journey(audienceId="all")

    published = still.post(f"/api/journeys/{journey['id']}/publish").json()

    assert published["meta"]["backfill"] == {"state": "done", "done": 1, "total": 1}


def test_timers_run_while_nobody_asks(site: Site) -> None:
    """The runtime lives and ends with the application."""
    journey = site.api.journey(publish=True, siteId=SITE)
    entered = site.api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": "ana"}).json()["data"]
    site.api.clock.now += 49 * HOUR
    token = site.api.with_token(make_token(at=site.api.clock.now))

    for _ in range(200):
        way = token.get(f"/api/enrollments/{entered['id']}").json()["data"]
        if way["status"] == "completed":
            break
        time.sleep(0.02)
    assert (way["status"], way["endedAt"]) == ("completed", "2026-01-03T10:00:00Z")


def test_without_a_worker_timers_are_left_to_others(store: Store, clock: StillClock) -> None:
    settings, alone = Settings(secret=SecretStr(SECRET)), RuntimeSettings(worker=False)
    with InProcess(create_app(store, settings, clock, Ids(), runtime=alone)) as client:
        api = Api(client, store, clock)
        journey = api.journey(publish=True)
        entered = api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": "ana"}).json()["data"]
        clock.now += 49 * HOUR
        late = api.with_token(make_token(at=clock.now))
        time.sleep(0.6)
        assert late.get(f"/api/enrollments/{entered['id']}").json()["data"]["status"] == "in_progress"
        client.app.state.server.runtime.run_timers()
        assert late.get(f"/api/enrollments/{entered['id']}").json()["data"]["status"] == "completed"
