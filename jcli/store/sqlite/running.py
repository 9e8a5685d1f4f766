"""What a runtime asks of SQLite in words of its own. One writer at a time holds the store, so nobody need be locked,
and the rows of `messages` and `events` are in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jcli.model import Instant
from jcli.store.feeding import Job
from jcli.store.rows.group import json_text
from jcli.store.rows.jobs import JobTables
from jcli.store.rows.running import RunningTables
from jcli.store.states import PersonKey


class SqliteRunningTables(RunningTables, JobTables):
    __slots__ = ()

    def free_rows(self, keys: Iterable[PersonKey], after: int) -> dict[PersonKey, int]:
        first = (after or self.last_person_row()) + 1
        return {key: row for row, key in enumerate(keys, first)}

    def known_messages(self, messages: Sequence[tuple[PersonKey, str]], since: Instant) -> set[tuple[str, str]]:
        asked: dict[str, list[str]] = {}
        for key, message_id in messages:
            asked.setdefault(key.site_id, []).append(message_id)
        return {
            (site_id, message_id)
            for site_id, ids in asked.items()
            for (message_id,) in self._session.rows(
                self._sql["running.known_messages"], (json_text(ids), site_id, since)
            )
        }

    def take_job(self) -> Job | None:
        jobs = self.running_jobs()
        return jobs[0] if jobs else None

    def hand_over(
        self, anonymous: tuple[PersonKey, int], known: tuple[PersonKey, int], shift: Mapping[str, int]
    ) -> None:
        (stranger, old_row), (person, new_row) = anonymous, known
        values = (person.id, json_text(shift), stranger.id, stranger.site_id)
        self._session.run(self._sql["running.hand_over_enrollments"], values)
        self._session.run(self._sql["running.hand_over_deliveries"], (new_row, old_row))

    def prune_messages(self, before: Instant, limit: int) -> int:
        return self._prune("erasing.oldest_messages", "erasing.forget_messages", before, limit)

    def prune_events(self, before: Instant, limit: int) -> int:
        return self._prune("erasing.oldest_events", "erasing.forget_events", before, limit)

    def _prune(self, oldest_of: str, forget: str, before: Instant, limit: int) -> int:
        """The old ones are at the beginning."""
        oldest = self._session.rows(self._sql[oldest_of], (limit,))
        if not oldest or oldest[0][1] >= before:
            return 0
        return self._session.run(self._sql[forget], (oldest[-1][0], before))
