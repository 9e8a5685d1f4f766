"""What handlers do with a store, without Restate: parcels that come twice, timers of one lane, a look around."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from jcli.engine import Event, EventType
from jcli.errors import ConfigError, StoreError
from jcli.model import Audience, EnrollmentStatus
from jcli.operations.events import read_event
from jcli.runtime import Arrival, Verdict, open_work
from jcli.runtime.distributed import working
from jcli.runtime.distributed.lanes import Lane, all_lanes, checked_lanes, lane_of
from jcli.runtime.distributed.parcels import Outcome, Parcel, pack, pack_outcome, unpack, unpack_outcome
from jcli.runtime.distributed.working import KEEP_PARCELS, Workshop
from jcli.store import SHARDS, JobKind, Page, PersonKey, Store, open_store, shard_of
from tests.databases import DATABASES, fresh
from tests.runtime.world import SITE, START, Clock, add

DAY = 86_400_000
HOUR = 3_600_000
WAITS: dict[str, Any] = {
    "nodes": {
        "go": {
            "type": "TRIGGER",
            "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
            "next": "rest",
        },
        "rest": {"type": "WAIT", "config": {"duration": "1h"}, "next": "done"},
        "done": {"type": "EXIT"},
    }
}


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with fresh(request.param, tmp_path) as url:
        opened = open_store(url)
        add(opened, "waits", WAITS, live=True)
        yield opened
        opened.close()


@pytest.fixture
def workshop(store: Store) -> Workshop:
    return Workshop(store, Clock(START + DAY), 30 * DAY)


def event(who: str, name: str = "go", **fields: Any) -> Arrival:
    return read_event(SITE, {"type": "track", "event": name, "userId": who, **fields}, lambda: "made-here")


def enrolled(store: Store) -> list[tuple[str, EnrollmentStatus]]:
    with store.read() as tables:
        listed = tables.enrollments("waits", Page(limit=100)).rows
    return sorted((enrollment.person_id, enrollment.status) for enrollment, _ in listed)


def test_a_parcel_that_comes_again_is_not_worked_in_again(store: Store, workshop: Workshop) -> None:
    lane = Lane(0, 1)
    packed = pack(Parcel(START, [event("ada"), event("ada", "seen"), event("bob", messageId="m1")]))
    first = workshop.take_parcel(lane, "inv-1", packed)
    again = workshop.take_parcel(lane, "inv-1", packed)
    assert again == first, "the outcome was kept"
    assert unpack_outcome(first) == Outcome([Verdict(True)] * 3, {0: START + HOUR})
    with store.read() as tables:
        rows = tables.person_rows([PersonKey(SITE, "ada")])
        assert len(tables.events_of(rows[PersonKey(SITE, "ada")], 0, 10)) == 2, "not even events without a message id"


def test_another_parcel_with_the_same_message_brings_a_duplicate(store: Store, workshop: Workshop) -> None:
    packed = pack(Parcel(START, [event("ada", messageId="m1")]))
    workshop.take_parcel(Lane(0, 1), "inv-1", packed)
    assert unpack_outcome(workshop.take_parcel(Lane(0, 1), "inv-2", packed)).verdicts == [Verdict(False)]


def test_two_deliveries_at_the_same_time_count_once(store: Store, workshop: Workshop) -> None:
    packed = pack(Parcel(START, [event(f"p{number}") for number in range(50)]))
    outcomes: list[bytes] = []
    threads = [
        Thread(target=lambda: outcomes.append(workshop.take_parcel(Lane(0, 1), "inv-1", packed))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert len(set(outcomes)) == 1
    assert len(enrolled(store)) == 50


def test_a_lane_takes_its_time_from_the_message(store: Store, workshop: Workshop) -> None:
    """A parcel that has waited is worked in as of when it came, before a timer that fell due after it."""
    lane = Lane(0, 1)
    workshop.take_parcel(lane, "inv-1", pack(Parcel(START, [event("ada")])))
    assert workshop.wake_lane(lane, START + HOUR - 1) == {0: START + HOUR}
    assert enrolled(store) == [("ada", EnrollmentStatus.IN_PROGRESS)]
    assert workshop.wake_lane(lane, START + HOUR) == {}
    assert enrolled(store) == [("ada", EnrollmentStatus.COMPLETED)]
    assert workshop.wake_lane(lane, START + HOUR) == {}, "once is enough"


def test_many_timers_leave_room_for_parcels(store: Store, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_PEOPLE", 5)
    lane = Lane(0, 1)
    workshop.take_parcel(lane, "inv-1", pack(Parcel(START, [event(f"p{number}") for number in range(32)])))
    assert workshop.wake_lane(lane, START + HOUR) == {0: START + HOUR}, "there is more, after what waits"
    assert sum(status is EnrollmentStatus.COMPLETED for _, status in enrolled(store)) == 20
    assert workshop.wake_lane(lane, START + HOUR) == {}
    assert {status for _, status in enrolled(store)} == {EnrollmentStatus.COMPLETED}


def test_a_look_finds_who_is_late(store: Store, workshop: Workshop) -> None:
    lane = lane_of(PersonKey(SITE, "ada"), 4)
    workshop.take_parcel(lane, "inv-1", pack(Parcel(START + DAY - HOUR - 3_000, [event("ada")])))
    now, late, jobs = workshop.look(4, 2_000)
    assert (now, jobs) == (START + DAY, [])
    assert lane.number in late
    assert workshop.look(4, 3_000)[1] == []
    workshop.wake_lane(lane, now - 1)
    assert workshop.look(4, 2_000)[1] == []


def test_a_share_of_a_backfill_is_worked_on_once(store: Store, workshop: Workshop) -> None:
    manual = {**WAITS["nodes"]["go"], "config": {"triggerType": "MANUAL", "triggerConfig": {}}}
    with store.write() as tables:
        tables.put_thing(Audience("all", "All", {"trait": "plan", "exists": True}, SITE), "all", START)
    with open_work(store, lambda: START) as work:
        for number in range(20):
            present = work.person(PersonKey(SITE, f"p{number}"))
            work.give(present, Event(EventType.IDENTIFY, START, traits={"plan": "pro"}))
    add(store, "crowd", {"audience": "all", "nodes": {**WAITS["nodes"], "go": manual}}, live=True)
    with store.write() as tables:
        last = tables.last_person_row()
        job = tables.start_job(JobKind.BACKFILL, "crowd", 20, START + HOUR, [0, last])
    assert workshop.shares_of(job.id) == [(0, last)]
    first = workshop.work_on_share(job.id, "inv-1", 0, last, 4)
    assert workshop.work_on_share(job.id, "inv-1", 0, last, 4) == first
    assert workshop.move_on(job.id, 0, last, 20) is False
    assert workshop.move_on(job.id, 0, last, 20) is False, "it is done already"
    assert workshop.shares_of(job.id) is None
    with store.read() as tables:
        done = tables.last_job("crowd", JobKind.BACKFILL)
        assert done is not None
        assert (done.progress.state, done.progress.done) == ("done", 20)
        assert tables.figures("crowd").statuses["in_progress"] == 20


def test_what_became_of_parcels_is_forgotten_after_a_day(store: Store) -> None:
    clock = Clock(START)
    workshop = Workshop(store, clock, 30 * DAY)
    workshop.take_parcel(Lane(0, 1), "inv-1", pack(Parcel(START, [event("ada", messageId="m1")])))
    clock.now += KEEP_PARCELS
    workshop.forget(1)
    with store.read() as tables:
        assert tables.parcel_outcome(0, "inv-1") is not None
    clock.now += 1
    assert workshop.forget(1) == 1
    with store.read() as tables:
        assert tables.parcel_outcome(0, "inv-1") is None


def test_lanes_divide_the_shards() -> None:
    for lanes in (1, 3, 16, 1000, SHARDS):
        found = [shard for lane in all_lanes(lanes) for shard in lane.shards]
        assert found == list(range(SHARDS))
    for number in range(500):
        key = PersonKey(SITE, f"p{number}")
        assert shard_of(SITE, key.id) in lane_of(key, 7).shards
    assert Lane.read(Lane(3, 16).key) == Lane(3, 16)
    with pytest.raises(ValueError, match="names no lane"):
        Lane.read("16.16")
    with pytest.raises(ConfigError, match="1 to 1,024 lanes"):
        checked_lanes(0)


def test_events_come_out_of_a_parcel_as_they_went_in() -> None:
    raws: list[dict[str, Any]] = [
        {"type": "track", "event": "go", "userId": "ada", "properties": {"n": 1.5, "deep": [{"ä": None}]}},
        {"type": "identify", "userId": "ada", "anonymousId": "x", "traits": {"plan": "pro", "gone": None}},
        {"type": "page", "anonymousId": "x", "properties": {"url": "https://acme.example/a?b=\u2028"}},
        {"type": "alias", "userId": "ada", "previousId": "x", "timestamp": "2026-01-01T10:00:00Z"},
        {"type": "track", "event": "element_click", "userId": 7, "messageId": "m", "properties": {"selector": "#a"}},
        {"type": "track", "event": "go", "userId": "ada", "properties": None, "traits": {"not": "read"}},
    ]
    arrivals = [read_event(SITE, raw, lambda: "made-here") for raw in raws]
    assert unpack(pack(Parcel(START, arrivals))) == Parcel(START, arrivals)
    outcome = Outcome([Verdict(True), Verdict(False), Verdict(True, "linked-to-somebody-else", "taken")], {3: START})
    assert unpack_outcome(pack_outcome(outcome)) == outcome


def test_a_parcel_of_another_version_is_refused_and_waits() -> None:
    with pytest.raises(StoreError, match="another version"):
        unpack(b"[2,0,[]]")
    with pytest.raises(StoreError, match="another version"):
        unpack_outcome(b"[2,0,[],[]]")
