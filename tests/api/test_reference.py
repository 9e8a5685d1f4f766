"""The reference of the Journeys API, request by request, as it is printed there.

Ids in the samples (`site_xyz`, `aud_xyz`, `flow_abc`) are sent as they stand. Where the reference prints a placeholder
for a node's id, the request here defines one.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api.client import Api

UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")

SUMMARY = [
    "id", "name", "description", "status", "audienceId", "siteId", "settings", "goalConfig", "createdAt", "updatedAt",
    "_count",
]  # fmt: skip
DETAIL = [*SUMMARY, "allowAnonymous", "managedBy", "revision", "audience", "nodes", "edges"]

TRIGGER = {
    "type": "TRIGGER",
    "config": {
        "triggerType": "URL_MATCH",
        "triggerConfig": {"matchType": "contains", "pattern": "/dashboard"},
    },
    "position": {"x": 0, "y": 0},
}
CONTENT = {
    "type": "CONTENT",
    "contentId": "flow_abc",
    "config": {"contentType": "flow"},
    "position": {"x": 200, "y": 0},
}
CREATE: dict[str, Any] = {
    "name": "New User Onboarding",
    "siteId": "site_xyz",
    "description": "Guide new users through core features",
    "audienceId": "aud_xyz",
    "settings": {},
    "goalConfig": {"type": "flow_completed", "config": {"flowId": "flow_abc"}, "deadline": 7},
    "nodes": [TRIGGER, CONTENT],
    "edges": [{"sourceNodeId": "<node-1-id>", "targetNodeId": "<node-2-id>"}],
}
NAMED = {**CREATE, "nodes": [{"id": "<node-1-id>", **TRIGGER}, {"id": "<node-2-id>", **CONTENT}]}


@pytest.fixture
def journey(api: Api) -> dict[str, Any]:
    made = api.post("/api/journeys", NAMED)
    assert made.status_code == 201, made.text
    data: dict[str, Any] = made.json()["data"]
    return data


def test_create_journey(api: Api) -> None:
    made = api.post("/api/journeys", NAMED)

    assert made.status_code == 201
    data = made.json()["data"]
    assert list(data) == DETAIL
    assert made.headers["Location"] == f"/api/journeys/{data['id']}"
    assert UUID.fullmatch(data["id"])
    assert RFC_3339.fullmatch(data["createdAt"])
    for field in ("name", "siteId", "description", "audienceId", "settings", "goalConfig"):
        assert data[field] == CREATE[field]
    assert data["status"] == "DRAFT"
    assert data["_count"] == {"nodes": 2, "edges": 1, "enrollments": 0}
    trigger, content = data["nodes"]
    assert trigger == {"id": trigger["id"], "contentId": None, **TRIGGER}
    assert content == {"id": content["id"], **CONTENT}
    assert UUID.fullmatch(trigger["id"])
    assert [(edge["sourceNodeId"], edge["targetNodeId"]) for edge in data["edges"]] == [(trigger["id"], content["id"])]


def test_create_journey_with_edges_to_nobody_says_how_to_refer_to_a_node(api: Api) -> None:
    refused = api.post("/api/journeys", CREATE)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/edges/0/sourceNodeId", "unknown-node"),
        ("/edges/0/targetNodeId", "unknown-node"),
    ]
    assert "id" in refused.json()["errors"][0]["message"]
    assert api.get("/api/journeys").json()["meta"]["total"] == 0


def test_create_journey_without_edges_takes_nodes_without_ids(api: Api) -> None:
    made = api.post("/api/journeys", {**CREATE, "edges": []})

    assert made.status_code == 201
    assert all(UUID.fullmatch(node["id"]) for node in made.json()["data"]["nodes"])


def test_create_journey_needs_name_and_site_alone(api: Api) -> None:
    made = api.post("/api/journeys", {"name": "New User Onboarding", "siteId": "site_xyz"})

    assert made.status_code == 201
    data = made.json()["data"]
    assert (data["description"], data["audienceId"], data["goalConfig"]) == (None, None, None)
    assert (data["settings"], data["allowAnonymous"], data["nodes"], data["edges"]) == ({}, False, [], [])
    for missing in ("name", "siteId"):
        body = {"name": "New User Onboarding", "siteId": "site_xyz"}
        del body[missing]
        refused = api.post("/api/journeys", body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "missing-field"


@pytest.mark.parametrize(("name", "status"), [("", 422), ("x", 201), ("x" * 255, 201), ("x" * 256, 422)])
def test_a_name_has_1_to_255_characters(api: Api, name: str, status: int) -> None:
    assert api.post("/api/journeys", {"name": name, "siteId": "site_xyz"}).status_code == status


def test_list_journeys(api: Api, journey: dict[str, Any]) -> None:
    api.post(f"/api/journeys/{journey['id']}/publish")

    listed = api.get("/api/journeys")

    assert listed.status_code == 200
    assert listed.json() == {
        "data": [
            {
                "id": journey["id"],
                "name": "New User Onboarding",
                "description": "Guide new users through core features",
                "status": "PUBLISHED",
                "audienceId": "aud_xyz",
                "siteId": "site_xyz",
                "settings": {},
                "goalConfig": CREATE["goalConfig"],
                "createdAt": "2026-01-01T10:00:00Z",
                "updatedAt": "2026-01-01T10:00:00Z",
                "_count": {"nodes": 2, "edges": 1, "enrollments": 0},
            }
        ],
        "meta": {"total": 1, "page": 1, "limit": 20, "totalPages": 1},
    }
    assert list(listed.json()["data"][0]) == SUMMARY


def test_list_journeys_by_page_status_and_site(api: Api) -> None:
    for number in range(5):
        api.clock.now += 1000
        api.journey(name=f"Journey {number}", siteId="site_xyz" if number % 2 else "site_abc", publish=number == 3)

    def names(query: str) -> list[str]:
        return [journey["name"] for journey in api.get(f"/api/journeys?{query}").json()["data"]]

    assert names("page=1&limit=2") == ["Journey 4", "Journey 3"]
    assert names("page=3&limit=2") == ["Journey 0"]
    assert names("page=4&limit=2") == []
    assert names("status=PUBLISHED") == ["Journey 3"]
    assert names("status=DRAFT&siteId=site_xyz") == ["Journey 1"]
    assert api.get("/api/journeys?siteId=site_abc&limit=2").json()["meta"] | {"nextCursor": ""} == {
        "total": 3, "page": 1, "limit": 2, "totalPages": 2, "nextCursor": "",
    }  # fmt: skip


def test_get_journey(api: Api, journey: dict[str, Any]) -> None:
    found = api.get(f"/api/journeys/{journey['id']}")

    assert found.status_code == 200
    assert list(found.json()["data"]) == DETAIL
    assert found.json()["data"] == journey


def test_get_journey_returns_its_audience(api: Api) -> None:
    audience = {"id": "aud_xyz", "name": "Admins", "rules": {"trait": "role", "equals": "admin"}}
    api.post("/api/audiences", audience)
    made = api.post("/api/journeys", NAMED).json()["data"]

    shown = api.get(f"/api/journeys/{made['id']}").json()["data"]["audience"]

    assert {name: shown[name] for name in audience} == audience


def test_update_journey_modifies_only_provided_fields(api: Api, journey: dict[str, Any]) -> None:
    api.clock.now += 1500
    patched = api.patch(f"/api/journeys/{journey['id']}", {"description": "Shorter", "allowAnonymous": True})

    assert patched.status_code == 200
    assert patched.json()["data"] == {
        **journey, "description": "Shorter", "allowAnonymous": True, "updatedAt": "2026-01-01T10:00:01.500Z",
    }  # fmt: skip


def test_update_journey_does_not_manage_the_canvas(api: Api, journey: dict[str, Any]) -> None:
    refused = api.patch(f"/api/journeys/{journey['id']}", {"nodes": []})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/nodes"
    assert api.get(f"/api/journeys/{journey['id']}").json()["data"] == journey


def test_save_canvas(api: Api, journey: dict[str, Any]) -> None:
    trigger, content = (node["id"] for node in journey["nodes"])
    body = {
        "nodes": [
            {
                "id": trigger,
                "type": "TRIGGER",
                "config": {"triggerType": "MANUAL", "triggerConfig": {}},
                "position": {"x": 0, "y": 0},
            },
            {
                "id": content,
                "type": "CONTENT",
                "contentId": "flow_abc",
                "config": {"contentType": "flow"},
                "position": {"x": 220, "y": 0},
            },
        ],
        "edges": [{"sourceNodeId": trigger, "targetNodeId": content, "label": "Start"}],
    }

    saved = api.put(f"/api/journeys/{journey['id']}/canvas", body)

    assert saved.status_code == 200
    data = saved.json()["data"]
    assert [node["id"] for node in data["nodes"]] == [trigger, content]
    assert data["nodes"] == [{"contentId": None, **node} for node in body["nodes"]]
    assert [{key: edge[key] for key in body["edges"][0]} for edge in data["edges"]] == body["edges"]
    assert data["revision"] == 2


def test_save_canvas_replaces_all_nodes_and_edges(api: Api, journey: dict[str, Any]) -> None:
    saved = api.put(f"/api/journeys/{journey['id']}/canvas", {"nodes": [CONTENT], "edges": []})

    assert saved.status_code == 200
    assert len(saved.json()["data"]["nodes"]) == 1
    assert saved.json()["data"]["nodes"][0]["id"] not in [node["id"] for node in journey["nodes"]]
    assert saved.json()["data"]["_count"] == {"nodes": 1, "edges": 0, "enrollments": 0}


def test_publish_pause_unpublish_archive_restore(api: Api, journey: dict[str, Any]) -> None:
    path = f"/api/journeys/{journey['id']}"

    def status_after(method: str, verb: str) -> str:
        answered = api(method, path + verb)
        assert answered.status_code == 200, answered.text
        assert list(answered.json()["data"]) == DETAIL
        return str(answered.json()["data"]["status"])

    assert status_after("POST", "/publish") == "PUBLISHED"
    assert status_after("POST", "/pause") == "PAUSED"
    assert status_after("POST", "/publish") == "PUBLISHED"
    assert status_after("POST", "/unpublish") == "DRAFT"
    assert status_after("DELETE", "") == "ARCHIVED"
    assert status_after("POST", "/restore") == "DRAFT"


def test_archive_journey_stops_all_active_enrollments(api: Api) -> None:
    journey = api.journey(publish=True)
    api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": "eu_456"})

    api.delete(f"/api/journeys/{journey['id']}")

    (enrollment,) = api.get(f"/api/journeys/{journey['id']}/enrollments").json()["data"]
    assert (enrollment["status"], enrollment["exitReason"]) == ("stopped", "archived")


def test_list_enrollments(api: Api) -> None:
    journey = api.journey(publish=True)
    path = f"/api/journeys/{journey['id']}/enrollments"
    entered = api.post(path, {"endUserId": "eu_456", "traits": {"role": "admin"}})
    assert entered.status_code == 201

    listed = api.get(path)

    assert listed.status_code == 200
    (enrollment,) = listed.json()["data"]
    printed = {
        "id": entered.json()["data"]["id"],
        "journeyId": journey["id"],
        "endUserId": "eu_456",
        "status": "in_progress",
        "enrolledAt": "2026-01-01T10:00:00Z",
        "endUser": {"id": "eu_456", "traits": {"role": "admin"}},
    }
    assert {name: enrollment[name] for name in printed} == printed
    assert listed.json()["meta"] == {"total": 1, "page": 1, "limit": 20, "totalPages": 1}
    assert api.get(f"/api/journeys/{journey['id']}").json()["data"]["_count"]["enrollments"] == 1


def test_all_endpoints_require_a_token(api: Api, journey: dict[str, Any]) -> None:
    path = f"/api/journeys/{journey['id']}"
    for method, where in [
        ("GET", "/api/journeys"), ("POST", "/api/journeys"), ("GET", path), ("PATCH", path), ("PUT", path + "/canvas"),
        ("DELETE", path), ("POST", path + "/publish"), ("POST", path + "/unpublish"), ("POST", path + "/pause"),
        ("POST", path + "/restore"), ("GET", path + "/enrollments"),
    ]:  # fmt: skip
        answered = api.client.request(method, where)
        assert answered.status_code == 401, (method, where)
        assert answered.headers["WWW-Authenticate"].startswith("Bearer")
