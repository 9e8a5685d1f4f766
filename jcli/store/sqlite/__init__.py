"""The store in one SQLite file: the embedded database, for one machine.

`store.py` hands out transactions, `session.py` is one thread's connection within them, `connection.py` opens files
and sets the pragmas, `migrations/` makes the schema (`schema.sql` is their sum), `queries/` holds what SQLite is told
in words of its own. The rows are those of `jcli/store/rows`; what only SQLite does with them is in `running.py`,
`portable.py` and `keeping.py`; `upkeep.py` and `backup.py` are for `jcli db`. Nothing outside this package knows that
SQLite is there; see `docs/store.md`.
"""

from jcli.store.sqlite.store import SqliteStore
from jcli.store.sqlite.upkeep import schema_at as sqlite_schema_at

__all__ = ["SqliteStore", "sqlite_schema_at"]
