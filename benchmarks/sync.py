"""`jcli sync` of 5,000 journeys, first, unchanged and with 50 changed, next to sqlite-utils writing the same rows.

Two floors, because a sync also reads, checks and compares: the operation alone, on documents that are compiled
already, against `insert_all` of the very rows that it left behind (one transaction, same schema, same pragmas); and
the whole command against `jcli validate` in the same run, which reads and checks the same files.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from benchmarks.generate import change, workspace
from benchmarks.measure import JCLI, Run, Timing, in_turns, report, seconds_of, table
from jcli import operations
from jcli.compiler import Compilation, compile_documents
from jcli.model import Actor
from jcli.store import open_store
from jcli.workspace import load, locate

CHANGED = 50
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",
    "cache_size = -16384",
)
"""Those that `jcli/store/sqlite/connection.py` sets."""
Rows = dict[str, list[dict[str, Any]]]


class Bench:
    """One workspace, a store that stays in step with it, and what each contender needs."""

    def __init__(self, folder: Path, journeys: int) -> None:
        self.folder = folder
        self.paths = workspace(folder, journeys)
        self.rounds = itertools.count(1)
        self.actor = Actor("benchmark", "sync")
        self.kept = folder / ".jcli" / "journeys.db"
        self._sync()
        self.compiled = compiled(folder)
        self.rows = rows_of(self.kept)

    def _sync(self) -> float:
        return seconds_of([JCLI, "-C", self.folder, "sync", "--yes"])

    def validate(self) -> float:
        return seconds_of([JCLI, "-C", self.folder, "validate"])

    def command_first(self) -> float:
        shutil.rmtree(self.folder / ".jcli")
        return self._sync()

    def command_unchanged(self) -> float:
        return self._sync()

    def command_changed(self) -> float:
        change(self.paths, CHANGED, next(self.rounds))
        return self._sync()

    def operation_first(self) -> float:
        with fresh_path(self.folder) as path:
            store = open_store(f"sqlite:///{path}")
            took = self._operation(store, self.compiled)
            store.close()
        return took

    def operation_unchanged(self) -> float:
        # The files on disk have been edited by the rounds before; a sync first brings the store to them.
        self._sync()
        now = compiled(self.folder)
        store = open_store(f"sqlite:///{self.kept}")
        took = self._operation(store, now)
        store.close()
        return took

    def operation_changed(self) -> float:
        self._sync()
        change(self.paths, CHANGED, next(self.rounds))
        now = compiled(self.folder)
        store = open_store(f"sqlite:///{self.kept}")
        took = self._operation(store, now)
        store.close()
        return took

    def _operation(self, store: Any, now: Compilation) -> float:
        gc.collect()
        begin = time.perf_counter()
        operations.sync(store, lambda: time.time_ns() // 1_000_000, self.actor, now)
        return time.perf_counter() - begin

    def floor(self) -> float:
        with fresh_path(self.folder) as path:
            open_store(f"sqlite:///{path}").close()
            connection = sqlite3.connect(path)
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            # Parents and children of one transaction: which table comes first is not what is measured.
            connection.execute("PRAGMA defer_foreign_keys = ON")
            database = Database(connection)
            gc.collect()
            begin = time.perf_counter()
            with connection:
                connection.execute("PRAGMA defer_foreign_keys = ON")
                for name, rows in self.rows.items():
                    database[name].insert_all(rows)
            took = time.perf_counter() - begin
            connection.close()
        return took


class fresh_path:  # noqa: N801 (reads as a statement)
    """A path for a new database file, removed with what SQLite puts beside it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "fresh.db"

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        for beside in self.path.parent.glob(self.path.name + "*"):
            beside.unlink()


def compiled(folder: Path) -> Compilation:
    found = locate(str(folder))
    loaded = load(found)
    return compile_documents(loaded.documents, loaded.findings, found.config.workspace, found.config.rules)


def rows_of(path: Path) -> Rows:
    """All rows of a store, table by table, in the order in which the schema declares the tables."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    # A new store has its own token and a trigger makes write keys: those rows come by themselves.
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE name NOT IN ('catalogue', 'write_keys') "
        "AND type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    ).fetchall()
    rows = {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for (name,) in names}
    connection.close()
    return {name: found for name, found in rows.items() if found}


def contenders(bench: Bench) -> Iterator[tuple[str, Run]]:
    yield "validate", bench.validate
    yield "command, first", bench.command_first
    yield "command, unchanged", bench.command_unchanged
    yield "command, changed", bench.command_changed
    yield "operation, first", bench.operation_first
    yield "operation, unchanged", bench.operation_unchanged
    yield "operation, changed", bench.operation_changed
    yield "floor", bench.floor


def lines(timings: dict[str, Timing], journeys: int, rows: int, rounds: int) -> list[str]:
    floor, validate = timings["floor"], timings["validate"]

    def row(name: str, shown: str, what: str, *of: Timing) -> list[str]:
        median = timings[name].median / sum(timing.median for timing in of)
        lowest = min(timings[name].runs) / sum(min(timing.runs) for timing in of)
        return [shown, timings[name].text(), f"{median:.2f} x {what}; lowest runs: {lowest:.2f} x"]

    return [
        f"{journeys:,} journeys, {rows:,} rows; median of {rounds} rounds (lowest to highest).",
        "",
        *table(
            ["what", "time", "ratio"],
            [
                ["sqlite-utils `insert_all` of the same rows", floor.text(), "1"],
                row("operation, first", "first sync, the operation alone", "insert_all", floor),
                row("operation, changed", f"{CHANGED} changed, the operation alone", "insert_all", floor),
                row("operation, unchanged", "unchanged, the operation alone", "insert_all", floor),
                ["`jcli validate`", validate.text(), "1"],
                row("command, first", "first `jcli sync`", "(validate + insert_all)", floor, validate),
                row("command, changed", f"`jcli sync`, {CHANGED} changed", "validate", validate),
                row("command, unchanged", "`jcli sync`, unchanged", "validate", validate),
            ],
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=5000)
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 5")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    parser.add_argument("--folder", help="where to put workspace and stores; a folder in memory leaves the disk out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        bench = Bench(Path(name).resolve(), options.journeys)
        rounds = 3 if options.quick else 5
        timings = in_turns(dict(contenders(bench)), rounds, warm=False)
        rows = sum(len(found) for found in bench.rows.values())
    where = f"Everything below {options.folder}. " if options.folder else ""
    shown = lines(timings, options.journeys, rows, rounds)
    report("sync", [where + shown[0], *shown[1:]], keep=options.keep)


if __name__ == "__main__":
    main()
