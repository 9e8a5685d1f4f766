"""The distributed runtime with Restate as it runs: who is answered when, timers, long work, and Restate gone."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from jcli import operations
from jcli.engine import Event, EventType
from jcli.errors import JcliError, StoreBusy
from jcli.model import Audience, EnrollmentStatus
from jcli.runtime import open_work
from jcli.runtime.distributed.admin import Admin, EngineError, Standing
from jcli.runtime.distributed.feeding import DistributedRuntime
from jcli.runtime.distributed.handlers import Handlers
from jcli.runtime.distributed.records import Records
from jcli.runtime.distributed.serving import Serving
from jcli.runtime.distributed.settings import DistributedSettings
from jcli.runtime.distributed.working import Workshop
from jcli.store import Page, PersonKey, Store, open_store
from server.app import create_app
from server.settings import Settings
from tests import postgres, restate
from tests.api.client import SECRET, Api, InProcess, StillClock, make_token
from tests.runtime.world import ACTOR, SITE, add

DAY = 86_400_000


def now() -> int:
    return time.time_ns() // 1_000_000


def journey(wait: str = "1s") -> dict[str, Any]:
    trigger = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}}
    return {
        "allowAnonymous": True,
        "nodes": {
            "go": {"type": "TRIGGER", "config": trigger, "next": "rest"},
            "rest": {"type": "WAIT", "config": {"duration": wait}, "next": "done"},
            "done": {"type": "EXIT"},
        },
    }


def until(seen: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that comes to be by itself."""
    give_up = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < give_up, "it did not come to be"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def engine() -> Iterator[restate.Restate]:
    server = restate.start()
    yield server
    restate.stop(server)


@pytest.fixture(scope="module")
def store(engine: restate.Restate) -> Iterator[Store]:
    """A store, with handlers that arm timers and look around by themselves."""
    (port,) = restate.free_ports(1)
    with postgres.database() as url:
        opened = open_store(url)
        records = Records(operations.read_record, 8, now)
        with Serving(Handlers(Workshop(opened, now, 30 * DAY), threads=2), "127.0.0.1", port, records=records):
            Admin(engine.admin).register(f"http://127.0.0.1:{port}")
            yield opened
        opened.close()


@contextmanager
def running(store: Store, *addresses: str, **settings: Any) -> Iterator[DistributedRuntime]:
    runtime = DistributedRuntime(store, now, lambda: str(uuid4()), DistributedSettings(addresses, lanes=8, **settings))
    try:
        yield runtime
    finally:
        runtime.close()


def track(who: str, name: str = "go") -> dict[str, Any]:
    ids = {"anonymousId": who[1:]} if who.startswith("~") else {"userId": who}
    return {"type": "track", "event": name, **ids}


def statuses(store: Store, key: str) -> list[tuple[str, str, str | None]]:
    with store.read() as tables:
        rows = tables.enrollments(key, Page(limit=100)).rows
    return sorted((one.person_id, one.status.value, one.exit_reason) for one, _ in rows)


def test_a_timer_fires_by_itself_and_once(engine: restate.Restate, store: Store) -> None:
    add(store, "timed", journey(), now(), live=True)
    with running(store, engine.ingress) as runtime:
        people = [f"t{number}" for number in range(20)]
        recorded = operations.record_events(runtime, ACTOR, SITE, [track(who) for who in people])
        assert (recorded.accepted, recorded.rejected) == (20, [])
        done = [(who, "completed", "exit") for who in sorted(people)]
        until(lambda: statuses(store, "timed") == done)


def test_who_is_late_is_found_though_nobody_was_told(engine: restate.Restate, store: Store) -> None:
    add(store, "late", journey(), now() - DAY, live=True)
    with open_work(store, lambda: now() - 60_000) as work:
        work.give(work.person(PersonKey(SITE, "sleeper")), _event("go", now() - 60_000))
    with running(store, engine.ingress) as runtime:
        runtime.start()  # says that it is worth a look
        until(lambda: ("sleeper", "completed", "exit") in statuses(store, "late"))


def _event(name: str, at: int) -> Event:
    return Event(EventType.TRACK, at, name)


def test_what_is_done_by_hand_sets_a_timer_too(engine: restate.Restate, store: Store) -> None:
    body = journey()
    body["nodes"]["go"]["config"] = {"triggerType": "MANUAL", "triggerConfig": {}}
    add(store, "by-hand", body, now(), live=True)
    with running(store, engine.ingress) as runtime:
        runtime.start()
        entered = runtime.run(
            lambda: operations.enter_journey(store, now, ACTOR, "by-hand", {"endUserId": "hand"})
        ).result()
        assert entered.enrollment is not None
        assert entered.enrollment.status is EnrollmentStatus.IN_PROGRESS
        until(lambda: statuses(store, "by-hand") == [("hand", "completed", "exit")])


