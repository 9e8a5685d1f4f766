"""The routes of those who keep journeys as files: plan, apply, status, documents, uploads; and a journey's history.

That commands answer the same by these routes as on a database is the business of `tests/targets`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.api.client import Api, make_token

SITE = {"file": "journeys/main.yaml", "data": {"site": "main", "id": "site_a", "name": "Main app"}}
OTHER = {"file": "journeys/other.yaml", "data": {"site": "other", "id": "site_b", "name": "Other app"}}


def document(key: str = "welcome", **nodes: Any) -> dict[str, Any]:
    """A journey's document with a MANUAL trigger, what `nodes` say, and an EXIT."""
    first = next(iter(nodes), "done")
    begin = {"type": "TRIGGER", "config": {"triggerType": "MANUAL"}, "next": first}
    every = {"begin": begin, **nodes, "done": {"type": "EXIT"}}
    data = {"journey": key, "name": key.title(), "site": "main", "nodes": every}
    return {"file": f"journeys/{key}.yaml", "data": data}


def rest(days: int, to: str = "done") -> dict[str, Any]:
    return {"type": "WAIT", "config": {"duration": f"{days}d"}, "next": to}


def files(*documents: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"workspace": "acme", "documents": [SITE, *documents], **more}


def outcomes(answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return {action["key"]: action["outcome"] for action in answer.json()["data"]["actions"]}


@pytest.fixture
def synced(api: Api) -> str:
    """The id of a journey that was synced and is live, with ana on her way in it."""
    assert api.post("/api/sync/apply", files(document(pause=rest(1)))).status_code == 200
    (journey,) = api.get("/api/journeys").json()["data"]
    assert api.post(f"/api/journeys/{journey['id']}/publish").status_code == 200
    assert api.post(f"/api/journeys/{journey['id']}/enrollments", {"endUserId": "ana"}).status_code == 201
    return str(journey["id"])


def test_a_plan_writes_nothing(api: Api) -> None:
    assert outcomes(api.post("/api/sync/plan", files(document()))) == {"main": "create", "welcome": "create"}
    assert api.get("/api/journeys").json()["data"] == []


def test_what_is_applied_is_there_and_the_next_time_there_is_nothing_to_do(api: Api) -> None:
    applied = api.post("/api/sync/apply", files(document(), commit="c0ffee"))
    assert outcomes(applied) == {"main": "create", "welcome": "create"}
    assert outcomes(api.post("/api/sync/apply", files(document()))) == {"main": "nothing", "welcome": "nothing"}
    rows = api.get("/api/sync/documents").json()["data"]
    assert [(row["kind"], row["key"], row["present"]) for row in rows] == [
        ("site", "main", True),
        ("journey", "welcome", True),
    ]
    base = api.get(f"/api/sync/documents/journey/{rows[1]['id']}").json()["data"]
    assert (base["file"], base["commit"]) == ("journeys/welcome.yaml", "c0ffee")
    assert set(base["names"].values()) == {"begin", "done"}


def test_the_same_request_twice_is_one_sync(api: Api) -> None:
    first = api.post("/api/sync/apply", files(document()), Idempotency_Key="once")
    again = api.post("/api/sync/apply", files(document()), Idempotency_Key="once")
    assert outcomes(again) == outcomes(first) == {"main": "create", "welcome": "create"}
    assert again.headers["Idempotency-Replayed"] == "true"


def test_what_was_shown_is_carried_out_or_nothing(api: Api, synced: str) -> None:
    body = files(document(pause=rest(2)))
    plan = api.post("/api/sync/plan", body).json()["data"]
    expected = [
        {field: action[field] or "-" for field in ("kind", "key", "id", "outcome", "state", "wanted", "base")}
        for action in plan["actions"]
        if action["outcome"] != "nothing"
    ]
    assert api.patch(f"/api/journeys/{synced}", {"name": "Theirs"}).status_code == 200
    refused = api.post("/api/sync/apply", {**body, "expected": expected})
    assert refused.status_code == 412
    assert "`welcome` was changed by ada (api, edit) since" in refused.json()["detail"]
    assert outcomes(api.post("/api/sync/plan", body))["welcome"] == "merge"


def test_rails_are_listed_with_their_waivers(api: Api, synced: str) -> None:
    refused = api.post("/api/sync/apply", files(document()))
    assert (refused.status_code, refused.json()["code"]) == (409, "rails")
    assert [rail["waiver"] for rail in refused.json()["rails"]] == ["remove=welcome/pause"]
    waived = api.post("/api/sync/apply", files(document(), choices={"allow": ["remove=welcome/pause"]}))
    assert outcomes(waived)["welcome"] == "update"


def test_findings_come_back_with_their_files(api: Api, synced: str) -> None:
    broken = api.post("/api/sync/plan", files({"file": "journeys/bad.yaml", "data": {"journey": "bad", "nmae": "Bad"}}))
    assert (broken.status_code, broken.json()["code"]) == (422, "findings")
    found = [(one["file"], one["pointer"], one["code"]) for one in broken.json()["findings"]]
    assert ("journeys/bad.yaml", "/nmae", "unknown-field") in found
    live = document(pause=rest(1, to="pause"))
    refused = api.post("/api/sync/apply", files(live, choices={"allow": ["remove=welcome/pause"]}))
    assert (refused.status_code, refused.json()["code"]) == (422, "findings")
    assert {(one["journey"], one["severity"]) for one in refused.json()["findings"]} == {("welcome", "error")}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"documents": []}, ""),
        ({"workspace": "acme"}, "/documents"),
        ({"workspace": "acme", "documents": [], "upload": "x"}, "/documents"),
        ({"workspace": "acme", "documents": [{"file": "a.yaml"}]}, "/documents/0"),
        ({"workspace": "acme", "documents": [{"file": "a.yaml", "data": {"x": "\0"}}]}, "/documents/0/data/x"),
        ({"workspace": "acme", "documents": [], "rules": {"dead-end": "loud"}}, "/rules/dead-end"),
    ],
)
def test_bodies_that_are_refused(api: Api, body: Any, pointer: str) -> None:
    refused = api.post("/api/sync/plan", body)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_status_tells_how_documents_stand(api: Api, synced: str) -> None:
    api.patch(f"/api/journeys/{synced}", {"name": "Theirs"})
    api.post("/api/journeys", {"name": "By hand", "siteId": "site_a"})
    answer = api.post("/api/sync/status", files(document(pause=rest(1))))
    steps = {row["name"]: (row["step"], row["inProgress"]) for row in answer.json()["data"]}
    assert steps == {"Main app": ("in step", 0), "Welcome": ("changed there", 1), "By hand": ("only there", 0)}


