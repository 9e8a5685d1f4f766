"""The plan for 1,000 journeys, all changed, with 1,000,000 enrollments in the store, next to the same with none.

Both stores hold the same journeys, published, and both plans are asked of the same files. The plan tells of each
journey how many people stand on what changes, so what is measured is that nobody is counted for it. A third store,
where the journeys are drafts that nobody ever entered, tells what speaking of people costs at all.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.generate import workspace
from benchmarks.measure import Run, in_turns, report, table
from benchmarks.sync import compiled
from jcli import operations
from jcli.compiler import Compilation
from jcli.model import Actor, Journey, JourneyStatus, Kind, NodeType
from jcli.plan import Outcome, Plan
from jcli.store import Store, open_store

START = 1_800_000_000_000
ACTOR = Actor("benchmark", "sync")
_STEP = 50_000
_WAITING = (NodeType.CONTENT, NodeType.WAIT, NodeType.WAIT_FOR_EVENT)


def store_of(path: Path, synced: Compilation, *, live: bool = True) -> Store:
    """A store with the journeys, published or as drafts."""
    store = open_store(f"sqlite:///{path}")
    operations.sync(store, lambda: START, ACTOR, synced)
    with store.write() as tables:
        for journey in journeys_of(synced) if live else ():
            tables.set_status(journey.id, JourneyStatus.PUBLISHED, START)
    return store


def journeys_of(found: Compilation) -> list[Journey]:
    return [source.item for (kind, _), source in found.sources.items() if isinstance(source.item, Journey)]


def fill(store: Store, journeys: list[Journey], enrollments: int) -> None:
    """Enrollments in equal numbers, two of three of them under way, spread over the nodes on which people wait."""
    connection = store.session().connection  # type: ignore[attr-defined]
    rows = _rows(journeys, enrollments)
    for first in range(0, enrollments, _STEP):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO enrollments (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id,"
            " revision, enrolled_at) VALUES (?, ?, ?, ?, 0, 1, ?, ?, 1, ?)",
            itertools.islice(rows, _STEP),
        )
        connection.execute("COMMIT")
        print(f"\r  {min(first + _STEP, enrollments):,} enrollments", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    connection.execute(
        "INSERT INTO enrollment_counts SELECT journey_id, status, node_id, count(*) FROM enrollments GROUP BY 1, 2, 3"
    )
    connection.execute("INSERT INTO enrollment_totals SELECT journey_id, count(*) FROM enrollments GROUP BY 1")
    connection.execute("ANALYZE")


def _rows(journeys: list[Journey], enrollments: int) -> Iterator[tuple[Any, ...]]:
    waiting = [[node.id for node in one.nodes if node.type in _WAITING] for one in journeys]
    ends = [next(node.id for node in one.nodes if node.type is NodeType.EXIT) for one in journeys]
    for number in range(enrollments):
        place, person = number % len(journeys), number // len(journeys)
        done = person % 3 == 0
        node = ends[place] if done else waiting[place][person % len(waiting[place])]
        one = journeys[place]
        status = "completed" if done else "in_progress"
        yield f"{number:032x}", one.id, one.site_id, f"person-{person:09}", status, node, START + number


class Bench:
    """The files, and the stores that a plan is asked of."""

    def __init__(self, folder: Path, journeys: int, enrollments: int) -> None:
        self.folder = folder
        self.paths = workspace(folder, journeys)
        synced = compiled(folder)
        self.stores = {
            "full": store_of(folder / "full.db", synced),
            "empty": store_of(folder / "empty.db", synced),
            "drafts": store_of(folder / "drafts.db", synced, live=False),
        }
        fill(self.stores["full"], journeys_of(synced), enrollments)
        self._change()

    def _change(self) -> None:
        """Every journey: its description, and how long its contents wait."""
        for path in self.paths:
            lines = path.read_text().replace("timeout: 3d", "timeout: 4d").splitlines(keepends=True)
            lines[3] = "description: Edited.\n"
            path.write_text("".join(lines))

    def runs(self) -> Mapping[str, Run]:
        return {name: self._run(store) for name, store in self.stores.items()}

    def _run(self, store: Store) -> Run:
        def once() -> float:
            # A compilation keeps the forms that a plan has made of it, so each plan gets one of its own.
            found = compiled(self.folder)
            gc.collect()
            begin = time.perf_counter()
            plan = operations.make_plan(store, found)
            took = time.perf_counter() - begin
            assert len(changed(plan)) == len(self.paths)
            return took

        return once

    def people(self) -> int:
        """How many people the plan tells of."""
        plan = operations.make_plan(self.stores["full"], compiled(self.folder))
        return sum(action.people.in_progress for action in changed(plan) if action.people)

    def close(self) -> None:
        for store in self.stores.values():
            store.close()


def changed(plan: Plan) -> list[Any]:
    return [action for action in plan.of(Outcome.UPDATE) if action.kind is Kind.JOURNEY]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=1_000)
    parser.add_argument("--enrollments", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="100,000 enrollments, 3 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    parser.add_argument("--folder", help="where to put workspace and stores")
    given = parser.parse_args()
    enrollments, rounds = (100_000, 3) if given.quick else (given.enrollments, given.rounds)
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        bench = Bench(Path(name).resolve(), given.journeys, enrollments)
        people, seen = bench.people(), in_turns(bench.runs(), rounds)
        bench.close()

    def row(what: str, of: str) -> list[str]:
        return [what, seen[of].text("ms", 1_000, 0), f"{seen[of].median / seen['empty'].median:.2f}"]

    lines = [
        f"{given.journeys:,} journeys, all changed; median of {rounds} rounds (lowest to highest). The plan tells of",
        f"{people:,} people who are under way.",
        "",
        *table(
            ["the plan, with", "time", "ratio"],
            [
                row("published journeys that nobody has entered", "empty"),
                row(f"published journeys and {enrollments:,} enrollments", "full"),
                row("drafts that nobody has entered", "drafts"),
            ],
        ),
    ]
    report("plan", lines, keep=given.keep)


if __name__ == "__main__":
    main()
