"""Several servers on one PostgreSQL, as `jcli serve` runs them: real processes, real sockets, one database.

`serving` starts a parent with some processes behind one socket. `Load` sends events without end, each by its own
message id, and keeps what was acknowledged and what was not.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.api.client import ROOT, SECRET, make_token
from tests.api.visiting import SITE

READY = "Application startup complete."


@dataclass
class Served:
    """A parent and where it serves."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers(), timeout=60)

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> list[int]:
        """The processes that serve."""
        shown = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in shown.split()]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


def headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(exp=4_102_444_800)}"}


@contextmanager
def serving(store: str, folder: Path, *words: str) -> Iterator[Served]:
    """`jcli serve --port 0` with some more words, until the block ends."""
    log = folder / f"served-{time.monotonic_ns()}.log"
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "JCLI_JWT_SECRET": SECRET, "JCLI_STORE": store}
    command = [sys.executable, "-m", "jcli", "serve", "--port", "0", *words]
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=folder, env=environ, stderr=written, text=True)
    many = int(words[words.index("--workers") + 1]) if "--workers" in words else 1
    try:
        until(lambda: log.read_text().count(READY) >= many, process)
        url = log.read_text().split(" on http://")[1].split()[0]
        yield Served(process, f"http://{url}", log)
    finally:
        process.terminate()
        process.wait(40)


def until(true: Callable[[], bool], process: subprocess.Popen[str] | None = None, *, seconds: float = 60.0) -> float:
    """Wait for something to become true; how long that took."""
    began = time.monotonic()
    while not true():
        assert process is None or process.poll() is None, "the server ended"
        assert time.monotonic() < began + seconds, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - began


def site(client: httpx.Client) -> str:
    """A site; its write key."""
    made = client.post("/api/sites", json={"id": SITE, "name": "A", "domains": ["app.acme.example"]})
    assert made.status_code == 201, made.text
    key: str = made.json()["data"]["writeKey"]
    return key


def journey(client: httpx.Client, middle: dict[str, Any], *, publish: bool = True) -> str:
    """A journey that `signed_up` begins, with one node between trigger and exit; its id."""
    when = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "signed_up"}}
    body = {
        "name": "Tour",
        "siteId": SITE,
        "allowAnonymous": True,
        "settings": {"reentry": "always"},
        "nodes": [
            {"id": "start", "type": "TRIGGER", "config": when},
            {"id": "middle", **middle},
            {"id": "done", "type": "EXIT"},
        ],
        "edges": [
            {"sourceNodeId": "start", "targetNodeId": "middle"},
            {"sourceNodeId": "middle", "targetNodeId": "done"},
        ],
    }
    made = client.post("/api/journeys", json=body)
    assert made.status_code == 201, made.text
    found: str = made.json()["data"]["id"]
    if publish:
        assert client.post(f"/api/journeys/{found}/publish").status_code == 200
    return found


def enrolled(client: httpx.Client, journey_id: str, status: str | None = None) -> int:
    asked = {} if status is None else {"status": status}
    answer = client.get(f"/api/journeys/{journey_id}/enrollments", params={**asked, "limit": 1})
    assert answer.status_code == 200, answer.text
    total: int = answer.json()["meta"]["total"]
    return total


def sign_up(client: httpx.Client, person: str) -> None:
    batch = [{"type": "track", "event": "signed_up", "userId": person}]
    assert client.post("/api/events", json={"siteId": SITE, "batch": batch}).json()["data"]["accepted"] == 1


@dataclass
class Load:
    """Clients that each send one event after the other. One that fails is sent again, with the same message id,
    unless it is `over`."""

    url: str
    clients: int = 4
    over: bool = False
    acknowledged: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _enough: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._threads = [threading.Thread(target=self._send_on) for _ in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _send_on(self) -> None:
        with httpx.Client(base_url=self.url, headers=headers(), timeout=30) as client:
            while not self._enough.is_set():
                person = f"person-{next(self._numbers)}"
                while not self._sent(client, person) and not self.over:
                    time.sleep(0.05)

    def _sent(self, client: httpx.Client, person: str) -> bool:
        event = {"type": "track", "event": "signed_up", "userId": person, "messageId": f"of-{person}"}
        try:
            answer = client.post("/api/events", json={"siteId": SITE, "batch": [event]})
        except httpx.TransportError as error:
            self.failed.append(repr(error))
            return False
        if answer.status_code != 202:
            self.failed.append(answer.text)
            return False
        self.acknowledged.add(person)
        return True
