"""What a runtime asks of PostgreSQL in words of its own: people locked as they are loaded, rows that say where they are
placed, and slices that leave to others what others work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from jcli.model import Instant
from jcli.store.feeding import Job
from jcli.store.postgres.arrays import array
from jcli.store.rows.group import Row
from jcli.store.rows.jobs import JobTables, job_of
from jcli.store.rows.ledger import LedgerTables
from jcli.store.rows.running import RunningTables, by_kind, loaded
from jcli.store.shards import SHARDS, shard_of
from jcli.store.states import Loaded, PersonKey

if TYPE_CHECKING:
    from jcli.store.postgres.session import Session


class PostgresRunningTables(RunningTables, JobTables):
    __slots__ = ()

    if TYPE_CHECKING:
        _session: Session

    def free_rows(self, keys: Iterable[PersonKey], after: int) -> dict[PersonKey, int]:  # noqa: ARG002
        """A sequence hands them out; who knows a row knows the shard."""
        wanted = list(keys)
        numbers = self._session.rows(self._sql["running.free_rows"], (len(wanted),))
        return {
            key: number * SHARDS + shard_of(key.site_id, key.id) for key, (number,) in zip(wanted, numbers, strict=True)
        }

    def load_people(self, keys: Iterable[PersonKey]) -> dict[PersonKey, Loaded]:
        statement = self._sql["running.lock_people_of" if self._session.locks else "running.people_of"]
        found = {}
        for (site_id, anonymous), ids in sorted(by_kind(keys).items()):
            for row in self._session.rows(statement, (array(ids), anonymous, site_id)):
                found[PersonKey(site_id, row[1], anonymous)] = loaded(row)
        return found

    def load_rows(self, rows: Iterable[int]) -> list[Loaded]:
        statement = self._sql["running.lock_people_in" if self._session.locks else "running.people_in"]
        return [loaded(row) for row in self._session.rows(statement, (array(list(rows)),))]

    def people_between(self, after: int, last: int, limit: int) -> list[Loaded]:
        if not self._session.locks:
            return super().people_between(after, last, limit)
        rows = [row for (row,) in self._session.rows(self._sql["running.rows_after"], (after, last, limit))]
        return sorted(self.load_rows(rows))

    def due_people(self, until: Instant, limit: int, shards: range | None = None) -> list[Loaded]:
        if shards is None:
            return super().due_people(until, limit)
        values = (until, shards.start, shards.stop, limit)
        return [loaded(row) for row in self._session.rows(self._sql["running.due_in"], values)]

    def next_due(self, shards: range | None = None) -> Instant | None:
        if shards is None:
            return super().next_due()
        row = self._session.row(self._sql["running.next_due_in"], (shards.start, shards.stop))
        return None if row is None else row[0]

    def known_messages(self, messages: Sequence[tuple[PersonKey, str]], since: Instant) -> set[tuple[str, str]]:
        """A message id is known where its person is placed."""
        asked = [(key.site_id, message_id, shard_of(key.site_id, key.id)) for key, message_id in messages]
        columns = [array(column) for column in zip(*asked, strict=True)]
        rows = self._session.rows(self._sql["running.known_messages"], (*columns, since)) if asked else []
        return {(site_id, message_id) for site_id, message_id in rows}

    def take_job(self) -> Job | None:
        row = self._session.row(self._sql["running.take_job"])
        return None if row is None else job_of(row)

    def hand_over(
        self, anonymous: tuple[PersonKey, int], known: tuple[PersonKey, int], shift: Mapping[str, int]
    ) -> None:
        """What is handed over moves to the shard of the known person: taken away there, written here."""
        (stranger, old_row), (person, new_row) = anonymous, known
        session, old = self._session, shard_of(stranger.site_id, stranger.id)
        new = shard_of(person.site_id, person.id)
        enrollments = session.rows(self._sql["running.take_enrollments"], (old, stranger.id, stranger.site_id))
        steps = session.rows(self._sql["running.take_steps"], (old, array([row[0] for row in enrollments])))
        session.run_rows(
            self._sql["running.insert_enrollment"],
            [(*row[:3], person.id, False, row[5] + shift.get(row[1], 0), *row[6:], new) for row in enrollments],
        )
        session.run_rows(self._sql["running.insert_step"], [(*row, new) for row in steps])
        deliveries = session.rows(self._sql["running.take_deliveries"], (old, old_row))
        session.run_rows(self._sql["running.insert_delivery"], [(*row[:4], new_row, *row[5:]) for row in deliveries])

    def prune_messages(self, before: Instant, limit: int) -> int:
        return self._session.run(self._sql["erasing.prune_messages"], (before, limit))

    def prune_events(self, before: Instant, limit: int) -> int:
        return self._session.run(self._sql["erasing.prune_events"], (before, limit))


class PostgresLedgerTables(LedgerTables):
    __slots__ = ()

    def _put_bases(self, rows: Sequence[Row]) -> None:
        """There are two keys that a base may share with an older one, and only one can be named in a conflict."""
        self._session.run_many(self._sql["ledger.drop_like"], [row[:3] for row in rows])
        super()._put_bases(rows)
