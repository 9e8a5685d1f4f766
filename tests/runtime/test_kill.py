"""A runtime that is killed again and again while events come in: nothing is lost, nothing happens twice."""

from __future__ import annotations

import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, BinaryIO

from jcli import operations
from jcli.runtime import Runtime
from jcli.store import Store, open_store
from tests.beside import ask
from tests.runtime.world import ACTOR, SITE, START, Clock, add, counting, recount

ROOT = Path(__file__).resolve().parents[2]
EVENTS, KILLS, CONNECTIONS, BATCH, PEOPLE = 20_000, 20, 4, 40, 400

JOURNEYS: dict[str, Any] = {
    "steps": {
        "settings": {"reentry": "after_exit"},
        "goalConfig": {"type": "event", "config": {"eventName": "paid", "where": {"property": "n", "gte": 5}}},
        "nodes": {
            "s": {
                "type": "TRIGGER",
                "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
                "next": "half",
            },
            "half": {"type": "SPLIT", "config": {"weights": {"a": 50, "b": 50}}, "next": {"a": "wait", "b": "mail"}},
            "mail": {"type": "CONTENT", "contentId": "mail", "config": {"advanceOn": "immediate"}, "next": "wait"},
            "wait": {"type": "WAIT_FOR_EVENT", "config": {"eventName": "paid"}, "next": "often"},
            "often": {
                "type": "CONDITION",
                "config": {"rules": {"event": "paid", "count": {"gte": 3}, "within": "7d"}},
                "next": {"yes": "met", "no": "wait"},
            },
            "met": {"type": "GOAL_CHECK", "next": {"met": "e", "not_met": "wait2"}},
            "wait2": {"type": "WAIT_FOR_EVENT", "config": {"eventName": "done"}, "next": "e"},
            "e": {"type": "EXIT"},
        },
    },
    "timed": {
        "settings": {"reentry": "once"},
        "nodes": {
            "s": {
                "type": "TRIGGER",
                "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "done"}},
                "next": "w",
            },
            "w": {"type": "WAIT", "config": {"duration": "1s"}, "next": "mail"},
            "mail": {"type": "CONTENT", "contentId": "tip", "config": {"advanceOn": "immediate"}, "next": "e"},
            "e": {"type": "EXIT"},
        },
    },
}


def events() -> list[list[dict[str, Any]]]:
    """For each connection its events in order; a person's events all come by one connection."""
    chance = random.Random(7)
    lanes: list[list[dict[str, Any]]] = [[] for _ in range(CONNECTIONS)]
    for number in range(EVENTS):
        person = chance.randrange(PEOPLE)
        name = chance.choice(("go", "paid", "paid", "done", "seen", "seen", "seen"))
        event = {"type": "track", "event": name, "properties": {"n": chance.randrange(7)}}
        lanes[person % CONNECTIONS].append({**event, "userId": f"p{person}", "messageId": f"m{number}"})
    return lanes


def prepare(url: str) -> Store:
    store = open_store(url)
    for key, body in JOURNEYS.items():
        add(store, key, body, START, live=True)
    return store


class Victim:
    """The child process: started, killed at random moments, started again."""

    def __init__(self, url: str, port: int) -> None:
        self.url = url
        self.port = port
        self.kills = 0
        self.enough = threading.Event()
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.runtime.kill_child", self.url, str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        raise AssertionError("the child does not listen")

    def haunt(self) -> None:
        chance = random.Random(11)
        while self.kills < KILLS:
            time.sleep(chance.uniform(0.02, 0.35))
            self._kill()
            self.kills += 1
            self._start()
        self.enough.set()

    def _kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self._kill()


class Wire:
    """A connection to the child that is made again when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None
        self._lines: BinaryIO | None = None

    def ask(self, line: bytes) -> bytes:
        """The answer; empty when there was none."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
                self._lines = self._socket.makefile("rb")
            self._socket.sendall(line)
            assert self._lines is not None
            answer = self._lines.readline()
        except OSError:
            answer = b""
        if not answer:
            self.close()
        return answer

    def close(self) -> None:
        for end in (self._lines, self._socket):
            if end is not None:
                end.close()
        self._socket = self._lines = None


