"""What the tests of the runtime share: a clock, journeys, and a recount of everything that is counted."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from jcli import operations
from jcli.model import Actor, Journey, JourneyStatus
from jcli.operations.carry import carry_over
from jcli.runtime import open_work
from jcli.store import JourneySave, Store, bucket_of, open_store
from tests.beside import Where, ask, url_of
from tests.engine.harness import SITE, journey
from tests.scenarios.cases import START

__all__ = ["ACTOR", "SITE", "START", "Clock", "add", "counting", "journey", "recount", "save"]

ACTOR = Actor("operator", "test")


class Clock:
    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def counting(word: str) -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{word}-{next(numbers)}"


def add(store: Store, key: str, body: Mapping[str, Any], now: int = START, *, live: bool = False) -> Journey:
    """A new journey; its node keys are its node ids. `live`: published without asking the checks."""
    made = journey(key, body)
    with store.write() as tables:
        tables.save_journeys([JourneySave(made, f"{key} {body}")], author="test", door="test", now=now)
        if live:
            tables.set_status(key, JourneyStatus.PUBLISHED, now)
    return made


def save(store: Store, clock: Clock, made: Journey, node_map: Mapping[str, str]) -> None:
    """A new canvas for a journey, as a sync would bring it."""
    with open_work(store, clock) as work:
        old = work.tables.journey(made.id)
        assert old is not None
        work.tables.save_journeys(
            [JourneySave(made, f"{made}", node_map=node_map)], author="test", door="test", now=clock()
        )
        carry_over(work, made, old.status)


_COUNTED: Mapping[str, tuple[str, str]] = {
    "enrollment_counts": (
        "SELECT journey_id, status, node_id, sum(n) FROM enrollment_counts GROUP BY 1, 2, 3 HAVING sum(n) <> 0",
        "SELECT journey_id, status, coalesce(node_id, ''), count(*) FROM enrollments GROUP BY 1, 2, 3",
    ),
    "enrollment_totals": (
        "SELECT journey_id, sum(n) FROM enrollment_totals GROUP BY 1 HAVING sum(n) <> 0",
        "SELECT journey_id, count(*) FROM enrollments GROUP BY 1",
    ),
    "enrollment_revisions": (
        "SELECT journey_id, revision, sum(n) FROM enrollment_revisions GROUP BY 1, 2 HAVING sum(n) <> 0",
        "SELECT journey_id, revision, count(*) FROM enrollments WHERE status = 'in_progress' GROUP BY 1, 2",
    ),
    "people_counts": (
        "SELECT site_id, sum(n) FROM people_counts GROUP BY 1 HAVING sum(n) <> 0",
        "SELECT site_id, count(*) FROM people GROUP BY 1",
    ),
    "step_counts": (
        "SELECT journey_id, node_id, label, ended, sum(n) FROM step_counts GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0",
        "SELECT e.journey_id, s.node_id, coalesce(s.label, ''), coalesce(s.ended, ''), count(*)"
        " FROM steps s JOIN enrollments e ON e.id = s.enrollment_id GROUP BY 1, 2, 3, 4",
    ),
    "goal_counts": (
        "SELECT journey_id, sum(n) FROM goal_counts GROUP BY 1 HAVING sum(n) <> 0",
        "SELECT journey_id, count(*) FROM enrollments WHERE goal_met_at IS NOT NULL GROUP BY 1",
    ),
}
_SPLITS = """
SELECT journey_id, node_id, label, count(*), sum(met) FROM
  (SELECT DISTINCT e.id, e.journey_id, s.node_id, s.label, CASE WHEN e.goal_met_at IS NULL THEN 0 ELSE 1 END AS met
   FROM steps s JOIN enrollments e ON e.id = s.enrollment_id WHERE s.node_type = 'SPLIT' AND s.label IS NOT NULL) AS one
GROUP BY 1, 2, 3
"""


def recount(where: Where, *, splits: bool = True) -> None:
    """Every counter against the rows that it counts, and what must hold between the tables; read beside the store."""
    for name, (counted, counting_) in _COUNTED.items():
        assert sorted(ask(where, counted)) == sorted(ask(where, counting_)), name
    times: Counter[tuple[str, str, int]] = Counter()
    for journey_id, node_id, took in ask(
        where,
        "SELECT e.journey_id, s.node_id, s.left_at - s.entered_at FROM steps s"
        " JOIN enrollments e ON e.id = s.enrollment_id",
    ):
        times[journey_id, node_id, bucket_of(took)] += 1
    kept = "SELECT journey_id, node_id, bucket, sum(n) FROM step_times GROUP BY 1, 2, 3 HAVING sum(n) <> 0"
    assert {row[:3]: row[3] for row in ask(where, kept)} == times, "step_times"
    if splits:
        counted = (
            "SELECT journey_id, node_id, label, sum(entered), sum(goals) FROM split_counts GROUP BY 1, 2, 3"
            " HAVING sum(entered) <> 0"
        )
        assert sorted(ask(where, counted)) == sorted(ask(where, _SPLITS)), "split_counts"
    _whole(where)
    _sound(where)


def _sound(where: Where) -> None:
    """`jcli db check` has nothing to say either."""
    store = open_store(url_of(where))
    try:
        assert [fault.message for fault in operations.examine(store, lambda: 0)] == []
    finally:
        store.close()


def _whole(where: Where) -> None:
    """A ledger has no gaps, an enrollment that has ended says so in its last step and in no other."""
    holes = "SELECT enrollment_id FROM steps GROUP BY 1 HAVING max(seq) <> count(*) OR min(seq) <> 1"
    assert ask(where, holes) == []
    ended = "SELECT enrollment_id, count(ended) FROM steps GROUP BY 1 HAVING count(ended) > 1"
    assert ask(where, ended) == []
    unsaid = (
        "SELECT id FROM enrollments WHERE (status <> 'in_progress') <> EXISTS"
        " (SELECT 1 FROM steps s WHERE s.enrollment_id = enrollments.id AND s.ended IS NOT NULL)"
    )
    assert ask(where, unsaid) == []
    open_ended = (
        "SELECT d.id FROM deliveries d JOIN enrollments e ON e.id = d.enrollment_id"
        " WHERE d.status IN ('pending', 'shown') AND e.status <> 'in_progress'"
        " AND e.exit_reason NOT IN ('exit', 'path_end')"
    )
    assert ask(where, open_ended) == []
    if url_of(where).startswith("sqlite:///"):
        assert ask(where, "PRAGMA integrity_check") == [("ok",)]
    else:
        assert [table for table in _PLACED if ask(where, _PLACED[table])] == []


_PLACED: Mapping[str, str] = {
    "people": "SELECT id FROM people WHERE shard <> shard_of(site_id, id) OR shard <> row & 1023",
    "enrollments": "SELECT id FROM enrollments WHERE shard <> shard_of(site_id, person_id)",
    "steps": "SELECT e.id FROM steps s JOIN enrollments e ON e.id = s.enrollment_id WHERE s.shard <> e.shard",
    "deliveries": "SELECT id FROM deliveries WHERE shard <> person & 1023",
    "events": "SELECT row FROM events WHERE shard <> person & 1023",
}
"""Rows that are not where their person is placed."""
