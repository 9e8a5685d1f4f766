"""What the API reads of the store, with many enrollments and with few: lists with counts, pages, a cursor, stats.

Both stores hold twenty journeys; one of them has nearly all enrollments. The operations are called as the routes call
them; HTTP would only make the difference smaller. `--enrollments 10000000` takes some minutes and six gigabytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.crowd import ACTOR, START
from benchmarks.measure import Timing, in_turns, report, table
from jcli import operations
from jcli.model import Edge, EnrollmentStatus, Journey, Node, NodeType
from jcli.store import JourneySave, Page, Store, open_store

FEW = 10_000
LIMIT = 20
_REPEAT = 200
_STEP = 50_000


def _journey(number: int) -> Journey:
    nodes = (
        Node("start", NodeType.TRIGGER, {"triggerType": "MANUAL"}),
        Node("wait", NodeType.WAIT, {"duration": "7d"}),
        Node("end", NodeType.EXIT),
    )
    edges = (Edge("a", "start", "wait"), Edge("b", "wait", "end"))
    return Journey(f"j{number}", f"Journey {number}", "main", nodes=nodes, edges=edges)


def _rows(first: int, count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(first, first + count):
        person = f"person-{number:09}"
        status = "completed" if number % 3 else "in_progress"
        node = "end" if number % 3 else "wait"
        yield (f"{number:032x}", "j0", "main", person, 0, 1, status, node, 1, START + number)


def _build(path: Path, enrollments: int) -> Store:
    store = open_store(f"sqlite:///{path}")
    saves = [JourneySave(_journey(number), "f") for number in range(20)]
    with store.write() as tables:
        tables.save_journeys(saves, author="benchmark", door="cli", now=START)
    connection = store.session().connection  # type: ignore[attr-defined]
    for first in range(0, enrollments, _STEP):
        count = min(_STEP, enrollments - first)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO people (id, anonymous, site_id, traits, created_at, updated_at)"
            " VALUES (?, 0, 'main', ?, ?, 0)",
            [(f"person-{n:09}", json.dumps({"plan": "pro"}), START + n) for n in range(first, first + count)],
        )
        connection.executemany(
            "INSERT INTO enrollments (id, journey_id, site_id, person_id, anonymous, rotation, status, node_id,"
            " revision, enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _rows(first, count),
        )
        connection.execute("COMMIT")
        print(f"\r  {first + count:,} enrollments", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    connection.execute(
        "INSERT INTO enrollment_counts SELECT journey_id, status, node_id, count(*) FROM enrollments GROUP BY 1, 2, 3"
    )
    connection.execute("INSERT INTO enrollment_totals SELECT journey_id, count(*) FROM enrollments GROUP BY 1")
    connection.execute(
        "INSERT INTO step_counts VALUES ('j0', 'start', '', '', ?), ('j0', 'wait', '', '', ?)", (enrollments,) * 2
    )
    connection.executemany(
        "INSERT INTO step_times VALUES ('j0', 'wait', ?, ?)", [(n, enrollments // 200) for n in range(200)]
    )
    connection.execute("ANALYZE")
    return store


def _reads(store: Store, enrollments: int) -> Mapping[str, Callable[[], object]]:
    deep = Page(LIMIT, after=(START + enrollments // 2, ""))

    def page(number: int, **more: Any) -> Callable[[], object]:
        asked = Page(LIMIT, offset=(number - 1) * LIMIT)
        return lambda: operations.list_enrollments(store, ACTOR, "j0", asked, **more)

    return {
        "journeys with counts": lambda: operations.list_journeys(store, ACTOR, Page(LIMIT)),
        "enrollments, page 1": page(1),
        "enrollments in progress, page 1": page(1, status=EnrollmentStatus.IN_PROGRESS),
        "enrollments, page 400": page(400),
        "enrollments by cursor, half way": lambda: operations.list_enrollments(store, ACTOR, "j0", deep),
        "stats": lambda: operations.journey_stats(store, ACTOR, "j0"),
    }


def _timed(read: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        begin = time.perf_counter()
        for _ in range(_REPEAT):
            read()
        return (time.perf_counter() - begin) / _REPEAT

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enrollments", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="100,000 enrollments, 3 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    many, rounds = (100_000, 3) if given.quick else (given.enrollments, given.rounds)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        few_store, many_store = _build(folder / "few.db", FEW), _build(folder / "many.db", many)
        few, more = _reads(few_store, FEW), _reads(many_store, many)
        far = Page(LIMIT, offset=999 * LIMIT)
        runs = {f"few {name}": _timed(read) for name, read in few.items()}
        runs |= {f"many {name}": _timed(read) for name, read in more.items()}
        runs["many page 1,000"] = _timed(lambda: operations.list_enrollments(many_store, ACTOR, "j0", far))
        seen = in_turns(runs, rounds)
        few_store.close()
        many_store.close()
    report("api-at-scale", _lines(seen, list(few), many, rounds), keep=given.keep)


def _lines(seen: Mapping[str, Timing], names: list[str], many: int, rounds: int) -> list[str]:
    def shown(timing: Timing) -> str:
        return timing.text("us", 1_000_000, 0)

    rows = [
        (name, shown(seen[f"few {name}"]), shown(seen[f"many {name}"]),
         f"{seen[f'many {name}'].median / seen[f'few {name}'].median:.2f}")
        for name in names
    ]  # fmt: skip
    first, deep = seen["many enrollments, page 1"], seen["many page 1,000"]
    rows.append(("page 1,000 next to page 1", shown(first), shown(deep), f"{deep.median / first.median:.2f}"))
    return [
        f"Pages of {LIMIT}; median of {rounds} rounds of {_REPEAT}. In the last row both are of the large store.",
        "",
        *table(("what", f"{FEW:,} enrollments", f"{many:,} enrollments", "ratio"), rows),
    ]


if __name__ == "__main__":
    main()
