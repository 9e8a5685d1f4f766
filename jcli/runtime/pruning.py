"""Forgets what has been kept for its time: message ids and events, the oldest first, in slices.

A slice is sized by how long the last one took, so that the writer is never held for longer than `MOST` milliseconds
and a store that lies fallow is still cleaned up. Enrollments and their ledger are kept.
"""

from __future__ import annotations

from collections.abc import Callable

from jcli.engine.inputs import OLDEST
from jcli.model import Instant
from jcli.store import Store

MOST = 50
"""How long a slice may hold the writer, in milliseconds; slices aim at half of it."""

_FIRST, _FEWEST, _LARGEST = 200, 20, 20_000


class Pruning:
    """Takes turns between message ids and events. `timer` gives seconds, for nothing but the size of slices."""

    def __init__(self, keep_events: int, timer: Callable[[], float]) -> None:
        self.keep_events = keep_events
        self.rows = _FIRST
        self.longest = 0.0
        """The longest slice so far, in milliseconds."""
        self._timer = timer

    def slice(self, store: Store, now: Instant) -> int:
        """Forget some rows; how many. 0: there is nothing old left."""
        with store.write_people() as tables:
            held = self._timer()
            gone = tables.prune_messages(now - OLDEST, self.rows)
            if not gone:
                gone = tables.prune_events(now - self.keep_events, self.rows)
        took = (self._timer() - held) * 1000
        self.longest = max(self.longest, took)
        if gone >= self.rows:
            aim = MOST / 2 / max(took, 0.1)
            self.rows = int(min(max(self.rows * min(aim, 2.0), _FEWEST), _LARGEST))
        return gone
