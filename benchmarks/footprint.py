"""What people and events cost in PostgreSQL: bytes a row with indexes, bytes an event, processor time of each side.

The example journeys live, people half way through five of them, then events in batches of 500. Sizes are those of
PostgreSQL's own books (`pg_total_relation_size`, the place in the write-ahead log) and do not depend on how busy the
machine is; processor time is read from /proc (Linux), for this process and for PostgreSQL's. `docs/capacity.md`
counts with these.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from benchmarks.crowd import ACTOR, SEED, START, events, fill, site_of
from benchmarks.measure import report, table
from jcli import operations
from jcli.runtime import Runtime
from jcli.store import Store, open_store
from tests import postgres

BATCH = 500
_DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "autovacuum": "off",  # it has times of its own, and would fall on whatever is measured then
}
_STAY = ("people", "enrollments", "steps", "deliveries")
_PASS = ("events", "messages")
"""What is forgotten after a while; there is none of it until events have come."""
_PARTITIONED = """
SELECT parent.relname, sum(pg_total_relation_size(i.inhrelid))::bigint, sum(pg_indexes_size(i.inhrelid))::bigint
FROM pg_inherits AS i JOIN pg_class AS parent ON parent.oid = i.inhparent
WHERE parent.relkind = 'p' AND parent.relname = ANY(ARRAY{names}) GROUP BY 1
"""


class Books:
    """What PostgreSQL knows of itself."""

    def __init__(self, server: postgres.Server) -> None:
        self._server = server

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Table -> (bytes with indexes, bytes of the indexes)."""
        asked = _PARTITIONED.format(names=[*_STAY, *_PASS])
        return {str(name): (_whole(size), _whole(index)) for name, size, index in self._ask("VACUUM", asked)}

    def count(self, table_name: str) -> int:
        return _whole(self._ask(f"SELECT count(*) FROM {table_name}")[0][0])

    def log(self) -> int:
        """How many bytes the write-ahead log has taken since the beginning."""
        return _whole(self._ask("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")[0][0])

    def processor(self) -> float:
        """Seconds of processor time of all of PostgreSQL's processes that live."""
        root, ticks = self._server.process.pid, os.sysconf("SC_CLK_TCK")
        seconds = 0.0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(folder.name) == root or int(fields[1]) == root:
                seconds += (int(fields[11]) + int(fields[12])) / ticks
        return seconds

    def _ask(self, *statements: str) -> list[tuple[object, ...]]:
        return self._server.ask(*statements, database="ours")


def _whole(value: object) -> int:
    return int(str(value))


def _rows(books: Books, names: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """A row of the answer for each of these tables."""
    found = []
    for name in names:
        (size, indexes), count = books.sizes()[name], books.count(name)
        found.append((name, f"{count:,}", f"{size / count:,.0f}", f"{indexes / count:,.0f}"))
    return found


def _live(store: Store, books: Books, people: int, batches: int) -> list[str]:
    """A line for each figure of so many batches of events."""
    now = [START + 43_200_000]
    ids = iter(range(10**9))
    runtime = Runtime(store, lambda: now[0], lambda: f"id-{next(ids)}")
    source, site_id = events(people, random.Random(SEED)), site_of(store)
    prepared = [list(islice(source, BATCH)) for _ in range(batches + 4)]
    for batch in prepared[:4]:
        operations.record_events(runtime, ACTOR, site_id, batch)
    before = sum(size for size, _ in books.sizes().values())
    begun = time.process_time(), books.processor(), books.log()
    for batch in prepared[4:]:
        now[0] += 50
        assert operations.record_events(runtime, ACTOR, site_id, batch).accepted == BATCH
    count = batches * BATCH
    ours, theirs = time.process_time() - begun[0], books.processor() - begun[1]
    logged, grown = books.log() - begun[2], sum(size for size, _ in books.sizes().values()) - before
    return [
        f"| processor time of jcli, an event | {ours / count * 1e6:,.0f} us |",
        f"| processor time of PostgreSQL, an event | {theirs / count * 1e6:,.0f} us |",
        f"| write-ahead log, an event | {logged / count:,.0f} bytes |",
        f"| tables and indexes grown, an event | {grown / count:,.0f} bytes |",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--batches", type=int, default=40)
    parser.add_argument("--quick", action="store_true", help="5,000 people, 10 batches")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    people, batches = (5_000, 10) if given.quick else (given.people, given.batches)
    server = postgres.start(**_DURABLE)
    try:
        server.ask("CREATE DATABASE ours")
        store, books = open_store(server.url("ours")), Books(server)
        fill(store, people)
        server.ask("VACUUM ANALYZE", database="ours")  # what autovacuum does within minutes
        rows = _rows(books, _STAY)
        lived = _live(store, books, people, batches)
        rows += _rows(books, _PASS)
        store.close()
    finally:
        postgres.stop(server)
    lines = [
        f"{people:,} people, each in five journeys; then {batches * BATCH:,} events in batches of {BATCH}, each of"
        " somebody else, seven of ten of no concern to any journey.",
        "",
        *table(("table", "rows", "bytes a row, with indexes", "of these indexes"), rows),
        "",
        "| what | figure |",
        "| --- | --- |",
        *lived,
    ]
    report("footprint", lines, keep=given.keep)


if __name__ == "__main__":
    main()
