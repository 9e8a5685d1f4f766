"""The one writer: what changes the store runs here, one after the other, on a thread of its own.

SQLite has one writer anyway; waiting for it in the event loop would stop the readers, and in a pool of threads it
would be a race for the lock. Routes `await` their turn. Reads do not come here: they take microseconds and run
inline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from jcli.errors import StoreBusy

T = TypeVar("T")
_MOST_WAITING = 1_000


class Writer:
    """Runs pieces of work in the order in which they came; StoreBusy when too many wait already."""

    def __init__(self, *, most_waiting: int = _MOST_WAITING) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jcli-writer")
        self._most = most_waiting
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Work that has begun is finished even when nobody waits for it any more."""
        if self._waiting >= self._most:
            raise StoreBusy(f"{self._waiting} changes are waiting for the store already")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._thread.shutdown(wait=True)
