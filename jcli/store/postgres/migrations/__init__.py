"""The migrations of a PostgreSQL store: an SQL file and a line in `NAMES` each, applied in order, each once.

They bear the names of SQLite's, so that one look tells what a store of either kind has seen; what stands in a file is
the same change in PostgreSQL's words. Once released a migration is never edited. See "A new migration" in
`docs/store.md`.
"""

from __future__ import annotations

from pathlib import Path

NAMES = ("0001_initial", "0002_runtime", "0003_write_keys", "0004_protections", "0005_uploads", "0006_parcels")


def script(name: str) -> bytes:
    """The statements of a migration, which may be run in one go."""
    return (Path(__file__).parent / f"{name}.sql").read_bytes()
