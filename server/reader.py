"""Where reads happen: at once in the event loop where a store answers within microseconds, else in threads.

A read of a file next to us takes less time than handing it to a thread. One over a network would stop everybody else's
requests, and all of them while the database is away. Knows nothing of what is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from jcli.errors import StoreBusy
from jcli.store import Store

T = TypeVar("T")
_PATIENCE_SECONDS = 5.0
_MOST_WAITING = 1_000


class Reader:
    """As many threads as the store has connections for readers. StoreBusy for who would wait too long."""

    def __init__(self, store: Store, *, most_waiting: int = _MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(store.readers, "jcli-reader") if store.readers else None
        self._most = most_waiting
        self._waiting = 0

    async def run(self, read: Callable[[], T]) -> T:
        """What `read` returns or raises."""
        if self._threads is None:
            return read()
        if self._waiting >= self._most:
            raise _too_many(self._waiting)
        asked_at = time.monotonic()

        def in_turn() -> T:
            if time.monotonic() > asked_at + _PATIENCE_SECONDS:
                raise _too_many(self._waiting)
            return read()

        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, in_turn)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown()


def _too_many(waiting: int) -> StoreBusy:
    return StoreBusy(f"{waiting} reads are waiting for the store already", hint="try again in a moment")
