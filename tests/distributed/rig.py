"""The whole of it in processes that can be killed: PostgreSQL, Restate, handlers, servers, and somebody who sends.

Used by the tests with one Restate, and by `benchmarks/cluster.py` with three.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from jcli.commands.minting import mint
from jcli.runtime.distributed.admin import Admin
from jcli.store import open_store
from tests import postgres, restate
from tests.engine.harness import SITE

ROOT = Path(__file__).resolve().parents[2]
SECRET = secrets.token_hex(32)
_PATIENCE = 60.0
_UNSAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""What the database of the other tests goes without: here, what was acknowledged must outlive its end."""


class Gone(Exception):
    """A process ended that should be there."""


@dataclass
class Member:
    """A process of ours, by what it is called; it can be killed and started again."""

    name: str
    words: Sequence[str]
    ready: str
    environ: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jcli", *self.words],
                cwd=self.log.parent,
                env=self.environ,
                stdout=log,
                stderr=log,
            )
        if wait:
            self.await_ready()

    def await_ready(self) -> None:
        until = time.monotonic() + _PATIENCE
        while not answers(self.ready):
            if time.monotonic() > until or (self.process is not None and self.process.poll() is not None):
                raise Gone(f"{self.name} is not there:\n{self.log.read_text()[-2_000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """As an operator ends it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
                return
            self.kill()


def member_of(folder: Path, url: str, port: int, number: int, **environ: str) -> Member:
    """A process of handlers over the store at a url."""
    words, log = ["distributed", "serve", "--port", str(port)], folder / f"handlers{number + 1}"
    given = {**environment(folder, url), **environ}
    return Member(f"handlers {number + 1}", words, f"http://127.0.0.1:{port}/health", given, log)


def environment(folder: Path, url: str) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "PYTHONPATH": str(ROOT), "JCLI_STORE": url}


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


@dataclass
class Rig:
    """All processes. Restate is told where the handlers are; they share one port, so that one may go."""

    folder: Path
    database: postgres.Server
    url: str
    nodes: list[restate.Restate]
    handlers: list[Member]
    servers: list[Member]
    ports: list[int] = field(default_factory=list)

    @property
    def addresses(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def members(self) -> list[Member]:
        return [*self.handlers, *self.servers]


@contextmanager
def rig(folder: Path, *, nodes: int = 1, handlers: int = 2, servers: int = 2, lanes: int = 8) -> Iterator[Rig]:
    """Everything started, over an empty store; ended afterwards."""
    database = postgres.start(**_UNSAFE)
    engines: list[restate.Restate] = []
    made: list[Member] = []
    try:
        database.ask("CREATE DATABASE rig")
        url = database.url("rig")
        engines = restate.cluster(nodes) if nodes > 1 else [restate.start()]
        environ = {
            **environment(folder, url),
            "JCLI_RESTATE": ",".join(each.ingress for each in engines),
            "JCLI_LANES": str(lanes),
            "JCLI_JWT_SECRET": SECRET,
        }
        port, *ports = restate.free_ports(1 + servers)
        here = f"http://127.0.0.1:{port}"
        made += [member_of(folder, url, port, number, **environ) for number in range(handlers)]
        for number, own in enumerate(ports):
            ready = f"http://127.0.0.1:{own}/readyz"
            made.append(
                Member(
                    f"server {number + 1}", ["serve", "--port", str(own)], ready, environ, folder / f"server{number}"
                )
            )
        found = Rig(folder, database, url, engines, made[:handlers], made[handlers:], list(ports))
        open_store(url).close()
        for member in found.handlers:
            member.start()
        Admin(engines[0].admin).register(here)
        for member in found.servers:
            member.start()
        yield found
        engines = found.nodes
        database = found.database
    finally:
        for member in made:
            member.end()
        for engine in engines:
            restate.stop(engine)
        postgres.stop(database)


@dataclass
class Sent:
    """What senders have seen: the message ids that were acknowledged, and by the end of each batch how long it had
    waited for its answer, in seconds."""

    acknowledged: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refusals: int = 0


def send(
    lane: Sequence[dict[str, Any]],
    addresses: Sequence[str],
    sent: Sent,
    *,
    batch: int = 40,
    hold: Callable[[float], None] = lambda _: None,
) -> None:
    """Send the events in order, each batch until somebody acknowledges it. `hold` is asked before each batch, with how
    much of it all is sent."""
    token = mint(SECRET, sub="rig", scope="*", ttl=86_400_000, now=int(time.time() * 1000), issuer=None)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    asked = list(addresses)
    with httpx.Client(headers=headers, timeout=20) as client:
        for first in range(0, len(lane), batch):
            hold(first / len(lane))
            events = lane[first : first + batch]
            body = json.dumps({"siteId": SITE, "batch": events}).encode()
            began = time.monotonic()
            while (answer := _ask(client, asked[0], body)) is None:
                sent.refusals += 1
                asked.append(asked.pop(0))
                time.sleep(0.05)
            sent.waits.append(time.monotonic() - began)
            assert answer["accepted"] + answer["duplicates"] == len(events), answer
            sent.acknowledged += [event["messageId"] for event in events]


def _ask(client: httpx.Client, address: str, body: bytes) -> dict[str, Any] | None:
    """The answer to a batch; None when there was none, or a word to come again."""
    try:
        answer = client.post(f"{address}/api/events", content=body)
    except httpx.HTTPError:
        return None
    if answer.status_code == 503:
        assert answer.headers["Retry-After"], answer.text
        return None
    assert answer.status_code == 202, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


class Senders:
    """A thread for each lane of events."""

    def __init__(
        self,
        lanes: Sequence[Sequence[dict[str, Any]]],
        addresses: Sequence[str],
        *,
        hold: Callable[[float], None] = lambda _: None,
    ) -> None:
        self.sent = Sent()
        self._errors: list[BaseException] = []
        self._hold = hold
        self._threads = [
            threading.Thread(target=self._send, args=(lane, [*addresses[n % len(addresses) :], *addresses]))
            for n, lane in enumerate(lanes)
        ]
        for thread in self._threads:
            thread.start()

    def _send(self, lane: Sequence[dict[str, Any]], addresses: Sequence[str]) -> None:
        try:
            send(lane, list(dict.fromkeys(addresses)), self.sent, hold=self._hold)
        except BaseException as error:
            self._errors.append(error)

    def join(self, seconds: float) -> Sent:
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
            assert not thread.is_alive(), "not everything was sent in time"
        if self._errors:
            raise self._errors[0]
        return self.sent