# Who may


def test_a_token_for_sites_plans_and_sees_what_is_theirs_alone(api: Api) -> None:
    assert api.post("/api/sync/apply", {"workspace": "acme", "documents": [SITE, OTHER, document()]}).status_code == 200
    bound = api.with_token(make_token(sites=["site_b"]))
    assert [row["id"] for row in bound.get("/api/sync/documents").json()["data"]] == ["site_b"]
    assert bound.get("/api/sync/documents/site/site_a").status_code == 404
    assert bound.get("/api/sync/documents/site/site_b").status_code == 200
    refused = bound.post("/api/sync/plan", files(document()))
    assert (refused.status_code, refused.json()["code"]) == (403, "site-not-covered")
    theirs = {"workspace": "acme", "documents": [OTHER], "choices": {"prune": True}}
    assert outcomes(bound.post("/api/sync/apply", theirs)) == {"other": "nothing"}
    status = bound.post("/api/sync/status", {"workspace": "acme", "documents": [OTHER]}).json()["data"]
    assert [row["id"] for row in status] == ["site_b"]


def test_a_journey_is_not_moved_out_of_sight(api: Api, synced: str) -> None:
    """A document of a covered site whose journey the store has on another one."""
    api.post("/api/sites", {"id": "site_b", "name": "Other app"})
    moved = document()
    moved["data"] = {**moved["data"], "id": synced, "site": "other"}
    bound = api.with_token(make_token(sites=["site_b"]))
    refused = bound.post("/api/sync/apply", {"workspace": "acme", "documents": [OTHER, moved]})
    assert (refused.status_code, refused.json()["code"]) == (403, "site-not-covered")


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("journeys:read", "POST", "/api/sync/apply"),
        ("journeys:read", "POST", "/api/journeys/x/rollback"),
        ("journeys:write", "PUT", "/api/journeys/x/protection"),
        ("journeys:write", "DELETE", "/api/journeys/x/protection"),
        ("journeys:write", "POST", "/api/sync/plan"),
        ("journeys:write", "GET", "/api/journeys/x/log"),
        ("people:read", "GET", "/api/sync/documents"),
    ],
)
def test_scopes(api: Api, scope: str, method: str, path: str) -> None:
    body = None if method == "GET" else {}
    refused = api.with_token(make_token(scope=scope))(method, path, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "missing-scope")


