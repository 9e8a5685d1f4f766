"""`DistributedRuntime`: events to Restate, everything else to the store, and a word to Restate about what follows.

What somebody does by hand (entering a person, reporting an outcome, publishing) is done in the store at once, whose
locks put it in order with what the lanes do; its answer is its outcome, and it works while Restate is away. If it sets
a timer, the lane is told after the commit, and if it begins long work, the keeper is; should that word get lost, the
keeper finds out by itself (`keeper.py`).

HTTP to Restate is spoken in one thread with an event loop of its own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

import orjson

from jcli.errors import JcliError, StoreBusy
from jcli.model import Instant
from jcli.runtime.arrivals import Arrival, Verdict
from jcli.runtime.distributed.handing import Handing
from jcli.runtime.distributed.ingress import Ingress
from jcli.runtime.distributed.lanes import Lane, all_lanes, due_by_lane
from jcli.runtime.distributed.names import JOBS, KEEPER, KEEPER_KEY, LANES
from jcli.runtime.distributed.settings import DistributedSettings
from jcli.runtime.telling import Listener, telling_of
from jcli.runtime.work import Work, open_work
from jcli.store import PersonKey, Store

T = TypeVar("T")
_LOG = logging.getLogger(__name__)
_WRITERS = 4
_TIMERS = _SLICE = 30.0
_SOON = 0.01


class DistributedRuntime:
    """A `Feeder` for a server whose people are moved by handlers of Restate. Not started, it hands events over all the
    same, but does other work on the caller's thread and tells Restate nothing of it."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], Instant],
        new_id: Callable[[], str],
        settings: DistributedSettings,
    ) -> None:
        self.store = store
        self.clock = clock
        self.new_id = new_id
        self.settings = settings
        self._telling = telling_of(store)
        self._lock = threading.Lock()
        self._waiting = 0
        self._closed = False
        self._writers: ThreadPoolExecutor | None = None
        self._untell: Callable[[], None] = _nothing
        self._leave: Callable[[], None] = _nothing
        self._words: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="jcli-restate", daemon=True)
        self._thread.start()
        self._ingress, self._handing = self._soon(self._open()).result()

    async def _open(self) -> tuple[Ingress, Handing]:
        ingress = Ingress(self.settings.ingress)
        return ingress, Handing(ingress, self.settings, self.clock, self.new_id)

    # Life

    def start(self) -> None:
        if self._writers is None:
            self._writers = ThreadPoolExecutor(_WRITERS, "jcli-writer")
            self._untell = self._telling.keep_time(self._tell_times)
            self._leave = self.store.hear(self._telling.hear)
            self._tell(self._look())

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._leave()
        self._untell()
        if self._writers is not None:
            self._writers.shutdown()
        self._soon(self._finish()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _finish(self) -> None:
        until = self._loop.time() + self.settings.hand_over + self.settings.follow
        while self._waiting and self._loop.time() < until:
            await self._handing.finish()
            await asyncio.sleep(_SOON)
        await self._handing.finish()
        if self._words:
            await asyncio.wait(self._words, timeout=self.settings.follow)
        await self._ingress.close()

    # In

    def submit(self, arrivals: Sequence[Arrival]) -> Future[list[Verdict]]:
        """Hand in events; the future answers once Restate has them on its disks. StoreBusy when too many wait already,
        in the future also when Restate cannot take them."""
        with self._lock:
            if self._closed:
                raise StoreBusy("the runtime is being stopped")
            if self._waiting and self._waiting + len(arrivals) > self.settings.most_waiting:
                raise StoreBusy(f"{self._waiting:,} events are waiting for Restate already", hint="try again soon")
            self._waiting += len(arrivals)
        return self._soon(self._take(arrivals))

    async def _take(self, arrivals: Sequence[Arrival]) -> list[Verdict]:
        try:
            return await self._handing.take(arrivals)
        finally:
            with self._lock:
                self._waiting -= len(arrivals)

    def run(self, work: Callable[[], T]) -> Future[T]:
        if self._writers is not None:
            return self._writers.submit(self._done_then_told, work)
        answer: Future[T] = Future()
        answer.set_running_or_notify_cancel()
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)
        return answer

    def _done_then_told(self, work: Callable[[], T]) -> T:
        result = work()
        with suppress(JcliError):
            if self._jobs():
                self._tell(self._look())
        return result

    def work(self, *, beside: bool = False) -> AbstractContextManager[Work]:
        return open_work(self.store, self.clock, beside=beside)

    # Out

    def subscribe(self, key: PersonKey, listener: Listener) -> Callable[[], None]:
        return self._telling.subscribe(key, listener)

    # By hand

    def run_timers(self, until: Instant | None = None) -> int:
        """Have the lanes wake everybody who is due at or before `until` (now), and what that makes due by then; how
        many lanes had somebody."""
        lanes, until = 0, self.clock() if until is None else until
        while due := self._due(until):
            for lane in due:
                self._soon(self._ingress.call(LANES, lane.key, "wake", orjson.dumps(until), _TIMERS)).result()
            lanes += len(due)
        return lanes

    def run_jobs(self) -> None:
        """Have all jobs brought to their end."""
        message = orjson.dumps([self.settings.lanes, None])
        while jobs := self._jobs():
            self._soon(self._ingress.call(JOBS, str(jobs[0]), "slice", message, _SLICE)).result()

    def _jobs(self) -> list[int]:
        with self.store.read() as tables:
            return [job.id for job in tables.running_jobs()]

    def _due(self, until: Instant) -> list[Lane]:
        with self.store.read() as tables:
            least = {lane: tables.next_due(lane.shards) for lane in all_lanes(self.settings.lanes)}
        return [lane for lane, due in least.items() if due is not None and due <= until]

    # Words to Restate, which may get lost

    def _tell_times(self, woken: Mapping[PersonKey, Instant]) -> None:
        for number, due in due_by_lane(woken, self.settings.lanes).items():
            key = Lane(number, self.settings.lanes).key
            self._tell(self._ingress.send(LANES, key, "arm", orjson.dumps(due)))

    def _look(self) -> Coroutine[Any, Any, str]:
        return self._ingress.send(KEEPER, KEEPER_KEY, "look", orjson.dumps([self.settings.lanes, None]))

    def _tell(self, word: Coroutine[Any, Any, str]) -> None:
        """Send a word and do not wait for it."""
        with self._lock:
            if self._closed:
                word.close()
            else:
                self._loop.call_soon_threadsafe(self._begin, word)

    def _begin(self, word: Coroutine[Any, Any, str]) -> None:
        task = self._loop.create_task(_softly(word))
        self._words.add(task)
        task.add_done_callback(self._words.discard)

    def _soon(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


def _nothing() -> None:
    """What ends something that was not begun."""


async def _softly(word: Coroutine[Any, Any, str]) -> None:
    try:
        await word
    except JcliError as error:
        _LOG.info("Restate was not told what is due: %s", error)
