"""Editing with others around: ETags, keys of requests that come twice, saves that fail, a server that is killed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from jcli.store import open_store
from tests.api.client import Api, Live, canvas, end_live, make_token, start_live


def test_each_change_moves_the_etag(api: Api) -> None:
    journey = api.journey()
    path = f"/api/journeys/{journey['id']}"
    tags = [
        api.get(path).headers["ETag"],
        api.patch(path, {"name": "Other"}).headers["ETag"],
        api.put(path + "/canvas", canvas()).headers["ETag"],
        api.post(path + "/publish").headers["ETag"],
    ]

    assert tags == ['"1"', '"2"', '"3"', '"4"']
    assert api.get(path).headers["ETag"] == '"4"'
    assert api.patch(path, {"name": "Other"}).headers["ETag"] == '"4"'


def test_a_stale_if_match_changes_nothing(api: Api) -> None:
    journey = api.journey()
    path = f"/api/journeys/{journey['id']}"
    api.patch(path, {"name": "Theirs"})
    for method, where, body in [
        ("PATCH", path, {"name": "Mine"}),
        ("PUT", path + "/canvas", canvas()),
        ("POST", path + "/publish", None),
        ("DELETE", path, None),
    ]:
        for tag in ('"1"', 'W/"2"', '"another-make"'):
            stale = api(method, where, body, If_Match=tag)
            assert (stale.status_code, stale.json()["code"]) == (412, "stale"), (method, tag)
            assert ("made from 1" if tag == '"1"' else "a version that it never had") in stale.json()["detail"]
    now = api.get(path)
    assert (now.json()["data"]["name"], now.headers["ETag"]) == ("Theirs", '"2"')
    assert api.patch(path, {"name": "Mine"}, If_Match='"2"').status_code == 200
    assert api.patch(path, {"name": "Again"}, If_Match="*").status_code == 200


@pytest.mark.parametrize("tag", ["3", '"1", "2"', '"', "W/3", ""])
def test_an_if_match_that_cannot_be_read(api: Api, tag: str) -> None:
    journey = api.journey()

    answered = api.patch(f"/api/journeys/{journey['id']}", {"name": "Mine"}, If_Match=tag)

    assert (answered.status_code, answered.json()["code"]) == (400, "malformed-header")


def test_etags_of_sites_audiences_and_contents(api: Api) -> None:
    rules = {"trait": "role", "equals": "admin"}
    for path, body, change in [
        ("/api/sites", {"name": "A"}, {"name": "B"}),
        ("/api/audiences", {"name": "A", "rules": rules}, {"name": "B"}),
        ("/api/contents", {"id": "a/b", "contentType": "tour"}, {"name": "B"}),
    ]:
        made = api.post(path, body)
        assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
        where = made.headers["Location"]
        assert api.get(where).json() == made.json()
        assert api.patch(where, change, If_Match='"1"').headers["ETag"] == '"2"'
        assert api.patch(where, {"name": "C"}, If_Match='"1"').status_code == 412
        assert api.delete(where, If_Match='"1"').status_code == 412
        assert api.delete(where, If_Match='"2"').status_code == 204
        assert api.get(where).status_code == 404
        assert api.delete(where).status_code == 404


def test_an_id_is_taken_once(api: Api) -> None:
    assert api.post("/api/sites", {"id": "site_a", "name": "A"}).status_code == 201
    again = api.post("/api/sites", {"id": "site_a", "name": "B"})
    assert (again.status_code, again.json()["code"]) == (409, "id-taken")
    assert again.json()["detail"] == "the site 'site_a' is there already; patch it, or give another id"


def test_two_clients_save_at_once_with_the_same_etag(live: Live) -> None:
    with live.client() as client:
        made = client.post("/api/journeys", json={"name": "Raced", "siteId": "site_a", **canvas()})
        path, tag = made.headers["Location"], made.headers["ETag"]
        for _ in range(10):
            start = threading.Barrier(2)

            def save(outcome: str, tag: str = tag, start: threading.Barrier = start) -> tuple[int, str]:
                with live.client() as own:
                    own.get(path)
                    start.wait()
                    saved = own.put(
                        path + "/canvas", json=canvas(config={"outcome": outcome}), headers={"If-Match": tag}
                    )
                    return saved.status_code, outcome

            with ThreadPoolExecutor(2) as pool:
                results = sorted(pool.map(save, ("left", "right")))
            assert [status for status, _ in results] == [200, 412]
            now = client.get(path)
            assert now.json()["data"]["nodes"][-1]["config"] == {"outcome": results[0][1]}
            tag = now.headers["ETag"]


def test_a_canvas_save_that_fails_leaves_the_old_canvas(api: Api) -> None:
    journey = api.journey()
    path = f"/api/journeys/{journey['id']}"
    broken: list[dict[str, Any]] = [
        {**canvas(), "edges": [{"sourceNodeId": "start", "targetNodeId": "nobody"}]},
        {**canvas(type="NONSENSE")},
        {**canvas(id="start")},
        {**canvas(), "nodeMap": {"nobody": "done"}},
        {"nodes": []},
    ]
    for body in broken:
        refused = api.put(path + "/canvas", body)
        assert refused.status_code == 422, body
        assert refused.json()["errors"]
    assert api.get(path).json()["data"] == journey
    assert api.get(path + "/revisions").json()["meta"]["total"] == 1


def test_a_store_that_fails_in_the_middle_of_a_save_leaves_the_old_canvas(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store fails at the last statement of the save, the entry in the log."""
    journey = api.journey()
    path = f"/api/journeys/{journey['id']}"
    with api.store.read() as tables:
        kind = type(tables)

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(kind, "log", fail)
        failed = api.put(path + "/canvas", {"nodes": [], "edges": []})
    assert (failed.status_code, failed.json()["code"]) == (500, "internal")
    assert "disk" not in failed.text
    assert failed.json()["requestId"] == failed.headers["X-Request-Id"]
    assert api.get(path).json()["data"] == journey


