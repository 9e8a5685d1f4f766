"""Gathers events for a lane, packs them, and hands the parcels over to Restate, one after the other.

A lane that has nothing to do gets what comes at once. While it is at work, events gather, so that parcels grow with the
load; but none waits for longer than `patience`, because Restate keeps what the handlers are not there to take. Parcels
of one lane are handed over one at a time, in order. All of it happens in one event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jcli.model import Instant
from jcli.runtime.arrivals import ACCEPTED, Arrival, Verdict
from jcli.runtime.distributed.ingress import Away, Ingress, Late
from jcli.runtime.distributed.lanes import Lane
from jcli.runtime.distributed.names import LANES
from jcli.runtime.distributed.parcels import Parcel, pack, unpack_outcome
from jcli.runtime.distributed.settings import DistributedSettings

_AGAIN = 0.1
"""Seconds between two offers of a parcel that Restate could not take."""

_PARCEL_BYTES = 4 * 1024 * 1024
"""What a parcel of several shares may hold in bytes of JSON; Restate takes eight times as much."""

_AT_WORK = 10.0
"""A lane of which nothing is heard for so long is not waited for any more, in seconds."""


@dataclass(slots=True)
class Share:
    """What somebody handed in for one lane. `wait` is for how many seconds to wait until it is worked in; None: not at
    all. Without events it only waits until what came before it is done."""

    arrivals: Sequence[Arrival]
    answer: asyncio.Future[Sequence[Verdict]]
    wait: float | None = None
    since: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def size(self) -> int:
        return sum(len(arrival.body) for arrival in self.arrivals)


class LaneQueue:
    """What waits for one lane. `clock` says when a parcel was taken in, `new_id` makes its name."""

    def __init__(
        self,
        lane: Lane,
        ingress: Ingress,
        settings: DistributedSettings,
        clock: Callable[[], Instant],
        new_id: Callable[[], str],
    ) -> None:
        self._lane = lane
        self._ingress = ingress
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._waiting: deque[Share] = deque()
        self._events = 0
        self._changed = asyncio.Event()
        self._away = False
        self._followed: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def put(self, share: Share) -> None:
        self._waiting.append(share)
        self._events += len(share.arrivals)
        self._changed.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._hand_over_all())

    async def finish(self) -> None:
        """Wait until everything is handed over and whoever waits has an answer."""
        while self._task is not None:
            await asyncio.wait([self._task])
        followed = set(self._followed)
        if followed:
            await asyncio.wait(followed, timeout=self._settings.follow)
        for task in followed:
            task.cancel()
        await asyncio.gather(*followed, return_exceptions=True)

    async def _hand_over_all(self) -> None:
        try:
            while self._waiting:
                await self._turn()
                await self._hand_over(self._take())
        finally:
            self._task = None

    async def _turn(self) -> None:
        """Wait until the lane is idle, a parcel is full, or the oldest event has waited long enough."""
        loop, until = asyncio.get_running_loop(), self._waiting[0].since + self._settings.patience
        while self._followed and self._events < self._settings.parcel_events:
            left = until - loop.time()
            if left <= 0:
                return
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                return

    def _take(self) -> list[Share]:
        """Shares for one parcel: at least one, and then as many as fit."""
        taken = [self._waiting.popleft()]
        events, size = len(taken[0].arrivals), taken[0].size
        while self._waiting:
            following = self._waiting[0]
            events, size = events + len(following.arrivals), size + following.size
            if events > self._settings.parcel_events or size > _PARCEL_BYTES:
                break
            taken.append(self._waiting.popleft())
        self._events -= sum(len(share.arrivals) for share in taken)
        return taken

    async def _hand_over(self, shares: list[Share]) -> None:
        try:
            packed = pack(Parcel(self._clock(), [arrival for share in shares for arrival in share.arrivals]))
            invocation = await self._offer(packed, self._new_id())
        except Exception as error:
            for share in shares:
                _fail(share, error)
            return
        for share in shares:
            if share.wait is None:
                _answer(share, [ACCEPTED] * len(share.arrivals))
        if not self._followed or any(share.wait is not None for share in shares):
            task = asyncio.get_running_loop().create_task(self._follow(invocation, shares))
            self._followed.add(task)
            task.add_done_callback(self._done)

    async def _offer(self, packed: bytes, name: str) -> str:
        """Offer a parcel until it is taken. Once Restate is known to be away, a parcel is offered once."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._settings.hand_over
        while True:
            try:
                invocation = await self._ingress.send(LANES, self._lane.key, "take", packed, name)
            except Away:
                if self._away or loop.time() >= until:
                    self._away = True
                    raise
                await asyncio.sleep(_AGAIN)
            else:
                self._away = False
                return invocation

    async def _follow(self, invocation: str, shares: list[Share]) -> None:
        """Wait until the parcel is worked in; tell those who wait for that."""
        longest = max((share.wait for share in shares if share.wait is not None), default=_AT_WORK)
        try:
            verdicts = unpack_outcome(await self._ingress.follow(invocation, longest)).verdicts
            begin = 0
            for share in shares:
                _answer(share, verdicts[begin : begin + len(share.arrivals)])
                begin += len(share.arrivals)
        except Away as error:
            for share in shares:
                _fail(share, Late(error.message))
        except Exception as error:
            for share in shares:
                _fail(share, error)
        finally:
            for share in shares:
                _fail(share, Late("the server is being stopped"))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._followed.discard(task)
        self._changed.set()


def _answer(share: Share, verdicts: Sequence[Verdict]) -> None:
    if not share.answer.done():
        share.answer.set_result(verdicts)


def _fail(share: Share, error: Exception) -> None:
    if not share.answer.done():
        share.answer.set_exception(error)
