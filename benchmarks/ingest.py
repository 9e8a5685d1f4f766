"""Events through the store, durable, in batches of 500, next to a bare sqlite3 loop that writes the same rows.

Both begin with copies of one store: the example journeys live, 200,000 people, 1,000,000 enrollments in progress. They
take turns: the runtime works a round of events in (reading the events, dropping known messages, loading people, the
engine, saving), then the loop writes the rows of that very round from prepared tuples. `--profile` says where the
runtime's time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import shutil
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.crowd import ACTOR, SEED, START, build, events, site_of
from benchmarks.measure import Timing, report, table
from benchmarks.replay import Recorder, bare, replay
from jcli import operations
from jcli.runtime import Runtime
from jcli.store import open_store

BATCH = 500
_DAY = 86_400_000


class Turns:
    """The runtime on one copy, the loop on the other."""

    def __init__(self, crowd: Path, folder: Path, people: int) -> None:
        ours, theirs = folder / "runtime.db", folder / "bare.db"
        shutil.copy(crowd, ours)
        shutil.copy(crowd, theirs)
        self.now = START + _DAY // 2
        ids = iter(range(10**9))
        self.store = open_store(f"sqlite:///{ours}")
        self.runtime = Runtime(self.store, lambda: self.now, lambda: f"id-{next(ids)}")
        self.site_id = site_of(self.store)
        self.connection = bare(theirs)
        self.recorder = Recorder()
        self.source = events(people, random.Random(SEED))
        with open_store(f"sqlite:///{ours}").read() as tables:
            self.runtime.catalogues.current(tables)

    def prepared(self, batches: int) -> list[list[dict[str, Any]]]:
        return [list(islice(self.source, BATCH)) for _ in range(batches)]

    def work(self, batches: list[list[dict[str, Any]]]) -> None:
        for batch in batches:
            self.now += 50
            recorded = operations.record_events(self.runtime, ACTOR, self.site_id, batch)
            assert recorded.accepted == BATCH, recorded

    def round(self, batches: int) -> tuple[float, float]:
        """Seconds of the runtime and of the loop for so many batches."""
        prepared = self.prepared(batches)
        begin = time.perf_counter()
        with self.recorder.recording():
            self.work(prepared)
        ours = time.perf_counter() - begin
        return ours, replay(self.connection, self.recorder.take())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batches", type=int, default=40, help="in each round")
    parser.add_argument("--crowd", type=Path, help="a store that an earlier run built; made there if it is missing")
    parser.add_argument("--profile", action="store_true")
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
        turns = Turns(crowd, folder, people)
        turns.round(given.batches)
        if given.profile:
            _profile(turns, given.batches)
            return
        seen = []
        for number in range(rounds):
            seen.append(turns.round(given.batches))
            print(f"\r  round {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
        print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    count = given.batches * BATCH
    ours = Timing(tuple(count / took for took, _ in seen))
    floor = Timing(tuple(count / took for _, took in seen))
    lines = [
        f"{people:,} people, batches of {BATCH}, {count:,} events a round, median of {rounds} rounds.",
        "",
        *table(
            ("what", "events a second", "ratio"),
            [
                ("bare loop, the same rows", floor.text("/s", digits=0), "1.00"),
                ("`record_events`", ours.text("/s", digits=0), f"{ours.median / floor.median:.2f}"),
            ],
        ),
    ]
    report("ingest", lines, keep=given.keep)


def _profile(turns: Turns, batches: int) -> None:
    prepared = turns.prepared(batches)
    profile = cProfile.Profile()
    profile.enable()
    turns.work(prepared)
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()
