"""What the tables hold, and whether they are sound: SQLite's own checks, the rules that every store has to keep, and
figures for who looks after it."""

from __future__ import annotations

from typing import Any

from jcli.model import Instant
from jcli.store import soundness
from jcli.store.changes import bucket_of
from jcli.store.portable import TABLES
from jcli.store.sqlite.group import TableGroup
from jcli.store.sqlite.queries import load
from jcli.store.upkeep import TableFacts

_SQL = load("upkeep")
_COUNTERS = {
    "sites": "SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = 'site'",
    "audiences": "SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = 'audience'",
    "contents": "SELECT coalesce(sum(n), 0) FROM thing_counts WHERE kind = 'content'",
    "journeys": "SELECT coalesce(sum(n), 0) FROM journey_counts",
    "people": "SELECT coalesce(sum(n), 0) FROM people_counts",
    "enrollments": "SELECT coalesce(sum(n), 0) FROM enrollment_totals",
}
_INSTANTS = {
    "journeys": "created_at",
    "people": "created_at",
    "enrollments": "enrolled_at",
    "revisions": "created_at",
    "audit_log": "at",
    "deliveries": "created_at",
    "outbox": "at",
    "answers": "created_at",
}
_IN_ORDER = {"steps": "left_at", "messages": "received_at", "events": "received_at"}
"""Their rows are in the order of these instants, so the first and the last tell."""


class SoundnessTables(TableGroup):
    __slots__ = ()

    def table_facts(self) -> list[TableFacts]:
        there = {name for (name,) in self._session.rows(_SQL["table_names"])}
        return [self._facts(table.name, there) for table in TABLES if table.name in there]

    def _facts(self, name: str, there: set[str]) -> TableFacts:
        counter = _COUNTERS.get(name)
        counted = counter is not None and counter.split(" FROM ")[1].split()[0] in there
        rows = self._scalar(counter if counter is not None and counted else f"SELECT count(*) FROM {name}")
        return TableFacts(name, rows, *self._span(name))

    def _span(self, name: str) -> tuple[Instant | None, Instant | None]:
        if name in _INSTANTS:
            at = _INSTANTS[name]
            row = self._session.row(f"SELECT (SELECT min({at}) FROM {name}), (SELECT max({at}) FROM {name})")
        elif name in _IN_ORDER:
            at = f"SELECT {_IN_ORDER[name]} FROM {name} ORDER BY row"
            row = self._session.row(f"SELECT ({at} LIMIT 1), ({at} DESC LIMIT 1)")
        else:
            row = None
        return (None, None) if row is None else (row[0], row[1])

    def due_count(self, until: Instant) -> int:
        return self._scalar(_SQL["due_count"], (until,))

    def integrity(self, limit: int) -> list[str]:
        said = [str(line) for (line,) in self._session.rows(f"PRAGMA integrity_check({limit})") if line != "ok"]
        dangling = self._session.rows("PRAGMA foreign_key_check")
        said += [
            f"{'a row' if row is None else f'row {row}'} of {table} refers to a row of {parent} that is gone"
            for table, row, parent, _ in dangling
        ]
        return said[:limit]

    def unsound(self, rule: str, limit: int) -> list[tuple[Any, ...]]:
        if rule == "step-times":
            self._session.connection.create_function("bucket_of", 1, bucket_of, deterministic=True)
        return self._session.rows(soundness.statement(rule, bucket="bucket_of(s.left_at - s.entered_at)", limit=limit))
