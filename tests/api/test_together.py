"""Several processes on one PostgreSQL: any of them takes any request, and what one does the others know."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from tests import postgres
from tests.api.together import Load, Served, enrolled, headers, journey, serving, sign_up, site, until
from tests.api.visiting import SITE, basic

TOUR = {"type": "CONTENT", "contentId": "tour-1", "config": {"contentType": "tour"}}
WAIT = {"type": "WAIT", "config": {"duration": "1s"}}
LONG = {"type": "WAIT", "config": {"duration": "7d"}}


@pytest.fixture
def store() -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture
def pair(store: str, tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two servers, as on two machines."""
    with serving(store, tmp_path) as one, serving(store, tmp_path) as other:
        yield one, other


@pytest.fixture
def four(store: str, tmp_path: Path) -> Iterator[Served]:
    """Two processes behind one socket."""
    with serving(store, tmp_path, "--workers", "2") as served:
        yield served


def test_what_one_publishes_moves_people_at_another_within_a_second(pair: tuple[Served, Served]) -> None:
    one, other = pair
    with one.client() as here, other.client() as there:
        site(here)
        found = journey(here, LONG, publish=False)
        sign_up(there, "early")
        assert enrolled(there, found) == 0
        waits = []
        for number, name in enumerate(("ada", "joan", "mary"), 1):  # the quickest of three: the machine may be busy
            assert here.post(f"/api/journeys/{found}/publish").status_code == 200
            published = time.monotonic()
            sign_up(there, name)
            assert enrolled(there, found) == number
            waits.append(time.monotonic() - published)
            assert here.post(f"/api/journeys/{found}/pause").status_code == 200
            sign_up(there, f"late-{name}")
            assert enrolled(there, found) == number
        assert min(waits) < 1


def test_a_write_key_that_one_replaces_another_refuses_at_once(pair: tuple[Served, Served]) -> None:
    one, other = pair
    with one.client() as here:
        old = site(here)

        def taken(key: str) -> bool:
            sent = {"event": "seen", "anonymousId": "visitor-1"}
            answer = httpx.post(f"{other.url}/v1/track", json=sent, headers={"Authorization": basic(key)})
            return answer.status_code == 200

        assert taken(old)
        new: str = here.post(f"/api/sites/{SITE}/write-key").json()["data"]["writeKey"]
        assert until(lambda: not taken(old)) < 5, "it was told; who only looks takes half a minute"
        assert taken(new)


def test_a_stream_at_one_hears_of_a_delivery_that_another_made(pair: tuple[Served, Served]) -> None:
    one, other = pair
    with one.client() as here, other.client() as there:
        key = site(here)
        journey(here, TOUR)
        path = f"{other.url}/v1/deliveries/stream?writeKey={key}&anonymousId=visitor-1"
        with httpx.stream("GET", path, timeout=20) as response:
            lines = response.iter_lines()
            assert next(lines) == ": open"
            time.sleep(0.5)  # it has looked, and looks by itself in half a minute at the earliest
            sent = time.monotonic()
            event = {"event": "signed_up", "anonymousId": "visitor-1"}
            assert (
                httpx.post(f"{one.url}/v1/track", json=event, headers={"Authorization": basic(key)}).status_code == 200
            )
            assert "event: delivery" in (line for line in lines)
            assert time.monotonic() - sent < 10
        assert there.get("/readyz").status_code == 200


def test_a_key_for_once_is_good_at_every_process(pair: tuple[Served, Served]) -> None:
    one, other = pair
    body = {"id": SITE, "name": "A", "domains": []}
    once = {"Idempotency-Key": "the-same-word"}
    with one.client() as here, other.client() as there:
        first = here.post("/api/sites", json=body, headers=once)
        again = there.post("/api/sites", json=body, headers=once)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json() == first.json()


def test_timers_of_a_process_that_was_killed_are_run_by_the_other(pair: tuple[Served, Served]) -> None:
    one, other = pair
    with one.client() as here, other.client() as there:
        site(here)
        found = journey(here, WAIT)
        for number in range(20):
            sign_up(here, f"person-{number}")
        one.process.kill()
        one.process.wait()
        assert until(lambda: enrolled(there, found, "completed") == 20) < 5


