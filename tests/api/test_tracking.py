"""The tracking API as Segment's libraries see it: `/v1/track` and its kind, with a write key."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from jcli.errors import StoreBusy
from jcli.runtime import Runtime
from server.bodies import MOST_BYTES
from server.settings import RateLimit, Settings
from tests.api.client import SECRET, Api, make_token
from tests.api.visiting import PAGE, SITE, Site, basic, make_site

MakeApi = Callable[..., Api]


def failed(answered: Any, status: int, code: str) -> str:
    assert (answered.status_code, answered.json()["code"]) == (status, code), answered.text
    assert answered.json()["success"] is False
    assert set(answered.json()) == {"success", "code", "message"}
    assert answered.headers["content-type"] == "application/json"
    return str(answered.json()["message"])


# What is taken


@pytest.mark.parametrize("path", ["/v1/track", "/v1/t"])
def test_an_event(site: Site, path: str) -> None:
    journey = site.journey()

    answered = site.v1("POST", path, {"event": "signed_up", "userId": "ana", "messageId": "m-1"})

    assert (answered.status_code, answered.json()) == (200, {"success": True})
    assert [way["endUserId"] for way in site.ways(journey["id"])] == ["ana"]


def test_the_path_says_the_type(site: Site) -> None:
    journey = site.journey()

    site.v1("POST", "/v1/page", {"type": "track", "event": "signed_up", "userId": "ana"})

    assert site.ways(journey["id"]) == []


@pytest.mark.parametrize(("path", "short"), [("identify", "i"), ("page", "p"), ("screen", "s"), ("group", "g")])
def test_every_type_by_both_names(site: Site, path: str, short: str) -> None:
    for number, name in enumerate((path, short)):
        answered = site.v1("POST", f"/v1/{name}", {"userId": f"eu_{number}", "traits": {"plan": "pro"}})
        assert answered.json() == {"success": True}
    known = {person["id"]: person["traits"] for person in site.api.get("/api/end-users").json()["data"]}
    traits = {"plan": "pro"} if path == "identify" else {}
    assert known == {"eu_0": traits, "eu_1": traits}


@pytest.mark.parametrize("path", ["alias", "a"])
def test_an_alias_links(site: Site, path: str) -> None:
    journey = site.journey()
    site.track("signed_up", anonymousId="visitor-1")

    assert site.v1("POST", f"/v1/{path}", {"previousId": "visitor-1", "userId": "ana"}).json() == {"success": True}

    assert [(way["endUserId"], way["anonymousId"]) for way in site.ways(journey["id"])] == [("ana", None)]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b"])
def test_a_batch_whose_bad_events_bar_none_of_the_others(site: Site, path: str) -> None:
    journey = site.journey()
    batch = [
        {"type": "track", "event": "signed_up", "userId": "ana"},
        {"type": "track", "userId": "ana"},
        7,
        {"type": "track", "event": "signed_up", "userId": "bo"},
    ]

    answered = site.v1("POST", path, {"batch": batch, "sentAt": "2026-01-01T10:00:00Z"})

    assert (answered.status_code, answered.json()["success"]) == (200, True)
    assert [bad["index"] for bad in answered.json()["rejected"]] == [1, 2]
    assert {way["endUserId"] for way in site.ways(journey["id"])} == {"ana", "bo"}


def test_a_batch_lends_its_context(site: Site) -> None:
    journey = site.journey(
        nodes=[
            {
                "id": "start",
                "type": "TRIGGER",
                "config": {
                    "triggerType": "URL_MATCH",
                    "triggerConfig": {"matchType": "contains", "pattern": "/projects"},
                },
            },
            {"id": "wait", "type": "WAIT", "config": {"duration": "1d"}},
        ],
        edges=[{"sourceNodeId": "start", "targetNodeId": "wait"}],
    )
    batch = [{"type": "page", "userId": "ana"}, {"type": "page", "userId": "bo", "context": {}}]

    site.v1("POST", "/v1/batch", {"batch": batch, "context": {"page": {"url": f"{PAGE}/projects"}}})

    assert [way["endUserId"] for way in site.ways(journey["id"])] == ["ana"]


def test_the_same_message_counts_once(site: Site) -> None:
    journey = site.journey(settings={"reentry": "always"})

    for _ in range(3):
        assert site.track("signed_up", userId="ana", messageId="m-1").json() == {"success": True}

    assert len(site.ways(journey["id"])) == 1


def test_a_packed_batch(site: Site) -> None:
    body = gzip.compress(json.dumps({"batch": [{"type": "identify", "userId": "ana"}]}).encode())

    assert site.v1("POST", "/v1/batch", body, Content_Encoding="gzip").json() == {"success": True}
    assert site.api.get("/api/end-users/ana").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "application/json", ""])
def test_any_content_type_is_taken(site: Site, kind: str) -> None:
    body = json.dumps({"userId": "ana"}).encode()

    assert site.v1("POST", "/v1/identify", body, Content_Type=kind).status_code == 200


# What is not


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed-json"),
        (b"{", "malformed-json"),
        (b'{"userId": NaN}', "malformed-json"),
        (b"[]", "malformed-json"),
        (b'{"userId": "ana"}', "missing-field"),
        (b'{"event": "signed_up"}', "missing-field"),
        (b'{"event": "' + b"x" * 256 + b'", "userId": "ana"}', "wrong-value"),
        (b'{"event": "x", "userId": "ana", "properties": {"a": "' + b"x" * 70_000 + b'"}}', "too-large"),
    ],
)
def test_a_bad_event_is_a_400_with_a_message(site: Site, body: bytes, code: str) -> None:
    assert failed(site.v1("POST", "/v1/track", body), 400, code)


def test_too_much_is_a_400_as_it_is_at_segments(site: Site) -> None:
    huge = b'{"userId": "' + b"x" * MOST_BYTES + b'"}'
    many = {"batch": [{"type": "page", "userId": "ana"}] * 1001}

    failed(site.v1("POST", "/v1/track", huge), 400, "too-large")
    assert "1,001" in failed(site.v1("POST", "/v1/batch", many), 400, "too-large")
    failed(site.v1("POST", "/v1/batch", {"events": []}), 400, "invalid")


def test_a_busy_store_is_a_503_that_says_when(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> Any:
        raise StoreBusy("50,000 events are waiting for the store already")

    monkeypatch.setattr(Runtime, "submit", busy)
    answered = site.track("signed_up", userId="ana")

    assert "waiting" in failed(answered, 503, "store-busy")
    assert answered.headers["Retry-After"] == "1"


# Write keys


@pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Basic /w==", basic("another"), "Bearer {token}"])
def test_no_key_or_a_wrong_one(site: Site, header: str) -> None:
    header = header.format(token=make_token())
    answered = site.v1("POST", "/v1/track", {"event": "x", "userId": "ana"}, Authorization=header)

    failed(answered, 401, "invalid-write-key")
    assert answered.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("key", [7, "", None, ["x"], "x" * 300])
def test_a_key_of_another_make_in_the_body(site: Site, key: Any) -> None:
    failed(site.v1("POST", "/v1/track", {"userId": "ana", "writeKey": key}, Authorization=""), 401, "invalid-write-key")


def test_the_key_may_stand_in_the_body(site: Site) -> None:
    body = {"userId": "ana", "writeKey": site.key}

    assert site.v1("POST", "/v1/identify", body, Authorization="").json() == {"success": True}


def test_a_key_is_of_one_site(site: Site) -> None:
    other = site.api.post("/api/sites", {"id": "site_b", "name": "Other"}).json()["data"]
    assert other["writeKey"] != site.key

    site.v1("POST", "/v1/identify", {"userId": "ana", "siteId": SITE}, Authorization=basic(other["writeKey"]))

    assert [person["siteId"] for person in site.api.get("/api/end-users").json()["data"]] == ["site_b"]


def test_the_key_is_shown_and_stays(site: Site) -> None:
    patched = site.api.patch(f"/api/sites/{SITE}", {"name": "Renamed"}).json()["data"]
    listed = site.api.get("/api/sites").json()["data"]

    assert patched["writeKey"] == listed[0]["writeKey"] == site.key
    reader = site.api.with_token(make_token(scope="journeys:read"))
    assert reader.get(f"/api/sites/{SITE}").json()["data"]["writeKey"] == site.key


def test_another_key_takes_the_place_of_the_old_one(site: Site) -> None:
    rotated = site.api.post(f"/api/sites/{SITE}/write-key", Idempotency_Key="k-1").json()["data"]

    assert rotated["writeKey"] != site.key
    failed(site.v1("POST", "/v1/identify", {"userId": "ana"}), 401, "invalid-write-key")
    assert Site(site.api, rotated["writeKey"]).v1("POST", "/v1/identify", {"userId": "ana"}).status_code == 200
    again = site.api.post(f"/api/sites/{SITE}/write-key", Idempotency_Key="k-1").json()["data"]
    assert again["writeKey"] == rotated["writeKey"]
    reader = site.api.with_token(make_token(scope="journeys:read"))
    assert reader.post(f"/api/sites/{SITE}/write-key").json()["code"] == "missing-scope"
    elsewhere = site.api.with_token(make_token(sites=["site_b"]))
    assert elsewhere.post(f"/api/sites/{SITE}/write-key").status_code == 404


def test_a_write_key_opens_nothing_else(site: Site) -> None:
    for path in ("/api/journeys", "/api/end-users", "/api/sites"):
        assert site.v1("GET", path).status_code == 401
    assert site.v1("POST", "/api/events", {"siteId": SITE, "batch": []}).status_code == 401


def test_rate_limits_go_by_key(make_api: MakeApi) -> None:
    limit = RateLimit(per_second=2, burst=3)
    site = make_site(make_api(Settings(secret=SecretStr(SECRET), write_key_rate_limit=limit)))
    other = Site(site.api, site.api.post("/api/sites", {"name": "Other"}).json()["data"]["writeKey"])

    assert [site.track("x", userId="ana").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = site.track("x", userId="ana")
    failed(refused, 429, "too-many-requests")
    assert refused.headers["Retry-After"] == "1"
    assert other.track("x", userId="ana").status_code == 200
    assert site.api.get("/api/journeys").status_code == 200
    site.api.clock.now += 1000
    assert [site.track("x", userId="ana").status_code for _ in range(3)] == [200, 200, 429]


# Pages


@pytest.mark.parametrize(
    "origin", [PAGE, "http://app.acme.example", "https://a.pages.example", "https://a.b.pages.example"]
)
def test_a_page_of_the_site(site: Site, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization,content-type"
    preflight = site.api.client.request("OPTIONS", "/v1/t", headers=asked)
    answered = site.v1("POST", "/v1/t", {"event": "x", "userId": "ana"}, Origin=origin)

    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert answered.status_code == 200
    assert answered.headers["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in answered.headers
    assert "Origin" in answered.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://pages.example", "https://app.acme.example.evil.example", "null", "file://", "x",
     "https://app.acme.example:8443", "https://notapp.acme.example"],
)  # fmt: skip
def test_a_page_of_somebody_else(site: Site, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = site.api.client.request("OPTIONS", "/v1/t", headers=asked)
    answered = site.v1("POST", "/v1/identify", {"userId": "ana"}, Origin=origin)

    assert preflight.status_code == 204
    failed(answered, 403, "origin-not-allowed")
    for response in (preflight, answered):
        assert "Access-Control-Allow-Origin" not in response.headers
    assert site.api.get("/api/end-users/ana").status_code == 404


def test_a_page_of_another_site_with_this_key_may_read_why_it_is_refused(site: Site) -> None:
    site.api.post("/api/sites", {"id": "site_b", "name": "Other", "domains": ["b.example"]})

    answered = site.v1("POST", "/v1/identify", {"userId": "ana"}, Origin="https://b.example")

    failed(answered, 403, "origin-not-allowed")
    assert answered.headers["Access-Control-Allow-Origin"] == "https://b.example"


def test_a_refusal_may_be_read_by_the_page(site: Site) -> None:
    answered = site.v1("POST", "/v1/identify", b"{", Origin=PAGE)

    failed(answered, 400, "malformed-json")
    assert answered.headers["Access-Control-Allow-Origin"] == PAGE


def test_no_page_may_read_the_rest_of_the_api(site: Site) -> None:
    answered = site.api.get("/api/journeys", Origin=PAGE)

    assert answered.status_code == 200
    assert "Access-Control-Allow-Origin" not in answered.headers


def test_the_library_for_browsers_is_told_to_send_here(site: Site) -> None:
    told = site.v1("GET", f"/v1/projects/{site.key}/settings", Authorization="")

    expected = {"apiKey": site.key, "apiHost": "testserver/v1", "protocol": "http"}
    assert told.json() == {"integrations": {"Segment.io": expected}}
    failed(site.v1("GET", "/v1/projects/another/settings", Authorization=""), 401, "invalid-write-key")


def test_a_browser_that_two_people_share(site: Site) -> None:
    """The second sign-up cannot take the visitor over, but it counts."""
    assert site.v1("POST", "/v1/identify", {"anonymousId": "v", "userId": "ana"}).json() == {"success": True}

    second = site.v1("POST", "/v1/identify", {"anonymousId": "v", "userId": "bo", "traits": {"plan": "pro"}})

    assert (second.status_code, second.json()["success"]) == (200, True)
    assert [row["code"] for row in second.json()["rejected"]] == ["linked-to-somebody-else"]
    assert site.api.get("/api/end-users/bo").json()["data"]["traits"] == {"plan": "pro"}
