"""One thread's part in a store: the connection that it holds within a transaction, and the locks of each kind.

`read()` is one snapshot (repeatable read, read only) and takes no lock; its statements are planned once and not for
each of their values, which would take longer than most of them. `write()` takes the one lock of the catalogue
for itself, so nobody else writes until it ends. `write_people()` shares it with others of its kind: journeys stay as
they are, people are locked as they are loaded (in the order of their shards and rows), new people are inserted if
they are not there, and counters go to a slot that no other transaction has. All writing is read committed: whatever is
read after a lock was had is as it is then. Two that wait for each other are told apart by the database, and one of them
gets a StoreConflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from jcli.errors import JcliError, StoreBusy, StoreError
from jcli.store.postgres.arrays import array
from jcli.store.postgres.connecting import Connection, Reach
from jcli.store.postgres.failures import lost, translated
from jcli.store.rows.group import Row, Values
from jcli.store.rows.queries import statements
from jcli.store.shards import shard_of

if TYPE_CHECKING:
    from jcli.store.postgres.tables import PostgresTables

STATEMENTS = statements(Path(__file__).parent / "queries", "= ANY({})")
LOCKS = 1245924425
"""The first half of all advisory locks: 0 is the catalogue, 1 the schema, from 16 on the slots of counters."""


class Kind(Enum):
    """What a transaction is for, and how it begins."""

    READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan"
    WRITE = f"BEGIN; SELECT pg_advisory_xact_lock({LOCKS}, 0), set_config('jcli.slot', '0', true)".encode()
    PEOPLE = (
        f"BEGIN; SELECT pg_advisory_xact_lock_shared({LOCKS}, 0), set_config('jcli.slot', free_slot()::text, true)"
    ).encode()


class Session:
    """A transaction, begun by the outermost block and ended with it; between two of them no connection is held.

    `depth` counts the blocks entered; `kind` is what the open transaction is for.
    """

    __slots__ = ("__weakref__", "_connection", "_cursor", "_pool", "_reach", "depth", "kind", "tables", "url")

    sql: Mapping[str, str] = STATEMENTS

    def __init__(
        self,
        pool: ConnectionPool[Connection],
        url: str,
        tables: Callable[[Session], PostgresTables],
        reach: Reach,
    ) -> None:
        self._pool = pool
        self._reach = reach
        self._connection: Connection | None = None
        self._cursor: psycopg.Cursor[Row] | None = None
        self.url = url
        self.depth = 0
        self.kind: Kind | None = None
        self.tables = tables(self)

    # Statements

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        return self._execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = ()) -> Row | None:
        return self._execute(sql, values).fetchone()

    def run(self, sql: str, values: Values = ()) -> int:
        self._must_write()
        return self._execute(sql, values).rowcount

    def run_many(self, sql: str, values: Sequence[Values]) -> int:
        self._must_write()
        if not values:
            return 0
        cursor = self._at_hand()
        try:
            cursor.executemany(_numbered(sql), values)
        except psycopg.Error as error:
            raise translated(error, self.url) from error
        return cursor.rowcount

    def run_rows(self, sql: str, values: Sequence[Values]) -> int:
        """One statement for all rows: it is given their columns, each as an array."""
        self._must_write()
        if not values:
            return 0
        return self._execute(sql, [array(column) for column in zip(*values, strict=True)]).rowcount

    @staticmethod
    def place(site_id: str, person_id: str) -> tuple[int, ...]:
        return (shard_of(site_id, person_id),)

    @staticmethod
    def among(values: Iterable[str | int]) -> str:
        return array(list(values))

    def _execute(self, sql: str, values: Values) -> psycopg.Cursor[Row]:
        cursor = self._at_hand()
        try:
            return cursor.execute(_numbered(sql), values)
        except psycopg.Error as error:
            raise translated(error, self.url) from error

    def _at_hand(self) -> psycopg.Cursor[Row]:
        if self._cursor is None:
            raise StoreError(f"The store {self.url} took back what was being written; nothing was changed.")
        return self._cursor

    def _must_write(self) -> None:
        if self.kind is None or self.kind is Kind.READ:
            raise RuntimeError("rows are changed within store.write(), not within store.read()")

    # Transactions

    @property
    def locks(self) -> bool:
        """Whether people must be locked as they are loaded: others may write beside this transaction."""
        return self.kind is Kind.PEOPLE

    def begin(self, kind: Kind) -> None:
        """Take a connection and begin. One that broke while it lay idle is thrown away, and the next one tried."""
        self._give_back()  # what an interrupt left behind between two lines of ours
        while True:
            connection = self._take()
            idle_no_more = False
            try:
                connection.execute(kind.value, prepare=False)
                idle_no_more = True
            except psycopg.Error as error:
                if not connection.broken:
                    raise translated(error, self.url) from error
            finally:
                if not idle_no_more:
                    self._give_back()
            if idle_no_more:
                self.kind = kind
                return

    def _take(self) -> Connection:
        try:
            self._connection = self._pool.getconn(self._reach.patience)
        except PoolTimeout:
            raise StoreBusy(
                f"The store {self.url} cannot be reached, or all of its connections are in use.",
                hint="Try again in a moment; nothing was changed.",
            ) from None
        except PoolClosed:
            raise StoreError(f"The store {self.url} was closed.") from None
        self._cursor = self._connection.cursor(binary=True)
        return self._connection

    def _give_back(self) -> None:
        connection, self._connection, self._cursor, self.kind = self._connection, None, None, None
        if connection is None:
            return
        if not connection.closed and connection.info.transaction_status is not TransactionStatus.IDLE:
            with suppress(psycopg.Error):
                connection.rollback()
        with suppress(PoolClosed):
            self._pool.putconn(connection)

    def commit(self) -> None:
        connection = self._connection
        try:
            if connection is None or connection.info.transaction_status is not TransactionStatus.INTRANS:
                raise StoreError(f"The store {self.url} took back what was being written; nothing was changed.")
            connection.execute(b"COMMIT", prepare=False)
        except psycopg.Error as error:
            raise _not_told(error, self.url) from error
        finally:
            self._give_back()

    def end_read(self) -> None:
        """By a commit of nothing: at a rollback the driver forgets the statements that it has prepared."""
        connection = self._connection
        if connection is not None and connection.info.transaction_status is TransactionStatus.INTRANS:
            with suppress(psycopg.Error):  # a connection that broke now is thrown away, and what was read was read
                connection.execute(b"COMMIT", prepare=False)
        self._give_back()

    def roll_back(self) -> None:
        self._give_back()

    def control(self, sql: str) -> None:
        """Mark a place in the transaction, or go back to one."""
        if self._connection is None:
            return
        try:
            self._connection.execute(sql.encode(), prepare=False)
        except psycopg.Error as error:
            raise translated(error, self.url) from error


def _not_told(error: psycopg.Error, url: str) -> JcliError:
    """Why a commit failed. When the connection broke, nobody knows whether it was made."""
    told = translated(error, url)
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        told = lost(url)
        told.hint = "Whether the change was made is not known: look before you try again. Events may be sent again."
    return told


@lru_cache(maxsize=2_048)
def _numbered(sql: str) -> bytes:
    """The statement with `$1` for `?`, numbered as SQLite does: a bare one is one more than the largest so far."""
    parts, most = [], 0
    rest = sql
    while "?" in rest:
        before, _, rest = rest.partition("?")
        digits = len(rest) - len(rest.lstrip("0123456789"))
        number = int(rest[:digits]) if digits else most + 1
        most, rest = max(most, number), rest[digits:]
        parts.append(f"{before}${number}")
    return "".join([*parts, rest]).encode()


class Block:
    """The block of `store.read()`, `store.write()` or `store.write_people()`. What is entered within another joins it;
    an inner block that writes is a savepoint of the outer one: when it raises and the outer one goes on, nothing of it
    stays."""

    __slots__ = ("_kind", "_session")

    def __init__(self, session: Session, kind: Kind) -> None:
        self._session = session
        self._kind = kind

    def __enter__(self) -> PostgresTables:
        session, kind = self._session, self._kind
        if session.depth == 0:
            session.begin(kind)
        elif kind is not Kind.READ:
            if session.kind is Kind.READ:
                raise RuntimeError(
                    "store.write() within store.read(): what was read may be stale; write from the start"
                )
            if kind is Kind.WRITE and session.kind is Kind.PEOPLE:
                raise RuntimeError("store.write() within store.write_people(): what was read may be stale")
            session.control(f"SAVEPOINT inner_{session.depth}")
        session.depth += 1
        return session.tables

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = self._session
        session.depth -= 1
        if session.depth > 0:
            if self._kind is not Kind.READ:
                self._end_inner(failed=kind is not None)
        elif self._kind is Kind.READ:
            session.end_read()
        elif kind is None:
            session.commit()
        else:
            session.roll_back()

    def _end_inner(self, *, failed: bool) -> None:
        session = self._session
        if failed:
            with suppress(JcliError):  # a connection that is gone has taken it all back
                session.control(f"ROLLBACK TO inner_{session.depth}")
                session.control(f"RELEASE inner_{session.depth}")
        else:
            session.control(f"RELEASE inner_{session.depth}")
