"""What the handlers do with a store, without a word of Restate: parcels, timers, jobs, a look around.

Each function opens its own transactions and may be called again with the same arguments: what was done is not done
twice. What a lane does takes its time from the message, so that it follows from the message and the store alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter

import orjson

from jcli.model import Instant
from jcli.runtime.arrivals import take
from jcli.runtime.catalogues import catalogues_of
from jcli.runtime.distributed.lanes import Lane, all_lanes, due_by_lane
from jcli.runtime.distributed.parcels import Outcome, pack_outcome, unpack
from jcli.runtime.jobs import SLICE, enter_between, move_on, run_slice
from jcli.runtime.pruning import Pruning
from jcli.runtime.timers import wake
from jcli.runtime.work import Work, insist, open_work
from jcli.store import CATALOGUE, SHARDS, Job, JobKind, Store, Tables

Due = Mapping[int, Instant]
"""When lanes have to wake somebody, by their numbers."""

_PEOPLE = 500
"""People who are woken in one transaction."""

_ROUNDS = 4
"""Such transactions for one message."""

KEEP_PARCELS = 86_400_000
"""For how long the outcome of a parcel is kept, in milliseconds: much longer than Restate may deliver it again."""

_PRUNED = 5_000

SHARE_AMONG = 8
"""Shares of a job that are worked on at the same time."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A store, and what it is worked on with. `clock` is for what no message dates."""

    store: Store
    clock: Callable[[], Instant]
    keep_events: int
    outbox: bool = False

    def _work(self, clock: Callable[[], Instant], beside: bool) -> AbstractContextManager[Work]:
        return open_work(self.store, clock, outbox=self.outbox, beside=beside)

    def take_parcel(self, lane: Lane, parcel_id: str, packed: bytes) -> bytes:
        """Work a parcel in, once; its outcome, packed."""
        return insist(lambda beside: self._take(lane, parcel_id, packed, beside))

    def _take(self, lane: Lane, parcel_id: str, packed: bytes, beside: bool) -> bytes:
        parcel, shard = unpack(packed), lane.shards.start
        with self._work(lambda: parcel.at, beside) as work:
            kept = work.tables.parcel_outcome(shard, parcel_id)
            if kept is not None:
                return kept
            verdicts = take(work, parcel.arrivals)
            work.save()
            outcome = pack_outcome(Outcome(verdicts, due_by_lane(work.woken, lane.of)))
            work.tables.keep_parcel(shard, parcel_id, outcome, parcel.at)
        return outcome

    def wake_lane(self, lane: Lane, until: Instant) -> Due:
        """Do what fell due in the lane at or before `until`, for so many people that parcels which wait are not kept
        waiting for long; when it, and others that this touched, are due next."""
        due: dict[int, Instant] = {}
        for _ in range(_ROUNDS):
            if not insist(lambda beside: self._wake(lane, until, due, beside)):
                break
        due.pop(lane.number, None)
        with self.store.read() as tables:
            own = tables.next_due(lane.shards)
        return due if own is None else {**due, lane.number: own}

    def _wake(self, lane: Lane, until: Instant, due: dict[int, Instant], beside: bool) -> int:
        with self._work(lambda: until, beside) as work:
            people = wake(work, until, _PEOPLE, lane.shards)
        for number, at in due_by_lane(work.woken, lane.of).items():
            due[number] = min(at, due.get(number, at))
        return people

    def hear(self, words: Sequence[str]) -> None:
        """What another process told: journeys that changed are compiled now, and not while a lane waits."""
        if not words or CATALOGUE in words:
            with self.store.read() as tables:
                catalogues_of(self.store).current(tables)

    # Long work

    def shares_of(self, job_id: int) -> list[tuple[int, int]] | None:
        """The next shares of a job that several can work on: rows after one up to another. Empty for a job whose slices
        follow each other; None when it is not running."""
        with self.store.read() as tables:
            job = _running(tables, job_id)
        if job is None or job.kind is not JobKind.BACKFILL:
            return None if job is None else []
        after, last = job.place
        width = SLICE * SHARDS
        begins = range(after, last, width)[:SHARE_AMONG]
        return [(begin, min(begin + width, last)) for begin in begins]

    def work_on_share(self, job_id: int, name: str, after: int, upto: int, lanes: int) -> bytes:
        """Work on a share of a job, once under this name; [how many people were seen, when lanes have to wake
        somebody], packed."""
        return insist(lambda beside: self._share(job_id, name, after, upto, lanes, beside))

    def _share(self, job_id: int, name: str, after: int, upto: int, lanes: int, beside: bool) -> bytes:
        with self._work(self.clock, beside) as work:
            kept = work.tables.parcel_outcome(0, name)
            if kept is not None:
                return kept
            job = _running(work.tables, job_id)
            seen = 0 if job is None else enter_between(work, job, after, upto)
            work.save()
            done = orjson.dumps([seen, list(due_by_lane(work.woken, lanes).items())])
            work.tables.keep_parcel(0, name, done, work.now)
        return done

    def move_on(self, job_id: int, after: int, upto: int, seen: int) -> bool:
        """Note that the shares of a job from one row up to another are done, once; whether there is more to do."""
        return insist(lambda beside: self._move_on(job_id, after, upto, seen, beside))

    def _move_on(self, job_id: int, after: int, upto: int, seen: int, beside: bool) -> bool:
        with self._work(self.clock, beside) as work:
            job = _running(work.tables, job_id)
            if job is None:
                return False
            if job.place[0] != after:
                return True
            return move_on(work, job, upto, seen).progress.state == "running"

    def work_on_jobs(self, lanes: int) -> tuple[bool, Due]:
        """Bring the oldest job that nobody else works on forward by one slice: whether there was one, and when that has
        lanes wake somebody."""
        return insist(lambda beside: self._slice(lanes, beside))

    def _slice(self, lanes: int, beside: bool) -> tuple[bool, Due]:
        with self._work(self.clock, beside) as work:
            job = work.tables.take_job()
            if job is None:
                return False, {}
            run_slice(work, job, SLICE)
        return True, due_by_lane(work.woken, lanes)

    # The keeper

    def look(self, lanes: int, late: int) -> tuple[Instant, list[int], list[int]]:
        """The time, the lanes with somebody who should have been woken more than `late` milliseconds ago, by their
        numbers, and the jobs that are not done, by theirs."""
        now = self.clock()
        with self.store.read() as tables:
            due = [(lane.number, tables.next_due(lane.shards)) for lane in all_lanes(lanes)]
            jobs = [job.id for job in tables.running_jobs()]
        return now, [number for number, at in due if at is not None and at < now - late], jobs

    def forget(self, seconds: float) -> int:
        """Forget what has been kept for its time, for about so long; how many rows."""
        until, gone, pruning = perf_counter() + seconds, 0, Pruning(self.keep_events, perf_counter)
        while found := pruning.slice(self.store, self.clock()) + self._forget_parcels():
            gone += found
            if perf_counter() >= until:
                break
        return gone

    def _forget_parcels(self) -> int:
        with self.store.write_people() as tables:
            return tables.prune_parcels(self.clock() - KEEP_PARCELS, _PRUNED)


def _running(tables: Tables, job_id: int) -> Job | None:
    return next((job for job in tables.running_jobs() if job.id == job_id), None)