def test_long_work_is_brought_to_its_end(engine: restate.Restate, store: Store) -> None:
    add(store, "long", journey("1d"), now(), live=True)
    with open_work(store, now) as work:
        for number in range(1_200):
            work.give(work.person(PersonKey(SITE, f"l{number}")), _event("go", now()))
    with running(store, engine.ingress) as runtime:
        runtime.start()
        runtime.run(lambda: operations.archive(store, now, ACTOR, "long")).result()
        with store.read() as tables:
            assert tables.running_jobs(), "the first slice is not all of it"
        until(lambda: not _jobs(store))
    with store.read() as tables:
        assert tables.figures("long").statuses["stopped"] == 1_200


def test_a_backfill_is_shared_among_handlers(engine: restate.Restate, store: Store) -> None:
    body = {**journey("1d"), "audience": "pros"}
    body["nodes"]["go"]["config"] = {"triggerType": "MANUAL", "triggerConfig": {}}
    with store.write() as tables:
        tables.put_thing(Audience("pros", "Pros", {"trait": "plan", "equals": "pro"}, SITE), "pros", now())
    add(store, "crowd", body, now())
    with open_work(store, now) as work:
        for number in range(3_000):
            traits = {"plan": "pro" if number % 2 else "free"}
            present = work.person(PersonKey(SITE, f"c{number}"))
            work.give(present, Event(EventType.IDENTIFY, now(), traits=traits))
    with running(store, engine.ingress) as runtime:
        runtime.start()
        runtime.run(lambda: operations.publish(store, now, ACTOR, "crowd")).result()
        assert _jobs(store), "the first slice is not all of it"
        until(lambda: not _jobs(store), 60)
    with store.read() as tables:
        assert tables.figures("crowd").statuses["in_progress"] == 1_500
    backfill = operations.get_journey(store, ACTOR, "crowd").backfill
    assert backfill is not None
    assert backfill.state == "done"


def _jobs(store: Store) -> bool:
    with store.read() as tables:
        return bool(tables.running_jobs())


def test_somebody_who_turns_out_to_be_known_is_taken_in_order(engine: restate.Restate, store: Store) -> None:
    """Whoever waits for each answer finds everything taken in the order in which it was sent, whatever the lanes."""
    add(store, "linked", journey("1d"), now(), live=True)
    people = range(12)
    with running(store, engine.ingress) as runtime:
        for number in people:
            known, anonymous = f"k{number}", f"a{number}"
            link = {"type": "identify", "userId": known, "anonymousId": anonymous, "traits": {"n": number}}
            for sent in ([track(f"~{anonymous}")], [link], [track(f"~{anonymous}"), track(known)]):
                assert not operations.record_events(runtime, ACTOR, SITE, sent).rejected
        again = {"type": "identify", "userId": "somebody", "anonymousId": "a0"}
        recorded = operations.record_events(runtime, ACTOR, SITE, [again])
        assert [bad.code for bad in recorded.rejected] == ["linked-to-somebody-else"]
    until(lambda: len(statuses(store, "linked")) == len(people))
    assert statuses(store, "linked") == sorted((f"k{number}", "in_progress", None) for number in people)


def test_without_restate_events_are_refused_and_everything_else_goes_on(store: Store) -> None:
    """Then it comes, and nobody has to be started again."""
    engine = restate.prepare("later")
    clock = StillClock(now())
    with running(store, engine.ingress, hand_over=0.2) as runtime:
        app = create_app(
            store, Settings(secret=SecretStr(SECRET)), clock, lambda: str(uuid4()), feeder=runtime, background=False
        )
        with InProcess(app) as client:
            api = Api(client, store, clock, make_token(at=clock.now))
            sent = {"siteId": SITE, "batch": [track("early")]}
            refused = api.post("/api/events", sent)
            assert refused.status_code == 503
            assert refused.headers["Retry-After"]
            assert refused.json()["code"] == "engine-away"
            assert "Restate cannot take it" in refused.json()["detail"]
            assert api.get("/readyz").status_code == 200
            assert api.get("/api/journeys").status_code == 200
            put = api.put(f"/api/end-users/by-hand?siteId={SITE}", {"traits": {"plan": "pro"}})
            assert put.status_code in (200, 201), "what is done by hand is done in the store"
            started = restate.run(engine)
            try:
                restate.await_ready(started)
                unregistered = api.post("/api/events", sent)
                assert unregistered.status_code == 503
                assert "jcli distributed register" in unregistered.json()["hint"]
                (port,) = restate.free_ports(1)
                with Serving(Handlers(Workshop(store, now, 30 * DAY), threads=1), "127.0.0.1", port):
                    Admin(started.admin).register(f"http://127.0.0.1:{port}")
                    until(lambda: api.post("/api/events", sent).status_code == 202)
            finally:
                restate.stop(started)


