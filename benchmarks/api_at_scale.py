"""What the API reads of the store, with many enrollments and with few: lists with counts, pages, a cursor, stats.

Both stores hold twenty journeys; one of them has nearly all enrollments. The operations are called as the routes call
them; HTTP would only make the difference smaller. `--store postgres` starts a PostgreSQL of its own.
`--enrollments 10000000` takes some minutes and six gigabytes.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import filled
from benchmarks.crowd import ACTOR, START
from benchmarks.measure import Timing, in_turns, report, table
from jcli import operations
from jcli.model import EnrollmentStatus
from jcli.store import Page, Store
from tests import postgres

FEW = 10_000
LIMIT = 20
_REPEAT = 200


@contextmanager
def _stores(where: str, many: int) -> Iterator[tuple[Store, Store]]:
    """The small store and the large one, in files or in one PostgreSQL of this run."""
    with ExitStack() as opened:
        if where == "sqlite":
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            few, more = filled.sqlite(folder / "few.db", FEW), filled.sqlite(folder / "many.db", many)
        else:
            server = postgres.start(shared_buffers="512MB", max_wal_size="4GB", **{"jcli.partitions": "16"})
            opened.callback(postgres.stop, server)
            few, more = filled.postgres(server, "few", FEW), filled.postgres(server, "many", many)
        opened.callback(few.close)
        opened.callback(more.close)
        yield few, more


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
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="100,000 enrollments, 3 rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    given = parser.parse_args()
    many, rounds = (100_000, 3) if given.quick else (given.enrollments, given.rounds)
    with _stores(given.store, many) as (few_store, many_store):
        few, more = _reads(few_store, FEW), _reads(many_store, many)
        far = Page(LIMIT, offset=999 * LIMIT)
        runs = {f"few {name}": _timed(read) for name, read in few.items()}
        runs |= {f"many {name}": _timed(read) for name, read in more.items()}
        runs["many page 1,000"] = _timed(lambda: operations.list_enrollments(many_store, ACTOR, "j0", far))
        seen = in_turns(runs, rounds)
    name = "api-at-scale" if given.store == "sqlite" else "api-at-scale-postgres"
    report(name, _lines(seen, list(few), many, rounds), keep=given.keep)


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
