"""`POST /api/events`: each event is taken or rejected by itself, and what was taken is durable."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from tests.api.client import Api, Live, make_token
from tests.api.visiting import SITE, Site

GOOD = {"type": "track", "event": "signed_up", "userId": "ana"}


def test_good_bad_and_known_events_of_one_batch(site: Site) -> None:
    journey = site.journey()

    taken = site.events(
        {**GOOD, "messageId": "m-1"},
        {"type": "track", "userId": "ana"},
        {**GOOD, "messageId": "m-1"},
        "no event",
        {**GOOD, "userId": "bo"},
    )

    assert (taken["accepted"], taken["duplicates"]) == (2, 1)
    assert [(bad["index"], bad["code"]) for bad in taken["rejected"]] == [(1, "missing-field"), (3, "wrong-type")]
    assert all(bad["message"] for bad in taken["rejected"])
    assert {way["endUserId"] for way in site.ways(journey["id"])} == {"ana", "bo"}
    assert site.events({**GOOD, "messageId": "m-1"}) == {"accepted": 0, "duplicates": 1, "rejected": []}


def test_the_ledger_names_the_event(site: Site) -> None:
    journey = site.journey()

    site.events({**GOOD, "messageId": "m-1"})

    (way,) = site.ways(journey["id"])
    assert [(step["type"], step["cause"], step["causeRef"]) for step in way["steps"]] == [
        ("TRIGGER", "event", "m-1"),
        ("CONTENT", None, None),
    ]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({**GOOD, "event": "x" * 256}, "wrong-value"),
        ({**GOOD, "userId": "x" * 256}, "wrong-value"),
        ({**GOOD, "userId": ""}, "missing-field"),
        ({**GOOD, "event": "a\0b"}, "wrong-value"),
        ({**GOOD, "timestamp": "yesterday"}, "wrong-value"),
        ({**GOOD, "properties": []}, "wrong-type"),
        ({**GOOD, "type": "tracks"}, "wrong-value"),
        ({**GOOD, "type": ["track"]}, "wrong-value"),
        ({**GOOD, "properties": {"text": "x" * 70_000}}, "too-large"),
        ({"type": "identify", "userId": "ana", "traits": {"text": "x" * 33_000}}, "wrong-value"),
        ({"type": "alias", "userId": "ana"}, "missing-field"),
        (None, "wrong-type"),
    ],
)
def test_a_bad_event(site: Site, event: Any, code: str) -> None:
    taken = site.events(event, GOOD)

    assert taken["accepted"] == 1
    assert [(bad["index"], bad["code"]) for bad in taken["rejected"]] == [(0, code)]


def test_traits_nested_too_deep(site: Site) -> None:
    deep: Any = "bottom"
    for _ in range(17):
        deep = {"in": deep}

    taken = site.events({"type": "identify", "userId": "ana", "traits": deep})

    assert [bad["code"] for bad in taken["rejected"]] == ["wrong-value"]


def test_traits_do_not_grow_beyond_the_limit_by_and_by(site: Site) -> None:
    def laid_over(**traits: str | None) -> list[str]:
        taken = site.events({"type": "identify", "userId": "ana", "traits": traits})
        return [bad["code"] for bad in taken["rejected"]]

    assert laid_over(one="x" * 20_000) == []
    assert laid_over(two="x" * 20_000) == ["wrong-value"]
    assert laid_over(two="x" * 20_000, one=None) == []
    (person,) = site.api.get("/api/end-users").json()["data"]
    assert person["traits"] == {"two": "x" * 20_000}


def test_the_longest_name_is_taken(site: Site) -> None:
    assert site.events({**GOOD, "event": "x" * 255})["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"batch": [GOOD]}, ""),
        ({"siteId": SITE}, ""),
        ({"siteId": SITE, "batch": []}, "/batch"),
        ({"siteId": SITE, "batch": {}}, "/batch"),
        ({"siteId": SITE, "batch": [GOOD] * 1001}, "/batch"),
        ({"siteId": SITE, "batch": [GOOD], "bacth": 1}, "/bacth"),
        ([], ""),
    ],
)
def test_an_envelope_that_says_nothing(api: Api, body: Any, pointer: str) -> None:
    refused = api.post("/api/events", body)

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["errors"][0]["pointer"].startswith(pointer)


def test_a_thousand_events_are_taken(site: Site) -> None:
    assert site.events(*[{**GOOD, "userId": f"eu_{number}"} for number in range(1000)])["accepted"] == 1000


def test_who_may_send(site: Site) -> None:
    reader = site.api.with_token(make_token(scope="people:read journeys:read"))
    elsewhere = site.api.with_token(make_token(scope="events:write", sites=["site_b"]))
    body = {"siteId": SITE, "batch": [GOOD]}

    assert reader.post("/api/events", body).json()["code"] == "missing-scope"
    assert (elsewhere.post("/api/events", body).status_code) == 403
    assert elsewhere.post("/api/events", body).json()["code"] == "site-not-covered"
    assert site.api.client.request("POST", "/api/events", json=body).status_code == 401


def test_a_packed_body(site: Site) -> None:
    body = gzip.compress(json.dumps({"siteId": SITE, "batch": [GOOD]}).encode())

    assert site.api("POST", "/api/events", body, Content_Encoding="gzip").json()["data"]["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (b"no gzip", "gzip", 400, "malformed-gzip"),
        (gzip.compress(b'{"siteId": "site_a"}')[:-9], "gzip", 400, "malformed-gzip"),
        (gzip.compress(b" " * (6 << 20)), "gzip", 413, "too-large"),
        (b"{}", "br", 415, "unsupported-encoding"),
    ],
    ids=["no gzip", "cut off", "a bomb", "another packing"],
)
def test_a_body_that_cannot_be_unpacked(api: Api, body: bytes, encoding: str, status: int, code: str) -> None:
    refused = api("POST", "/api/events", body, Content_Encoding=encoding)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_what_was_answered_survives_a_kill(live: Live) -> None:
    from tests.api.client import end_live, start_live

    with live.client() as client:
        body = {"siteId": SITE, "batch": [{**GOOD, "messageId": f"m-{number}"} for number in range(100)]}
        assert client.post("/api/events", json=body).json()["data"]["accepted"] == 100
    live.kill()
    again = start_live(live.database)
    try:
        with again.client() as client:
            assert client.post("/api/events", json=body).json()["data"]["duplicates"] == 100
    finally:
        end_live(again)


def test_events_of_many_at_once_share_commits_and_are_all_there(live: Live) -> None:
    import concurrent.futures

    def send(number: int) -> int:
        event = {**GOOD, "userId": f"eu_{number}", "messageId": f"m-{number}"}
        with httpx.Client(base_url=live.url, headers=live.headers, timeout=60) as client:
            return client.post("/api/events", json={"siteId": SITE, "batch": [event]}).status_code

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, range(100))) == {202}
    with live.client() as client:
        assert client.get(f"/api/end-users?siteId={SITE}&limit=1").json()["meta"]["total"] == 100
