"""The long work on a journey's people: what is under way, and how far the last publication has entered people."""

from __future__ import annotations

from dataclasses import dataclass

from jcli.model import Actor, Progress
from jcli.operations.context import visible_journey
from jcli.store import Job, JobKind, Store


@dataclass(frozen=True, slots=True)
class LongWork:
    """`kind` is `backfill`, `thaw`, `follow` or `stop`; a larger `id` is of later work."""

    id: int
    kind: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Working:
    """`running` is what a worker goes on with, the oldest first; `backfill` the last one, done or not (None: there was
    none); `people` are in the journey now."""

    running: tuple[LongWork, ...]
    backfill: LongWork | None
    people: int


def working_on(store: Store, actor: Actor, journey_id: str) -> Working:
    """NotFound for a journey that is not there for the actor."""
    with store.read() as tables:
        visible_journey(tables, actor, journey_id, canvas=False)
        last = tables.last_job(journey_id, JobKind.BACKFILL)
        running = tuple(_shown(job) for job in tables.running_jobs(journey_id))
        return Working(running, _shown(last) if last else None, tables.enrollments_in_progress(journey_id))


def _shown(job: Job) -> LongWork:
    return LongWork(job.id, job.kind.value, job.progress)
