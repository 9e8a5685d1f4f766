"""What comes in wrong: bodies that are too much or no JSON, parameters that say nothing, paths that are not there."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from jcli.errors import StoreBusy, StoreError
from server.bodies import MOST_BYTES
from tests.api.client import Api, Live, canvas, make_token

JOURNEYS = "/api/journeys"


def refused(
    api: Api, status: int, code: str, body: bytes, path: str = JOURNEYS, method: str = "POST"
) -> dict[str, Any]:
    answered = api(method, path, body)
    assert answered.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answered.json()
    assert (answered.status_code, problem["status"], problem["code"]) == (status, status, code), answered.text
    assert problem["requestId"] == answered.headers["X-Request-Id"]
    return problem


# Bodies


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed-json"),
        (b"{", "malformed-json"),
        (b"{'name': 1}", "malformed-json"),
        (b'{"name": NaN}', "malformed-json"),
        (b'{"name": 1e999}', "malformed-json"),
        (b'{"name": "\\ud800"}', "malformed-json"),
        (b'{"name": "caf\xe9"}', "malformed-json"),
        (b'\xef\xbb\xbf{"name": "a"}', "malformed-json"),
        (b'{"name": "a",}', "malformed-json"),
        (b"[" * 200_000, "malformed-json"),
        (b"[" * 2_000 + b"]" * 2_000, "malformed-json"),
        (b'{"name": "a", "name": "b", "siteId": "s"}', "duplicate-key"),
        (b'{"name": "a", "siteId": "s", "settings": {"reentry": "once", "reentry": "always"}}', "duplicate-key"),
    ],
)
def test_no_json(api: Api, body: bytes, code: str) -> None:
    refused(api, 400, code, body)


@pytest.mark.parametrize("body", [b"null", b"1", b'"text"', b"[]", b"true", b"{}"])
def test_json_of_another_shape(api: Api, body: bytes) -> None:
    assert refused(api, 422, "invalid", body)["errors"]
    journey = api.journey()
    if body != b"{}":
        refused(api, 422, "invalid", body, f"{JOURNEYS}/{journey['id']}", "PATCH")


def test_200_levels(api: Api) -> None:
    deep: Any = "bottom"
    for _ in range(200):
        deep = {"all": [deep]}
    problem = refused(api, 422, "invalid", json.dumps({"name": "A", "rules": deep}).encode(), "/api/audiences")
    assert "deep" in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": "a\0b"}, "/name"),
        ({"goalConfig": {"type": "event", "config": {"eventName": "a\0"}}}, "/goalConfig/config/eventName"),
        ({"goalConfig": {"type": "event", "config": {"eventName": "a"}, "deadline": 2**63}}, "/goalConfig/deadline"),
        ({"nodes": [{"type": "EXIT", "position": {"x": 10**30, "y": 0}}]}, "/nodes/0/position/x"),
    ],
)
def test_what_no_store_can_hold(api: Api, fields: dict[str, Any], pointer: str) -> None:
    body = {"name": "a", "siteId": "s", **fields}
    problem = refused(api, 422, "invalid", json.dumps(body).encode())
    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_an_unknown_field_names_the_nearest_one(api: Api) -> None:
    problem = refused(api, 422, "invalid", b'{"name": "a", "siteId": "s", "descripton": "b"}')
    assert [(error["pointer"], error["code"], error["suggestion"]) for error in problem["errors"]] == [
        ("/descripton", "unknown-field", "description")
    ]


def test_everything_that_is_wrong_at_once(api: Api) -> None:
    body = {"siteId": 7, "nodes": [{"type": "TRIGER"}, {"type": "WAIT", "config": {"duration": "soon"}}]}
    problem = refused(api, 422, "invalid", json.dumps(body).encode())
    assert len(problem["errors"]) >= 4


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
             "application/json; charset=latin-1", "json", None]
)  # fmt: skip
def test_other_content_types(api: Api, kind: str | None) -> None:
    headers = {"Authorization": f"Bearer {api.token}"} | ({} if kind is None else {"Content-Type": kind})
    answered = api.client.request("POST", JOURNEYS, content=b'{"name": "a", "siteId": "s"}', headers=headers)
    assert (answered.status_code, answered.json()["code"]) == (415, "unsupported-type")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=UTF-8", "Application/JSON", "application/merge-patch+json"]
)
def test_content_types_that_are_json(api: Api, kind: str) -> None:
    journey = api.journey()
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": kind}
    path = f"{JOURNEYS}/{journey['id']}"
    assert api.client.request("PATCH", path, content=b'{"name": "b"}', headers=headers).status_code == 200


def test_a_body_of_5_mib_and_one_byte_more(api: Api) -> None:
    def of_size(size: int) -> bytes:
        body = b'{"name": "a", "siteId": "s", "description": "'
        return body + b"x" * (size - len(body) - 2) + b'"}'

    assert refused(api, 422, "invalid", of_size(MOST_BYTES))["errors"][0]["pointer"] == "/description"
    refused(api, 413, "too-large", of_size(MOST_BYTES + 1))


def test_a_body_whose_length_is_not_announced(api: Api, live: Live) -> None:
    async def chunks() -> Any:
        for _ in range(81):
            yield b" " * (64 << 10)

    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    answered = api.client.request("POST", JOURNEYS, content=chunks(), headers=headers)
    assert (answered.status_code, answered.json()["code"]) == (413, "too-large")

    def sync_chunks() -> Iterator[bytes]:
        for _ in range(81):
            yield b" " * (64 << 10)

    with live.client() as client:
        answered = client.post(JOURNEYS, content=sync_chunks(), headers={"Content-Type": "application/json"})
        assert answered.status_code == 413
        assert client.get(JOURNEYS).status_code == 200


def test_an_announced_length_is_refused_before_the_body_comes(live: Live) -> None:
    host, port = live.url.removeprefix("http://").split(":")
    head = (
        f"POST {JOURNEYS} HTTP/1.1\r\nHost: x\r\nAuthorization: {live.headers['Authorization']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 9000000000\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as sent:
        sent.sendall(head.encode())
        assert sent.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("size", [6 << 20, 16 << 20])
def test_a_client_that_sends_all_before_it_reads_gets_the_refusal(live: Live, size: int) -> None:
    host, port = live.url.removeprefix("http://").split(":")
    head = (
        f"POST {JOURNEYS} HTTP/1.1\r\nHost: x\r\nAuthorization: {live.headers['Authorization']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as sent:
        sent.sendall(head.encode())
        for _ in range(size >> 16):
            sent.sendall(b" " * (1 << 16))
        assert sent.recv(100).startswith(b"HTTP/1.1 413")


def test_a_body_that_stops_half_way_harms_nobody(live: Live) -> None:
    host, port = live.url.removeprefix("http://").split(":")
    head = (
        f"POST {JOURNEYS} HTTP/1.1\r\nHost: x\r\nAuthorization: {live.headers['Authorization']}\r\n"
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name"'
    )
    with socket.create_connection((host, int(port)), timeout=10) as sent:
        sent.sendall(head.encode())
    with live.client() as client:
        assert client.get(JOURNEYS).json()["meta"]["total"] == 0


def test_a_canvas_of_10_000_nodes(api: Api) -> None:
    count = 10_000
    nodes: list[dict[str, Any]] = [{"id": "n0", "type": "TRIGGER", "config": canvas()["nodes"][0]["config"]}]
    nodes += [{"id": f"n{number}", "type": "WAIT", "config": {"duration": "1h"}} for number in range(1, count - 1)]
    nodes += [{"id": f"n{count - 1}", "type": "EXIT"}]
    edges = [{"sourceNodeId": f"n{number}", "targetNodeId": f"n{number + 1}"} for number in range(count - 1)]
    began = time.monotonic()

    made = api.post(JOURNEYS, {"name": "Long", "siteId": "site_a", "nodes": nodes, "edges": edges})

    assert made.status_code == 201
    assert made.json()["data"]["_count"] == {"nodes": count, "edges": count - 1, "enrollments": 0}
    assert len(api.get(made.headers["Location"]).json()["data"]["nodes"]) == count
    assert api.post(made.headers["Location"] + "/publish").status_code == 200
    assert time.monotonic() - began < 60
    edges[5]["targetNodeId"] = "n99999"
    assert api.put(made.headers["Location"] + "/canvas", {"nodes": nodes, "edges": edges}).status_code == 422


def test_verbs_take_no_fields(api: Api) -> None:
    path = f"{JOURNEYS}/{api.journey()['id']}/publish"
    assert refused(api, 422, "invalid", b'{"dryRun": true}', path)["errors"][0]["pointer"] == "/dryRun"
    refused(api, 422, "invalid", b"[1]", path)
    refused(api, 400, "malformed-json", b"{", path)
    assert api.post(path, b"{}").status_code == 200
    assert api.post(path, b"").status_code == 200


def test_traits_have_a_limit(api: Api) -> None:
    big = {"traits": {"note": "x" * 33_000}}
    answered = api.put("/api/end-users/eu_1?siteId=site_a", big)
    assert (answered.status_code, answered.json()["errors"][0]["pointer"]) == (422, "/traits")


# Parameters and paths


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=1.0", "page=one", "page=", "page=%2B1", "page=1%20", "page=٣", "page=1e3", "page=0x1",
     "page=1&page=2", "page=99999999999999999999999999999999", "limit=0", "limit=101", "limit=ten", "status=LIVE",
     "status=published", "status=", "siteId=", "siteId=%00", "siteId=" + "x" * 256, "cursor=", "cursor=x", "cursor=!!",
     "cursor=W10", "cursor=" + "A" * 3000],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_named(api: Api, query: str) -> None:
    answered = api.get(f"{JOURNEYS}?{query}")

    assert answered.status_code == 422, query
    (error,) = answered.json()["errors"]
    assert error["pointer"] == query.split("=")[0]


def test_the_nearest_status_is_suggested(api: Api) -> None:
    (error,) = api.get(f"{JOURNEYS}?status=publshed").json()["errors"]
    assert error["suggestion"] == "PUBLISHED"


def test_unknown_parameters_are_ignored(api: Api) -> None:
    assert api.get(f"{JOURNEYS}?utm_source=mail&page=1").status_code == 200


def test_a_page_beyond_the_end_is_empty(api: Api) -> None:
    api.journey()
    listed = api.get(f"{JOURNEYS}?page=1000000000&limit=100").json()
    assert listed == {"data": [], "meta": {"total": 1, "page": 1_000_000_000, "limit": 100, "totalPages": 1}}


LISTS: dict[str, Callable[[Api, int], Any]] = {
    JOURNEYS: lambda api, number: api.journey(name=f"J{number}"),
    "/api/sites": lambda api, number: api.post("/api/sites", {"name": f"S{number}"}),
    "/api/contents": lambda api, number: api.post("/api/contents", {"id": f"c{number}", "contentType": "tour"}),
    "/api/end-users": lambda api, number: api.put(f"/api/end-users/p{number}?siteId=s", {"traits": {}}),
}


@pytest.mark.parametrize("path", LISTS)
def test_cursors_walk_the_whole_list_once(api: Api, path: str) -> None:
    for number in range(7):
        api.clock.now += number % 2  # some are made in one millisecond
        LISTS[path](api, number)
    by_page = [row["id"] for page in (1, 2, 3) for row in api.get(f"{path}?limit=3&page={page}").json()["data"]]
    walked, query, numbers = [], "?limit=3", []
    while query:
        listed = api.get(path + query).json()
        walked += [row["id"] for row in listed["data"]]
        numbers.append(listed["meta"]["page"])
        cursor = listed["meta"].get("nextCursor")
        query = f"?limit=3&cursor={cursor}" if cursor else ""

    assert walked == by_page
    assert len(set(walked)) == 7
    assert numbers == [1, 2, 3]


def test_page_and_cursor_exclude_each_other(api: Api) -> None:
    for number in range(2):
        api.journey(name=f"J{number}")
    cursor = api.get(f"{JOURNEYS}?limit=1").json()["meta"]["nextCursor"]
    answered = api.get(f"{JOURNEYS}?cursor={cursor}&page=2")
    assert (answered.status_code, answered.json()["errors"][0]["pointer"]) == (422, "cursor")


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/", "/api/journeys/", "/api/journey", "/nope", "/api/journeys//canvas"]
)
def test_no_such_path(api: Api, path: str) -> None:
    answered = api.get(path)
    assert (answered.status_code, answered.json()["code"]) == (404, "no-such-path")


@pytest.mark.parametrize(
    "journey_id", ["nope", "%00", "a%2Fb", "%F0%9F%90%88", "x" * 2000, "%2E%2E", "%ff", "'", "a%252Fb"]
)
def test_no_such_journey(api: Api, journey_id: str) -> None:
    answered = api.get(f"{JOURNEYS}/{journey_id}/findings")
    assert (answered.status_code, answered.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("number", ["0", "-1", "one", "9" * 30, "1.0", "2"])
def test_no_such_revision(api: Api, number: str) -> None:
    answered = api.get(f"{JOURNEYS}/{api.journey()['id']}/revisions/{number}")
    assert (answered.status_code, answered.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("person_id", ["a/b", "a%2Fb", "ü", "a b", "?", "#", "..", "a%b"])
def test_ids_of_all_kinds_survive_the_path(live: Live, person_id: str) -> None:
    with live.client() as client:
        path = f"/api/end-users/{quote(person_id, safe='').replace('.', '%2E')}"
        made = client.put(path, params={"siteId": "s"}, json={"traits": {}})
        assert (made.status_code, made.json()["data"]["id"]) == (201, person_id)
        assert client.get(path).json() == made.json()
        assert [person["id"] for person in client.get("/api/end-users").json()["data"]] == [person_id]


@pytest.mark.parametrize("person_id", ["%00", "x" * 256])
def test_ids_that_a_person_cannot_have(api: Api, person_id: str) -> None:
    answered = api.put(f"/api/end-users/{person_id}?siteId=s", {"traits": {}})
    assert (answered.status_code, answered.json()["errors"][0]["pointer"]) == (422, "id")


# Methods, headers, health


def test_methods_that_a_path_does_not_take(api: Api) -> None:
    path = f"{JOURNEYS}/{api.journey()['id']}"
    for method, where, allowed in [
        ("PUT", JOURNEYS, "GET, POST, HEAD, OPTIONS"),
        ("POST", path, "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("TRACE", path, "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("GET", path + "/publish", "POST, OPTIONS"),
        ("HEAD", path + "/publish", "POST, OPTIONS"),
    ]:
        answered = api(method, where)
        assert (answered.status_code, answered.headers["Allow"]) == (405, allowed), (method, where)
    options = api.client.request("OPTIONS", path)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, PATCH, DELETE, HEAD, OPTIONS")
    assert api("OPTIONS", "/nope").status_code == 404


def test_head_is_get_without_the_body(api: Api, live: Live) -> None:
    got, head = api.get(JOURNEYS), api("HEAD", JOURNEYS)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content))
    assert api.client.request("HEAD", JOURNEYS).status_code == 401
    with live.client() as client:
        assert client.head(JOURNEYS).headers["Content-Length"] == client.get(JOURNEYS).headers["Content-Length"]


def test_the_id_of_a_request(api: Api) -> None:
    assert api.get(JOURNEYS, X_Request_Id="from-the-proxy.1").headers["X-Request-Id"] == "from-the-proxy.1"
    assert api.get("/nope", X_Request_Id="mine").json()["requestId"] == "mine"
    strange = api.get(JOURNEYS, X_Request_Id="a b<script>").headers["X-Request-Id"]
    assert len(strange) == 36
    assert strange != api.get(JOURNEYS).headers["X-Request-Id"]


def test_health_needs_no_token(api: Api) -> None:
    for path in ("/healthz", "/readyz"):
        answered = api.client.request("GET", path)
        assert (answered.status_code, answered.json()) == (200, {"data": {"status": "ok"}})


def test_a_store_that_is_not_there(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the file is gone")

    monkeypatch.setattr(type(api.store), "ready", fail)
    answered = api.client.request("GET", "/readyz")
    assert (answered.status_code, answered.json()["code"]) == (503, "not-ready")
    assert "Retry-After" in answered.headers
    assert api.client.request("GET", "/healthz").status_code == 200


def test_a_store_that_is_busy(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy("another writer holds the store")

    monkeypatch.setattr(type(api.store), "write", busy)
    answered = api.post(JOURNEYS, {"name": "a", "siteId": "s"})
    assert (answered.status_code, answered.json()["code"], answered.headers["Retry-After"]) == (503, "store-busy", "1")


def test_what_nobody_foresaw(api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("inner matters")

    monkeypatch.setattr(type(api.store), "read", fail)
    answered = api.get(JOURNEYS, X_Request_Id="r-1")
    assert (answered.status_code, answered.json()["code"]) == (500, "internal")
    assert "inner" not in answered.text
    assert "r-1" in caplog.text
    assert "inner matters" in caplog.text
    assert make_token().split(".")[2] not in caplog.text


def test_answers_are_not_cached(api: Api) -> None:
    for answered in (api.get(JOURNEYS), api.get("/api/journeys/none"), api.post(JOURNEYS, {})):
        assert answered.headers["Cache-Control"] == "no-store"
    assert orjson.loads(api.get("/openapi.json").content)["openapi"] == "3.1.0"
