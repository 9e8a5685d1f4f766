"""An audience of 200,000 at publish, next to a bare sqlite3 loop that writes the same rows.

All people are known, half a kilobyte of traits each, and all of them match. Publishing takes the first slice, the rest
is done slice by slice as a worker does it. Memory is the process's highest so far, before and after.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.crowd import ACTOR, START, traits
from benchmarks.measure import Timing, report, table
from benchmarks.replay import Recorder, bare, replay
from jcli import operations
from jcli.engine import Event, EventType
from jcli.model import Audience, Edge, Journey, Node, NodeType
from jcli.runtime import Runtime, open_work
from jcli.store import JourneySave, PersonKey, open_store

_SITE = "main"


def _journey() -> Journey:
    nodes = (
        Node("start", NodeType.TRIGGER, {"triggerType": "MANUAL"}),
        Node("half", NodeType.SPLIT, {"weights": {"a": 50, "b": 50}}),
        Node("mail", NodeType.CONTENT, {"advanceOn": "immediate"}, "mail"),
        Node("wait", NodeType.WAIT, {"duration": "7d"}),
        Node("end", NodeType.EXIT),
    )
    ways = (("start", "half", None), ("half", "mail", "a"), ("half", "wait", "b"), ("mail", "wait", None))
    edges = [Edge(f"{source}-{target}", source, target, label) for source, target, label in ways]
    return Journey("j", "Everybody", _SITE, audience_id="all", nodes=nodes, edges=(*edges, Edge("last", "wait", "end")))


def _prepare(path: Path, people: int) -> None:
    store = open_store(f"sqlite:///{path}")
    journey = _journey()
    with store.write() as tables:
        tables.put_thing(Audience("all", "All", {"trait": "role", "equals": "admin"}), "f", START)
        tables.save_journeys([JourneySave(journey, "f")], author="benchmark", door="cli", now=START)
    for first in range(0, people, 5_000):
        with open_work(store, lambda: START) as work:
            for number in range(first, min(first + 5_000, people)):
                told: dict[str, Any] = {**traits(number), "about": "x" * 400}
                work.give(
                    work.new(PersonKey(_SITE, f"person-{number:07}")), Event(EventType.IDENTIFY, START, traits=told)
                )
    store.close()


def _once(prepared: Path, folder: Path, people: int) -> tuple[float, float]:
    """Seconds of the backfill and of the loop."""
    ours, theirs = folder / "ours.db", folder / "theirs.db"
    for copy in (ours, theirs):
        for beside in folder.glob(copy.name + "*"):
            beside.unlink()
        shutil.copy(prepared, copy)
    store, recorder = open_store(f"sqlite:///{ours}"), Recorder()
    runtime = Runtime(store, lambda: START + 1, lambda: "id")
    begin = time.perf_counter()
    with recorder.recording():
        operations.publish(store, lambda: START + 1, ACTOR, "j")
        runtime.run_jobs()
    took = time.perf_counter() - begin
    done = operations.get_journey(store, ACTOR, "j")
    assert done.counts.enrollments == people, done
    store.close()
    connection = bare(theirs)
    floor = replay(connection, recorder.take())
    connection.close()
    return took, floor


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="20,000 people, 3 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    people, rounds = (20_000, 3) if given.quick else (given.people, given.rounds)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _prepare(folder / "prepared.db", people)
        seen = [_once(folder / "prepared.db", folder, people) for _ in range(rounds)]
    ours, floor = (Timing(tuple(people / pair[side] for pair in seen)) for side in (0, 1))
    lines = [
        f"{people:,} people, all of whom match; median of {rounds} rounds. The process took at most",
        f"{_memory():.0f} MiB, the rows that were kept for the loop among them.",
        "",
        *table(
            ("what", "people a second", "ratio"),
            [
                ("bare loop, the same rows", floor.text("/s", digits=0), "1.00"),
                ("publish and its backfill", ours.text("/s", digits=0), f"{ours.median / floor.median:.2f}"),
            ],
        ),
    ]
    report("backfill", lines, keep=given.keep)


if __name__ == "__main__":
    main()
