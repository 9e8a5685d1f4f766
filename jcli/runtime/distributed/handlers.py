"""The virtual objects of Restate: lanes, jobs, and the keeper. Each handler is a few lines around `working.py`.

The store is worked with in threads, so that one handler's transaction does not hold up another lane's. What a handler
raises has Restate call it again, after a while and for as long as it takes: a parcel is never given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import orjson
from restate import InvocationRetryPolicy, ObjectContext, RunOptions, VirtualObject
from restate.serde import Serde

from jcli.model import Instant
from jcli.runtime.distributed.lanes import Lane
from jcli.runtime.distributed.names import BYTES, JOBS, KEEPER, LANES, SHARES
from jcli.runtime.distributed.parcels import due_of
from jcli.runtime.distributed.working import Due, Workshop

T = TypeVar("T")

STEP = 50
"""Timers of a lane are woken at most so often, in milliseconds. What they do is as of when they fell due."""

GRACE = 150
"""So much later than its instant a timer is looked at, in milliseconds: events that came before it are given the time
to get here."""

LOOK_EVERY = 5_000
"""How often the keeper looks around, in milliseconds."""

LATE = 2_000
"""Milliseconds after which somebody who should have been woken is late."""

_FORGET_EVERY = 60_000
_FORGETTING = 1.0

_RETRY = InvocationRetryPolicy(
    initial_interval=timedelta(milliseconds=50),
    exponentiation_factor=2.0,
    max_interval=timedelta(seconds=2),
    max_attempts=1_000_000_000,
)


class Plain(Serde[bytes]):
    """Bytes as they are."""

    def serialize(self, obj: bytes | None) -> bytes:
        return obj or b""

    def deserialize(self, buf: bytes) -> bytes:
        return buf


class Number(Serde[int]):
    """A whole number in the state of an object."""

    def serialize(self, obj: int | None) -> bytes:
        return b"" if obj is None else orjson.dumps(obj)

    def deserialize(self, buf: bytes) -> int | None:
        return orjson.loads(buf) if buf else None


PLAIN, _NUMBER = Plain(), Number()
IO: dict[str, Any] = {"accept": "*/*", "content_type": BYTES, "input_serde": PLAIN, "output_serde": PLAIN}
OBJECT: dict[str, Any] = {
    "idempotency_retention": timedelta(minutes=10),
    "journal_retention": timedelta(0),
    "invocation_retry_policy": _RETRY,
}


class Handlers:
    """The handlers over one store. With `background` False timers are armed for nobody and nothing happens by itself:
    who drives the clock asks for it."""

    def __init__(self, workshop: Workshop, *, threads: int, background: bool = True) -> None:
        self._workshop = workshop
        self._background = background
        self._threads = ThreadPoolExecutor(threads, "jcli-handler")

    def objects(self) -> list[VirtualObject]:
        lanes, jobs, shares, keeper = (VirtualObject(name, **OBJECT) for name in (LANES, JOBS, SHARES, KEEPER))
        lanes.handler("take", **IO)(self._take)
        lanes.handler("wake", **IO)(self._wake)
        lanes.handler("arm", **IO)(self._arm)
        jobs.handler("slice", **IO)(self._slice)
        shares.handler("work", **IO)(self._work)
        keeper.handler("look", **IO)(self._look)
        return [lanes, jobs, shares, keeper]

    def close(self) -> None:
        """Finish the transactions that are open."""
        self._threads.shutdown()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _once(self, ctx: ObjectContext, name: str, work: Callable[[], Any]) -> Any:
        """What the work answered, which Restate keeps: what follows from it is the same at a second attempt."""

        async def step() -> bytes:
            return orjson.dumps(await self._in_thread(work))

        return orjson.loads(await ctx.run_typed(name, step, RunOptions(serde=PLAIN)))  # type: ignore[call-overload]

    # Lanes

    async def _take(self, ctx: ObjectContext, packed: bytes) -> bytes:
        """Work a parcel in. The store keeps what becomes of it, so there is no need to have Restate keep it too."""
        lane, name = Lane.read(ctx.key()), ctx.request().id
        outcome = await self._in_thread(lambda: self._workshop.take_parcel(lane, name, packed))
        await self._arm_all(ctx, lane, due_of(outcome))
        return outcome

    async def _wake(self, ctx: ObjectContext, message: bytes) -> bytes:
        """Wake who is due at or before an instant, in milliseconds."""
        lane, until = Lane.read(ctx.key()), int(message)
        if await ctx.get("armed", serde=_NUMBER) == until:
            ctx.clear("armed")
        due = await self._once(ctx, "wake", lambda: list(self._workshop.wake_lane(lane, until).items()))
        await self._arm_all(ctx, lane, dict(due))
        return b""

    async def _arm(self, ctx: ObjectContext, message: bytes) -> bytes:
        """Somebody of the lane is to be woken at an instant, in milliseconds."""
        lane = Lane.read(ctx.key())
        await self._arm_all(ctx, lane, {lane.number: int(message)})
        return b""

    async def _arm_all(self, ctx: ObjectContext, lane: Lane, due: Due) -> None:
        if not self._background:
            return
        for number, at in due.items():
            if number == lane.number:
                await self._arm_own(ctx, at)
            else:
                ctx.generic_send(LANES, "arm", b"%d" % at, key=Lane(number, lane.of).key)

    async def _arm_own(self, ctx: ObjectContext, at: Instant) -> None:
        """See to it that the lane wakes a moment after this instant. An event that comes at the very millisecond beats
        a timer."""
        at = -(-at // STEP) * STEP
        armed = await ctx.get("armed", serde=_NUMBER)
        if armed is None or at < armed:
            delay = max(0, at + GRACE - self._workshop.clock())
            ctx.generic_send(LANES, "wake", b"%d" % at, key=ctx.key(), send_delay=timedelta(milliseconds=delay))
            ctx.set("armed", at, serde=_NUMBER)

    # Long work

    async def _slice(self, ctx: ObjectContext, message: bytes) -> bytes:
        """Bring the job of this number forward, and go on. `message` is [lanes, which turn it is]; without a turn it is
        a word to begin, which counts unless work is going on."""
        lanes, turn = orjson.loads(message)
        if await ctx.get("turn", serde=_NUMBER) != turn:
            return b""
        shares = await self._once(ctx, "shares", lambda: self._workshop.shares_of(int(ctx.key())))
        if shares is None:
            more = False
        elif shares:
            more = await self._share(ctx, lanes, shares)
        else:
            more, due = await self._once(ctx, "slice", lambda: _plain(self._workshop.work_on_jobs(lanes)))
            self._arm_lanes(ctx, lanes, due)
        if more:
            following = (turn or 0) + 1
            ctx.set("turn", following, serde=_NUMBER)
            ctx.generic_send(JOBS, "slice", orjson.dumps([lanes, following]), key=ctx.key())
        else:
            ctx.clear("turn")
        return b""

    async def _share(self, ctx: ObjectContext, lanes: int, shares: list[list[int]]) -> bool:
        """Have all shares worked on at the same time, by whichever handlers, and note that they are done."""
        calls = [
            ctx.generic_call(SHARES, "work", orjson.dumps([lanes, int(ctx.key()), *share]), key=f"{ctx.key()}.{place}")
            for place, share in enumerate(shares)
        ]
        seen = sum([int(await call) for call in calls])
        after, upto = shares[0][0], shares[-1][1]
        more: bool = await self._once(ctx, "move on", lambda: self._workshop.move_on(int(ctx.key()), after, upto, seen))
        return more

    async def _work(self, ctx: ObjectContext, message: bytes) -> bytes:
        """Work on a share of a job; how many people were seen."""
        lanes, job_id, after, upto = orjson.loads(message)
        name = ctx.request().id
        done = await self._in_thread(lambda: self._workshop.work_on_share(job_id, name, after, upto, lanes))
        seen, due = orjson.loads(done)
        self._arm_lanes(ctx, lanes, due)
        return b"%d" % seen

    @staticmethod
    def _arm_lanes(ctx: ObjectContext, lanes: int, due: list[list[int]]) -> None:
        for number, at in due:
            ctx.generic_send(LANES, "arm", b"%d" % at, key=Lane(number, lanes).key)

    # The keeper

    async def _look(self, ctx: ObjectContext, message: bytes) -> bytes:
        """Look around, and again after a while. `message` is [lanes, the instant for which this was arranged]; without
        an instant it is a word to look now, which changes nothing in what is arranged."""
        lanes, arranged = orjson.loads(message)
        following = await ctx.get("next", serde=_NUMBER)
        if not self._background or (arranged is not None and arranged != following):
            return b""
        now, late, jobs = await self._once(ctx, "look", lambda: self._workshop.look(lanes, LATE))
        for number in late:
            ctx.generic_send(LANES, "wake", b"%d" % (now - 1), key=Lane(number, lanes).key)
        for job_id in jobs:
            ctx.generic_send(JOBS, "slice", orjson.dumps([lanes, None]), key=str(job_id))
        if following is None or following <= now:
            await self._forget(ctx, now)
            message = orjson.dumps([lanes, now + LOOK_EVERY])
            ctx.generic_send(KEEPER, "look", message, key=ctx.key(), send_delay=timedelta(milliseconds=LOOK_EVERY))
            ctx.set("next", now + LOOK_EVERY, serde=_NUMBER)
        return b""

    async def _forget(self, ctx: ObjectContext, now: Instant) -> None:
        forgot = await ctx.get("forgot", serde=_NUMBER)
        if forgot is None or now >= forgot + _FORGET_EVERY:
            await self._once(ctx, "forget", lambda: self._workshop.forget(_FORGETTING))
            ctx.set("forgot", now, serde=_NUMBER)


def _plain(done: tuple[bool, Due]) -> tuple[bool, list[tuple[int, Instant]]]:
    more, due = done
    return more, list(due.items())
