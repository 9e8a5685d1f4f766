"""PostgreSQL's errors in the project's words. It only translates: what is done about an error is the caller's.

What cannot be helped by waiting is a StoreError; what can is a StoreBusy; what was taken back because somebody else
came first is a StoreConflict. No message holds a password: libpq names none, and the URL is shown without.
"""

from __future__ import annotations

import psycopg

from jcli.errors import InvalidRequest, JcliError, StoreBusy, StoreConflict, StoreError

_WAIT = "Try again in a moment; nothing was changed."
PAUSED = "JC001"
"""What the triggers of a pause say, see `queries/upkeep.sql`."""
_CONFLICTS = frozenset({"40001", "40P01"})
_BUSY = {
    "53300": ("it has no connection to spare", "Raise max_connections of the database, or let fewer processes use it."),
    "57P01": ("it is being shut down", _WAIT),
    "57P02": ("it is being restarted after a crash", _WAIT),
    "57P03": ("it is starting up or shutting down", _WAIT),
    "57014": ("it took too long and was cancelled", _WAIT),
    "25P03": ("the connection was idle in a transaction for too long", _WAIT),
}
_BROKEN = {
    "25006": ("it cannot be written: it is read-only", "Name the primary, not a standby, in the store's URL."),
    "28000": ("the user is refused", "Check the user in the store's URL and the server's pg_hba.conf."),
    "28P01": ("the password or the user is wrong", "Check the store's URL; PGPASSFILE or PGPASSWORD may hold it, too."),
    "3D000": ("there is no such database", "Make it with `createdb NAME`, or name another in the store's URL."),
    "42501": ("the user may not do this", "Give the user of the store's URL the rights to its schema and tables."),
    "42P01": ("a table is missing", "Its schema was changed by somebody else; restore a backup."),
    "53100": ("the disk is full", "Nothing was written. Make room and try again."),
    "53200": ("the server is out of memory", "Nothing was written. Look at the server's log."),
    "XX001": ("its data is damaged", "Look at the server's log and restore a backup."),
    "XX002": ("an index is damaged", "Look at the server's log; `REINDEX` may help."),
}
_UNREACHABLE = "Is the server running, and is the URL right?"


def translated(error: psycopg.Error, url: str) -> JcliError:
    """What went wrong with the store at a URL (without its password). A mistake of ours passes as it is."""
    state = error.sqlstate
    if state is None:
        return _without_state(error, url)
    if state in _CONFLICTS:
        return StoreConflict(f"Another writer of the store {url} came first.", hint=_WAIT)
    if state == PAUSED:
        return StoreBusy(
            f"The store {url} is paused, and nothing was changed: it is being copied, or has moved.",
            hint="`jcli db status` tells why; `jcli db resume` lets it be written again.",
            code="store-paused",
        )
    if state == "55P03":
        return StoreBusy(f"The store {url} is in use by another writer.", hint=_WAIT)
    if state in _BUSY or state.startswith("08"):
        sentence, hint = _BUSY.get(state, ("the connection was lost", _WAIT))
        return StoreBusy(f"The store {url} cannot be used now: {sentence}.", hint=hint)
    sentence, hint_or_none = _BROKEN.get(state, (f"PostgreSQL says: {error.diag.message_primary}", None))
    return StoreError(f"The store {url} cannot be used: {sentence}.", hint=hint_or_none)


def _without_state(error: psycopg.Error, url: str) -> JcliError:
    """Errors that the server did not send: a connection that broke, a value that it cannot be given."""
    if isinstance(error, psycopg.OperationalError):
        return lost(url)
    if isinstance(error, psycopg.DataError):
        return InvalidRequest("A text holds the character NUL, which PostgreSQL cannot keep.", code="wrong-value")
    raise error


def lost(url: str) -> StoreBusy:
    return StoreBusy(f"The connection to the store {url} was lost.", hint="Try again in a moment.")


def refused(error: psycopg.Error, url: str) -> JcliError:
    """Why no connection was made. libpq tells the server's own refusals in words alone, so that is where they are
    read from; they are in the language of the server, and what is not understood is cited."""
    if error.sqlstate is not None:
        return translated(error, url)
    text = str(error)
    for words, state in _REFUSALS:
        if words in text:
            sentence, hint = {**_BUSY, **_BROKEN}[state]
            kind = StoreBusy if state in _BUSY else StoreError
            return kind(f"The store {url} cannot be used: {sentence}.", hint=hint)
    reason = text.strip().splitlines()[0].rpartition("failed: ")[2]
    return StoreBusy(f"The store {url} cannot be reached: {reason.strip()[:80]}", hint=_UNREACHABLE)


_REFUSALS = (
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ("authentication failed", "28000"),
    ('role "', "28000"),
    ('database "', "3D000"),
    ("too many clients", "53300"),
    ("remaining connection slots", "53300"),
    ("too many connections", "53300"),
    ("shutting down", "57P01"),
    ("starting up", "57P03"),
    ("recovery mode", "57P03"),
)
