"""A consistent copy of a store file, made while others read and write it.

SQLite copies page by page; a read transaction that stays open keeps it at one and the same moment, so that no writer
makes it begin anew. The copy is looked through before anybody may take it for a backup; giving it its name is the
caller's business.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from jcli.errors import StoreError
from jcli.store.sqlite import migrations
from jcli.store.sqlite.connection import connect, inspect
from jcli.store.sqlite.failures import translated
from jcli.store.upkeep import Moved

_PAGES = 2_048
"""In one go: 8 MiB."""


def back_up(path: Path, url: str, copy: Path, moved: Moved, busy_timeout: float) -> None:
    """Copy the file at `path` to `copy`, which must be empty or not there, and check the copy."""
    shown = f"sqlite:///{copy}"
    try:
        with closing(connect(path, url, busy_timeout)) as source, closing(connect(copy, shown, busy_timeout)) as target:
            source.execute("BEGIN")
            applied = inspect(source, url, migrations.SET).applied
            source.backup(target, pages=_PAGES, progress=lambda _, left, total: moved(total - left, total))
            source.execute("ROLLBACK")
            target.execute("PRAGMA journal_mode = DELETE")
            _look_through(target, shown, applied)
    except sqlite3.Error as error:
        raise translated(error, shown) from error
    _to_disk(copy)


def _look_through(copy: sqlite3.Connection, url: str, applied: tuple[str, ...]) -> None:
    wrong = [str(line) for (line,) in copy.execute("PRAGMA integrity_check(1)") if line != "ok"]
    if not wrong and inspect(copy, url, migrations.SET).applied != applied:
        wrong = ["its schema is not that of the store"]
    if wrong:
        raise StoreError(
            f"The backup is not sound, so none was kept: {wrong[0]}.",
            hint="`jcli db check` tells whether the store itself is.",
        )


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
