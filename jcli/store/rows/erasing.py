"""Takes rows away: a person with everything kept of them, and events that somebody has taken to the world outside.

Counters go down by what is taken, in the same transaction, so that a recount agrees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import orjson

from jcli.engine import OutboxEvent
from jcli.model import EnrollmentStatus
from jcli.store.changes import Changes, bucket_of
from jcli.store.rows.applying import write_counters
from jcli.store.rows.counters import count_people
from jcli.store.rows.group import TableGroup
from jcli.store.states import PersonKey, decode


class ErasingTables(TableGroup):
    __slots__ = ()

    def erase_person(self, site_id: str, person_id: str) -> bool:
        """The known person, and the anonymous ones who turned out to be the same."""
        known = PersonKey(site_id, person_id, False)
        row = self._session.row(self._sql["erasing.person"], (person_id, False, site_id))
        links: Iterable[str] = () if row is None else decode(known, {}, row[1]).links
        erased = self._erase(known)
        for anonymous_id in sorted(links):
            self._erase(PersonKey(site_id, anonymous_id, True))
        return erased

    def _erase(self, key: PersonKey) -> bool:
        session, who = self._session, (key.id, key.anonymous, key.site_id)
        row = session.row(self._sql["erasing.person"], who)
        changes = self._counted(who)
        session.run(self._sql["erasing.delete_steps"], who)
        enrollments = session.run(self._sql["erasing.delete_enrollments"], who)
        if row is not None:
            for statement in ("delete_deliveries", "delete_events", "delete_outbox", "delete_person"):
                session.run(self._sql[f"erasing.{statement}"], row[:1])
            count_people(session, key.site_id, -1)
        write_counters(session, changes)
        return row is not None or enrollments > 0

    def _counted(self, who: tuple[str, bool, str]) -> Changes:
        """What the person's rows are in all counters, negative."""
        session, changes = self._session, Changes(0)
        for journey, status, node, revision, goal, n in session.rows(self._sql["erasing.enrollments"], who):
            changes.enrollment_counts[journey, status, node] -= n
            if status == EnrollmentStatus.IN_PROGRESS:
                changes.revision_counts[journey, revision] -= n
            if goal:
                changes.goals[journey] -= n
        times: Counter[tuple[str, str, int]] = changes.step_times
        for journey, node, label, ended, took in session.rows(self._sql["erasing.steps"], who):
            changes.step_counts[journey, node, label, ended] -= 1
            times[journey, node, bucket_of(took)] -= 1
        for _, journey, node, label, goal in session.rows(self._sql["erasing.splits"], who):
            changes.split_entries[journey, node, label] -= 1
            if goal:
                changes.split_goals[journey, node, label] -= 1
        return changes

    def outbox(self, after: int, limit: int) -> list[tuple[int, OutboxEvent]]:
        rows = self._session.rows(self._sql["erasing.outbox"], (after, limit))
        return [(row, OutboxEvent(event_id, kind, at, orjson.loads(data))) for row, event_id, kind, at, data in rows]

    def drop_outbox(self, rows: Sequence[int]) -> None:
        self._session.run(self._sql["erasing.sent"], (self._session.among(rows),))
