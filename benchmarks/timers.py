"""A hundred thousand timers due at once while events arrive, next to events alone on the same store.

The crowd of `ingest`, a day later: everybody's first wait is over. The writer's turns are taken as a started runtime
takes them, a batch of 500 events and then a slice of timers, until 100,000 people were woken. What is compared is
transitions a second, because a timer costs what its steps cost. Lateness is from the instant at which all of them fell
due to the commit.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.crowd import ACTOR, SEED, START, build, events, site_of
from benchmarks.measure import report, table
from jcli import operations
from jcli.runtime import Runtime
from jcli.store import open_store

BATCH = 500
_DAY = 86_400_000


def _steps(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT coalesce(max(row), 0) FROM steps").fetchone()[0])
    finally:
        connection.close()


class Bench:
    def __init__(self, crowd: Path, folder: Path, people: int) -> None:
        self.path = folder / "timers.db"
        shutil.copy(crowd, self.path)
        self.now = START + _DAY // 2
        ids = iter(range(10**9))
        self.store = open_store(f"sqlite:///{self.path}")
        self.runtime = Runtime(self.store, lambda: self.now, lambda: f"id-{next(ids)}")
        self.site_id = site_of(self.store)
        self.source = events(people, random.Random(SEED))

    def _batch(self) -> None:
        batch = list(islice(self.source, BATCH))
        assert operations.record_events(self.runtime, ACTOR, self.site_id, batch).accepted == BATCH

    def ingest(self, batches: int) -> float:
        """Transitions a second of events alone."""
        before, begin = _steps(self.path), time.perf_counter()
        for _ in range(batches):
            self._batch()
        return (_steps(self.path) - before) / (time.perf_counter() - begin)

    def drain(self, people: int) -> tuple[float, list[float]]:
        """Transitions a second until so many people were woken, and how late each was, in seconds."""
        self.now = START + 2 * _DAY
        late: list[float] = []
        before, begin = _steps(self.path), time.perf_counter()
        while len(late) < people:
            self._batch()
            woken = self.runtime.wake_some(self.now - 1)
            assert woken, "not so many are due"
            late += [time.perf_counter() - begin] * woken
        return (_steps(self.path) - before) / (time.perf_counter() - begin), late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--crowd", type=Path, help="a store that an earlier run built; made there if it is missing")
    parser.add_argument("--quick", action="store_true", help="20,000 people, 10,000 due")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    people, due = (20_000, 10_000) if given.quick else (given.people, given.due)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        crowd = given.crowd or folder / "crowd.db"
        if not crowd.exists():
            build(folder / "made.db", people)
            shutil.move(folder / "made.db", crowd)
        bench = Bench(crowd, folder, people)
        bench.ingest(10)
        alone = bench.ingest(40)
        print("  events alone are measured", file=sys.stderr)
        rate, late = bench.drain(due)
    late.sort()
    shown = f"{late[len(late) // 2]:.1f} s, {late[int(len(late) * 0.99)]:.1f} s"
    lines = [
        f"{people:,} people, {due:,} due at once; {BATCH} events between any two slices of timers.",
        "",
        *table(
            ("what", "transitions a second", "ratio", "lateness p50, p99"),
            [
                ("events alone (`ingest`)", f"{alone:,.0f}/s", "1.00", ""),
                ("timers and events", f"{rate:,.0f}/s", f"{rate / alone:.2f}", shown),
            ],
        ),
    ]
    report("timers", lines, keep=given.keep)


if __name__ == "__main__":
    main()
