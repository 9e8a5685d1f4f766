"""Rows on their way into PostgreSQL and out of it. They are taken in as arrays, a statement for a slice, and get here
what only this database has: shards, numbers of people that name them, slots of counters.

A message is kept where its person is placed, and no other database tells whose it is. It is placed by its own id until
the event comes that brought it, which tells; whose event is not kept any more is not known as a repetition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import orjson

from jcli.store.portable import BY_NAME, PERSON, PortableRow, Value
from jcli.store.rows.portable import PortableTables
from jcli.store.shards import SHARDS, shard_of

_WHO = dict(zip(PERSON, ("text", "text", "boolean"), strict=True))
_PERSON_ROW = (
    "LEFT JOIN people AS p ON p.shard = shard_of(u.of_site, u.of_person) AND p.site_id = u.of_site"
    " AND p.id = u.of_person AND p.anonymous = u.of_anonymous"
)


_Made = tuple[str, str]
"""A column that is made here, and the expression over the row `u` that makes it."""
_MADE: Mapping[str, tuple[_Made, ...]] = {
    "people": (
        ("row", f"nextval('person_rows') * {SHARDS} + shard_of(u.site_id, u.id)"),
        ("shard", "shard_of(u.site_id, u.id)"),
    ),
    "enrollments": (("shard", "shard_of(u.site_id, u.person_id)"),),
    "steps": (("shard", "(SELECT e.shard FROM enrollments AS e WHERE e.id = u.enrollment_id)"),),
    "deliveries": (("person", "p.row"), ("shard", "p.shard")),
    "events": (("person", "p.row"), ("shard", "p.shard")),
    "outbox": (("person", "p.row"),),
    "messages": (("shard", "shard_of(u.site_id, u.id)"),),
    **dict.fromkeys(
        (
            "people_counts",
            "enrollment_counts",
            "enrollment_totals",
            "enrollment_revisions",
            "step_counts",
            "step_times",
            "split_counts",
            "goal_counts",
        ),
        (("slot", "0"),),
    ),
}
_OVERRIDING = {"jobs": " OVERRIDING SYSTEM VALUE"}
_CONFLICT = {"write_keys": " ON CONFLICT (site_id) DO UPDATE SET key = excluded.key"}
"""A site that comes in is given a key at once; the one that it has had takes its place."""


def _insert(name: str, types: Mapping[str, str]) -> str:
    """The statement that takes in the columns of a slice, each as an array of its type."""
    columns = BY_NAME[name].columns
    made = _MADE.get(name, ())
    kept = [column for column in columns if column not in PERSON]
    arrays = ", ".join(f"?::{types[column]}[]" for column in columns)
    joined = f" {_PERSON_ROW}" if PERSON[0] in columns else ""
    values = ", ".join([*(f"u.{column}" for column in kept), *(expression for _, expression in made)])
    return (
        f"INSERT INTO {name} ({', '.join([*kept, *(column for column, _ in made)])}){_OVERRIDING.get(name, '')}"
        f" SELECT {values} FROM unnest({arrays}) WITH ORDINALITY AS u ({', '.join(columns)}, _nth){joined}"
        f" ORDER BY u._nth{_CONFLICT.get(name, '')}"
    )


class PostgresPortableTables(PortableTables):
    __slots__ = ()

    _ORDERS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "audit_log": ("row",),
        "people": ("row",),
        "outbox": ("row",),
        "events": ("row",),
        "messages": ("received_at", "id", "site_id"),
    }
    _PERSON = "p.shard = (t.person & 1023)::integer AND p.row = t.person"
    _ONLY: ClassVar[Mapping[str, str]] = {
        "messages": "NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.id = t.id AND m.site_id = t.site_id"
        " AND (m.received_at, m.shard) > (t.received_at, t.shard))"
    }
    """Two people may have sent messages of one id; elsewhere there is one of them, the newest."""

    def import_rows(self, table: str, rows: Sequence[PortableRow]) -> None:
        types = {**_WHO, **dict(self._session.rows(self._sql["upkeep.column_types"], (table,)))}
        self._session.run_rows(_insert(table, types), rows)
        if table == "events":
            self._session.run_rows(self._sql["upkeep.place_messages"], list(_placed(rows)))


def _placed(rows: Sequence[PortableRow]) -> Mapping[tuple[Value, ...], None]:
    """(message, site, where it was put, where its person is) of each event that tells its message."""
    found: dict[tuple[Value, ...], None] = {}
    for site_id, person_id, _, _, body in rows:
        message = orjson.loads(str(body)).get("messageId")
        if isinstance(message, str):
            site = str(site_id)
            found[message, site, shard_of(site, message), shard_of(site, str(person_id))] = None
    return found
