"""Rows on their way into this store and out of it, see `jcli/store/portable.py`.

The statements are made from the columns of the portable tables, which are those of the tables here but for two things:
the number of a person's row is given as who it is, and flags are kept as 0 and 1. Tables with row numbers are read in
the order of these, which is the order in which the rows came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import orjson

from jcli.store.portable import BY_NAME, FLAGS, PERSON, Filled, PortableRow, Slice, Tally
from jcli.store.sqlite.group import TableGroup, json_text
from jcli.store.sqlite.queries import load

_SQL = load("upkeep")
_BY_ROW = frozenset({"audit_log", "people", "steps", "messages", "events", "outbox"})
_REPLACED = frozenset({"write_keys"})
"""A site that comes in is given a key at once; the one that it has had takes its place."""
_OF_PERSON = dict(zip(PERSON, ("p.site_id", "p.id", "p.anonymous"), strict=True))


@dataclass(frozen=True, slots=True)
class _Statements:
    """`first` and `after` select the columns of the order, then those of the rows; `flags` are where booleans are."""

    first: str
    after: str
    insert: str
    order: int
    flags: tuple[int, ...]


@cache
def _statements(name: str) -> _Statements:
    table = BY_NAME[name]
    order = ("row",) if name in _BY_ROW else table.key
    joined = PERSON[0] in table.columns
    source = f"{name} AS t" + (" LEFT JOIN people AS p ON p.row = t.person" if joined else "")
    chosen = ", ".join([*(f"t.{column}" for column in order), *(_OF_PERSON.get(c, f"t.{c}") for c in table.columns)])
    counted = " OR ".join(f"t.{column} <> 0" for column in table.counts) or "1"
    places = ", ".join(f"t.{column}" for column in order)
    beyond = f"({places}) > ({', '.join('?' * len(order))})"
    end = f"ORDER BY {places} LIMIT ?"
    return _Statements(
        first=f"SELECT {chosen} FROM {source} WHERE ({counted}) {end}",
        after=f"SELECT {chosen} FROM {source} WHERE {beyond} AND ({counted}) {end}",
        insert=_insert(name, table.columns),
        order=len(order),
        flags=tuple(index for index, column in enumerate(table.columns) if column in FLAGS),
    )


def _insert(name: str, columns: Sequence[str]) -> str:
    """The three values of a person stand side by side and become the number of its row."""
    verb = "INSERT OR REPLACE" if name in _REPLACED else "INSERT"
    names = ["person" if column == PERSON[0] else column for column in columns if column not in PERSON[1:]]
    person = "(SELECT row FROM people WHERE site_id = ? AND id = ? AND anonymous = ?)"
    values = [person if column == "person" else "?" for column in names]
    return f"{verb} INTO {name} ({', '.join(names)}) VALUES ({', '.join(values)})"


class PortableTables(TableGroup):
    __slots__ = ()

    def export_rows(self, table: str, after: str | None, limit: int) -> Slice:
        made = _statements(table)
        if after is None:
            rows = self._session.rows(made.first, (limit + 1,))
        else:
            rows = self._session.rows(made.after, (*orjson.loads(after), limit + 1))
        following = json_text(rows[limit - 1][: made.order]) if len(rows) > limit else None
        return Slice([self._portable(row[made.order :], made.flags) for row in rows[:limit]], following)

    @staticmethod
    def _portable(row: PortableRow, flags: Sequence[int]) -> PortableRow:
        if not flags:
            return row
        values = list(row)
        for index in flags:
            values[index] = None if values[index] is None else values[index] == 1
        return tuple(values)

    def import_rows(self, table: str, rows: Sequence[PortableRow]) -> None:
        self._session.run_many(_statements(table).insert, rows)

    def filled(self, table: str) -> Filled:
        row = self._session.row(_SQL["filled"], (table,))
        return Filled() if row is None else Filled(row[0], Tally(row[1], int(row[2], 16)), row[3] == 1)

    def note_filled(self, table: str, filled: Filled) -> None:
        tally = filled.tally
        self._session.run(_SQL["note_filled"], (table, filled.after, tally.rows, str(tally), filled.whole))
