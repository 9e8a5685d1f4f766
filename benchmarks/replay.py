"""The floor of the runtime's benchmarks: a bare sqlite3 loop that writes the very rows that the runtime wrote.

`Recorder` keeps the statements and their prepared tuples while a runtime works on one store; `replay` runs them, with
the same pragmas and one transaction for each of the runtime's, on a copy of the store. It reads nothing, compiles
nothing and decides nothing.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jcli.store.sqlite.session import Session

_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -16384",
    "wal_autocheckpoint = 8192",
)
Transaction = list[tuple[str, list[Any]]]


class Recorder:
    """The transactions that were committed on a kind of session, by whichever threads, each a list of (statement,
    tuples)."""

    def __init__(self, kind: type[Any] = Session) -> None:
        self.transactions: list[Transaction] = []
        self._kind = kind
        self._threads = threading.local()

    @property
    def _open(self) -> Transaction:
        """What this thread's transaction has written so far."""
        return self._threads.__dict__.setdefault("open", [])  # type: ignore[no-any-return]

    @contextmanager
    def recording(self) -> Iterator[None]:
        kind = self._kind
        run, begin, commit = kind.run, kind.begin, kind.commit

        def kept_run(session: Any, sql: str, values: Any = ()) -> int:
            self._open.append((sql, [values]))
            return int(run(session, sql, values))

        def kept_begin(session: Any, *given: Any) -> None:
            self._threads.open = []
            begin(session, *given)

        def kept_commit(session: Any) -> None:
            commit(session)
            self.transactions.append(self._open)
            self._threads.open = []

        with (
            patch.object(kind, "run", kept_run),
            patch.object(kind, "run_many", self._kept(kind.run_many)),
            patch.object(kind, "run_rows", self._kept(kind.run_rows)),
            patch.object(kind, "begin", kept_begin),
            patch.object(kind, "commit", kept_commit),
        ):
            yield

    def _kept(self, write: Callable[..., int]) -> Callable[..., int]:
        """Rows that are written at once."""

        def kept(session: Any, sql: str, values: Iterable[Any]) -> int:
            rows = values if isinstance(values, list) else list(values)
            if rows:
                self._open.append((sql, rows))
            return write(session, sql, rows)

        return kept

    def take(self) -> list[Transaction]:
        taken, self.transactions = self.transactions, []
        return taken


def bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def replay(connection: sqlite3.Connection, transactions: Iterable[Transaction]) -> float:
    """Seconds that it takes to write the transactions."""
    begin = time.perf_counter()
    for transaction in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for sql, rows in transaction:
            connection.executemany(sql, rows)
        connection.execute("COMMIT")
    return time.perf_counter() - begin
