"""Wakes people whose time has come, a batch in one transaction.

Only instants that have wholly passed are looked at: an event of the very millisecond of a timeout beats it, and may
still be on its way in. What is overdue is done as of the instants at which it fell due, see the engine.
"""

from __future__ import annotations

import logging

from jcli.engine import TimerDue
from jcli.errors import StoreError
from jcli.model import Instant
from jcli.runtime.people import Present
from jcli.runtime.work import Work

_LOG = logging.getLogger(__name__)
_AGAIN = 60_000
"""When somebody whom the engine stumbles over is tried again, in milliseconds."""


def wake(work: Work, until: Instant, limit: int, shards: range | None = None) -> int:
    """Do what fell due at or before `until` for at most `limit` people, of these shards or of all; for how many."""
    people = work.put(work.tables.due_people(until, limit, shards))
    for present in people:
        _wake(work, present, until)
    return len(people)


def _wake(work: Work, present: Present, until: Instant) -> None:
    state = present.state
    try:
        reaction = work.give(present, TimerDue(until))
        work.touch(present)
        wake_at = work.wake_at(present.state)
        if reaction.person is state and wake_at is not None and wake_at <= until:
            _LOG.error("nothing happens to the person in row %s, who is due", present.row)
            work.tables.postpone(present.row, until + _AGAIN)
    except StoreError:
        raise
    except Exception:
        _LOG.exception("a timer of the person in row %s could not be worked in", present.row)
        work.tables.postpone(present.row, until + _AGAIN)
