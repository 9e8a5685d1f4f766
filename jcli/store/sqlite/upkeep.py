"""A file as a whole: its size and schema, a pause, being filled with the rows of another store.

A pause is a table of one row and three triggers on every other table, so SQLite itself refuses the writes of every
process, whatever its version, and nobody pays for a question while there is no pause. Backups are in `backup.py`.
"""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from jcli.errors import NotAllowed
from jcli.store.portable import TABLES
from jcli.store.sqlite import connection as files
from jcli.store.sqlite import migrations
from jcli.store.sqlite.failures import PAUSED
from jcli.store.sqlite.queries import load
from jcli.store.sqlite.session import Session
from jcli.store.upkeep import Filling, Pause, Schema, Size

_SQL = load("upkeep")
_RUNNING = load("running")
_TABLES = (*(table.name for table in TABLES), "catalogue")


def schema_of(inspection: files.Inspection) -> Schema:
    applied = inspection.applied
    return Schema(
        applied=tuple(name for name in applied if name in migrations.NAMES),
        pending=tuple(name for name in migrations.NAMES if name not in applied),
        newer=tuple(name for name in applied if name not in migrations.NAMES),
    )


def schema_at(path: Path, url: str) -> Schema:
    """The schema of a file, without opening it as a store."""
    with closing(files.connect(path, url, busy_timeout=5.0)) as connection:
        return schema_of(files.inspect(connection, url, migrations.SET))


def size_of(session: Session, path: Path) -> Size:
    page, free = (session.rows(f"PRAGMA {name}")[0][0] for name in ("page_size", "freelist_count"))
    log = 0
    with suppress(FileNotFoundError):
        log = path.with_name(f"{path.name}-wal").stat().st_size
    return Size(path.stat().st_size + log, free * page, log)


def pause(session: Session, asked: Pause) -> None:
    with session.writing:
        session.run(_SQL["make_pause"])
        session.run(_SQL["note_pause"], (asked.token, asked.reason, asked.at))
        for table in _TABLES:
            for verb in ("INSERT", "UPDATE", "DELETE"):
                session.run(
                    f"CREATE TRIGGER _paused_{table}_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{PAUSED}'); END"
                )


def resume(session: Session) -> bool:
    with session.writing:
        if _paused(session) is None:
            return False
        for (name,) in session.rows(_SQL["paused_triggers"]):
            session.run(f"DROP TRIGGER {name}")
        session.run(_SQL["drop_pause"])
    return True


def paused(session: Session) -> Pause | None:
    with session.reading:
        return _paused(session)


def _paused(session: Session) -> Pause | None:
    if ("_paused",) not in session.rows(_SQL["table_names"]):
        return None
    row = session.row(_SQL["pause"])
    return None if row is None else Pause(*row)


def begin_filling(session: Session, asked: Filling) -> None:
    with session.writing:
        held = [table.name for table in TABLES if session.row(f"SELECT 1 FROM {table.name} LIMIT 1") is not None]
        if held:
            raise NotAllowed(
                f"the store {session.url} is not empty: there are rows in {held[0]}",
                hint="name a store that is not there yet, or remove this one if nobody needs it",
                code="not-empty",
            )
        session.run(_SQL["make_filling"])
        session.run(_SQL["make_filled"])
        session.run(_SQL["note_filling"], (asked.token, asked.source, asked.at))


def filling(session: Session) -> Filling | None:
    with session.reading:
        if ("_filling",) not in session.rows(_SQL["table_names"]):
            return None
        row = session.row(_SQL["filling"])
    return None if row is None else Filling(row[0], row[1], row[2], row[3] == 1)


def end_filling(session: Session) -> None:
    with session.writing:
        session.run(_SQL["end_filling"])
        session.run(_SQL["drop_filled"])
        session.run(_RUNNING["catalogue_changed"])
