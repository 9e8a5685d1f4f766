"""Events through the store in PostgreSQL, durable, in batches of 500, next to bare psycopg that writes the same rows.

Both begin with copies of one database: the example journeys live, people half way through them. They take turns: the
runtime works a round of events in, four batches on their way at a time as with four clients of a server (reading the
events, dropping known messages, locking and loading people, the engine, saving), then bare psycopg runs the statements
of that very round, prepared, each with its arrays made beforehand, in the same transactions, one after the other. It
reads nothing, compiles nothing and decides nothing.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg

from benchmarks.crowd import ACTOR, SEED, START, events, fill, site_of
from benchmarks.measure import Timing, report, table
from benchmarks.replay import Recorder, Transaction
from jcli import operations
from jcli.runtime import Runtime, RuntimeSettings
from jcli.store import open_store
from jcli.store.postgres.arrays import array
from jcli.store.postgres.session import Kind, Session, _numbered
from tests import postgres

BATCH = 500
ON_THEIR_WAY = 4
_DAY = 86_400_000
_DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "jcli.partitions": "16",
}


class Turns:
    """The runtime on one database, bare psycopg on its copy."""

    def __init__(self, ours: str, theirs: str, people: int) -> None:
        self._now = START + _DAY // 2
        ids = iter(range(10**9))
        self.store = open_store(ours)
        settings = RuntimeSettings(commit_events=BATCH, worker=False)
        self._runtime = Runtime(self.store, lambda: self._now, lambda: f"id-{next(ids)}", settings=settings)
        self._runtime.start()
        self._site_id = site_of(self.store)
        self._bare = psycopg.connect(theirs, autocommit=True, prepare_threshold=1, cursor_factory=psycopg.RawCursor)
        self._bare.execute(b"SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off")
        self._recorder = Recorder(Session)
        self._source = events(people, random.Random(SEED))

    def round(self, batches: int) -> tuple[float, float]:
        """Seconds of the runtime and of bare psycopg for so many batches."""
        prepared = [list(islice(self._source, BATCH)) for _ in range(batches)]
        begin = time.perf_counter()
        with self._recorder.recording():
            on_their_way: deque[Future[operations.Recorded]] = deque()
            for batch in prepared:
                self._now += 50
                on_their_way.append(operations.submit_events(self._runtime, ACTOR, self._site_id, batch))
                while len(on_their_way) >= ON_THEIR_WAY:
                    _accepted(on_their_way.popleft())
            while on_their_way:
                _accepted(on_their_way.popleft())
        ours = time.perf_counter() - begin
        return ours, self._replay(self._recorder.take())

    def _replay(self, transactions: list[Transaction]) -> float:
        made = [[(_numbered(sql), _arrays(rows)) for sql, rows in transaction] for transaction in transactions]
        cursor = self._bare.cursor()
        begin = time.perf_counter()
        for transaction in made:
            cursor.execute(Kind.PEOPLE.value, prepare=False)
            for sql, arrays in transaction:
                cursor.execute(sql, arrays)
            cursor.execute(b"COMMIT", prepare=False)
        return time.perf_counter() - begin

    def close(self) -> None:
        self._runtime.close()
        self.store.close()
        self._bare.close()


def _accepted(answer: Future[operations.Recorded]) -> None:
    recorded = answer.result()
    assert recorded.accepted == BATCH, recorded


def _arrays(rows: list[Any]) -> list[str]:
    return [array(column) for column in zip(*rows, strict=True)]


@contextmanager
def turns_of(people: int) -> Iterator[Turns]:
    server = postgres.start(**_DURABLE)
    try:
        server.ask("CREATE DATABASE ours")
        store = open_store(server.url("ours"))
        fill(store, people)
        store.close()
        server.ask("VACUUM ANALYZE", database="ours")
        server.ask("CREATE DATABASE theirs TEMPLATE ours", "CHECKPOINT")
        turns = Turns(server.url("ours"), server.url("theirs"), people)
        yield turns
        turns.close()
    finally:
        postgres.stop(server)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, default=40, help="in each round")
    parser.add_argument("--quick", action="store_true", help="5,000 people, 3 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    people, rounds = (5_000, 3) if given.quick else (given.people, given.rounds)
    seen = []
    with turns_of(people) as turns:
        turns.round(given.batches)
        for number in range(rounds):
            seen.append(turns.round(given.batches))
            print(f"\r  round {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    count = given.batches * BATCH
    ours = Timing(tuple(count / took for took, _ in seen))
    floor = Timing(tuple(count / took for _, took in seen))
    rows = [
        ("bare psycopg, the same rows", floor.text("/s", digits=0), "1.00"),
        ("`record_events`", ours.text("/s", digits=0), f"{ours.median / floor.median:.2f}"),
    ]
    lines = [
        f"{people:,} people, batches of {BATCH}, {count:,} events a round, median of {rounds} rounds; PostgreSQL with"
        " fsync on the same cores.",
        "",
        *table(("what", "events a second", "ratio"), rows),
    ]
    report("ingest-postgres", lines, keep=given.keep)


if __name__ == "__main__":
    main()
