"""The child of `test_kill.py`: for N = 1, 2, ... it copies the store, forks, and lets the copy's writer kill itself
before its N-th statement, until a writer comes through. Prints how many were killed.

Usage: kill_child.py OPERATION STORE FOLDER
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jcli import operations
from jcli.runtime import Runtime, RuntimeSettings
from jcli.store import Page, Store
from jcli.store.sqlite import SqliteStore
from tests.runtime.world import ACTOR, SITE, START, Clock, add, counting
from tests.store import samples

LATER = START + 1_000
_LIVE: dict[str, Any] = {
    "goalConfig": {"type": "event", "config": {"eventName": "paid"}},
    "nodes": {
        "s": {
            "type": "TRIGGER",
            "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
            "next": "half",
        },
        "half": {"type": "SPLIT", "config": {"weights": {"a": 50, "b": 50}}, "next": {"a": "wait", "b": "wait"}},
        "wait": {"type": "WAIT_FOR_EVENT", "config": {"eventName": "done"}, "next": "tip"},
        "tip": {"type": "CONTENT", "contentId": "tip", "next": "e"},
        "e": {"type": "EXIT"},
    },
}


def save_journeys(store: Store) -> None:
    journeys = [
        samples.journey("new"),
        samples.journey("j", nodes=2, site="other"),
        samples.journey("k", name="Renamed"),
    ]
    samples.save(store, *journeys, now=2_000)


def _runtime(store: Store, now: int) -> Runtime:
    return Runtime(store, Clock(now), counting(f"id of {now}"), settings=RuntimeSettings(outbox=True))


def _tell(store: Store, now: int, *told: tuple[str, str]) -> None:
    batch: list[dict[str, Any]] = []
    for who, what in told:
        person = {"anonymousId": who[1:]} if who.startswith("~") else {"userId": who}
        batch.append({"type": "track", "event": what, "messageId": f"{who} {what}", **person})
        if what == "identify":
            batch[-1] |= {"type": "identify", "anonymousId": f"before {who}", "traits": {"plan": "pro"}}
    assert operations.record_events(_runtime(store, now), ACTOR, SITE, batch).accepted == len(told)


def prepare(store: Store) -> None:
    """Two journeys without anybody in them, and one with people on their way, one of whom is not known yet."""
    samples.save(store, samples.journey("j"), samples.journey("k"), now=1_000)
    add(store, "live", _LIVE, START, live=True)
    _tell(store, START, *[(who, "go") for who in ("ana", "bo", "cy", "~before cy")], ("ana", "done"))


def events(store: Store) -> None:
    """Two come in and one of them is through at once, one moves on, one comes to the end, one turns out to be the same
    as another."""
    told = [("dee", "go"), ("eve", "go"), ("eve", "paid"), ("bo", "done"), ("ana", "paid"), ("cy", "identify")]
    _tell(store, LATER, *told)


def outcome(store: Store) -> None:
    """What was shown to somebody is finished, and they are through."""
    (delivery,) = operations.list_deliveries(store, ACTOR, SITE, "ana", Page()).rows
    operations.report_outcome(_runtime(store, LATER), ACTOR, delivery.id, "completed")


def archive(store: Store) -> None:
    """Everybody who is in progress is stopped."""
    operations.archive(store, Clock(LATER), ACTOR, "live")


def erase_person(store: Store) -> None:
    operations.erase_person(store, Clock(LATER), ACTOR, "ana", site_id=SITE)


_MARKED = ("enrollments", "enrollment_counts", "enrollment_revisions")
_WALKED = (*_MARKED, "people", "steps", "step_counts", "step_times", "goal_counts", "split_counts", "deliveries")
OPERATIONS: Mapping[Callable[[Store], None], tuple[str, ...]] = {
    save_journeys: ("journeys", "nodes", "edges", "revisions", "journey_counts"),
    events: (*_WALKED, "enrollment_totals", "messages", "events", "outbox", "people_counts"),
    outcome: (*_MARKED, "people", "steps", "step_counts", "deliveries", "outbox"),
    archive: (*_MARKED, "journeys", "journey_counts", "audit_log", "people", "steps", "deliveries"),
    erase_person: (
        *_MARKED,
        "enrollment_totals",
        "people",
        "people_counts",
        "steps",
        "deliveries",
        "events",
        "audit_log",
    ),
}
"""Some of the tables that each of them must change, so that what is killed is known to be the whole of it."""

NAMES = {operation.__name__: operation for operation in OPERATIONS}


def _run(operation: str, path: Path, deadly: int) -> None:
    store = SqliteStore(path, f"sqlite:///{path}")
    seen = 0

    def kill_at(statement: str) -> None:
        nonlocal seen
        seen += 1
        if seen == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    store.session().connection.set_trace_callback(kill_at)
    NAMES[operation](store)


def main(operation: str, source: Path, folder: Path) -> int:
    """How many writers were killed; their stores are `1.db`, `2.db`, ..., the last is that of the one that was not."""
    number = 0
    while True:
        number += 1
        path = folder / f"{number}.db"
        shutil.copy(source, path)
        child = os.fork()
        if child == 0:
            _run(operation, path, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            return number - 1
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            raise SystemExit(f"the writer that was to be killed at {number} ended with {status}")


if __name__ == "__main__":
    sys.stdout.write(str(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
