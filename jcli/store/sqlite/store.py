"""`SqliteStore`: transactions on one SQLite file, from any number of threads and processes.

Each thread has a connection of its own, made when it first asks. Rows are the business of `tables.py`.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database

from jcli.errors import StoreError
from jcli.store.rows.keeping import KeptStore
from jcli.store.sqlite import connection as files
from jcli.store.sqlite import migrations, upkeep
from jcli.store.sqlite.backup import back_up
from jcli.store.sqlite.failures import translated
from jcli.store.sqlite.session import Reading, Session, Writing
from jcli.store.sqlite.tables import SqliteTables
from jcli.store.upkeep import Moved, Schema, Size


class SqliteStore(KeptStore):
    """A store file. It is opened at once, so that a file that cannot be used is refused here and not later.

    `busy_timeout` is how long a write waits for another writer, in seconds. `filling`: also one that is not whole.
    """

    one_writer = True
    readers = 0
    hears = False

    def __init__(self, path: Path, url: str, *, busy_timeout: float = 5.0, filling: bool = False) -> None:
        self.path = path
        self.url = url
        self._busy_timeout = busy_timeout
        self._may_fill = filling
        self._thread = threading.local()
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        self._sessions_lock = threading.Lock()
        self._closed = False
        self.session()

    def read(self) -> Reading:
        return self.session().reading

    def write(self) -> Writing:
        return self.session().writing

    def write_people(self) -> Writing:
        return self.session().writing

    def tell(self, words: Iterable[str]) -> None:
        """Nobody hears: processes on one file look by themselves."""

    def hear(self, hearing: Callable[[Sequence[str]], None]) -> Callable[[], None]:  # noqa: ARG002
        return lambda: None

    def session(self) -> Session:
        """This thread's session."""
        try:
            session: Session = self._thread.session
        except AttributeError:
            session = self._thread.session = self._open_session()
        return session

    def _open_session(self) -> Session:
        if self._closed:
            raise StoreError(f"The store {self.url} was closed.")
        connection = files.connect(self.path, self.url, self._busy_timeout)
        try:
            found = files.inspect(connection, self.url, migrations.SET)
            self._refuse_newer(found.applied)
            self._refuse_half_filled(found)
            files.prepare(connection, self.url, self._busy_timeout)
        except BaseException:
            connection.close()
            raise
        session = Session(connection, self.url, SqliteTables)
        weakref.finalize(session, connection.close)
        with self._sessions_lock:
            self._sessions.add(session)
        return session

    def _refuse_newer(self, applied: tuple[str, ...]) -> None:
        unknown = [name for name in applied if name not in migrations.NAMES]
        if unknown:
            raise StoreError(
                f"The store {self.url} was written by a newer version of jcli (it has {', '.join(unknown)}).",
                hint="Update jcli; the file was left as it is.",
            )

    def _refuse_half_filled(self, found: files.Inspection) -> None:
        if found.filling and not self._may_fill:
            raise StoreError(
                f"The store {self.url} is not whole: the rows of another one are still being copied into it.",
                hint="Run `jcli db copy` again; it goes on where it stopped.",
            )

    def migrate(self) -> list[str]:
        """Bring the schema up to date in one transaction under the write lock, so that of two processes which do
        so at once the second finds it done."""
        session = self.session()
        if session.depth > 0:
            raise RuntimeError("store.migrate() within a transaction")
        if not self._pending():
            return []
        session.begin("BEGIN IMMEDIATE")
        try:
            before = self._pending()
            database = Database(session.connection, recursive_triggers=False, execute_plugins=False)
            migrations.catalogue().apply(database)
        except sqlite3.Error as error:
            session.roll_back()
            raise translated(error, self.url) from error
        except BaseException:
            session.roll_back()
            raise
        session.commit()
        return before

    def ready(self) -> None:
        pending = self._pending()
        if pending:
            raise StoreError(
                f"The store {self.url} has an older schema: {', '.join(pending)} must be applied.",
                hint="Open it once with migration on, as `jcli sync` and `jcli serve` do.",
            )

    def _pending(self) -> list[str]:
        applied = files.inspect(self.session().connection, self.url, migrations.SET).applied
        self._refuse_newer(applied)
        return [name for name in migrations.NAMES if name not in applied]

    def schema(self) -> Schema:
        return upkeep.schema_of(files.inspect(self.session().connection, self.url, migrations.SET))

    def size(self) -> Size:
        return upkeep.size_of(self.session(), self.path)

    def dump_command(self, path: Path) -> None:  # noqa: ARG002
        return None

    def backup(self, path: Path, moved: Moved) -> None:
        back_up(self.path, self.url, path, moved, self._busy_timeout)

    def close(self) -> None:
        """Close the connections of all threads. A store that was closed stays closed."""
        self._closed = True
        with self._sessions_lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.connection.close()
        self._thread = threading.local()
