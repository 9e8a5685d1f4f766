"""Events over HTTP, durable: batches of 100 over 8 connections, and one event a request over 64, next to `ingest`.

All three work on copies of one store (the crowd of `ingest`) and take turns. The floor is `record_events` in batches of
500 in this process, which is what `ingest` measures; the server is a process of its own, and the client that loads it
shares its cores. Requests go to `/v1/batch`, `/v1/track` and so on with the site's write key, as libraries send them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.api_read import free_port, serving
from benchmarks.crowd import ACTOR, SEED, START, build, events, site_of
from benchmarks.load import Connection
from benchmarks.measure import Timing, in_turns, report, table
from jcli import operations
from jcli.runtime import Runtime
from jcli.store import open_store

FLOOR_BATCH = 500
_DAY = 86_400_000


class Sender(Connection):
    """A connection that sends its share of the requests once, each after the answer to the one before."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        super().__init__(self._shares(requests))

    def _shares(self, requests: Sequence[bytes]) -> Iterator[bytes]:
        for number, request in enumerate(requests, 1):
            self.stopping = number == len(requests)
            yield request


async def _send(port: int, requests: Sequence[bytes], connections: int) -> float:
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    opened = []
    for number in range(connections):
        mine = requests[number::connections]
        _, sender = await loop.create_connection(lambda mine=mine: Sender(mine), "127.0.0.1", port)
        opened.append(sender)
    await asyncio.gather(*(sender.closed for sender in opened))
    assert sum(sender.answered for sender in opened) == len(requests)
    return time.perf_counter() - begin


def request(path: str, key: str, body: Any) -> bytes:
    """The bytes of a POST with the write key."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    user = base64.b64encode(f"{key}:".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {user}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


class Contenders:
    """The floor in this process and the server's two ways, each with events of its own; events a second."""

    def __init__(self, ours: Path, port: int, key: str, people: int, count: int, singles: int) -> None:
        self.now = START + _DAY // 2
        ids = iter(range(10**9))
        self.store = open_store(f"sqlite:///{ours}")
        self.runtime = Runtime(self.store, lambda: self.now, lambda: f"id-{next(ids)}")
        self.site_id = site_of(self.store)
        self.port, self.key, self.count, self.singles = port, key, count, singles
        self.source = {name: events(people, random.Random(f"{SEED} {name}")) for name in ("floor", "many", "one")}

    def floor(self) -> float:
        batches = [list(islice(self.source["floor"], FLOOR_BATCH)) for _ in range(self.count // FLOOR_BATCH)]
        begin = time.perf_counter()
        for batch in batches:
            self.now += 50
            assert operations.record_events(self.runtime, ACTOR, self.site_id, batch).accepted == FLOOR_BATCH
        return len(batches) * FLOOR_BATCH / (time.perf_counter() - begin)

    def many(self) -> float:
        batches = [list(islice(self.source["many"], 100)) for _ in range(self.count // 100)]
        asked = [request("/v1/batch", self.key, {"batch": batch}) for batch in batches]
        return self.count / uvloop.run(_send(self.port, asked, 8))

    def one(self) -> float:
        single = islice(self.source["one"], self.singles)
        asked = [request(f"/v1/{event['type']}", self.key, event) for event in single]
        return self.singles / uvloop.run(_send(self.port, asked, 64))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--crowd", type=Path, help="a store that an earlier run built; made there if it is missing")
    parser.add_argument("--quick", action="store_true", help="20,000 people, 3 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    people, rounds = (20_000, 3) if given.quick else (given.people, given.rounds)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        crowd = given.crowd or folder / "crowd.db"
        if not crowd.exists():
            made = folder / "made.db"
            build(made, people)
            shutil.move(made, crowd)
        ours, theirs, port = folder / "runtime.db", folder / "server.db", free_port()
        shutil.copy(crowd, ours)
        shutil.copy(crowd, theirs)
        store = open_store(f"sqlite:///{theirs}")
        site_id = site_of(store)
        with store.read() as tables:
            key = tables.write_keys([site_id])[site_id]
        store.close()
        env = {"JCLI_JWT_SECRET": secrets.token_hex(32)}
        with serving([sys.executable, "-m", "benchmarks.ingest_server", str(port), str(theirs)], port, env):
            contenders = Contenders(ours, port, key, people, count=20_000, singles=6_000)
            runs = {"floor": contenders.floor, "many": contenders.many, "one": contenders.one}
            timings = in_turns(runs, rounds)
    report("ingest-http", lines(people, rounds, timings), keep=given.keep)


def lines(people: int, rounds: int, timings: dict[str, Timing]) -> list[str]:
    floor = timings["floor"]
    rows = [
        [shown, timings[name].text("/s", digits=0), f"{timings[name].median / floor.median:.2f}"]
        for name, shown in (
            ("floor", "`record_events`, batches of 500"),
            ("many", "batches of 100, 8 connections"),
            ("one", "one event a request, 64 connections"),
        )
    ]
    return [
        f"{people:,} people, 20,000 events a run (6,000 one by one), median of {rounds} rounds (lowest to highest). "
        "The client shares the cores.",
        "",
        *table(["what", "events a second", "ratio"], rows),
    ]


if __name__ == "__main__":
    main()
