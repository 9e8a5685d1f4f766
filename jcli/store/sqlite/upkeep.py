"""A file as a whole: its size and its schema. Backups are in `backup.py`, pauses in `portable.py`."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from jcli.store.sqlite import connection as files
from jcli.store.sqlite import migrations
from jcli.store.sqlite.session import Session
from jcli.store.upkeep import Schema, Size


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
