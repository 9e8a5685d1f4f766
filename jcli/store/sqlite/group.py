"""What every group of rows has: the session whose transaction it works in, and JSON columns."""

from __future__ import annotations

from typing import Any

import orjson

from jcli.store.sqlite.session import Session, Values


class TableGroup:
    """Rows that are read and written through one session."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def _scalar(self, sql: str, values: Values = ()) -> int:
        """The one number that a statement without GROUP BY gives."""
        row = self._session.row(sql, values)
        return 0 if row is None else int(row[0])


def json_text(value: Any) -> str:
    """A JSON column. Any Mapping will do for an object; keys keep their order, which the weights of a SPLIT need."""
    return orjson.dumps(value, default=dict).decode()