def test_a_process_that_is_killed_under_load_is_replaced_and_loses_nothing(four: Served) -> None:
    with four.client() as client:
        site(client)
        found = journey(client, LONG)
        with Load(four.url) as load:
            for _ in range(3):
                before, sent = set(four.children()), len(load.acknowledged)
                os.kill(before.pop(), signal.SIGKILL)
                until(lambda before=before: len(set(four.children()) - before) == 1)  # type: ignore[misc]
                until(lambda sent=sent: len(load.acknowledged) > sent + 20)  # type: ignore[misc]
        assert enrolled(client, found) == len(load.acknowledged)
    assert four.said().count("was killed (SIGKILL); another one takes its place") == 3


def test_a_restart_one_by_one_under_load_fails_no_request(four: Served) -> None:
    with four.client() as client:
        site(client)
        found = journey(client, LONG)
        before = set(four.children())
        with Load(four.url) as load:
            four.signal(signal.SIGHUP)
            until(lambda: len(four.children()) == 2 and not before & set(four.children()))
            sent = len(load.acknowledged)
            until(lambda: len(load.acknowledged) > sent + 20)
        assert load.failed == []
        assert enrolled(client, found) == len(load.acknowledged)


def test_the_end_lets_requests_finish_and_leaves_nobody_behind(four: Served) -> None:
    with four.client() as client:
        site(client)
        journey(client, LONG)
    children = four.children()
    with Load(four.url, clients=2) as load:
        until(lambda: len(load.acknowledged) > 20)
        four.signal(signal.SIGTERM)
        assert four.process.wait(30) == 0
        load.over = True
        with suppress(httpx.TransportError):
            httpx.get(f"{four.url}/healthz")
            pytest.fail("somebody still serves")
    assert all(not Path(f"/proc/{pid}").exists() for pid in children)
    assert "Traceback" not in four.said()


def test_processes_whose_parent_was_killed_end_by_themselves(four: Served) -> None:
    children = four.children()
    four.process.kill()
    four.process.wait()
    until(lambda: all(not Path(f"/proc/{pid}").exists() for pid in children), seconds=20)


def test_a_database_that_goes_and_comes_back_is_waited_for(tmp_path: Path) -> None:
    server = postgres.start()
    server.ask("CREATE DATABASE journeys")
    try:
        with serving(server.url("journeys"), tmp_path) as served, served.client() as client:
            site(client)
            found = journey(client, LONG)
            sign_up(client, "ada")
            postgres.end(server)
            for path in ("/api/journeys", f"/api/journeys/{found}/stats", "/readyz"):
                answer = client.get(path)
                assert (answer.status_code, answer.headers["Retry-After"].isdigit()) == (503, True), answer.text
                assert "postgresql://" not in answer.text, "where the store is, is nobody's business"
                assert ".;" not in answer.text
            event = {"type": "track", "event": "signed_up", "userId": "grace", "messageId": "m-1"}
            sent = {"siteId": SITE, "batch": [event]}
            assert client.post("/api/events", json=sent).status_code == 503
            asked = time.monotonic()
            assert client.get("/healthz").status_code == 200
            assert time.monotonic() - asked < 3, "it waits for nobody; a question to the store waits five seconds"
            server = postgres.restart(server)
            until(lambda: client.get("/readyz").status_code == 200, seconds=20)
            until(lambda: client.post("/api/events", json=sent).status_code == 202, seconds=20)
            assert enrolled(client, found) == 2
            nothing = client.get("/api/end-users/%00")
            assert (nothing.status_code, nothing.json()["code"]) == (404, "not-found")
            assert "Traceback" not in served.said()
            assert served.said().count("cannot be reached; it is tried again") == 1
            assert served.said().count("is reached again") == 1
            assert "error connecting" not in served.said()
    finally:
        postgres.stop(server)


def test_a_read_that_waits_for_the_database_holds_up_nobody_else(store: str, tmp_path: Path) -> None:
    with (
        serving(store, tmp_path) as served,
        served.client() as client,
        psycopg.connect(store) as locking,
        ThreadPoolExecutor() as threads,
    ):
        site(client)
        locking.execute(b"LOCK TABLE journeys")
        slow = threads.submit(lambda: httpx.get(f"{served.url}/api/journeys", headers=headers(), timeout=30))
        time.sleep(0.3)
        asked = time.monotonic()
        assert client.get("/healthz").status_code == 200
        assert client.get("/api/sites").status_code == 200
        assert time.monotonic() - asked < 4, "it waits for nobody; a question to the store waits five seconds"
        assert not slow.done()
        locking.rollback()
        assert slow.result().status_code == 200
