"""One thread's connection and the transaction that is open on it.

`reading` and `writing` are the blocks that a store hands out; both may be entered again within themselves.
Statements go through `row`, `rows`, `run` and `run_many`, which put SQLite's errors into words. What the rows mean
is told in `jcli/store/rows`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from jcli.errors import StoreError
from jcli.store.changes import bucket_of
from jcli.store.rows.group import Row, Values, json_text
from jcli.store.rows.queries import statements
from jcli.store.sqlite.failures import translated

if TYPE_CHECKING:
    from jcli.store.sqlite.tables import SqliteTables

STATEMENTS = statements(Path(__file__).parent / "queries", "IN (SELECT value FROM json_each({}))")


class Session:
    """A connection with at most one transaction, begun by the outermost block and ended with it.

    `depth` counts the blocks entered; `writes` says that the open transaction holds the write lock.
    """

    __slots__ = ("__weakref__", "connection", "depth", "reading", "tables", "url", "writes", "writing")

    sql: Mapping[str, str] = STATEMENTS

    def __init__(self, connection: sqlite3.Connection, url: str, tables: Callable[[Session], SqliteTables]) -> None:
        self.connection = connection
        self.url = url
        self.depth = 0
        self.writes = False
        connection.create_function("bucket_of", 1, bucket_of, deterministic=True)  # asked by `soundness.sql` alone
        self.tables = tables(self)
        self.reading = Reading(self)
        self.writing = Writing(self)

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise translated(error, self.url) from error

    def row(self, sql: str, values: Values = ()) -> Row | None:
        try:
            found: Row | None = self.connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise translated(error, self.url) from error
        return found

    def run(self, sql: str, values: Values = ()) -> int:
        """Change rows; how many were changed."""
        self._must_write()
        try:
            return self.connection.execute(sql, values).rowcount
        except sqlite3.Error as error:
            raise translated(error, self.url) from error

    def run_many(self, sql: str, values: Sequence[Values]) -> int:
        """Run one statement for each of the values: half the time of the multi-row statements that sqlite-utils'
        `insert_all` makes of the same rows, and the statement stays prepared."""
        self._must_write()
        try:
            return self.connection.executemany(sql, values).rowcount
        except sqlite3.Error as error:
            raise translated(error, self.url) from error

    run_rows = run_many

    @staticmethod
    def place(site_id: str, person_id: str) -> tuple[int, ...]:  # noqa: ARG004
        """Nothing: everybody is in one file."""
        return ()

    def among(self, values: Iterable[str | int]) -> str:
        return json_text(list(values))

    def control(self, sql: str) -> None:
        """Begin, mark or end a transaction."""
        try:
            self.connection.execute(sql)
        except sqlite3.Error as error:
            raise translated(error, self.url) from error

    def roll_back(self) -> None:
        """End the transaction without a trace; some errors (a full disk) have made SQLite do so already."""
        if self.connection.in_transaction:
            self.control("ROLLBACK")

    def begin(self, sql: str) -> None:
        self.roll_back()  # of a transaction that an interrupt left behind between two lines of ours
        self.control(sql)

    def commit(self) -> None:
        if not self.connection.in_transaction:
            raise StoreError(f"The store {self.url} took back what was being written; nothing was changed.")
        try:
            self.control("COMMIT")
        except BaseException:
            self.roll_back()
            raise

    def _must_write(self) -> None:
        if not self.writes:
            raise RuntimeError("rows are changed within store.write(), not within store.read()")


class Reading:
    """The block of `store.read()`: one snapshot. Within a `write()` it joins that transaction."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> SqliteTables:
        session = self._session
        if session.depth == 0:
            session.begin("BEGIN")
        session.depth += 1
        return session.tables

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = self._session
        session.depth -= 1
        if session.depth == 0:
            session.roll_back()


class Writing:
    """The block of `store.write()`. An inner block is a savepoint of the outer one: when it raises and the outer
    one goes on, nothing of it stays."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> SqliteTables:
        session = self._session
        if session.depth == 0:
            session.begin("BEGIN IMMEDIATE")
            session.writes = True
        elif session.writes:
            session.control(f"SAVEPOINT inner_{session.depth}")
        else:
            raise RuntimeError("store.write() within store.read(): what was read may be stale; write from the start")
        session.depth += 1
        return session.tables

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = self._session
        session.depth -= 1
        if session.depth > 0:
            self._end_inner(session, failed=kind is not None)
            return
        session.writes = False
        if kind is None:
            session.commit()
        else:
            session.roll_back()

    @staticmethod
    def _end_inner(session: Session, *, failed: bool) -> None:
        if failed and session.connection.in_transaction:
            session.control(f"ROLLBACK TO inner_{session.depth}")
        if session.connection.in_transaction:
            session.control(f"RELEASE inner_{session.depth}")
