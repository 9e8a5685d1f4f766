"""Group commit: what waits to be written is gathered, so that many callers share one trip to the disk.

`Gathering` is a queue of batches of events and of other pieces of work, in the order in which they came. It knows
nothing of stores; `embedded.py` takes from it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from jcli.errors import StoreBusy
from jcli.runtime.arrivals import Arrival, Verdict


@dataclass(slots=True)
class Batch:
    """Events that one caller hands in together; the answer is one verdict for each."""

    arrivals: Sequence[Arrival]
    answer: Future[list[Verdict]] = field(default_factory=Future)


@dataclass(slots=True)
class Task:
    """Some other work for the writer's thread, which opens its own transaction."""

    work: Callable[[], Any]
    answer: Future[Any] = field(default_factory=Future)


class Gathering:
    """Batches and tasks that wait. `most_events` may wait at a time; who brings more is told that the store is busy."""

    def __init__(self, most_events: int) -> None:
        self._most = most_events
        self._waiting: deque[Batch | Task] = deque()
        self._events = 0
        self._changed = threading.Condition()
        self._closed = False

    def put(self, item: Batch | Task) -> None:
        """StoreBusy when too much waits already, or when nobody takes from here any more."""
        with self._changed:
            if self._closed:
                raise StoreBusy("the runtime is being stopped")
            if self._waiting and self._events + _weight(item) > self._most:
                raise StoreBusy(f"{self._events:,} events are waiting for the store already", hint="try again soon")
            self._waiting.append(item)
            self._events += _weight(item)
            self._changed.notify()

    def take(self, most_events: int, timeout: float) -> list[Batch] | Task | None:
        """What is to be done next: batches for one commit, or a task by itself. None when nothing came in time."""
        with self._changed:
            if not self._waiting and timeout > 0 and not self._closed:
                self._changed.wait(timeout)
            if not self._waiting:
                return None
            first = self._waiting.popleft()
            self._events -= _weight(first)
            if isinstance(first, Task):
                return first
            batches, events = [first], len(first.arrivals)
            while self._waiting and events < most_events:
                following = self._waiting[0]
                if isinstance(following, Task):
                    break
                self._waiting.popleft()
                self._events -= _weight(following)
                events += len(following.arrivals)
                batches.append(following)
            return batches

    def nudge(self) -> None:
        """Let `take` return at once."""
        with self._changed:
            self._changed.notify()

    def close(self) -> None:
        """Refuse what comes from now on; what waits can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _weight(item: Batch | Task) -> int:
    return len(item.arrivals) if isinstance(item, Batch) else 1
