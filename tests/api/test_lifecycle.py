"""Every verb on every status, as the table in the semantics has it; the same verb twice; archived and git's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jcli.canonical import canonical, fingerprint
from jcli.model import ManagedBy
from jcli.store import JourneySave
from tests.api.client import Api, canvas

VERBS = {
    "publish": ("POST", "/publish"),
    "pause": ("POST", "/pause"),
    "unpublish": ("POST", "/unpublish"),
    "archive": ("DELETE", ""),
    "restore": ("POST", "/restore"),
}
WAY_TO = {
    "DRAFT": [],
    "PUBLISHED": ["publish"],
    "PAUSED": ["publish", "pause"],
    "ARCHIVED": ["archive"],
}
AFTER = {
    ("DRAFT", "publish"): "PUBLISHED",
    ("DRAFT", "pause"): None,
    ("DRAFT", "unpublish"): "DRAFT",
    ("DRAFT", "archive"): "ARCHIVED",
    ("DRAFT", "restore"): "DRAFT",
    ("PUBLISHED", "publish"): "PUBLISHED",
    ("PUBLISHED", "pause"): "PAUSED",
    ("PUBLISHED", "unpublish"): "DRAFT",
    ("PUBLISHED", "archive"): "ARCHIVED",
    ("PUBLISHED", "restore"): None,
    ("PAUSED", "publish"): "PUBLISHED",
    ("PAUSED", "pause"): "PAUSED",
    ("PAUSED", "unpublish"): "DRAFT",
    ("PAUSED", "archive"): "ARCHIVED",
    ("PAUSED", "restore"): None,
    ("ARCHIVED", "publish"): None,
    ("ARCHIVED", "pause"): None,
    ("ARCHIVED", "unpublish"): None,
    ("ARCHIVED", "archive"): "ARCHIVED",
    ("ARCHIVED", "restore"): "DRAFT",
}


def brought_to(api: Api, status: str) -> dict[str, Any]:
    journey = api.journey()
    for verb in WAY_TO[status]:
        method, path = VERBS[verb]
        journey = api(method, f"/api/journeys/{journey['id']}{path}").json()["data"]
    assert journey["status"] == status
    return journey


def test_the_table_is_complete() -> None:
    assert set(AFTER) == {(status, verb) for status in WAY_TO for verb in VERBS}


@pytest.mark.parametrize(("status", "verb"), AFTER)
def test_verb_on_status(api: Api, status: str, verb: str) -> None:
    journey = brought_to(api, status)
    method, path = VERBS[verb]

    answered = api(method, f"/api/journeys/{journey['id']}{path}")

    after = AFTER[status, verb]
    if after is None:
        assert (answered.status_code, answered.json()["code"]) == (409, "wrong-status")
        assert status in answered.json()["detail"]
        assert api.get(f"/api/journeys/{journey['id']}").json()["data"] == journey
    else:
        assert (answered.status_code, answered.json()["data"]["status"]) == (200, after)
        again = api(method, f"/api/journeys/{journey['id']}{path}")
        assert (again.status_code, again.json()) == (200, answered.json())
        assert again.headers["ETag"] == answered.headers["ETag"]


def test_publishing_what_does_not_pass_the_checks(api: Api) -> None:
    journey = api.journey(nodes=[{"id": "end", "type": "EXIT"}], edges=[])

    refused = api.post(f"/api/journeys/{journey['id']}/publish")

    assert (refused.status_code, refused.json()["code"]) == (422, "checks-failed")
    assert "no-trigger" in [error["code"] for error in refused.json()["errors"]]
    assert api.get(f"/api/journeys/{journey['id']}").json()["data"]["status"] == "DRAFT"
    found = api.get(f"/api/journeys/{journey['id']}/findings").json()["data"]
    assert {error["code"] for error in refused.json()["errors"]} == {
        finding["code"] for finding in found if finding["severity"] == "error"
    }


def test_an_incomplete_draft_is_accepted_with_findings_and_a_live_journey_is_not(api: Api) -> None:
    journey = api.journey()
    lone = {"nodes": [{"id": "a", "type": "EXIT"}], "edges": []}

    drafted = api.put(f"/api/journeys/{journey['id']}/canvas", lone)
    assert drafted.status_code == 200
    assert "no-trigger" in [finding["code"] for finding in drafted.json()["meta"]["findings"]]

    api.put(f"/api/journeys/{journey['id']}/canvas", canvas())
    live = api.post(f"/api/journeys/{journey['id']}/publish").json()["data"]
    for status in ("PUBLISHED", "PAUSED"):
        refused = api.put(f"/api/journeys/{journey['id']}/canvas", lone)
        assert refused.status_code == 422
        assert "no-trigger" in [error["code"] for error in refused.json()["errors"]]
        now = api.get(f"/api/journeys/{journey['id']}").json()["data"]
        assert (now["nodes"], now["edges"], now["status"]) == (live["nodes"], live["edges"], status)
        api.post(f"/api/journeys/{journey['id']}/pause")


def test_an_archived_journey_is_not_edited(api: Api) -> None:
    journey = brought_to(api, "ARCHIVED")

    for answered in (
        api.patch(f"/api/journeys/{journey['id']}", {"name": "New"}),
        api.put(f"/api/journeys/{journey['id']}/canvas", canvas()),
    ):
        assert (answered.status_code, answered.json()["code"]) == (409, "archived")
        assert "restore" in answered.json()["detail"]


def test_a_journey_that_git_manages_is_not_edited(api: Api) -> None:
    journey = api.journey()
    with api.store.write() as tables:
        stored = tables.journey(journey["id"])
        assert stored is not None
        of_git = replace(stored.journey, managed_by=ManagedBy.GIT)
        save = JourneySave(of_git, fingerprint(canonical(of_git)))
        tables.save_journeys([save], author="ada", door="sync", now=api.clock())

    for answered in (
        api.patch(f"/api/journeys/{journey['id']}", {"name": "New"}),
        api.put(f"/api/journeys/{journey['id']}/canvas", canvas()),
    ):
        assert (answered.status_code, answered.json()["code"]) == (409, "managed-by-git")
    assert api.get(f"/api/journeys/{journey['id']}").json()["data"]["managedBy"] == "git"
    assert api.post(f"/api/journeys/{journey['id']}/publish").status_code == 200


def test_entering_by_hand(api: Api) -> None:
    journey = api.journey()
    path = f"/api/journeys/{journey['id']}/enrollments"
    assert api.post(path, {"endUserId": "eu_1"}).json()["code"] == "not-published"
    api.post(f"/api/journeys/{journey['id']}/publish")

    entered = api.post(path, {"endUserId": "eu_1"})
    assert entered.status_code == 201
    data = entered.json()["data"]
    assert (data["nodeId"], data["dueAt"]) == (journey["nodes"][1]["id"], "2026-01-03T10:00:00Z")
    whole = api.get(entered.headers["Location"]).json()["data"]
    steps = whole.pop("steps")
    assert whole == {**data, "outcome": None}
    assert [(step["seq"], step["nodeId"], step["cause"], step["causeRef"]) for step in steps] == [
        (1, journey["nodes"][0]["id"], "api", "ada"),
        (2, journey["nodes"][1]["id"], None, None),
    ]
    assert steps[0]["leftAt"] == steps[1]["enteredAt"] == "2026-01-01T10:00:00Z"
    assert steps[1]["leftAt"] is None
    assert api.post(path, {"endUserId": "eu_1"}).json()["code"] == "already-enrolled"
    assert api.post(path, {"anonymousId": "an_1"}).json()["code"] == "anonymous-not-allowed"
    assert api.post(path, {}).status_code == 422

    api.patch(f"/api/journeys/{journey['id']}", {"allowAnonymous": True})
    visitor = api.post(path, {"anonymousId": "an_1"}).json()["data"]
    assert (visitor["endUserId"], visitor["anonymousId"]) == (None, "an_1")


def test_stopping_by_hand(api: Api) -> None:
    journey = api.journey(publish=True)
    made = api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": "eu_1"}).json()["data"]
    api.clock.now += 1000

    stopped = api.delete(f"/api/enrollments/{made['id']}")

    assert stopped.status_code == 200
    assert stopped.json()["data"] == {
        **made, "status": "stopped", "exitReason": "manual", "endedAt": "2026-01-01T10:00:01Z", "dueAt": None,
    }  # fmt: skip
    api.clock.now += 1000
    assert api.delete(f"/api/enrollments/{made['id']}").json() == stopped.json()


def test_enrollments_by_status_and_node(api: Api) -> None:
    journey = api.journey(publish=True)
    path = f"/api/journeys/{journey['id']}/enrollments"
    made = [api.post(path, {"endUserId": f"eu_{number}"}).json()["data"]["id"] for number in range(3)]
    api.delete(f"/api/enrollments/{made[0]}")

    def total(query: str) -> int:
        listed = api.get(f"{path}?{query}").json()
        assert len(listed["data"]) == listed["meta"]["total"]
        return int(listed["meta"]["total"])

    start, wait = journey["nodes"][0]["id"], journey["nodes"][1]["id"]
    assert (total("status=stopped"), total("status=in_progress"), total("status=completed")) == (1, 2, 0)
    assert total(f"status=in_progress&nodeId={wait}") == 2
    assert total(f"status=stopped&nodeId={wait}") == 1
    assert total(f"nodeId={start}") == 0


def test_erasing_a_person_removes_their_enrollments(api: Api) -> None:
    journey = api.journey(publish=True)
    api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": "eu_1"})

    assert api.delete("/api/end-users/eu_1?siteId=site_a").status_code == 204

    assert api.get("/api/end-users/eu_1").status_code == 404
    assert api.get(f"/api/journeys/{journey['id']}/enrollments").json()["meta"]["total"] == 0
    assert api.get(f"/api/journeys/{journey['id']}").json()["data"]["_count"]["enrollments"] == 0
