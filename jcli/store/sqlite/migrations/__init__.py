"""The migrations of a store file, applied by sqlite-utils in order, each once.

A migration is an SQL file and a line in `NAMES`; once released it is never edited. `../schema.sql` is the schema
that they add up to, held true by a test. See `docs/store.md`, "A new migration".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database, Migrations

SET = "jcli"
"""The name under which sqlite-utils records our migrations in the file."""

NAMES = ("0001_initial", "0002_runtime", "0003_write_keys", "0004_protections", "0005_uploads", "0006_parcels")


def _from_file(name: str) -> Callable[[Database], None]:
    def migration(database: Database) -> None:
        database.executescript((Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8"))

    return migration


def catalogue(names: tuple[str, ...] = NAMES) -> Migrations:
    """The migrations of these names for sqlite-utils. Within an open transaction they all become part of it."""
    migrations = Migrations(SET)
    for name in names:
        migrations(name=name)(_from_file(name))
    return migrations


def schema_of(database: Database) -> str:
    """The statements that make the tables, indexes and triggers of a store, as `schema.sql` keeps them. The table in
    which sqlite-utils records the migrations is its own business."""
    rows = database.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name <> ? ORDER BY rowid",
        [Migrations.migrations_table],
    )
    return "".join(f"{sql};\n" for (sql,) in rows)
