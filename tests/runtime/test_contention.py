"""Several processes and threads on one store, at the same people at the same time: nothing is lost, nothing happens
twice, whoever comes first."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from jcli import operations
from jcli.model import Audience
from jcli.runtime import Runtime
from jcli.store import JobKind, PersonKey, Store
from tests.beside import ask, url_of
from tests.runtime.contention_child import messages, now
from tests.runtime.world import ACTOR, SITE, add, recount

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, CROWD = 3, 2_000


def _on(event: str, *then: tuple[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A journey that anybody enters by the event, again and again."""
    trigger = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": event}}
    nodes: dict[str, Any] = {"s": {"type": "TRIGGER", "config": trigger, "next": then[0][0] if then else "e"}}
    for (key, node), following in zip(then, [*[name for name, _ in then[1:]], "e"], strict=False):
        nodes[key] = {**node, "next": following}
    nodes["e"] = {"type": "EXIT"}
    return {"allowAnonymous": True, "settings": {"reentry": "always"}, "nodes": nodes, **more}


def _children(store: Store) -> list[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.runtime.contention_child", url_of(store)]
    return [
        subprocess.Popen([*command, str(seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for seed in range(PROCESSES)
    ]


def _answers(children: list[subprocess.Popen[str]]) -> list[int]:
    told = [child.communicate(timeout=200)[0] for child in children]
    assert [child.returncode for child in children] == [0] * PROCESSES
    return [int(text) for text in told]


def test_every_message_counts_once_whoever_brings_it(store: Store) -> None:
    """Three processes bring the same messages. Each `go` is one enrollment of its person, and one only."""
    add(store, "often", _on("go"), now(), live=True)
    add(store, "slow", _on("wait", ("w", {"type": "WAIT", "config": {"duration": "1s"}})), now(), live=True)
    accepted = _answers(_children(store))
    sent = messages()
    assert sum(accepted) == len(sent)
    assert ask(store, "SELECT count(*) FROM events") == [(len(sent),)]
    Runtime(store, now, lambda: "id").run_timers(now() + 10_000)
    expected: Counter[tuple[str, str]] = Counter()
    for message in sent:
        journey = {"go": "often", "wait": "slow"}.get(message.get("event", ""))
        if journey is not None:
            expected[journey, message.get("userId", "p" + message.get("anonymousId", "")[1:])] += 1
    taken = ask(store, "SELECT journey_id, person_id, count(*) FROM enrollments GROUP BY 1, 2")
    assert {(journey, person): n for journey, person, n in taken} == expected
    assert ask(store, "SELECT DISTINCT anonymous, status FROM enrollments") == [(0, "completed")]
    recount(store)


def test_a_job_is_done_once_while_others_are_at_the_same_people(store: Store) -> None:
    """Everybody enters by audience, in slices that three processes take from each other, while events come in."""
    add(store, "often", _on("go"), now(), live=True)
    known = [f"p{number}" for number in range(CROWD)]
    runtime = Runtime(store, now, lambda: "id")
    told = [
        {"type": "identify", "userId": person, "traits": {"plan": "pro"}, "messageId": f"known {person}"}
        for person in known
    ]
    for first in range(0, CROWD, 500):
        operations.record_events(runtime, ACTOR, SITE, told[first : first + 500])
    rules = {"all": [{"trait": "plan", "equals": "pro"}]}
    manual: dict[str, Any] = {
        "audience": "pros",
        "nodes": {
            "s": {"type": "TRIGGER", "config": {"triggerType": "MANUAL", "triggerConfig": {}}, "next": "tip"},
            "tip": {"type": "CONTENT", "contentId": "tip", "next": "e"},
            "e": {"type": "EXIT"},
        },
    }
    with store.write() as tables:
        tables.put_thing(Audience("pros", "Pros", rules, SITE), "pros", now())
    add(store, "told", manual, now())
    children = _children(store)
    operations.publish(store, now, ACTOR, "told")
    _answers(children)
    runtime.run_jobs()
    with store.read() as tables:
        job = tables.last_job("told", JobKind.BACKFILL)
    assert job is not None
    assert (job.progress.state, job.progress.done) == ("done", CROWD)
    entered = Counter(person for (person,) in ask(store, "SELECT person_id FROM enrollments WHERE journey_id = 'told'"))
    assert entered == Counter(known)
    recount(store)


def test_a_person_is_locked_while_somebody_works_on_them(store: Store) -> None:
    """What one transaction has read of a person, another one does not change before it has ended."""
    add(store, "often", _on("go"), now(), live=True)
    first, second = (Runtime(store, now, lambda: "id") for _ in range(2))
    event = {"type": "track", "event": "go", "userId": "ana"}
    with first, second:
        waiting = [
            operations.submit_events(runtime, ACTOR, SITE, [{**event, "messageId": f"{number} {index}"}])
            for number in range(40)
            for index, runtime in enumerate((first, second))
        ]
        assert sum(each.result(60).accepted for each in waiting) == 80
    with store.read() as tables:
        last = tables.last_enrollment("often", PersonKey(SITE, "ana"))
    assert last is not None
    assert last.rotation == 80
    recount(store)
