"""The rows of long pieces of work on a journey's people: how far each has come, so that it goes on after a restart."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from jcli.model import Instant, Progress
from jcli.store.feeding import Job, JobKind
from jcli.store.rows.group import Row, TableGroup, json_text


def job_of(row: Row) -> Job:
    return Job(row[0], JobKind(row[1]), row[2], Progress(row[3], row[4], row[5]), row[6], orjson.loads(row[7]))


class JobTables(TableGroup):
    __slots__ = ()

    def start_job(self, kind: JobKind, journey_id: str, total: int, at: Instant, place: object) -> Job:
        self._session.run(
            self._sql["jobs.insert"], (kind.value, journey_id, "running", total, at, json_text(place), at)
        )
        job = self.last_job(journey_id, kind)
        assert job is not None
        return job

    def last_job(self, journey_id: str, kind: JobKind) -> Job | None:
        row = self._session.row(
            f"{self._sql['jobs.job']} WHERE journey_id = ? AND kind = ? ORDER BY id DESC LIMIT 1",
            (journey_id, kind.value),
        )
        return None if row is None else job_of(row)

    def running_jobs(self, journey_id: str | None = None) -> list[Job]:
        rows = self._session.rows(f"{self._sql['jobs.job']} WHERE state = 'running' ORDER BY id")
        return [job_of(row) for row in rows if journey_id is None or row[2] == journey_id]

    def advance_job(self, job: Job, now: Instant) -> None:
        p = job.progress
        self._session.run(self._sql["jobs.advance"], (p.state, p.done, json_text(job.place), now, job.id))

    def cancel_jobs(self, journey_id: str, kinds: Collection[JobKind], now: Instant) -> int:
        return self._session.run(
            self._sql["jobs.cancel"], (journey_id, now, self._session.among(kind.value for kind in kinds))
        )
