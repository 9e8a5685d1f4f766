"""The one writer: what changes the store runs in the runtime's thread, one after the other, between batches of events.

SQLite has one writer anyway; waiting for it in the event loop would stop the readers, and in a pool of threads it
would be a race for the lock. Routes `await` their turn. Reads do not come here, see `reader.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from jcli.errors import StoreBusy
from jcli.runtime import Feeder

T = TypeVar("T")
_MOST_WAITING = 1_000


class Writer:
    """Runs pieces of work in the order in which they came; StoreBusy when too many wait already. `changed` is called
    after each."""

    def __init__(self, runtime: Feeder, changed: Callable[[], None], *, most_waiting: int = _MOST_WAITING) -> None:
        self._runtime = runtime
        self._changed = changed
        self._most = most_waiting
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Work that has begun is finished even when nobody waits for it any more."""
        if self._waiting >= self._most:
            raise StoreBusy(f"{self._waiting} changes are waiting for the store already")
        self._waiting += 1
        try:
            return await answer_of(self._runtime.run(work))
        finally:
            self._waiting -= 1
            self._changed()


async def answer_of(future: Future[T]) -> T:
    """The answer of the runtime, which comes whether or not somebody still waits for it."""
    return await asyncio.shield(asyncio.wrap_future(future))