def test_node_ids_that_the_journey_has_are_kept_and_people_go_on(api: Api) -> None:
    journey = api.journey(publish=True)
    path = f"/api/journeys/{journey['id']}"
    start, wait, done = (node["id"] for node in journey["nodes"])
    entered = api.post(path + "/enrollments", {"endUserId": "eu_1"}).json()["data"]
    body = canvas()
    for node, node_id in zip(body["nodes"], (start, "new-wait", done), strict=True):
        node["id"] = node_id
    body["edges"] = [
        {"sourceNodeId": start, "targetNodeId": "new-wait"},
        {"sourceNodeId": "new-wait", "targetNodeId": done},
    ]

    saved = api.put(path + "/canvas", {**body, "nodeMap": {wait: "new-wait"}}).json()["data"]

    moved = saved["nodes"][1]["id"]
    assert [node["id"] for node in saved["nodes"]] == [start, moved, done]
    assert moved not in ("new-wait", wait)
    assert api.get(f"/api/enrollments/{entered['id']}").json()["data"]["nodeId"] == moved
    old = api.get(path + "/revisions/1").json()["data"]
    assert [node["id"] for node in old["nodes"]] == [start, wait, done]
    assert [row["number"] for row in api.get(path + "/revisions").json()["data"]] == [2, 1]


# Idempotency


def test_the_same_key_makes_one_journey(api: Api) -> None:
    body = {"name": "Once", "siteId": "site_a"}

    first = api.post("/api/journeys", body, Idempotency_Key="k-1")
    second = api.post("/api/journeys", body, Idempotency_Key="k-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    for name in ("ETag", "Location", "Content-Type"):
        assert second.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert api.get("/api/journeys").json()["meta"]["total"] == 1
    assert api.post("/api/journeys", body).json()["data"]["id"] != first.json()["data"]["id"]


def test_a_key_is_for_one_request_of_one_caller_for_a_day(api: Api) -> None:
    body = {"name": "Once", "siteId": "site_a"}
    first = api.post("/api/journeys", body, Idempotency_Key="k-1")

    reused = api.post("/api/journeys", {**body, "name": "Twice"}, Idempotency_Key="k-1")
    elsewhere = api.post("/api/sites", {"name": "A"}, Idempotency_Key="k-1")
    others = api.with_token(make_token(sub="bob")).post("/api/journeys", body, Idempotency_Key="k-1")

    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")
    assert elsewhere.json()["code"] == "idempotency-key-reused"
    assert others.json()["data"]["id"] != first.json()["data"]["id"]
    api.clock.now += 24 * 3_600_000
    late = make_token(at=api.clock.now)
    later = api.with_token(late).post("/api/journeys", {**body, "name": "Twice"}, Idempotency_Key="k-1")
    assert later.status_code == 201


def test_a_refusal_does_not_use_up_the_key(api: Api) -> None:
    journey = api.journey()
    path = f"/api/journeys/{journey['id']}/enrollments"

    assert api.post(path, {"endUserId": "eu_1"}, Idempotency_Key="k-1").status_code == 409
    api.post(f"/api/journeys/{journey['id']}/publish")
    assert api.post(path, {"endUserId": "eu_1"}, Idempotency_Key="k-1").status_code == 201
    again = api.post(path, {"endUserId": "eu_1"}, Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "é"])
