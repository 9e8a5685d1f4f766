"""What is kept, for how long, and what is taken away: message ids, events, people."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jcli import operations
from jcli.durations import rfc3339
from jcli.errors import NotFound
from jcli.model import DeliveryStatus
from jcli.runtime import Runtime
from jcli.runtime.pruning import MOST, Pruning
from jcli.store import Page, PersonKey, Store
from tests.beside import ask
from tests.runtime.world import ACTOR, SITE, Clock, add, recount

DAY = 86_400_000
JOURNEY: dict[str, Any] = {
    "allowAnonymous": True,
    "settings": {"reentry": "always"},
    "goalConfig": {"type": "event", "config": {"eventName": "paid"}},
    "nodes": {
        "s": {
            "type": "TRIGGER",
            "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
            "next": "half",
        },
        "half": {"type": "SPLIT", "config": {"weights": {"a": 50, "b": 50}}, "next": {"a": "mail", "b": "mail"}},
        "mail": {"type": "CONTENT", "contentId": "mail", "config": {"timeout": "2d"}, "next": "e"},
        "e": {"type": "EXIT", "config": {"outcome": "told"}},
    },
}


def send(runtime: Runtime, *events: dict[str, Any]) -> operations.Recorded:
    return operations.record_events(runtime, ACTOR, SITE, list(events))


def track(name: str, who: str, message: str) -> dict[str, Any]:
    return {"type": "track", "event": name, "userId": who, "messageId": message}


def test_a_message_is_known_for_seven_days(runtime: Runtime, clock: Clock) -> None:
    assert send(runtime, track("go", "ana", "m")).accepted == 1
    clock.now += 7 * DAY
    assert send(runtime, track("go", "ana", "m")).duplicates == 1
    clock.now += 1
    assert send(runtime, track("go", "ana", "m")).accepted == 1, "not pruned, but no longer known"
    assert send(runtime, track("go", "ana", "m")).duplicates == 1


def test_the_same_message_id_on_two_sites_is_two_messages(runtime: Runtime) -> None:
    assert send(runtime, track("go", "ana", "m")).accepted == 1
    assert operations.record_events(runtime, ACTOR, "other", [track("go", "ana", "m")]).accepted == 1


def test_pruning_takes_what_is_old_in_small_slices(runtime: Runtime, clock: Clock) -> None:
    for day in range(40):
        send(runtime, *[track("seen", f"p{number}", f"m{day}-{number}") for number in range(200)])
        clock.now += DAY
    assert runtime.prune() == 200 * 33 + 200 * 10
    assert ask(runtime.store, "SELECT count(*) FROM messages") == [(7 * 200,)]
    assert ask(runtime.store, "SELECT count(*) FROM events") == [(30 * 200,)]
    assert runtime.prune() == 0


def test_slices_are_as_large_as_the_time_allows(runtime: Runtime, clock: Clock) -> None:
    """A clock for which every row that is looked at takes a third of a millisecond."""
    send(runtime, *[track("seen", f"p{number}", f"m{number}") for number in range(3_000)])
    clock.now += 40 * DAY
    times: list[float] = [0.0]

    def timer() -> float:
        times.append(times[-1] + (len(times) % 2 == 0) * pruning.rows / 3_000)
        return times[-1]

    pruning = Pruning(30 * DAY, timer)
    slices = []
    while gone := pruning.slice(runtime.store, clock.now):
        slices.append(gone)
    assert sum(slices) == 6_000
    assert pruning.longest == pytest.approx(200 / 3, rel=0.01), "the first one does not know yet"
    assert max(slices[1:]) * 1000 / 3_000 < MOST
    assert 70 <= pruning.rows <= 80


def test_an_erased_person_is_gone_with_everything(store: Store, runtime: Runtime, clock: Clock) -> None:
    add(store, "j", JOURNEY, live=True)
    before = {}
    tables = ("people", "enrollments", "steps", "deliveries", "events", "outbox")
    send(runtime, track("go", "bo", "b1"), track("paid", "bo", "b2"))
    before = {table: ask(runtime.store, f"SELECT * FROM {table}") for table in tables}
    send(
        runtime,
        {"type": "track", "event": "go", "anonymousId": "v", "messageId": "v1"},
        {"type": "identify", "userId": "ana", "anonymousId": "v", "messageId": "a1", "traits": {"plan": "pro"}},
        track("go", "ana", "a2"),
        track("paid", "ana", "a3"),
    )
    clock.now += 3 * DAY
    runtime.run_timers()
    recount(store)
    operations.erase_person(store, clock, ACTOR, "ana")
    after = {table: ask(runtime.store, f"SELECT * FROM {table}") for table in tables}
    assert ask(store, "SELECT id FROM people") == [("bo",)]
    assert {table: len(found) for table, found in after.items() if table not in ("people",)} == {
        "enrollments": 1,
        "steps": len(after["steps"]),
        "deliveries": 1,
        "events": len(before["events"]),
        "outbox": 0,
    }
    assert "ana" not in str(after)
    recount(store)
    with pytest.raises(NotFound):
        operations.get_person(store, ACTOR, "ana")
    figures = operations.journey_stats(store, ACTOR, "j")
    assert (figures.total, figures.goals) == (1, 1)


def test_outcomes_move_people_and_are_told_to_who_waits(store: Store, runtime: Runtime, clock: Clock) -> None:
    add(store, "j", JOURNEY, live=True)
    heard: list[str] = []
    leave = runtime.subscribe(PersonKey(SITE, "ana"), lambda: heard.append("ana"))
    send(runtime, track("go", "ana", "m"), track("go", "bo", "n"))
    assert heard == ["ana"]
    (delivery,) = operations.list_deliveries(store, ACTOR, SITE, "ana", Page(), status=DeliveryStatus.PENDING).rows
    assert operations.report_outcome(runtime, ACTOR, delivery.id, "shown").status is DeliveryStatus.SHOWN
    assert operations.report_outcome(runtime, ACTOR, delivery.id, "completed").status is DeliveryStatus.COMPLETED
    assert operations.report_outcome(runtime, ACTOR, delivery.id, "completed").status is DeliveryStatus.COMPLETED
    assert heard == ["ana"] * 3
    leave()
    with pytest.raises(NotFound):
        operations.report_outcome(runtime, ACTOR, delivery.id, "shown", person=PersonKey(SITE, "bo"))
    enrollment, _, steps = operations.get_enrollment(store, ACTOR, delivery.enrollment_id)
    assert (enrollment.exit_reason, enrollment.outcome) == ("exit", "told")
    assert [step.node_id for step in steps] == ["s", "half", "mail", "e"]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("go", "wrong-type"),
        ({}, "missing-field"),
        ({"type": "tracked", "userId": "u"}, "wrong-value"),
        ({"type": "track", "event": "go"}, "missing-field"),
        ({"type": "track", "userId": "u"}, "missing-field"),
        ({"type": "track", "userId": "u", "event": "n" * 256}, "wrong-value"),
        ({"type": "track", "userId": "u\0", "event": "n"}, "wrong-value"),
        ({"type": "track", "userId": "u", "event": "n", "properties": {"a": ["\0"]}}, "wrong-value"),
        ({"type": "track", "userId": "u", "event": "n", "properties": []}, "wrong-type"),
        ({"type": "track", "userId": "u", "event": "n", "timestamp": "yesterday"}, "wrong-value"),
        ({"type": "identify", "userId": "u", "traits": {"a": "x" * 40_000}}, "wrong-value"),
        ({"type": "alias", "userId": "u"}, "missing-field"),
        ({"type": "track", "userId": ["u"], "event": "n"}, "wrong-type"),
    ],
)
def test_a_bad_event_is_told_and_the_good_ones_count(runtime: Runtime, event: Any, code: str) -> None:
    found = send(runtime, track("go", "ana", "1"), event, track("go", "ana", "2"))
    assert (found.accepted, found.duplicates) == (2, 0)
    assert [(rejected.index, rejected.code) for rejected in found.rejected] == [(1, code)]
    assert found.rejected[0].message


def test_an_event_whose_timestamp_is_not_believed_is_marked(runtime: Runtime, clock: Clock) -> None:
    day = 86_400_000
    for name, offset in (("late", -8 * day), ("good", -6 * day), ("early", day)):
        said = rfc3339(clock() + offset)
        event = {"type": "track", "event": name, "userId": "ana", "messageId": name, "timestamp": said}
        operations.record_events(runtime, ACTOR, SITE, [event])
    with runtime.store.read() as tables:
        row = next(iter(tables.person_rows([PersonKey(SITE, "ana")]).values()))
        kept = [json.loads(body) for _, _, body in tables.events_of(row, 0, 10)]
    assert {event["event"]: event.get("timestampReplaced", False) for event in kept} == {
        "late": True,
        "good": False,
        "early": True,
    }
