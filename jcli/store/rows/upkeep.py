"""What the tables hold, and whether it is sound: figures for who looks after a store, and the rules that every database
has to keep, each a statement that gives the rows which break it, their subject first. What the rules mean is told in
`jcli/operations/examining.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from jcli.errors import NotAllowed
from jcli.model import Enrollment, Instant
from jcli.store.portable import TABLES
from jcli.store.rows.enrollments import enrollment_of
from jcli.store.rows.group import TableGroup, Values
from jcli.store.states import PersonKey
from jcli.store.upkeep import Filling, Pause, TableFacts

RULES = (
    "thing_counts",
    "journey_counts",
    "people_counts",
    "enrollment_counts",
    "enrollment_totals",
    "enrollment_revisions",
    "step_counts",
    "step_times",
    "goal_counts",
    "split_counts",
    "ledger_gap",
    "ledger_end",
    "step_without_enrollment",
    "enrollment_without_person",
    "delivery_without_enrollment",
    "delivery_without_person",
    "event_without_person",
    "outbox_without_person",
    "missing_revision",
    "node_count",
    "edge_count",
    "log_gap",
)
_COUNTED = {
    "sites": "sites",
    "audiences": "audiences",
    "contents": "contents",
    "journeys": "journeys",
    "people": "people",
    "enrollments": "enrollments",
}
"""Tables whose rows a counter tells, and the statement that asks it."""
_INSTANTS: Mapping[str, str] = {
    "journeys": "created_at",
    "revisions": "created_at",
    "audit_log": "at",
    "people": "created_at",
    "enrollments": "enrolled_at",
    "steps": "left_at",
    "deliveries": "created_at",
    "messages": "received_at",
    "events": "received_at",
    "outbox": "at",
    "answers": "created_at",
}


class RowUpkeepTables(TableGroup):
    __slots__ = ()

    _IN_ORDER: ClassVar[frozenset[str]] = frozenset()
    """Tables with numbers of rows that are in the order of their instants, so that the first and the last tell."""

    def table_facts(self) -> list[TableFacts]:
        there = {name for (name,) in self._session.rows(self._sql["upkeep.table_names"])}
        counted = {"thing_counts", "journey_counts", "people_counts", "enrollment_totals"} <= there
        return [self._facts(table.name, counted) for table in TABLES if table.name in there]

    def _facts(self, name: str, counted: bool) -> TableFacts:
        counter = _COUNTED.get(name) if counted else None
        statement = f"SELECT count(*) FROM {name}" if counter is None else self._sql[f"upkeep.{counter}"]
        return TableFacts(name, self._scalar(statement), *self._span(name))

    def _span(self, name: str) -> tuple[Instant | None, Instant | None]:
        at = _INSTANTS.get(name)
        if at is None:
            return None, None
        if name in self._IN_ORDER:
            first = f"SELECT {at} FROM {name} ORDER BY row"
            row = self._session.row(f"SELECT ({first} LIMIT 1), ({first} DESC LIMIT 1)")
        else:
            row = self._session.row(f"SELECT (SELECT min({at}) FROM {name}), (SELECT max({at}) FROM {name})")
        return (None, None) if row is None else (row[0], row[1])

    # A pause

    def begin_pause(self, pause: Pause) -> None:
        session, sql = self._session, self._sql
        session.run(sql["upkeep.make_pause"])
        session.run(sql["upkeep.note_pause"], (pause.token, pause.reason, pause.at))
        self._refuse_writes((*(table.name for table in TABLES), "catalogue"))

    def end_pause(self) -> bool:
        if self.pause() is None:
            return False
        self._accept_writes()
        self._session.run(self._sql["upkeep.drop_pause"])
        return True

    def pause(self) -> Pause | None:
        row = self._session.row(self._sql["upkeep.pause"]) if self._is_there("_paused") else None
        return None if row is None else Pause(*row)

    def _refuse_writes(self, tables: Sequence[str]) -> None:
        """Let the database refuse whatever would change a row of these tables."""
        raise NotImplementedError

    def _accept_writes(self) -> None:
        raise NotImplementedError

    def _is_there(self, table: str) -> bool:
        return (table,) in self._session.rows(self._sql["upkeep.table_names"])

    # Being filled

    def begin_filling(self, filling: Filling) -> None:
        session, sql = self._session, self._sql
        held = [table.name for table in TABLES if session.row(f"SELECT 1 FROM {table.name} LIMIT 1") is not None]
        if held:
            raise NotAllowed(
                f"the target is not empty: there are rows in {held[0]}",
                hint="name a database that is empty or not there yet, or empty this one if nobody needs it",
                code="not-empty",
            )
        session.run(sql["upkeep.forget_filling"])
        session.run(sql["upkeep.make_filling"])
        session.run(sql["upkeep.make_filled"])
        session.run(sql["upkeep.note_filling"], (filling.token, filling.source, filling.at))

    def filling(self) -> Filling | None:
        row = self._session.row(self._sql["upkeep.filling"]) if self._is_there("_filling") else None
        return None if row is None else Filling(row[0], row[1], row[2], row[3] == 1)

    def end_filling(self) -> None:
        self._session.run(self._sql["upkeep.end_filling"])
        self._session.run(self._sql["upkeep.drop_filled"])
        self._session.run(self._sql["running.catalogue_changed"])

    # Is it sound?

    def due_count(self, until: Instant) -> int:
        return self._scalar(self._sql["upkeep.due_count"], (until,))

    def enrollments_with(self, asked: Sequence[tuple[PersonKey, str]]) -> dict[str, Enrollment]:
        statement = f"{self._sql['enrollments.enrollment']} {self._sql['upkeep.with_ids']}"
        rows = self._session.rows(statement, self._asked(asked)) if asked else []
        return {each.id: each for each in map(enrollment_of, rows)}

    def delivery_statuses(self, asked: Sequence[tuple[PersonKey, str]]) -> dict[str, str]:
        return dict(self._session.rows(self._sql["upkeep.delivery_statuses"], self._asked(asked))) if asked else {}

    def _asked(self, asked: Sequence[tuple[PersonKey, str]]) -> Values:
        """What the two statements above are given."""
        return (self._session.among(each for _, each in asked),)

    def unsound(self, rule: str, limit: int) -> list[tuple[Any, ...]]:
        return self._session.rows(self._sql[f"soundness.{rule}"], (limit,))

    def places(self) -> list[tuple[Any, ...]]:
        return self._session.rows(self._sql["soundness.places"])
