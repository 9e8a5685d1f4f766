"""Rate limits: one token bucket a caller, in memory, for this process alone.

The buckets of callers not heard of for longest are forgotten first; a forgotten bucket is a full one, so nobody is
refused for it.
"""

from __future__ import annotations

from collections import OrderedDict

from server.settings import RateLimit

_MOST_BUCKETS = 10_000


class Buckets:
    """`take` gives 0 for a request that may pass, else the seconds after which one will."""

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, who: str, now: int) -> float:
        """`now` is an Instant (milliseconds); a clock that goes back refills nothing."""
        left, then = self._buckets.pop(who, (float(self._limit.burst), now))
        left = min(self._limit.burst, left + max(0, now - then) / 1000 * self._limit.per_second)
        passes = left >= 1
        self._buckets[who] = (left - 1 if passes else left, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._limit.per_second
