"""Opens SQLite files. The pragmas of every connection are set here and nowhere else; `docs/store.md` says why each.

Looking at a file (`inspect`) comes before the first pragma that would change it, so a file that is not ours or
that a newer version wrote is refused as it was found.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from jcli.errors import StoreError
from jcli.store.sqlite.failures import translated

APPLICATION_ID = 0x4A434C49
"""Set by the first migration: what tells a store from another program's database."""

_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA wal_autocheckpoint = 8192",
)
_CACHED_STATEMENTS = 256


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file holds: `new` says nothing at all, `applied` names the migrations that made its schema, `filling` that
    the rows of another store are on their way into it."""

    new: bool
    applied: tuple[str, ...]
    filling: bool = False


def connect(path: Path, url: str, busy_timeout: float) -> sqlite3.Connection:
    """A connection without pragmas that write. Transactions are begun and ended by statements of our own, so the
    driver's are off (`isolation_level`); sqlite-utils then joins whatever transaction is open."""
    if path.is_dir():
        raise StoreError(f"The store {url} cannot be used: a folder stands where the file should be.")
    try:
        return sqlite3.connect(
            path,
            timeout=busy_timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
        )
    except sqlite3.Error as error:
        raise translated(error, url) from error


def inspect(connection: sqlite3.Connection, url: str, migration_set: str) -> Inspection:
    """What the file holds, read without changing it. StoreError when it is another program's or no database."""
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return Inspection(True, ())
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID or "_sqlite_migrations" not in tables:
            raise StoreError(
                f"The store {url} cannot be used: the file is a database of another program.",
                hint="Name another file in the store's URL; this one was left as it is.",
            )
        applied = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (migration_set,)
        ).fetchall()
    except sqlite3.Error as error:
        raise translated(error, url) from error
    return Inspection(False, tuple(name for (name,) in applied), "_filled" in tables)


def prepare(connection: sqlite3.Connection, url: str, busy_timeout: float) -> None:
    """Set the pragmas. The switch to WAL is made once in a file's life, see `_enable_wal`."""
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        _enable_wal(connection, busy_timeout)
    except sqlite3.Error as error:
        raise translated(error, url) from error


def _enable_wal(connection: sqlite3.Connection, busy_timeout: float) -> None:
    """SQLite does not wait for the lock that this switch needs, so two processes that make one new file would trip
    over each other: try again until the busy timeout is over."""
    give_up_at = time.monotonic() + busy_timeout
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= give_up_at:
                raise
            time.sleep(0.01)
