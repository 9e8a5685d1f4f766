"""What holds for any life on SQLite: counters equal a recount, and a batch may be cut anywhere."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jcli import operations
from jcli.runtime import Runtime
from jcli.store import open_store
from tests.engine.random_worlds import journeys
from tests.runtime.world import ACTOR, SITE, START, Clock, add, counting, recount

HOUR = 3_600_000
quick = settings(
    max_examples=80,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_who = st.sampled_from(
    [{"userId": "ana"}, {"userId": "bo"}, {"anonymousId": "v"}, {"userId": "ana", "anonymousId": "v"}]
)
_what = st.sampled_from(
    [
        {"type": "track", "event": "go"},
        {"type": "track", "event": "go"},
        {"type": "track", "event": "paid"},
        {"type": "track", "event": "done"},
        {"type": "page", "properties": {"url": "https://a.example/x"}},
        {"type": "page", "properties": {"url": "https://a.example/y"}},
        {"type": "identify", "traits": {"plan": "pro", "n": 3}},
        {"type": "identify", "traits": {"plan": None}},
    ]
)
_events = st.lists(st.builds(lambda who, what: {**what, **who}, _who, _what), min_size=1, max_size=25)
lives = st.lists(st.tuples(st.sampled_from([0, 1, HOUR, 25 * HOUR]), _events), min_size=1, max_size=4)
Life = list[tuple[int, list[dict[str, Any]]]]
_TABLES = ("enrollments", "enrollment_counts", "step_counts", "step_times", "split_counts", "goal_counts")


def live(folder: Path, bodies: tuple[Any, ...], life: Life, size: int, *, again: bool = False) -> Path:
    """The life in batches of at most `size`; with `again` each batch is sent twice."""
    path = folder / f"store-{size}-{again}.db"
    store, clock = open_store(f"sqlite:///{path}"), Clock(START)
    for number, body in enumerate(bodies):
        add(store, f"j{number}", body, live=True)
    runtime = Runtime(store, clock, counting("id"))
    sent = 0
    for delay, events in life:
        clock.now += delay
        runtime.run_timers(clock.now - 1)
        named = [{**event, "messageId": f"m{sent + number}"} for number, event in enumerate(events)]
        sent += len(events)
        for first in range(0, len(named), size):
            batch = named[first : first + size]
            operations.record_events(runtime, ACTOR, SITE, batch)
            if again:
                assert operations.record_events(runtime, ACTOR, SITE, batch).accepted == 0
        runtime.run_timers()
    store.close()
    return path


def _table(connection: sqlite3.Connection, table: str) -> list[str]:
    """The rows as text. A count of 0 says the same as no row: which of them there is depends on the cut."""
    cursor = connection.execute(f"SELECT * FROM {table}")
    columns = [column[0] for column in cursor.description]
    rows = [row for row in cursor if "n" not in columns or row[columns.index("n")] != 0]
    return sorted(map(str, rows))


def _rows(path: Path) -> dict[str, Any]:
    connection = sqlite3.connect(path)
    try:
        found: dict[str, Any] = {table: _table(connection, table) for table in _TABLES}
        steps = "SELECT enrollment_id, seq, node_id, left_at, label, target, cause, cause_ref, ended, detail FROM steps"
        found["steps"] = sorted(map(str, connection.execute(steps)))
        content = (
            "SELECT d.id, d.enrollment_id, d.node_id, d.status, d.created_at, d.updated_at, p.id, p.anonymous"
            " FROM deliveries d JOIN people p ON p.row = d.person"
        )
        found["deliveries"] = sorted(map(str, connection.execute(content)))
        people = "SELECT id, anonymous, traits, due_at, CAST(state AS TEXT) FROM people"
        # The order of traits says nothing: who lost one and got it again between two saves is not saved anew.
        found["people"] = sorted(
            str((who, anonymous, sorted(json.loads(traits).items()), *rest))
            for who, anonymous, traits, *rest in connection.execute(people)
        )
        return found
    finally:
        connection.close()


@quick
@given(st.tuples(journeys(), journeys()), lives)
def test_any_cut_of_the_batches_gives_the_same_rows_and_counters_hold(bodies: tuple[Any, ...], life: Life) -> None:
    with tempfile.TemporaryDirectory() as made:
        whole = live(Path(made), bodies, life, 1_000)
        recount(whole)
        assert _rows(live(Path(made), bodies, life, 1)) == _rows(whole)
        assert _rows(live(Path(made), bodies, life, 7, again=True)) == _rows(whole)
