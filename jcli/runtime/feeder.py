"""`Feeder`: what a server needs of a runtime, whichever it is.

`embedded.py` has the one that works in its own process, `distributed/feeding.py` the one that hands events to a
distributed engine. Operations and routes know no other part of either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from jcli.model import Instant
from jcli.runtime.arrivals import Arrival, Verdict
from jcli.runtime.telling import Listener
from jcli.runtime.work import Work
from jcli.store import PersonKey, Store

T = TypeVar("T")


class Feeder(Protocol):
    """Takes events in, does other work on people in its turn, and tells who waits for deliveries."""

    @property
    def store(self) -> Store: ...
    @property
    def clock(self) -> Callable[[], Instant]: ...
    @property
    def new_id(self) -> Callable[[], str]: ...

    def start(self) -> None: ...
    def close(self) -> None:
        """Finish what waits, then stop. The store is the caller's to close."""
        ...

    def submit(self, arrivals: Sequence[Arrival]) -> Future[list[Verdict]]:
        """Hand in events; the future answers once they cannot be lost any more. StoreBusy when they cannot be taken."""
        ...

    def run(self, work: Callable[[], T]) -> Future[T]:
        """Do some other work, which opens its own transaction, when its turn comes."""
        ...

    def work(self, *, beside: bool = False) -> AbstractContextManager[Work]:
        """A piece of work in a transaction of the caller's thread. `beside` others it is about people alone, see
        `insist`."""
        ...

    def subscribe(self, key: PersonKey, listener: Listener) -> Callable[[], None]:
        """Be told, from whichever thread, when the person's deliveries have changed; calling the result ends it."""
        ...
