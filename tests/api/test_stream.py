"""Deliveries as server-sent events, over real sockets: as they come, as they go, after a break, at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from server.deliveries.stream import told_until
from tests.api.client import Live
from tests.api.visiting import PAGE, SITE, basic

Told = tuple[str, dict[str, Any], str]


class Listener:
    """What a stream says, one event at a time: its name, its data, its id."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments: list[str] = []
        self._lines = response.iter_lines()

    def next(self) -> Told:
        fields: dict[str, str] = {}
        for line in self._lines:
            if line.startswith(":"):
                self.comments.append(line)
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                return fields["event"], json.loads(fields["data"]), fields["id"]
        raise EOFError


class Shop:
    """A live server with a site and a journey that shows content; everything goes by the write key."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.client = live.client()
        made = self.client.post("/api/sites", json={"id": SITE, "name": "A", "domains": ["app.acme.example"]})
        self.key = made.json()["data"]["writeKey"]
        self.journey = self._publish()

    def _publish(self) -> str:
        when = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "signed_up"}}
        body = {
            "name": "Tour",
            "siteId": SITE,
            "allowAnonymous": True,
            "settings": {"reentry": "always"},
            "nodes": [
                {"id": "start", "type": "TRIGGER", "config": when},
                {"id": "tour", "type": "CONTENT", "contentId": "tour-1", "config": {"contentType": "tour"}},
                {"id": "done", "type": "EXIT"},
            ],
            "edges": [
                {"sourceNodeId": "start", "targetNodeId": "tour"},
                {"sourceNodeId": "tour", "targetNodeId": "done"},
            ],
        }
        journey: str = self.client.post("/api/journeys", json=body).json()["data"]["id"]
        assert self.client.post(f"/api/journeys/{journey}/publish").status_code == 200
        return journey

    def sign_up(self, who: str = "visitor-1") -> None:
        sent = {"event": "signed_up", "anonymousId": who}
        headers = {"Authorization": basic(self.key)}
        assert httpx.post(f"{self.live.url}/v1/track", json=sent, headers=headers).status_code == 200

    def report(self, delivery_id: str, outcome: str, who: str = "visitor-1") -> None:
        path = f"{self.live.url}/v1/deliveries/{delivery_id}/{outcome}?anonymousId={who}"
        assert httpx.post(path, headers={"Authorization": basic(self.key)}).status_code == 200

    @contextmanager
    def listening(self, who: str = "visitor-1", **headers: str) -> Iterator[Listener]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"{self.live.url}/v1/deliveries/stream?writeKey={self.key}&anonymousId={who}"
        with httpx.stream("GET", path, headers=sent, timeout=20) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Listener(response)


@pytest.fixture
def shop(live: Live) -> Iterator[Shop]:
    shop = Shop(live)
    yield shop
    shop.client.close()


def test_what_is_open_is_told_first_and_then_what_changes(shop: Shop) -> None:
    shop.sign_up()
    with shop.listening() as listener:
        name, first, _ = listener.next()
        assert (name, first["status"], first["contentId"]) == ("delivery", "pending", "tour-1")

        began = time.monotonic()
        shop.report(first["id"], "shown")
        assert listener.next()[:2] == ("delivery", {**first, "status": "shown"})
        shop.report(first["id"], "completed")
        assert listener.next()[:2] == ("gone", {"id": first["id"]})
        shop.sign_up()
        name, second, _ = listener.next()
        # Sooner than it looks by itself: it was told.
        assert time.monotonic() - began < 2.5
        assert (name, second["status"]) == ("delivery", "pending")
        assert second["id"] != first["id"]


def test_a_stream_is_of_one_person(shop: Shop) -> None:
    with shop.listening("visitor-2") as listener:
        shop.sign_up("visitor-1")
        shop.sign_up("visitor-2")
        _, mine, _ = listener.next()
    (seen,) = shop.client.get(f"/api/enrollments/{mine['enrollmentId']}").json()["data"]["anonymousId"].split()
    assert seen == "visitor-2"


def test_who_comes_back_is_told_what_was_missed_and_nothing_else(shop: Shop) -> None:
    shop.sign_up()
    shop.sign_up()
    with shop.listening() as listener:
        (_, first, _), (_, second, last) = listener.next(), listener.next()
    assert told_until(last) == {first["id"]: "pending", second["id"]: "pending"}
    shop.report(first["id"], "dismissed")
    shop.sign_up()

    with shop.listening(Last_Event_ID=last) as listener:
        assert listener.next()[:2] == ("gone", {"id": first["id"]})
        name, third, _ = listener.next()

    assert name == "delivery"
    assert third["id"] not in (first["id"], second["id"])


@pytest.mark.parametrize("last", ["x", "7", "W10", "eyJhIjoxfQ", "x" * 9000])
def test_an_id_of_another_make_is_no_id(shop: Shop, last: str) -> None:
    shop.sign_up()

    with shop.listening(Last_Event_ID=last) as listener:
        assert listener.next()[0] == "delivery"


def test_a_server_that_ends_ends_its_streams(shop: Shop) -> None:
    shop.sign_up()
    with shop.listening() as listener:
        listener.next()
        began = time.monotonic()
        shop.live.process.terminate()
        with pytest.raises(EOFError):
            listener.next()
        shop.live.process.wait(10)
        assert time.monotonic() - began < 5


def test_a_head_of_a_stream_does_not_go_on(shop: Shop) -> None:
    path = f"{shop.live.url}/v1/deliveries/stream?writeKey={shop.key}&anonymousId=visitor-1"

    assert httpx.head(path, timeout=5).status_code == 200


def test_a_page_may_read_the_stream(shop: Shop) -> None:
    with shop.listening(Origin=PAGE) as listener:
        assert listener.response.headers["Access-Control-Allow-Origin"] == PAGE
    path = f"{shop.live.url}/v1/deliveries/stream?writeKey={shop.key}&anonymousId=visitor-1"
    assert httpx.get(path, headers={"Origin": "https://evil.example"}, timeout=5).status_code == 403


def test_many_listen_while_the_server_goes_on(shop: Shop) -> None:
    from contextlib import ExitStack

    with ExitStack() as open_streams:
        listeners = [open_streams.enter_context(shop.listening(f"visitor-{number}")) for number in range(40)]
        for number in range(40):
            shop.sign_up(f"visitor-{number}")
        seen = {listener.next()[1]["id"] for listener in listeners}
    assert len(seen) == 40
    assert shop.client.get("/readyz").status_code == 200
