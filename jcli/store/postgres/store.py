"""`PostgresStore`: transactions on one database, from any number of threads, processes and machines.

A thread holds a connection of the pool within a transaction and none between two. Rows are the business of `tables.py`.
"""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psycopg
from psycopg_pool import PoolTimeout

from jcli.errors import StoreBusy, StoreError
from jcli.store.postgres import migrations
from jcli.store.postgres.connecting import Connection, Reach, connect, for_libpq, inspect, place_of, pool_of
from jcli.store.postgres.failures import translated
from jcli.store.postgres.session import LOCKS, Block, Kind, Session
from jcli.store.postgres.tables import PostgresTables
from jcli.store.postgres.upkeep import schema_of
from jcli.store.postgres.words import Words
from jcli.store.rows.keeping import KeptStore
from jcli.store.upkeep import Moved, Schema, Size


class PostgresStore(KeptStore):
    """A database. It is looked at at once, so that one that cannot be used is refused here and not later; `url` is the
    one that was given, without its password.

    `busy_timeout` is how long anything waits for a lock or for a connection, in seconds. `filling`: also one that is
    not whole.
    """

    one_writer = False

    def __init__(self, url: str, *, busy_timeout: float = 5.0, create: bool = True, filling: bool = False) -> None:
        self._place = place_of(url)
        self.url = self._place.url
        self._busy_timeout = busy_timeout
        self._thread = threading.local()
        self._may_fill = filling
        if len(self._pending()) == len(migrations.NAMES) and not create:
            raise StoreError(f"There is no store at {self.url}.", hint="`jcli sync` makes one.")
        self._reach = Reach(busy_timeout, self.url)
        self._pool = pool_of(self._place, busy_timeout, self._reach)
        self._words = Words(lambda: connect(self._place, busy_timeout), self._ask)

    @property
    def readers(self) -> int:
        """Four connections are left to who writes and to words."""
        return max(1, self._place.most - 4)

    @property
    def hears(self) -> bool:
        return self._words.open

    def read(self) -> Block:
        return Block(self.session(), Kind.READ)

    def write(self) -> Block:
        return Block(self.session(), Kind.WRITE)

    def write_people(self) -> Block:
        return Block(self.session(), Kind.PEOPLE)

    def session(self) -> Session:
        """This thread's session."""
        try:
            session: Session = self._thread.session
        except AttributeError:
            session = self._thread.session = Session(self._pool, self.url, PostgresTables, self._reach)
        return session

    def tell(self, words: Iterable[str]) -> None:
        self._words.tell(words)

    def hear(self, hearing: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        return self._words.hear(hearing)

    def _ask(self, statement: bytes, values: Sequence[object]) -> None:
        """Run a statement outside of transactions, on a connection of the pool."""
        try:
            with self._pool.connection(self._reach.patience) as connection:
                connection.execute(statement, values)
        except (psycopg.Error, PoolTimeout) as error:
            raise StoreBusy(f"The store {self.url} cannot be reached: {error}.") from error

    def migrate(self) -> list[str]:
        """Bring the schema up to date in one transaction under a lock of its own, so that of two processes which do
        so at once the second finds it done."""
        if self.session().depth > 0:
            raise RuntimeError("store.migrate() within a transaction")
        with connect(self._place, self._busy_timeout) as connection:
            if not self._pending_on(connection):
                return []
            try:
                with connection.transaction():
                    return self._migrate(connection)
            except psycopg.Error as error:
                raise translated(error, self.url) from error

    def _migrate(self, connection: Connection) -> list[str]:
        connection.execute(f"SELECT pg_advisory_xact_lock({LOCKS}, 1)".encode(), prepare=False)
        names = self._pending_on(connection)
        connection.execute(
            b"CREATE TABLE IF NOT EXISTS _jcli_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL)"
        )
        for name in names:
            connection.execute(migrations.script(name), prepare=False)
            connection.execute(b"INSERT INTO _jcli_migrations VALUES ($1, now())", (name,))
        return names

    def ready(self) -> None:
        pending = self._pending()
        if pending:
            raise StoreError(
                f"The store {self.url} has an older schema: {', '.join(pending)} must be applied.",
                hint="Open it once with migration on, as `jcli sync` and `jcli serve` do.",
            )

    def _pending(self) -> list[str]:
        with connect(self._place, self._busy_timeout) as connection:
            return self._pending_on(connection)

    def _pending_on(self, connection: Connection) -> list[str]:
        found = inspect(connection, self.url)
        if found.filling and not self._may_fill:
            raise StoreError(
                f"The store {self.url} is not whole: the rows of another one are still being copied into it.",
                hint="Run `jcli db copy` again; it goes on where it stopped.",
            )
        applied = found.applied
        unknown = [name for name in applied if name not in migrations.NAMES]
        if unknown:
            raise StoreError(
                f"The store {self.url} was written by a newer version of jcli (it has {', '.join(unknown)}).",
                hint="Update jcli; the database was left as it is.",
            )
        return [name for name in migrations.NAMES if name not in applied]

    def schema(self) -> Schema:
        with connect(self._place, self._busy_timeout) as connection:
            return schema_of(inspect(connection, self.url))

    def size(self) -> Size:
        with self.read() as tables:
            return tables.size()

    def dump_command(self, path: Path) -> str:
        return f"pg_dump --format=custom --file={shlex.quote(str(path))} {shlex.quote(for_libpq(self.url))}"

    def backup(self, path: Path, moved: Moved) -> None:  # noqa: ARG002
        raise StoreError(f"The store {self.url} is backed up by a tool of its own.", hint=self.dump_command(path))

    def close(self) -> None:
        """Close all connections. A store that was closed stays closed."""
        self._words.close()
        self._pool.close()