# Uploads


def part_of(*documents: dict[str, Any]) -> tuple[str, bytes]:
    raw = json.dumps(documents).encode()
    return hashlib.sha256(raw).hexdigest(), raw


def test_a_workspace_in_parts(api: Api) -> None:
    parts = [part_of(SITE), part_of(document())]
    digests = [digest for digest, _ in parts]
    begun = api.post("/api/sync/uploads", {"parts": digests}).json()["data"]
    assert begun["missing"] == digests
    path = f"/api/sync/uploads/{begun['id']}"
    early = api.post("/api/sync/plan", {"workspace": "acme", "upload": begun["id"]})
    assert (early.status_code, early.json()["code"]) == (409, "upload-incomplete")
    for digest, raw in parts:
        for _ in range(2):
            sent = api.put(f"{path}/parts/{digest}", raw)
            assert sent.status_code == 200, sent.text
    assert api.get(path).json()["data"]["missing"] == []
    whole = {"workspace": "acme", "upload": begun["id"]}
    assert outcomes(api.post("/api/sync/apply", whole)) == {"main": "create", "welcome": "create"}


def test_a_part_that_has_come_need_not_come_again(api: Api) -> None:
    site, old, new = part_of(SITE), part_of(document()), part_of(document(pause=rest(1)))
    first = api.post("/api/sync/uploads", {"parts": [site[0], old[0]]}).json()["data"]
    for digest, raw in (site, old):
        api.put(f"/api/sync/uploads/{first['id']}/parts/{digest}", raw)
    second = api.post("/api/sync/uploads", {"parts": [site[0], new[0]]}).json()["data"]
    assert second["id"] != first["id"]
    assert second["missing"] == [new[0]]
    assert api.post("/api/sync/uploads", {"parts": [site[0], old[0]]}).json()["data"]["id"] == first["id"]


def test_parts_that_are_refused(api: Api) -> None:
    digest, raw = part_of(SITE)
    upload_id = api.post("/api/sync/uploads", {"parts": [digest]}).json()["data"]["id"]
    wrong = api.put(f"/api/sync/uploads/{upload_id}/parts/{digest}", raw + b" ")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-digest")
    other, content = part_of(OTHER)
    assert api.put(f"/api/sync/uploads/{upload_id}/parts/{other}", content).status_code == 404
    assert api.put(f"/api/sync/uploads/none/parts/{digest}", raw).status_code == 404
    assert api.put(f"/api/sync/uploads/{upload_id}/parts/{digest}", b'{"site": "main"}').status_code == 422
    assert api.put(f"/api/sync/uploads/{upload_id}/parts/{digest}", b"[1]").status_code == 422


def test_an_upload_is_its_callers_own_and_lasts_a_day(api: Api) -> None:
    digest, raw = part_of(SITE)
    upload_id = api.post("/api/sync/uploads", {"parts": [digest]}).json()["data"]["id"]
    api.put(f"/api/sync/uploads/{upload_id}/parts/{digest}", raw)
    stranger = api.with_token(make_token(sub="bob", exp=4_102_444_800))
    assert stranger.get(f"/api/sync/uploads/{upload_id}").status_code == 404
    assert stranger.post("/api/sync/uploads", {"parts": [digest]}).json()["data"]["missing"] == [digest]
    ada = api.with_token(make_token(exp=4_102_444_800))
    api.clock.now += 24 * 3_600_000
    assert ada.get(f"/api/sync/uploads/{upload_id}").status_code == 404
    assert ada.post("/api/sync/uploads", {"parts": [digest]}).json()["data"]["missing"] == [digest]


