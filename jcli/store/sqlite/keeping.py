"""What SQLite is asked for by who looks after a store: its own checks, and to refuse whatever would change a row.

A pause is a table of one row and three triggers on every other table, so SQLite itself refuses the writes of every
process, whatever its version, and nobody pays for a question while there is no pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from jcli.store.rows.upkeep import RowUpkeepTables
from jcli.store.sqlite.failures import PAUSED


class SqliteUpkeepTables(RowUpkeepTables):
    __slots__ = ()

    _IN_ORDER: ClassVar[frozenset[str]] = frozenset({"steps", "messages", "events"})

    def integrity(self, limit: int) -> list[str]:
        said = [str(line) for (line,) in self._session.rows(f"PRAGMA integrity_check({limit})") if line != "ok"]
        dangling = self._session.rows("PRAGMA foreign_key_check")
        said += [
            f"{'a row' if row is None else f'row {row}'} of {table} refers to a row of {parent} that is gone"
            for table, row, parent, _ in dangling
        ]
        return said[:limit]

    def _refuse_writes(self, tables: Sequence[str]) -> None:
        for table in tables:
            for verb in ("INSERT", "UPDATE", "DELETE"):
                self._session.run(
                    f"CREATE TRIGGER _paused_{table}_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{PAUSED}'); END"
                )

    def _accept_writes(self) -> None:
        for (name,) in self._session.rows(self._sql["upkeep.paused_triggers"]):
            self._session.run(f"DROP TRIGGER {name}")
