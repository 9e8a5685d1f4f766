"""What every group of rows has: the session whose transaction it works in, the statements of its database, and JSON
columns.

A database is a session: `RowSession` is all that the rows ask of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson

Row = tuple[Any, ...]
Values = Sequence[Any]


class RowSession(Protocol):
    """One thread's connection and the transaction that is open on it. Values are bound to `?` in order."""

    sql: Mapping[str, str]
    """`group.name` -> statement, see `queries/`."""

    def rows(self, sql: str, values: Values = ()) -> list[Row]: ...
    def row(self, sql: str, values: Values = ()) -> Row | None: ...
    def run(self, sql: str, values: Values = ()) -> int:
        """Change rows; how many were changed."""
        ...

    def run_many(self, sql: str, values: Sequence[Values]) -> int:
        """Run one statement for each of the values; how many rows were changed."""
        ...

    def run_rows(self, sql: str, values: Sequence[Values]) -> int:
        """Write all the rows at once: what a runtime does a thousand times a second. How many were."""
        ...

    def place(self, site_id: str, person_id: str) -> tuple[int, ...]:
        """What the rows of a person end with where the database keeps people apart by where they are placed."""
        ...

    def among(self, values: Iterable[str | int]) -> object:
        """A list of values as one value, for `{among ?}`."""
        ...


class TableGroup:
    """Rows that are read and written through one session."""

    __slots__ = ("_session", "_sql")

    def __init__(self, session: RowSession) -> None:
        self._session = session
        self._sql = session.sql

    def _scalar(self, sql: str, values: Values = ()) -> int:
        """The one number that a statement without GROUP BY gives."""
        row = self._session.row(sql, values)
        return 0 if row is None else int(row[0])


def json_text(value: Any) -> str:
    """A JSON column. Any Mapping will do for an object; keys keep their order, which the weights of a SPLIT need."""
    return orjson.dumps(value, default=dict).decode()
