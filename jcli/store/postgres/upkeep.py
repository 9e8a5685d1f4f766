"""What PostgreSQL is asked for by who looks after a store: its schema, whether rows are where they belong, and to
refuse whatever would change a row.

A pause is a table of one row and a trigger on every other table, so PostgreSQL itself refuses the writes of every
process, whatever its version, and nobody pays for a question while there is no pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jcli.store.postgres import migrations
from jcli.store.postgres.connecting import Inspection, connect, inspect, place_of
from jcli.store.rows.group import Values
from jcli.store.rows.upkeep import RowUpkeepTables
from jcli.store.shards import shard_of
from jcli.store.states import PersonKey
from jcli.store.upkeep import Schema, Size


def schema_of(inspection: Inspection) -> Schema:
    applied = inspection.applied
    return Schema(
        applied=tuple(name for name in applied if name in migrations.NAMES),
        pending=tuple(name for name in migrations.NAMES if name not in applied),
        newer=tuple(name for name in applied if name not in migrations.NAMES),
    )


def shown_url(url: str) -> str:
    return place_of(url).url


def schema_at(url: str) -> Schema:
    """The schema of a database, without opening it as a store."""
    place = place_of(url)
    with connect(place, busy_timeout=5.0) as connection:
        return schema_of(inspect(connection, place.url))


class PostgresUpkeepTables(RowUpkeepTables):
    __slots__ = ()

    def integrity(self, limit: int) -> list[str]:
        """What no constraint holds: that rows are where their people are placed, that enrollments have a journey."""
        self._session.rows(self._sql["upkeep.read_everything"])
        said = [
            f"row {name} of {table} is in another shard than its person"
            for table, name in self._session.rows(self._sql["upkeep.misplaced"], (limit,))
        ]
        said += [
            f"enrollments refer to the journey {name}, which is not there"
            for (name,) in self._session.rows(self._sql["upkeep.journeyless"], (limit,))
        ]
        self._session.rows(self._sql["upkeep.read_rows"])
        return said[:limit]

    def _refuse_writes(self, tables: Sequence[str]) -> None:
        self._session.run(self._sql["upkeep.make_refusal"])
        for table in tables:
            self._session.run(
                f"CREATE TRIGGER _paused BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION _refuse_while_paused()"
            )

    def _accept_writes(self) -> None:
        self._session.run(self._sql["upkeep.drop_refusal"])

    def end_filling(self) -> None:
        """Jobs came with their numbers; the next one has to be greater."""
        super().end_filling()
        self._session.run(self._sql["upkeep.analyze"])  # or statements are planned as for empty tables for a while
        self._session.rows(self._sql["upkeep.number_jobs"])

    def unsound(self, rule: str, limit: int) -> list[tuple[Any, ...]]:
        """The rules read whole tables, which everything else must not."""
        self._session.rows(self._sql["upkeep.read_everything"])
        found = super().unsound(rule, limit)
        self._session.rows(self._sql["upkeep.read_rows"])
        return found

    def _asked(self, asked: Sequence[tuple[PersonKey, str]]) -> Values:
        return [each for _, each in asked], [shard_of(key.site_id, key.id) for key, _ in asked]

    def size(self) -> Size:
        return Size(self._scalar(self._sql["upkeep.size"]))
