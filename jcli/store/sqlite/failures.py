"""SQLite's errors in the project's words. It only translates: what is done about an error is the caller's."""

from __future__ import annotations

import sqlite3

from jcli.errors import StoreBusy, StoreError

PAUSED = "the store is paused"
"""What the triggers of a pause say."""

_SENTENCES = {
    sqlite3.SQLITE_PERM: ("there is no permission to use it", "Give the user who runs jcli the rights to the file."),
    sqlite3.SQLITE_READONLY: (
        "it cannot be written",
        "Give the user who runs jcli the right to write the file and its folder.",
    ),
    sqlite3.SQLITE_IOERR: ("the disk did not read or write as it should", "Look at the disk and its file system."),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", "Restore a backup, or try `sqlite3 FILE .recover`."),
    sqlite3.SQLITE_FULL: ("the disk is full", "Nothing was written. Make room and try again."),
    sqlite3.SQLITE_CANTOPEN: (
        "the file cannot be opened",
        "Check that the folder exists and may be read and written.",
    ),
    sqlite3.SQLITE_NOTADB: ("the file is not an SQLite database", "Check the store's URL."),
    sqlite3.SQLITE_TOOBIG: ("a value is larger than SQLite can hold", None),
}


def translated(error: sqlite3.Error, url: str) -> StoreError:
    """The StoreError (StoreBusy for a lock that was not had in time) that tells what went wrong with the store.
    A ProgrammingError is a mistake of ours and passes as it is."""
    if isinstance(error, sqlite3.ProgrammingError):
        raise error
    code = _primary_code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(
            f"The store {url} is in use by another writer.", hint="Try again in a moment; nothing was changed."
        )
    if str(error) == PAUSED:
        return StoreBusy(
            f"The store {url} is paused, and nothing was changed: it is being copied, or has moved.",
            hint="`jcli db status` tells why; `jcli db resume` lets it be written again.",
            code="store-paused",
        )
    sentence, hint = _SENTENCES.get(code, (f"SQLite says: {error}", None))
    return StoreError(f"The store {url} cannot be used: {sentence}.", hint=hint)


def _primary_code(error: sqlite3.Error) -> int:
    """The primary result code: the low byte of SQLite's extended codes, 0 where the error carries none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
