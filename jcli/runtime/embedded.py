"""`Runtime`: events in, durable when answered; timers, long work and pruning in between. One store, one process.

Started, it has one thread, the writer: it takes what waits, commits, then gives timers, jobs and pruning one small
slice each, and sleeps until the next event or the next timer. Where the store lets several write at a time, others take
and commit beside it, so that one computes while the database works for another; what waits at the same time has no
order then, as between processes. Not started, everything is done by the caller, one thing at a time, which is what
tests, simulations and short commands want. Several processes may run on one store: SQLite lets one write at a time, and
what one of them leaves undone another goes on with.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from jcli.engine import Catalogue
from jcli.errors import StoreBusy
from jcli.model import Instant
from jcli.runtime.arrivals import Arrival, Verdict, take
from jcli.runtime.catalogues import Catalogues, catalogues_of
from jcli.runtime.gathering import Batch, Gathering, Task
from jcli.runtime.jobs import run_slice
from jcli.runtime.pruning import Pruning
from jcli.runtime.telling import Listener, Telling, telling_of
from jcli.runtime.timers import wake
from jcli.runtime.work import Work, insist, open_work
from jcli.store import CATALOGUE, Job, PersonKey, Store

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_DAY = 86_400_000
_LONG = 3600.0


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """`keep_events` is in milliseconds; `commit_events`, `commit_people` and `job_people` bound one transaction;
    `most_waiting` events may wait for the writer. `look_again` is how often, in seconds, the writer looks at what other
    processes may have left to do; `prune_every` how often it looks for what is old. `worker` False leaves timers, jobs
    and pruning to another process. `outbox` writes events for webhooks. `writers` threads commit, where the store lets
    more than one."""

    keep_events: int = 30 * _DAY
    commit_events: int = 1_000
    commit_people: int = 500
    job_people: int = 500
    most_waiting: int = 50_000
    look_again: float = 0.25
    prune_every: float = 60.0
    worker: bool = True
    outbox: bool = False
    writers: int = 3


class Runtime:
    """Feeds the engine from one store. `clock` is asked once for each transaction."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], Instant],
        new_id: Callable[[], str],
        *,
        settings: RuntimeSettings | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.new_id = new_id
        self.settings = settings or RuntimeSettings()
        self.catalogues: Catalogues = catalogues_of(store)
        self._telling: Telling = telling_of(store)
        self._gathering = Gathering(self.settings.most_waiting)
        self._pruning = Pruning(self.settings.keep_events, time.perf_counter)
        self._thread: threading.Thread | None = None
        self._beside: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._alone = threading.RLock()
        self._look_at = 0.0
        self._prune_at = 0.0
        self._idle = False
        self._next_due: Instant | None = None
        self._leave: Callable[[], None] = _nothing

    # Life

    def start(self) -> None:
        """Start the writer's thread and those beside it, and hear what other processes tell."""
        if self._thread is None:
            self._leave = self.store.hear(self._hear)
            self._thread = threading.Thread(target=self._live, name="jcli-writer", daemon=True)
            others = 0 if self.store.one_writer else self.settings.writers - 1
            self._beside = [
                threading.Thread(target=self._write, name=f"jcli-writer-{number}", daemon=True)
                for number in range(2, others + 2)
            ]
            for thread in (self._thread, *self._beside):
                thread.start()

    def close(self) -> None:
        """Finish what waits, then stop. The store is the caller's to close."""
        self._leave()
        self._gathering.close()
        self._stopping.set()
        self._gathering.nudge()
        if self._thread is not None:
            for thread in (self._thread, *self._beside):
                thread.join()
            self._thread, self._beside = None, []

    def __enter__(self) -> Runtime:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # In

    def submit(self, arrivals: Sequence[Arrival]) -> Future[list[Verdict]]:
        """Hand in events; the future answers once they are durable. Await it with `asyncio.wrap_future`.

        StoreBusy when too many events wait already. A runtime that was not started does the work at once.
        """
        batch = Batch(arrivals)
        if self._thread is None:
            batch.answer.set_running_or_notify_cancel()
            with self._alone:
                self._commit([batch])
        else:
            self._gathering.put(batch)
        return batch.answer

    def run(self, work: Callable[[], T]) -> Future[T]:
        """Do some other work on the writer's thread, when its turn comes. It opens its own transaction."""
        task = Task(work)
        if self._thread is None:
            with self._alone:
                _do(task)
        else:
            self._gathering.put(task)
        return task.answer

    def work(self, *, beside: bool = False) -> AbstractContextManager[Work]:
        """A piece of work in a transaction of the caller's thread. `beside` others it is about people alone, see
        `insist`."""
        return open_work(self.store, self.clock, outbox=self.settings.outbox, beside=beside)

    # Out

    def subscribe(self, key: PersonKey, listener: Listener) -> Callable[[], None]:
        """Be told, from whichever thread, when the person's deliveries have changed; calling the result ends it."""
        return self._telling.subscribe(key, listener)

    def _hear(self, words: Sequence[str]) -> None:
        """What another process told. Journeys that changed are compiled now, and not while an event waits."""
        self._telling.hear(words)
        if not words or CATALOGUE in words:
            self.catalogue()

    def catalogue(self) -> Catalogue:
        with self.store.read() as tables:
            return self.catalogues.current(tables)

    # What a worker does; by hand where the runtime was not started

    def run_timers(self, until: Instant | None = None) -> int:
        """Wake everybody who is due at or before `until` (now); how many. What that makes due by then is done too."""
        woken, until = 0, self.clock() if until is None else until
        while found := self.wake_some(until):
            woken += found
        return woken

    def run_jobs(self, progress: Callable[[Job], None] | None = None) -> None:
        """Bring all jobs to their end; `progress` is told of each slice."""
        while (job := self._job_slice()) is not None:
            if progress is not None:
                progress(job)

    def prune(self) -> int:
        """Forget everything that has been kept for its time; how many rows."""
        gone = 0
        while found := self._pruning.slice(self.store, self.clock()):
            gone += found
        return gone

    # The writer

    def _live(self) -> None:
        """What the first writer does: what waits, and what time brings."""
        while self._take(self._patience()) or not self._stopping.is_set():
            if self.settings.worker and not self._stopping.is_set():
                self._look_after()

    def _write(self) -> None:
        """What the others do."""
        while self._take(_LONG) or not self._stopping.is_set():
            pass

    def _take(self, patience: float) -> bool:
        """Do what waits next, or wait for it so many seconds; whether there was anything."""
        taken = self._gathering.take(self.settings.commit_events, patience)
        if isinstance(taken, Task):
            _do(taken)
        elif taken is not None:
            self._commit([batch for batch in taken if batch.answer.set_running_or_notify_cancel()])
        return taken is not None

    def _patience(self) -> float:
        """Seconds to wait for events: none while there is other work."""
        if self._stopping.is_set():
            return 0.0
        if not self.settings.worker:
            return _LONG
        if not self._idle:
            return 0.0
        if self._next_due is None:
            return self.settings.look_again
        return min(max((self._next_due + 1 - self.clock()) / 1000, 0.0), self.settings.look_again)

    def _look_after(self) -> None:
        """One slice of each thing that has something to do."""
        try:
            busy = self._due_slice()
            if time.monotonic() >= self._look_at or not self._idle:
                job = self._job_slice()
                busy = busy or job is not None
                self._look_at = time.monotonic() + self.settings.look_again
            if time.monotonic() >= self._prune_at:
                pruned = self._pruning.slice(self.store, self.clock())
                busy = busy or pruned > 0
                if not pruned:
                    self._prune_at = time.monotonic() + self.settings.prune_every
            self._idle = not busy
        except StoreBusy:
            # A paused store refuses at once: what is due is looked at again in a moment, not without end.
            self._idle, self._next_due = True, None
        except Exception:
            _LOG.exception("the worker could not go on; it tries again in a moment")
            self._idle = True
            self._stopping.wait(self.settings.look_again)

    def _due_slice(self) -> bool:
        now = self.clock()
        with self.store.read() as tables:
            due = tables.next_due()
        self._next_due = due
        return due is not None and due < now and self.wake_some(now - 1) > 0

    def wake_some(self, until: Instant) -> int:
        """One slice of timers; how many people were woken."""

        def woken(beside: bool) -> int:
            with self.work(beside=beside) as work:
                return wake(work, until, self.settings.commit_people)

        return insist(woken)

    def _job_slice(self) -> Job | None:
        with self.store.read() as tables:
            waiting = bool(tables.running_jobs())
        if not waiting:
            return None
        return insist(self._next_slice)

    def _next_slice(self, beside: bool) -> Job | None:
        with self.work(beside=beside) as work:
            job = work.tables.take_job()
            return None if job is None else run_slice(work, job, self.settings.job_people)

    def _commit(self, batches: list[Batch]) -> None:
        """One transaction for all of them; when it fails, one for each, so that nobody fails for a neighbour."""
        if not batches:
            return
        try:
            verdicts = self._work_in([arrival for batch in batches for arrival in batch.arrivals])
        except BaseException as error:
            if len(batches) == 1 or isinstance(error, StoreBusy):
                for batch in batches:
                    batch.answer.set_exception(error)
                return
            for batch in batches:
                self._commit([batch])
            return
        begin = 0
        for batch in batches:
            end = begin + len(batch.arrivals)
            batch.answer.set_result(verdicts[begin:end])
            begin = end

    def _work_in(self, arrivals: Sequence[Arrival]) -> list[Verdict]:
        def taken(beside: bool) -> list[Verdict]:
            with self.work(beside=beside) as work:
                return take(work, arrivals)

        return insist(taken)


def _nothing() -> None:
    pass


def _do(task: Task) -> None:
    if not task.answer.set_running_or_notify_cancel():
        return
    try:
        result = task.work()
    except BaseException as error:
        task.answer.set_exception(error)
    else:
        task.answer.set_result(result)