def test_a_key_that_cannot_be_read(api: Api, key: str) -> None:
    headers = {"Authorization": f"Bearer {api.token}", "Idempotency-Key": key.encode("latin-1")}
    answered = api.client.request("POST", "/api/sites", json={"name": "A"}, headers=headers)
    assert (answered.status_code, answered.json()["code"]) == (400, "malformed-header")


def test_the_same_key_at_once(live: Live) -> None:
    def create(_: int) -> str:
        with live.client() as client:
            made = client.post(
                "/api/journeys", json={"name": "Once", "siteId": "site_a"}, headers={"Idempotency-Key": "k"}
            )
            return str(made.json()["data"]["id"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(create, range(8)))) == 1


# A server that ends without warning


def _saving(live: Live, path: str, stop: threading.Event, answered: list[int]) -> None:
    """Saves canvases of growing size, whose EXIT says which save it was; the number of each that was answered."""
    with live.client() as client:
        for number in range(1, 10_000):
            if stop.is_set():
                return
            body = canvas(config={"outcome": f"save {number}"})
            body["nodes"] += [{"id": f"x{extra}", "type": "EXIT"} for extra in range(number % 40)]
            try:
                if client.put(path + "/canvas", json=body).status_code == 200:
                    answered.append(number)
            except httpx.HTTPError:
                return


@pytest.mark.parametrize("after", [0.05, 0.11, 0.17])
def test_a_killed_server_leaves_the_store_before_or_after_a_save(tmp_path: Path, after: float) -> None:
    live = start_live(tmp_path / "killed.db")
    with live.client() as client:
        made = client.post("/api/journeys", json={"name": "Killed", "siteId": "site_a", **canvas()})
    path, stop, answered = made.headers["Location"], threading.Event(), list[int]()
    thread = threading.Thread(target=_saving, args=(live, path, stop, answered))
    thread.start()
    deadline = time.monotonic() + 20
    while not answered and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(after)
    live.kill()
    stop.set()
    thread.join()
    assert live.process.stdout is not None
    live.process.stdout.close()

    store = open_store(f"sqlite:///{live.database}")
    with store.read() as tables:
        stored = tables.journey(path.rsplit("/", 1)[1])
        assert stored is not None
        revision = tables.revision(stored.journey.id, stored.revision)
    store.close()
    number = int(stored.journey.nodes[2].config["outcome"].split()[1])
    # Everything that was answered is there; what was under way is there whole or not at all.
    assert number in (answered[-1], answered[-1] + 1)
    assert stored.version == stored.revision == number + 1
    assert len(stored.journey.nodes) == stored.counts.nodes == 3 + number % 40
    assert len(stored.journey.edges) == stored.counts.edges == 2
    assert revision is not None
    assert (revision.nodes, revision.edges) == (stored.journey.nodes, stored.journey.edges)

    again = start_live(live.database)
    with again.client() as client:
        assert client.put(path + "/canvas", json=canvas()).json()["data"]["revision"] == number + 2
    end_live(again)


def test_a_box_very_far_away_is_shown_where_it_was_put(api: Api) -> None:
    """A whole number beyond 64 bits is no number that JSON readers agree on; it stays a fraction."""
    far = canvas()
    far["nodes"][0]["position"] = {"x": 1e300, "y": -(2.0**60)}
    made = api.post("/api/journeys", {"name": "Far", "siteId": "site_a", **far})
    assert made.status_code == 201, made.text
    assert made.json()["data"]["nodes"][0]["position"] == {"x": 1e300, "y": -(2.0**60)}