def load(lane: list[dict[str, Any]], victim: Victim, acknowledged: list[str]) -> None:
    """Send the lane in order, each batch until it is acknowledged. The last tenth waits until all kills are done."""
    batches = [lane[first : first + BATCH] for first in range(0, len(lane), BATCH)]
    with closing(Wire(victim.port)) as wire:
        for number, batch in enumerate(batches):
            if number > len(batches) * 0.9:
                victim.enough.wait(60)
            while not (answer := wire.ask(json.dumps(batch).encode() + b"\n")):
                time.sleep(0.02)
            accepted, duplicates, rejected = json.loads(answer)
            assert (accepted + duplicates, rejected) == (len(batch), 0)
            acknowledged += [event["messageId"] for event in batch]


def paths(url: str) -> dict[tuple[str, str, int], Any]:
    steps: dict[str, list[Any]] = {}
    for step in ask(
        url,
        "SELECT enrollment_id, seq, node_id, label, target, cause, cause_ref, ended,"
        " CASE WHEN node_type = 'GOAL_CHECK' THEN substr(detail, 1, 0) ELSE detail END,"
        " CASE WHEN node_type = 'GOAL_CHECK' THEN detail LIKE '%null%' END FROM steps ORDER BY 1, 2",
    ):
        steps.setdefault(step[0], []).append(step[1:])
    told: dict[str, list[Any]] = {}
    for content in ask(url, "SELECT enrollment_id, node_id, content_id, status FROM deliveries ORDER BY 1, 2, 3, 4"):
        told.setdefault(content[0], []).append(content[1:])
    return {
        enrollment[1:4]: (enrollment[0], *enrollment[4:], steps.get(enrollment[0]), told.get(enrollment[0]))
        for enrollment in ask(
            url,
            "SELECT id, person_id, journey_id, rotation, status, exit_reason, node_id, goal_met_at IS NOT NULL"
            " FROM enrollments",
        )
    }


def undisturbed(url: str, lanes: list[list[dict[str, Any]]] | None = None) -> None:
    """The same events with nobody killed, and time enough for every wait."""
    store, clock = prepare(url), Clock(START)
    runtime = Runtime(store, clock, counting("id"))
    for lane in lanes or events():
        for first in range(0, len(lane), 500):
            clock.now += 1
            operations.record_events(runtime, ACTOR, SITE, lane[first : first + 500])
    clock.now += 10_000
    runtime.run_timers()
    store.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_every_acknowledged_event_counts_once(url: str, tmp_path: Path) -> None:
    """Whatever the database: its people have gone the ways that they go undisturbed in a file."""
    ours, plain = url, f"sqlite:///{tmp_path}/undisturbed.db"
    prepare(ours).close()
    victim = Victim(ours, free_port())
    acknowledged: list[str] = []
    haunting = threading.Thread(target=victim.haunt)
    loaders = [threading.Thread(target=load, args=(lane, victim, acknowledged)) for lane in events()]
    try:
        for thread in (haunting, *loaders):
            thread.start()
        for thread in (haunting, *loaders):
            thread.join(120)
            assert not thread.is_alive()
        assert victim.kills == KILLS
        _wait_for_timers(ours)
    finally:
        victim.close()
    assert sorted(acknowledged) == sorted(f"m{number}" for number in range(EVENTS))
    kept = [json.loads(body)["messageId"] for (body,) in ask(ours, "SELECT body FROM events")]
    assert sorted(kept) == sorted(acknowledged), "every acknowledged event is there once"
    undisturbed(plain)
    assert paths(ours) == paths(plain)
    recount(ours)


def _wait_for_timers(url: str) -> None:
    give_up = time.monotonic() + 20
    while ask(url, "SELECT count(*) FROM people WHERE due_at IS NOT NULL") != [(0,)]:
        assert time.monotonic() < give_up, "timers are not worked off"
        time.sleep(0.1)
