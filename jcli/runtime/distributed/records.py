"""Records of a log on their way to the lanes: what Restate reads out of Kafka, or anybody sends to its ingress.

A record is a message for a virtual object of its key, so records of one key are taken in order. What its bytes mean is
told by whoever serves the handlers (`Reader`): that is the business of `jcli/operations/events.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import orjson
from restate import ObjectContext, RunOptions, VirtualObject

from jcli.errors import JcliError
from jcli.model import Instant
from jcli.runtime.arrivals import Arrival
from jcli.runtime.distributed.handlers import IO, OBJECT, PLAIN
from jcli.runtime.distributed.lanes import Lane, lane_of
from jcli.runtime.distributed.names import EVENTS, LANES
from jcli.runtime.distributed.parcels import Parcel, pack

Reader = Callable[[bytes, Callable[[], str]], Sequence[Arrival]]
"""The events of a record, given ids for those that bring none. JcliError for one that cannot be read at all."""

_LOG = logging.getLogger(__name__)


class Records:
    """The object that takes records. `clock` says when one came."""

    def __init__(self, read: Reader, lanes: int, clock: Callable[[], Instant]) -> None:
        self._read = read
        self._lanes = lanes
        self._clock = clock

    def object(self) -> VirtualObject:
        found = VirtualObject(EVENTS, **OBJECT)
        found.handler("record", **IO)(self._record)
        return found

    async def _record(self, ctx: ObjectContext, record: bytes) -> bytes:
        """Send the events of a record to their lanes. One that cannot be read is told in the log and left out: nobody
        waits for an answer, and it will not become better."""

        async def now() -> bytes:
            return b"%d" % self._clock()

        came = int(await ctx.run_typed("now", now, RunOptions(serde=PLAIN)))  # type: ignore[call-overload]
        name, count = ctx.request().id, iter(range(1 << 62))
        try:
            arrivals = self._read(record, lambda: f"{name}.{next(count)}")
        except JcliError as error:
            _LOG.warning("the record %s of %r cannot be read: %s", name, ctx.key(), error)
            return b""
        shares: dict[Lane, list[Arrival]] = {}
        for arrival in arrivals:
            shares.setdefault(lane_of(arrival.key, self._lanes), []).append(arrival)
        for lane, found in shares.items():
            ctx.generic_send(LANES, "take", pack(Parcel(came, found)), key=lane.key)
        return orjson.dumps(len(arrivals))