# A journey's history


def test_the_log_tells_who_by_which_door(api: Api, synced: str) -> None:
    entries = api.get(f"/api/journeys/{synced}/log").json()
    assert [(one["actor"], one["door"], one["verb"]) for one in entries["data"]] == [
        ("ada", "api", "publish"),
        ("ada", "sync", "sync-create"),
    ]
    assert entries["meta"]["total"] == 2
    first = api.get(f"/api/journeys/{synced}/log?limit=1").json()
    rest_of_it = api.get(f"/api/journeys/{synced}/log?limit=1&cursor={first['meta']['nextCursor']}").json()
    assert [one["verb"] for one in rest_of_it["data"]] == ["sync-create"]


def test_going_back_to_an_earlier_canvas(api: Api, synced: str) -> None:
    before = api.get(f"/api/journeys/{synced}").json()["data"]
    more = document(pause=rest(1, to="again"), again=rest(2))
    assert outcomes(api.post("/api/sync/apply", files(more)))["welcome"] == "update"
    assert api.post(f"/api/journeys/{synced}/rollback", {"to": 7}).status_code == 404
    done = api.post(f"/api/journeys/{synced}/rollback", {"to": 1})
    assert done.status_code == 200
    assert done.json()["data"]["revision"] == 3
    assert {node["id"] for node in done.json()["data"]["nodes"]} == {node["id"] for node in before["nodes"]}


def test_a_protected_journey_is_left_alone(api: Api, synced: str) -> None:
    path = f"/api/journeys/{synced}/protection"
    assert (api.get(path).status_code, api.get(path).json()["code"]) == (404, "not-protected")
    put = api.put(path, {"reason": "the launch is on Monday"}).json()["data"]
    assert (put["actor"], put["reason"]) == ("ada", "the launch is on Monday")
    assert api.get(path).json()["data"] == put
    refused = api.delete(f"/api/journeys/{synced}")
    assert (refused.status_code, refused.json()["code"]) == (409, "protected")
    assert refused.json()["hint"].startswith("`jcli protect KEY --off`")
    assert [rail["waiver"] for rail in api.post("/api/sync/apply", files(document(pause=rest(2)))).json()["rails"]] == [
        "protected=welcome"
    ]
    assert api.delete(path).status_code == 204
    assert api.delete(path).json()["code"] == "not-protected"


def test_the_long_work_of_a_journey(api: Api, synced: str) -> None:
    work = api.get(f"/api/journeys/{synced}/work").json()["data"]
    assert work == {"running": [], "backfill": None, "people": 1}


def test_lists_tell_more_when_they_are_asked_to(api: Api, synced: str) -> None:
    (brief,) = api.get("/api/journeys").json()["data"]
    (full,) = api.get("/api/journeys?detail=full").json()["data"]
    assert full.keys() - brief.keys() == {"allowAnonymous", "managedBy", "revision", "version"}
    (site,) = api.get("/api/sites?detail=full").json()["data"]
    assert site["version"] == 1
    assert api.get("/api/journeys?detail=all").status_code == 422


def test_findings_of_publish_name_nodes_as_they_are_asked_to(api: Api) -> None:
    lost = document()
    lost["data"]["nodes"]["lost"] = rest(1)
    lost["data"]["draft"] = True
    api.post("/api/sync/apply", files(lost))
    (journey,) = api.get("/api/journeys").json()["data"]
    by_id = api.post(f"/api/journeys/{journey['id']}/publish").json()
    by_key = api.post(f"/api/journeys/{journey['id']}/publish?nodes=key").json()
    assert by_key["code"] == by_id["code"] == "checks-failed"
    assert {one["node"] for one in by_key["findings"]} == {"lost"}
    assert "lost" not in {one["node"] for one in by_id["findings"]}
