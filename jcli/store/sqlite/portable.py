"""Rows on their way into a file and out of it. Tables with row numbers are read in the order of these, in which the
rows came; a person is found by who it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jcli.store.portable import BY_NAME, PERSON, PortableRow
from jcli.store.rows.portable import PortableTables

_REPLACED = frozenset({"write_keys"})
"""A site that comes in is given a key at once; the one that it has had takes its place."""


@cache
def _insert(name: str) -> str:
    """The three values of a person stand side by side and become the number of its row."""
    columns = BY_NAME[name].columns
    verb = "INSERT OR REPLACE" if name in _REPLACED else "INSERT"
    names = ["person" if column == PERSON[0] else column for column in columns if column not in PERSON[1:]]
    person = "(SELECT row FROM people WHERE site_id = ? AND id = ? AND anonymous = ?)"
    values = [person if column == "person" else "?" for column in names]
    return f"{verb} INTO {name} ({', '.join(names)}) VALUES ({', '.join(values)})"


class SqlitePortableTables(PortableTables):
    __slots__ = ()

    _ORDERS = dict.fromkeys(("audit_log", "people", "steps", "messages", "events", "outbox"), ("row",))
    _PERSON = "p.row = t.person"

    def import_rows(self, table: str, rows: Sequence[PortableRow]) -> None:
        self._session.run_many(_insert(table), rows)
