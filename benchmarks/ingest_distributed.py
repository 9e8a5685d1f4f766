"""Events through Restate and its handlers into PostgreSQL, next to `record_events` on the same PostgreSQL.

Both begin with the same crowd, in a database each, and take turns. The peer is one process that works batches of 500
in; the contender hands the same number of events to one node of Restate, which brings them to handlers in processes of
their own, in parcels of up to 500. It is measured until the last event is in the database. `--scale-out` measures 1, 2
and 4 processes of handlers next to each other.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.crowd import ACTOR, SEED, START, events, fill, site_of
from benchmarks.measure import Timing, in_turns, report, table
from jcli import operations
from jcli.runtime import Runtime
from jcli.runtime.distributed.admin import Admin
from jcli.runtime.distributed.feeding import DistributedRuntime
from jcli.runtime.distributed.settings import DistributedSettings
from jcli.store import Store, open_store
from tests import postgres, restate
from tests.distributed.rig import Member, member_of
from tests.runtime.world import ask

BATCH, LANES = 500, 8
_DAY = 86_400_000
_WAITING = 40
"""Batches that are on their way at a time."""
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "512MB"}


class Peer:
    """`record_events`, one batch after the other."""

    def __init__(self, store: Store, people: int) -> None:
        self._now = START + _DAY // 2
        self._runtime = Runtime(store, lambda: self._now, lambda: str(uuid4()))
        self._site_id = site_of(store)
        self._source = events(people, random.Random(SEED))

    def events_a_second(self, count: int) -> float:
        batches = [list(islice(self._source, BATCH)) for _ in range(count // BATCH)]
        begin = time.perf_counter()
        for batch in batches:
            self._now += 50
            assert operations.record_events(self._runtime, ACTOR, self._site_id, batch).accepted == BATCH
        return count / (time.perf_counter() - begin)


class Contender:
    """A server's runtime that hands events to Restate; handlers work them in."""

    def __init__(self, store: Store, url: str, ingress: str, people: int) -> None:
        self._url = url
        self._now = START + _DAY // 2
        settings = DistributedSettings((ingress,), lanes=LANES, most_waiting=10**9)
        self.runtime = DistributedRuntime(store, lambda: self._now, lambda: str(uuid4()), settings)
        self._site_id = site_of(store)
        self._source = events(people, random.Random(SEED))
        self._seen = self._count()

    def events_a_second(self, count: int) -> float:
        batches = [list(islice(self._source, BATCH)) for _ in range(count // BATCH)]
        waiting: deque[Future[Any]] = deque()
        begin = time.perf_counter()
        for batch in batches:
            self._now += 50
            waiting.append(operations.submit_events(self.runtime, ACTOR, self._site_id, batch))
            if len(waiting) >= _WAITING:
                assert waiting.popleft().result(60).accepted == BATCH
        for answer in waiting:
            assert answer.result(60).accepted == BATCH
        self._seen += count
        while self._count() < self._seen:
            time.sleep(0.02)
        return count / (time.perf_counter() - begin)

    def _count(self) -> int:
        ((number,),) = ask(self._url, "SELECT count(*) FROM events")
        return int(number)


@contextmanager
def served(folder: Path, url: str, port: int, processes: int) -> Iterator[Sequence[Member]]:
    """Handlers in so many processes, on one port."""
    made = [member_of(folder, url, port, number) for number in range(processes)]
    try:
        for member in made:
            member.start()
        yield made
    finally:
        for member in made:
            member.end()


def measured(folder: Path, people: int, count: int, rounds: int, processes: Sequence[int]) -> dict[str, Timing]:
    """Events a second of the peer and of the contender with so many processes of handlers."""
    server = postgres.start(**_DURABLE)
    engine = restate.start()
    with ExitStack() as opened:
        opened.callback(postgres.stop, server)
        opened.callback(restate.stop, engine)
        urls = []
        for name in ("peer", "contender"):
            server.ask(f"CREATE DATABASE {name}")
            urls.append(server.url(name))
            store = open_store(urls[-1])
            fill(store, people)
            store.close()
            server.ask("VACUUM ANALYZE", database=name)
        ours, theirs = (open_store(url) for url in reversed(urls))
        opened.callback(ours.close)
        opened.callback(theirs.close)
        (port,) = restate.free_ports(1)
        with served(folder, urls[1], port, 1):
            Admin(engine.admin).register(f"http://127.0.0.1:{port}")
        peer, contender = Peer(theirs, people), Contender(ours, urls[1], engine.ingress, people)
        opened.callback(contender.runtime.close)

        def with_handlers(number: int) -> float:
            with served(folder, urls[1], port, number):
                contender.events_a_second(BATCH * LANES)  # a new process compiles journeys and prepares statements
                return contender.events_a_second(count)

        runs = {"peer": lambda: peer.events_a_second(count)}
        runs |= {str(number): lambda number=number: with_handlers(number) for number in processes}
        return in_turns(runs, rounds)


def lines(people: int, count: int, rounds: int, timings: dict[str, Timing]) -> list[str]:
    floor = timings["peer"].median
    rows = []
    for name, timing in timings.items():
        what = "`record_events`, one process" if name == "peer" else f"through Restate, handlers in {name} process(es)"
        rows.append([what, timing.text("/s", digits=0), f"{timing.median / floor:.2f}"])
    return [
        f"{people:,} people, {count:,} events a run, batches and parcels of {BATCH}, {LANES} lanes, PostgreSQL with"
        f" fsync, one node of Restate; median of {rounds} rounds (lowest to highest). The sender, Restate, the handlers"
        " and PostgreSQL share the cores.",
        "",
        *table(["what", "events a second", "ratio"], rows),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=20_000, help="in each run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale-out", action="store_true", help="1, 2 and 4 processes of handlers")
    parser.add_argument("--quick", action="store_true", help="10,000 people, 10,000 events, 2 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    people, count, rounds = (10_000, 10_000, 2) if given.quick else (given.people, given.events, given.rounds)
    processes = (1, 2, 4) if given.scale_out else (1,)
    with tempfile.TemporaryDirectory(prefix="jcli-ingest-") as folder:
        timings = measured(Path(folder), people, count, rounds, processes)
    name = "scale-out" if given.scale_out else "ingest-distributed"
    report(name, lines(people, count, rounds, timings), keep=given.keep)


if __name__ == "__main__":
    main()
