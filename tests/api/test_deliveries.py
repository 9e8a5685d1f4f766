"""What is to be shown to a person, and what came of it: for pages with a write key, for back ends with a token."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from tests.api.client import NOON, make_token
from tests.api.visiting import SITE, Site, basic, person_token

AT = NOON // 1000


@pytest.fixture
def journey(site: Site) -> dict[str, Any]:
    made = site.api.post(
        "/api/contents", {"id": "tour-1", "contentType": "tour", "name": "Tour", "body": {"steps": [1]}}
    )
    assert made.status_code == 201
    return site.journey()


def open_for_visitor(site: Site, anonymous_id: str = "visitor-1") -> list[dict[str, Any]]:
    answered = site.v1("GET", f"/v1/deliveries?anonymousId={anonymous_id}")
    assert answered.status_code == 200, answered.text
    data: list[dict[str, Any]] = answered.json()["data"]
    return data


def open_for_person(site: Site, person: str = "ana", **claims: Any) -> Any:
    token = person_token(person, **claims)
    return site.v1("GET", f"/v1/deliveries?writeKey={site.key}", Authorization=f"Bearer {token}")


# Asking


def test_a_visitor_sees_what_is_there(site: Site, journey: dict[str, Any]) -> None:
    assert open_for_visitor(site) == []
    site.track("signed_up", anonymousId="visitor-1")

    (delivery,) = open_for_visitor(site)

    (way,) = site.ways(journey["id"])
    assert delivery == {
        "id": delivery["id"],
        "journeyId": journey["id"],
        "enrollmentId": way["id"],
        "nodeId": journey["nodes"][1]["id"],
        "endUserId": None,
        "contentId": "tour-1",
        "contentType": "tour",
        "status": "pending",
        "createdAt": "2026-01-01T10:00:00Z",
        "content": {"name": "Tour", "body": {"steps": [1]}},
    }
    assert open_for_visitor(site, "visitor-2") == []


def test_a_known_person_is_shown_by_a_token(site: Site, journey: dict[str, Any]) -> None:
    site.track("signed_up", userId="ana")

    (delivery,) = open_for_person(site).json()["data"]

    assert (delivery["endUserId"], delivery["journeyId"]) == ("ana", journey["id"])
    assert open_for_person(site, "bo").json() == {"data": []}
    assert open_for_visitor(site, "ana") == []
    by_address = site.v1("GET", f"/v1/deliveries?token={person_token('ana')}")
    assert by_address.json() == {"data": [delivery]}


@pytest.mark.usefixtures("journey")
def test_an_anonymous_id_shows_nothing_of_the_person_it_turned_out_to_be(site: Site) -> None:
    """Whoever holds the public key can link an id of their own to anybody: that must not open anything."""
    site.track("signed_up", userId="ana")
    site.v1("POST", "/v1/identify", {"anonymousId": "mallory", "userId": "ana"})
    (delivery,) = open_for_person(site).json()["data"]

    assert open_for_visitor(site, "mallory") == []
    stolen = site.v1("POST", f"/v1/deliveries/{delivery['id']}/completed?anonymousId=mallory")
    assert (stolen.status_code, stolen.json()["code"]) == (404, "not-found")


@pytest.mark.usefixtures("journey")
def test_what_was_a_visitors_is_the_known_persons(site: Site) -> None:
    site.track("signed_up", anonymousId="visitor-1")
    (before,) = open_for_visitor(site)

    site.v1("POST", "/v1/identify", {"anonymousId": "visitor-1", "userId": "ana"})

    assert open_for_visitor(site) == []
    assert open_for_person(site).json()["data"] == [{**before, "endUserId": "ana"}]


def test_content_that_is_managed_elsewhere(site: Site) -> None:
    site.journey()
    site.track("signed_up", userId="ana")

    (delivery,) = open_for_person(site).json()["data"]

    assert (delivery["contentId"], delivery["content"]) == ("tour-1", None)


# Person tokens


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": None}, "a claim is missing"),
        ({"aud": "journeys"}, "another audience"),
        ({"exp": None}, "a claim is missing"),
        ({"exp": AT - 30}, "expired"),
        ({"nbf": AT + 31}, "not valid yet"),
        ({"sub": None}, "`sub`"),
        ({"sub": ""}, "`sub`"),
        ({"sub": "a\0"}, "`sub`"),
        ({"sub": "x" * 256}, "`sub`"),
        ({"sites": ["site_b"]}, "another site"),
        ({"sites": []}, "another site"),
    ],
)
def test_a_person_token_that_is_not_good_enough(site: Site, claims: dict[str, Any], why: str) -> None:
    refused = open_for_person(site, **claims)

    assert (refused.status_code, refused.json()["code"]) == (401, "invalid-token")
    assert why in refused.json()["detail"]


def test_a_person_token_of_another_key(site: Site) -> None:
    forged = jwt.encode({"aud": "jcli:person", "sub": "ana", "exp": AT + 60}, "k" * 40, "HS256")

    assert site.v1("GET", f"/v1/deliveries?token={forged}").status_code == 401


def test_the_two_kinds_of_token_do_not_stand_in_for_each_other(site: Site) -> None:
    person = site.api.with_token(person_token("ana", scope="*"))
    assert person.get("/api/journeys").json()["code"] == "invalid-token"
    assert "person token" in person.get("/api/journeys").json()["detail"]
    assert site.v1("GET", f"/v1/deliveries?token={make_token()}").status_code == 401
    both = person_token("ana", scope="*", aud=["jcli:person", "journeys"])
    assert site.api.with_token(both).get("/api/journeys").status_code == 401


def test_a_person_without_a_write_key_is_nobody(site: Site) -> None:
    answered = site.v1("GET", "/v1/deliveries", Authorization=f"Bearer {person_token('ana')}")
    nobody = site.v1("GET", "/v1/deliveries")

    assert (answered.status_code, answered.json()["code"]) == (401, "invalid-write-key")
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "anonymousId")


# Reporting


@pytest.mark.parametrize("outcome", ["completed", "dismissed"])
def test_an_outcome_moves_the_visitor_on(site: Site, journey: dict[str, Any], outcome: str) -> None:
    site.track("signed_up", anonymousId="visitor-1")
    (delivery,) = open_for_visitor(site)
    path = f"/v1/deliveries/{delivery['id']}"

    shown = site.v1("POST", f"{path}/shown?anonymousId=visitor-1")
    assert shown.json() == {"data": {**delivery, "status": "shown"}}
    assert open_for_visitor(site) == [shown.json()["data"]]
    ended = site.v1("POST", f"{path}/{outcome}?anonymousId=visitor-1")
    assert ended.json() == {"data": {**delivery, "status": outcome}}

    assert open_for_visitor(site) == []
    (way,) = site.ways(journey["id"])
    assert (way["status"], way["exitReason"]) == ("completed", "exit")
    assert [(step["type"], step["cause"], step["causeRef"]) for step in way["steps"]][1] == (
        "CONTENT",
        "delivery",
        delivery["id"],
    )
    assert site.v1("POST", f"{path}/{outcome}?anonymousId=visitor-1").json() == ended.json()
    assert site.v1("POST", f"{path}/shown?anonymousId=visitor-1").json() == ended.json()
    other = {"completed": "dismissed", "dismissed": "completed"}[outcome]
    assert site.v1("POST", f"{path}/{other}?anonymousId=visitor-1").json()["code"] == "delivery-finished"


@pytest.mark.usefixtures("journey")
def test_only_the_person_reports(site: Site) -> None:
    site.track("signed_up", userId="ana")
    (delivery,) = open_for_person(site).json()["data"]
    path = f"/v1/deliveries/{delivery['id']}/completed"
    other = site.api.post("/api/sites", {"id": "site_b", "name": "Other"}).json()["data"]["writeKey"]

    for who in ("anonymousId=ana", f"token={person_token('bo')}"):
        assert site.v1("POST", f"{path}?{who}").status_code == 404
    token = person_token("ana", sites=None)
    assert site.v1("POST", f"{path}?token={token}", Authorization=basic(other)).status_code == 404
    assert site.v1("POST", f"{path}?token={token}").json()["data"]["status"] == "completed"
    assert site.v1("POST", f"/v1/deliveries/none/completed?token={token}").status_code == 404


def test_an_expired_delivery(site: Site, journey: dict[str, Any]) -> None:
    site.track("signed_up", userId="ana")
    (delivery,) = open_for_person(site).json()["data"]
    site.api.delete(f"/api/journeys/{journey['id']}")

    late = site.v1("POST", f"/v1/deliveries/{delivery['id']}/completed?token={person_token('ana')}")

    assert (late.status_code, late.json()["code"]) == (409, "delivery-expired")
    assert open_for_person(site).json() == {"data": []}


# Back ends


@pytest.mark.usefixtures("journey")
def test_a_back_end_lists_and_reports(site: Site) -> None:
    site.events({"type": "track", "event": "signed_up", "userId": "ana"})
    listed = site.api.get("/api/end-users/ana/deliveries")
    (delivery,) = listed.json()["data"]

    assert listed.json()["meta"] == {"total": 1, "page": 1, "limit": 20, "totalPages": 1}
    ended = site.api.post(f"/api/deliveries/{delivery['id']}/completed", Idempotency_Key="k-1")
    assert ended.json() == {"data": {**delivery, "status": "completed"}}
    assert site.api.post(f"/api/deliveries/{delivery['id']}/completed", Idempotency_Key="k-1").json() == ended.json()
    assert site.api.post(f"/api/deliveries/{delivery['id']}/dismissed").json()["code"] == "delivery-finished"
    for status, found in (("completed", 1), ("pending", 0)):
        query = f"/api/end-users/ana/deliveries?siteId={SITE}&status={status}"
        assert site.api.get(query).json()["meta"]["total"] == found
    assert site.api.get("/api/end-users/ana/deliveries?status=open").status_code == 422
    assert site.api.get("/api/end-users/bo/deliveries").status_code == 404


@pytest.mark.usefixtures("journey")
def test_what_a_token_may_do(site: Site) -> None:
    site.events({"type": "track", "event": "signed_up", "userId": "ana"})
    (delivery,) = site.api.get("/api/end-users/ana/deliveries").json()["data"]
    path = f"/api/deliveries/{delivery['id']}/completed"

    assert site.api.with_token(make_token(scope="people:read")).post(path).json()["code"] == "missing-scope"
    assert site.api.with_token(make_token(sites=["site_b"])).post(path).status_code == 404
    assert site.api.with_token(make_token(sites=["site_b"])).get("/api/end-users/ana/deliveries").status_code == 404
