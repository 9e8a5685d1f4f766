"""Long pieces of work on the people of a journey, a slice in each transaction, gone on with after a restart.

What a verb or a save says is true at once, because the catalogue says it to every event that comes; a job brings it to
those who are in the journey already. `backfill` goes through the people of the store by their rows, the others
through the enrollments in progress, from the newest to the oldest.
Each slice writes how far it has come in its own transaction, so nobody is left out and nobody is taken twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from jcli.engine import AudienceEntry, CanvasChanged, Input, StatusChanged
from jcli.model import JourneyStatus, Progress
from jcli.runtime.people import Present
from jcli.runtime.work import Work
from jcli.store import Job, JobKind, Loaded

SLICE = 500
"""People (or enrollments) in one slice. What is smaller is done at once, in the transaction that asks for it."""


def run_slice(work: Work, job: Job, limit: int = SLICE) -> Job:
    """Bring the job forward by at most `limit` people and note how far it has come."""
    done = _SLICES[job.kind](work, job, limit)
    work.save()
    work.tables.advance_job(done, work.now)
    return done


def start_job(work: Work, kind: JobKind, journey_id: str, total: int, place: object = None) -> Job:
    """Begin a job with its first slice; a small one is done then."""
    return run_slice(work, work.tables.start_job(kind, journey_id, total, work.now, place))


def _backfill(work: Work, job: Job, limit: int) -> Job:
    """`place` is [row of the last person looked at, row of the last person when the job began]. Whoever came later
    enters by their own events."""
    after, last = job.place
    people, seen = _enter(work, job, work.tables.people_between(after, last, limit))
    place = [people[-1].row if people else last, last]
    return _moved_on(job, seen, place, finished=len(people) < limit or place[0] == last)


def _enter(work: Work, job: Job, loaded: Sequence[Loaded]) -> tuple[Sequence[Present], int]:
    """Those people, and how many of them are of the journey's site."""
    people = work.put(loaded)
    listed = work.catalogue.journeys.get(job.journey_id)
    site_id = listed.journey.site_id if listed is not None else None
    seen = 0
    for present in people:
        if present.key.site_id == site_id and present.state.linked_to is None:
            _give(work, present, AudienceEntry(job.journey_id, job.at, work.now))
        seen += present.key.site_id == site_id
    return people, seen


def enter_between(work: Work, job: Job, after: int, upto: int) -> int:
    """The people of a backfill with a row after `after` up to `upto`, wherever the job stands; how many are of the
    journey's site. For several who share a backfill; `move_on` then says of all of them that they are done."""
    return _enter(work, job, work.tables.people_between(after, upto, upto - after))[1]


def move_on(work: Work, job: Job, upto: int, seen: int) -> Job:
    """Note that a backfill has come to this row, where so many were seen."""
    last = job.place[1]
    done = _moved_on(job, seen, [upto, last], finished=upto >= last)
    work.tables.advance_job(done, work.now)
    return done


def _stop(work: Work, job: Job, limit: int) -> Job:
    """After the enrollments come the deliveries that are left open by enrollments which ended before; then `place` is
    the id of the last one looked at."""

    def given() -> Input:
        return StatusChanged(job.journey_id, JourneyStatus.ARCHIVED, work.now)

    if not isinstance(job.place, str):
        done = _through(work, job, given, limit)
        if done.progress.state == "running":
            return done
        work.save()
        job = replace(job, place="")
    found = work.tables.open_deliveries(job.journey_id, job.place, limit)
    for present in work.put(work.tables.load_rows(dict.fromkeys(row for row, _ in found))):
        _give(work, present, given())
    return _moved_on(job, 0, found[-1][1] if found else "", finished=len(found) < limit)


def _thaw(work: Work, job: Job, limit: int) -> Job:
    return _through(work, job, lambda: StatusChanged(job.journey_id, JourneyStatus.PUBLISHED, work.now), limit)


def _follow(work: Work, job: Job, limit: int) -> Job:
    return _through(work, job, lambda: CanvasChanged(job.journey_id, work.now), limit)


def _through(work: Work, job: Job, given: Callable[[], Input], limit: int) -> Job:
    """`place` is [enrolled at, id] of the last enrollment looked at. An input for a person concerns all enrollments in
    the journey, so each person gets it once a slice; it says what time it is once they are loaded."""
    after = None if job.place is None else (job.place[0], job.place[1])
    found = work.tables.in_progress(job.journey_id, after, limit)
    for present in work.put(work.tables.load_rows(dict.fromkeys(row for row, _ in found))):
        _give(work, present, given())
    place = list(found[-1][1]) if found else job.place
    return _moved_on(job, len(found), place, finished=len(found) < limit)


def _give(work: Work, present: Present, given: Input) -> None:
    work.give(present, given)
    work.touch(present)


def _moved_on(job: Job, seen: int, place: object, *, finished: bool) -> Job:
    done, total = job.progress.done + seen, job.progress.total
    progress = Progress("done", total, total) if finished else Progress("running", min(done, total), total)
    return replace(job, progress=progress, place=place)


_SLICES: Mapping[JobKind, Callable[[Work, Job, int], Job]] = {
    JobKind.BACKFILL: _backfill,
    JobKind.STOP: _stop,
    JobKind.THAW: _thaw,
    JobKind.FOLLOW: _follow,
}