def test_events_are_taken_while_no_handler_is_there(store: Store) -> None:
    """Restate keeps them until one is; then they are worked in as of when they came."""
    add(store, "patient", journey("1d"), now(), live=True)
    engine = restate.start("patient")
    (port,) = restate.free_ports(1)

    def handlers() -> Serving:
        return Serving(Handlers(Workshop(store, now, 30 * DAY), threads=1), "127.0.0.1", port)

    try:
        with handlers():
            Admin(engine.admin).register(f"http://127.0.0.1:{port}")
        with running(store, engine.ingress) as runtime:
            before = now()
            recorded = operations.record_events(runtime, ACTOR, SITE, [track("w1"), track("w2")])
            assert recorded.accepted == 2
            after = now()
            assert statuses(store, "patient") == []
            time.sleep(0.5)
            with handlers():
                until(lambda: len(statuses(store, "patient")) == 2)
        with store.read() as tables:
            listed = tables.enrollments("patient", Page(limit=10)).rows
        assert all(before <= one.enrolled_at <= after for one, _ in listed)
    finally:
        restate.stop(engine)


def test_events_of_a_database_that_is_away_are_taken(engine: restate.Restate, store: Store) -> None:
    """Whoever holds a token can send events without the store being asked."""
    with postgres.database() as url:
        gone = open_store(url)
        with running(gone, engine.ingress) as runtime:
            clock = StillClock(now())
            app = create_app(
                gone, Settings(secret=SecretStr(SECRET)), clock, lambda: str(uuid4()), feeder=runtime, background=False
            )
            gone.close()
            with InProcess(app) as client:
                api = Api(client, gone, clock, make_token(at=clock.now))
                assert api.post("/api/events", {"siteId": SITE, "batch": [track("x", "seen")]}).status_code == 202


def test_records_of_a_log_bring_events(engine: restate.Restate, store: Store) -> None:
    """What Restate reads out of Kafka comes in this way."""
    add(store, "recorded", journey("1d"), now(), live=True)
    batch = [track("r1"), {"type": "track"}, track("r2"), {**track("r2"), "event": "seen"}]
    for record in ({"siteId": SITE, "batch": batch}, {"siteId": SITE}, "not JSON"):
        content = json.dumps(record) if isinstance(record, dict) else record
        headers = {"Content-Type": "application/json"}
        sent = httpx.post(f"{engine.ingress}/jcli-events/r/record", content=content, headers=headers)
        assert sent.status_code == 200, "a record that cannot be read is left out"
    until(lambda: statuses(store, "recorded") == [("r1", "in_progress", None), ("r2", "in_progress", None)])


def test_who_waits_for_deliveries_hears_of_them(engine: restate.Restate, store: Store) -> None:
    """A server that streams deliveries is another process than the handler that makes them."""
    body = journey("1d")
    body["nodes"]["rest"] = {"type": "CONTENT", "contentId": "tip", "config": {"advanceOn": "finished"}, "next": "done"}
    add(store, "telling", body, now(), live=True)
    elsewhere, heard = open_store(store.url), threading.Event()
    with running(elsewhere, engine.ingress) as runtime:
        runtime.start()
        until(lambda: elsewhere.hears)
        leave = runtime.subscribe(PersonKey(SITE, "h1"), heard.set)
        operations.record_events(runtime, ACTOR, SITE, [track("h1")])
        assert heard.wait(10)
        leave()
    elsewhere.close()


def test_an_address_that_does_not_answer_is_passed_over(engine: restate.Restate, store: Store) -> None:
    (nobody,) = restate.free_ports(1)
    with running(store, f"http://127.0.0.1:{nobody}", engine.ingress) as runtime:
        assert operations.record_events(runtime, ACTOR, SITE, [track("x", "seen")]).accepted == 1


def test_more_events_than_may_wait_are_refused(engine: restate.Restate, store: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with running(store, address, most_waiting=2, hand_over=0.1, follow=0.1) as runtime:
            first = operations.submit_events(runtime, ACTOR, SITE, [track("x", "seen"), track("y", "seen")])
            with pytest.raises(StoreBusy, match="2 events are waiting for Restate already"):
                operations.submit_events(runtime, ACTOR, SITE, [track("x", "seen")])
            with pytest.raises(StoreBusy, match="Restate cannot take it"):
                first.result(20)
    with pytest.raises(StoreBusy, match="being stopped"):
        operations.submit_events(runtime, ACTOR, SITE, [track("x", "seen")])


def test_how_it_stands(engine: restate.Restate, store: Store) -> None:
    add(store, "standing", journey("1d"), now(), live=True)
    with running(store, engine.ingress, wait=True) as runtime:
        operations.record_events(runtime, ACTOR, SITE, [track("s1")])

    def stands() -> Standing:
        return Admin(engine.admin).standing()

    until(lambda: {"scheduled"} == {each.status for each in stands().invocations})
    standing = stands()
    assert standing.well
    (deployment,) = standing.deployments
    assert sorted(deployment.services) == ["jcli-events", "jcli-job", "jcli-keeper", "jcli-lane", "jcli-share"]
    assert standing.armed >= 1
    with pytest.raises(EngineError, match="does not answer"):
        Admin(f"http://127.0.0.1:{restate.free_ports(1)[0]}").standing()
    with pytest.raises(EngineError, match="refused"):
        Admin(engine.admin).register("http://127.0.0.1:1")
    with pytest.raises(JcliError):
        Admin(engine.ingress).standing()
