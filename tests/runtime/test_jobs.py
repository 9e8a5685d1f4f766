"""Long work on a journey's people: in slices, gone on with after a restart, true at once for who comes meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from jcli import operations
from jcli.engine import Event, EventType
from jcli.errors import NotAllowed
from jcli.model import Audience, EnrollmentStatus, JourneyStatus
from jcli.runtime import Runtime, RuntimeSettings, open_work
from jcli.store import JobKind, Page, PersonKey, Store
from tests.runtime.world import ACTOR, SITE, START, Clock, add, counting, journey, recount, save

PEOPLE = 1_300
DAY = 86_400_000
BY_AUDIENCE: dict[str, Any] = {
    "audience": "pros",
    "nodes": {
        "s": {"type": "TRIGGER", "config": {"triggerType": "MANUAL"}, "next": "w"},
        "w": {"type": "WAIT", "config": {"duration": "1d"}, "next": "e"},
        "e": {"type": "EXIT"},
    },
}
BY_EVENT: dict[str, Any] = {
    "nodes": {
        "s": {
            "type": "TRIGGER",
            "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
            "next": "w",
        },
        "w": {"type": "WAIT", "config": {"duration": "1d"}, "next": "e"},
        "e": {"type": "EXIT"},
    },
}


@pytest.fixture
def runtime(store: Store, clock: Clock) -> Runtime:
    return Runtime(store, clock, counting("id"), settings=RuntimeSettings(job_people=200))


def crowd(store: Store, event: str | None = None) -> None:
    """People, every second of whom has the plan `pro`; with an event that each of them sends."""
    with open_work(store, lambda: START) as work:
        for number in range(PEOPLE):
            present = work.new(PersonKey(SITE, f"p{number}"))
            traits = {"plan": "pro" if number % 2 else "free"}
            work.give(present, Event(EventType.IDENTIFY, START, traits=traits))
            if event is not None:
                work.give(present, Event(EventType.TRACK, START, event, f"{event}-{number}"))


def pros(store: Store) -> None:
    with store.write() as tables:
        tables.put_thing(Audience("pros", "Pros", {"trait": "plan", "equals": "pro"}), "f", START)


def count(store: Store, status: EnrollmentStatus, node_id: str | None = None) -> int:
    return operations.list_enrollments(store, ACTOR, "j", Page(1), status=status, node_id=node_id).total


def test_publish_enters_the_audience_in_slices(store: Store, runtime: Runtime, clock: Clock) -> None:
    crowd(store)
    pros(store)
    add(store, "j", BY_AUDIENCE)
    saved = operations.publish(store, clock, ACTOR, "j")
    assert saved.stored is not None
    assert saved.stored.backfill is not None
    assert (saved.stored.backfill.state, saved.stored.backfill.total) == ("running", PEOPLE)
    told: list[int] = []
    # Another process takes the work up: nothing is kept in memory.
    later = Runtime(store, clock, counting("id"), settings=RuntimeSettings(job_people=200))
    later.run_jobs(lambda job: told.append(job.progress.done))
    assert told == [700, 900, 1100, 1300]
    done = operations.get_journey(store, ACTOR, "j").backfill
    assert done is not None
    assert (done.state, done.done) == ("done", PEOPLE)
    assert count(store, EnrollmentStatus.IN_PROGRESS) == PEOPLE // 2
    recount(store)


def test_a_backfill_that_is_broken_off_goes_on_and_enters_nobody_twice(
    store: Store, runtime: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(store)
    pros(store)
    add(store, "j", {**BY_AUDIENCE, "settings": {"reentry": "always"}})
    operations.publish(store, clock, ACTOR, "j")

    def broken(*_: Any) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr("jcli.store.rows.jobs.JobTables.advance_job", broken)
        with pytest.raises(OSError, match="gone"):
            runtime.run_jobs()
    clock.now += 1_000
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.IN_PROGRESS) == PEOPLE // 2
    recount(store)


def test_who_comes_while_a_backfill_runs_enters_once(store: Store, runtime: Runtime, clock: Clock) -> None:
    crowd(store)
    pros(store)
    add(store, "j", {**BY_AUDIENCE, "settings": {"reentry": "always"}})
    operations.publish(store, clock, ACTOR, "j")
    turned = {"type": "identify", "userId": "p1298", "traits": {"plan": "pro"}, "messageId": "m"}
    operations.record_events(runtime, ACTOR, SITE, [turned])
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.IN_PROGRESS) == PEOPLE // 2 + 1


def test_only_the_future(store: Store, runtime: Runtime, clock: Clock) -> None:
    crowd(store)
    pros(store)
    add(store, "j", {**BY_AUDIENCE, "settings": {"backfill": "future"}})
    saved = operations.publish(store, clock, ACTOR, "j")
    assert saved.stored is not None
    assert saved.stored.backfill is None
    turned = {"type": "identify", "userId": "p0", "traits": {"plan": "pro"}, "messageId": "m"}
    operations.record_events(runtime, ACTOR, SITE, [turned])
    assert count(store, EnrollmentStatus.IN_PROGRESS) == 1


@pytest.mark.parametrize("reentry", ["once", "always"])
def test_who_is_entered_by_hand_with_traits_of_the_audience_enters_once(
    store: Store, clock: Clock, reentry: str
) -> None:
    pros(store)
    add(store, "j", {**BY_AUDIENCE, "settings": {"reentry": reentry}}, live=True)
    body = {"endUserId": "new", "traits": {"plan": "pro"}}
    entered = operations.enter_journey(store, clock, ACTOR, "j", body)
    assert entered.enrollment is not None
    assert (entered.enrollment.person_id, entered.enrollment.node_id) == ("new", "w")
    assert count(store, EnrollmentStatus.IN_PROGRESS) == 1


def test_pausing_cancels_the_backfill(store: Store, runtime: Runtime, clock: Clock) -> None:
    crowd(store)
    pros(store)
    add(store, "j", BY_AUDIENCE)
    operations.publish(store, clock, ACTOR, "j")
    operations.pause(store, clock, ACTOR, "j")
    runtime.run_jobs()
    entered = count(store, EnrollmentStatus.IN_PROGRESS)
    assert 0 < entered < PEOPLE // 2
    backfill = operations.get_journey(store, ACTOR, "j").backfill
    assert backfill is not None
    assert backfill.state == "cancelled"
    operations.publish(store, clock, ACTOR, "j")
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.IN_PROGRESS) == PEOPLE // 2


def test_archive_stops_everybody_and_is_true_at_once(store: Store, runtime: Runtime, clock: Clock) -> None:
    add(store, "j", BY_EVENT, live=True)
    crowd(store, "go")
    operations.archive(store, clock, ACTOR, "j")
    assert 0 < count(store, EnrollmentStatus.IN_PROGRESS) < PEOPLE, "a job has the rest to do"
    with pytest.raises(NotAllowed) as refused:
        operations.restore(store, clock, ACTOR, "j")
    assert refused.value.code == "still-stopping"
    # Time moves nobody whom the job has not reached yet.
    clock.now += 2 * DAY
    runtime.run_timers()
    assert count(store, EnrollmentStatus.COMPLETED) == 0
    runtime.run_jobs()
    assert (count(store, EnrollmentStatus.STOPPED), count(store, EnrollmentStatus.IN_PROGRESS)) == (PEOPLE, 0)
    restored = operations.restore(store, clock, ACTOR, "j").stored
    assert restored is not None
    assert restored.status is JourneyStatus.DRAFT
    recount(store)


def test_publishing_again_lets_everybody_go_on(store: Store, runtime: Runtime, clock: Clock) -> None:
    add(store, "j", BY_EVENT, live=True)
    crowd(store, "go")
    operations.unpublish(store, clock, ACTOR, "j")
    clock.now += 2 * DAY
    while runtime.run_timers():
        pass
    assert count(store, EnrollmentStatus.COMPLETED) == 0, "frozen"
    operations.publish(store, clock, ACTOR, "j")
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.COMPLETED) == PEOPLE
    recount(store)


def test_a_pause_on_the_way_keeps_nobody_frozen(store: Store, runtime: Runtime, clock: Clock) -> None:
    add(store, "j", BY_EVENT, live=True)
    crowd(store, "go")
    operations.unpublish(store, clock, ACTOR, "j")
    clock.now += 2 * DAY
    runtime.run_timers()
    operations.publish(store, clock, ACTOR, "j")
    assert 0 < count(store, EnrollmentStatus.COMPLETED) < PEOPLE, "a job has the rest to do"
    operations.pause(store, clock, ACTOR, "j")
    operations.publish(store, clock, ACTOR, "j")
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.COMPLETED) == PEOPLE
    recount(store)


def test_a_canvas_reaches_everybody(store: Store, runtime: Runtime, clock: Clock) -> None:
    made = add(store, "j", BY_EVENT, live=True)
    crowd(store, "go")
    nodes = {key.replace("w", "x"): node for key, node in BY_EVENT["nodes"].items()}
    nodes["s"] = {**nodes["s"], "next": "x"}
    save(store, clock, journey("j", {**BY_EVENT, "nodes": nodes}), {"w": "x"})
    with store.read() as tables:
        job = tables.last_job("j", JobKind.FOLLOW)
    assert job is not None
    assert job.progress.state == "running"
    assert 0 < count(store, EnrollmentStatus.IN_PROGRESS, "x") < PEOPLE
    # Somebody whom the job has not reached yet moves by the new canvas all the same.
    clock.now += DAY
    assert runtime.run_timers() == PEOPLE
    assert count(store, EnrollmentStatus.COMPLETED) == PEOPLE
    runtime.run_jobs()
    assert made.id == "j"
    recount(store, splits=False)


def test_who_is_pinned_no_more_follows(store: Store, runtime: Runtime, clock: Clock) -> None:
    pinned = {**BY_EVENT, "settings": {"onEdit": "pin"}}
    add(store, "j", pinned, live=True)
    crowd(store, "go")
    nodes = {"s": {**BY_EVENT["nodes"]["s"], "next": "x"}, "x": BY_EVENT["nodes"]["w"], "e": {"type": "EXIT"}}
    save(store, clock, journey("j", {**pinned, "nodes": nodes}), {"w": "x"})
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.IN_PROGRESS, "w") == PEOPLE
    patched = operations.patch_journey(store, clock, ACTOR, "j", {"settings": {"onEdit": "follow"}})
    assert not patched.refused, patched.findings
    runtime.run_jobs()
    assert count(store, EnrollmentStatus.IN_PROGRESS, "x") == PEOPLE
    recount(store)


def test_a_person_with_ten_thousand_enrollments(store: Store, runtime: Runtime, clock: Clock) -> None:
    journeys, times = 20, 500
    for number in range(journeys):
        add(store, f"j{number}", {**BY_EVENT, "settings": {"reentry": "always"}}, live=True)
    batch = [{"type": "track", "event": "go", "userId": "busy", "messageId": f"m{number}"} for number in range(times)]
    assert operations.record_events(runtime, ACTOR, SITE, batch).accepted == times
    clock.now += 1_000
    seen = {"type": "track", "event": "go", "userId": "busy", "messageId": "once more"}
    assert operations.record_events(runtime, ACTOR, SITE, [seen, seen]).duplicates == 1
    with store.read() as tables:
        assert sum(tables.enrollments_in_progress(f"j{number}") for number in range(journeys)) == journeys * (times + 1)
    clock.now += DAY
    runtime.run_timers()
    with store.read() as tables:
        assert [tables.figures(f"j{number}").statuses["completed"] for number in range(journeys)] == [
            times + 1
        ] * journeys
    recount(store)
