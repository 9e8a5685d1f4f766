"""A started runtime and others at work at the same time: edits and verbs under load, callers that share a commit."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any
from uuid import uuid4

import pytest

from jcli import operations
from jcli.errors import StoreBusy
from jcli.runtime import Runtime, RuntimeSettings
from jcli.runtime.gathering import Gathering
from jcli.store import Page, Store
from tests.runtime.world import ACTOR, SITE, Clock, add, journey, recount, save

TRIGGER = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}}
NAMES = ("one", "two")


def now() -> int:
    return time.time_ns() // 1_000_000


def body(name: str) -> dict[str, Any]:
    """The node that people wait on is called so."""
    return {
        "nodes": {
            "s": {"type": "TRIGGER", "config": TRIGGER, "next": name},
            name: {"type": "WAIT_FOR_EVENT", "config": {"eventName": "done"}, "next": "e"},
            "e": {"type": "EXIT"},
        }
    }


def test_a_journey_is_edited_and_paused_under_load(store: Store) -> None:
    add(store, "j", body("one"), now(), live=True)
    runtime = Runtime(store, now, lambda: str(uuid4()))
    people, failures = 4_000, []

    def send(lane: int) -> None:
        try:
            for first in range(lane, people, 40):
                batch = [
                    {"type": "track", "event": name, "userId": f"p{number}", "messageId": f"{name}{number}"}
                    for number in range(first, min(first + 20, people))
                    for name in ("go", "seen")
                ]
                assert operations.record_events(runtime, ACTOR, SITE, batch).accepted == len(batch)
        except Exception as error:
            failures.append(error)

    with runtime:
        lanes = [threading.Thread(target=send, args=(lane,)) for lane in (0, 20)]
        for lane in lanes:
            lane.start()
        for edit in range(1, 21):
            old, new = NAMES[(edit + 1) % 2], NAMES[edit % 2]
            runtime.run(lambda old=old, new=new: save(store, now, journey("j", body(new)), {old: new})).result(30)
            if edit % 5 == 0:
                runtime.run(lambda: operations.unpublish(store, now, ACTOR, "j")).result(30)
                runtime.run(lambda: operations.publish(store, now, ACTOR, "j")).result(30)
        for lane in lanes:
            lane.join(60)
        assert failures == []
    runtime = Runtime(store, now, lambda: str(uuid4()))
    runtime.run_jobs()
    recount(store, splits=False)
    stats = operations.journey_stats(store, ACTOR, "j")
    here = {node.id: node.here for node in stats.nodes if node.here}
    # Whoever came while it was a DRAFT for a moment did not enter; all others stand on the newest canvas.
    assert set(here) == {"one"}
    assert here["one"] == stats.enrollments["in_progress"] == stats.total
    assert stats.total > people // 2


def test_callers_that_wait_at_the_same_time_share_a_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "j", body("one"), now(), live=True)
    runtime = Runtime(store, now, lambda: str(uuid4()))
    commits: list[int] = []
    work_in = Runtime._work_in

    def counted(self: Runtime, arrivals: Any) -> Any:
        commits.append(len(arrivals))
        return work_in(self, arrivals)

    monkeypatch.setattr(Runtime, "_work_in", counted)

    async def many() -> list[operations.Recorded]:
        asked = [
            operations.submit_events(
                runtime, ACTOR, SITE, [{"type": "track", "event": "go", "userId": f"p{n}", "messageId": f"m{n}"}]
            )
            for n in range(200)
        ]
        return await asyncio.gather(*(asyncio.wrap_future(each) for each in asked))

    with runtime:
        recorded = asyncio.run(many())
    assert [each.accepted for each in recorded] == [1] * 200
    assert sum(commits) == 200
    assert len(commits) < 50
    assert operations.list_enrollments(store, ACTOR, "j", Page()).total == 200


def test_who_leaves_the_work_to_others_sleeps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a worker the writer waits for events and does nothing else."""
    looked, take = [], Gathering.take

    def counted(self: Gathering, most_events: int, timeout: float) -> Any:
        looked.append(timeout)
        return take(self, most_events, timeout)

    monkeypatch.setattr(Gathering, "take", counted)
    with Runtime(store, now, lambda: "id", settings=RuntimeSettings(worker=False)) as runtime:
        runtime.run(lambda: None).result(10)
        time.sleep(0.1)
        assert len(looked) <= 1 + (1 if store.one_writer else runtime.settings.writers)


def test_too_many_that_wait_are_told_so(store: Store, clock: Clock) -> None:
    runtime = Runtime(store, clock, lambda: "id", settings=RuntimeSettings(most_waiting=10))
    event = {"type": "track", "event": "go", "userId": "ana"}
    with runtime:
        gate = threading.Event()
        held = runtime.run(lambda: gate.wait(10))
        while not held.running():
            time.sleep(0.01)
        waiting = [operations.submit_events(runtime, ACTOR, SITE, [event] * 10)]
        with pytest.raises(StoreBusy):
            operations.submit_events(runtime, ACTOR, SITE, [event])
        gate.set()
        assert [each.result(10).accepted for each in waiting] == [10]
