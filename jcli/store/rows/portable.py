"""Rows on their way into a store and out of it, see `jcli/store/portable.py`.

The statements are made from the columns of the portable tables. What differs between databases is told by a class for
each: in which order a table is read, how its rows find their person, and how rows are taken in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import orjson

from jcli.store.portable import BY_NAME, FLAGS, PERSON, Filled, Portable, PortableRow, Slice, Tally
from jcli.store.rows.group import TableGroup, json_text

_OF_PERSON = dict(zip(PERSON, ("p.site_id", "p.id", "p.anonymous"), strict=True))


class PortableTables(TableGroup):
    __slots__ = ()

    _ORDERS: ClassVar[Mapping[str, tuple[str, ...]]]
    """What tables are read in the order of that are not read by their keys."""
    _PERSON: ClassVar[str]
    """How the people `p` and a table `t` that refers to them are joined."""
    _ONLY: ClassVar[Mapping[str, str]] = {}
    """Which rows of a table travel, where it is not all of them."""

    def export_rows(self, table: str, after: str | None, limit: int) -> Slice:
        travelling = BY_NAME[table]
        order = self._ORDERS.get(table, travelling.key)
        statement = self._export(travelling, order, beyond=after is not None)
        place = [] if after is None else orjson.loads(after)
        rows = self._session.rows(statement, (*place, limit + 1))
        following = json_text(rows[limit - 1][: len(order)]) if len(rows) > limit else None
        flags = [index for index, column in enumerate(travelling.columns) if column in FLAGS]
        return Slice([_portable(row[len(order) :], flags) for row in rows[:limit]], following)

    def _export(self, table: Portable, order: Sequence[str], *, beyond: bool) -> str:
        joined = f" LEFT JOIN people AS p ON {self._PERSON}" if PERSON[0] in table.columns else ""
        place = ", ".join(f"t.{column}" for column in order)
        chosen = [_OF_PERSON.get(column, f"t.{column}") for column in table.columns]
        filters = [self._ONLY[table.name]] if table.name in self._ONLY else []
        if beyond:
            filters.append(f"({place}) > ({', '.join('?' * len(order))})")
        where = f" WHERE {' AND '.join(filters)}" if filters else ""
        grouped = ""
        if table.counts:
            chosen = [
                f"CAST(sum(t.{column}) AS BIGINT)" if column in table.counts else f"t.{column}"
                for column in table.columns
            ]
            counted = " OR ".join(f"sum(t.{column}) <> 0" for column in table.counts)
            grouped = f" GROUP BY {place} HAVING {counted}"
        columns = ", ".join([place, *chosen])
        return f"SELECT {columns} FROM {table.name} AS t{joined}{where}{grouped} ORDER BY {place} LIMIT ?"

    def filled(self, table: str) -> Filled:
        row = self._session.row(self._sql["upkeep.filled"], (table,))
        return Filled() if row is None else Filled(row[0], Tally(row[1], int(row[2], 16)), row[3] == 1)

    def note_filled(self, table: str, filled: Filled) -> None:
        tally = filled.tally
        self._session.run(self._sql["upkeep.forget_filled"], (table,))
        values = (table, filled.after, tally.rows, str(tally), int(filled.whole))
        self._session.run(self._sql["upkeep.note_filled"], values)


def _portable(row: PortableRow, flags: Sequence[int]) -> PortableRow:
    """The row with its flags as booleans, whatever the database keeps them as."""
    if not flags:
        return row
    values = list(row)
    for index in flags:
        values[index] = None if values[index] is None else bool(values[index])
    return tuple(values)
