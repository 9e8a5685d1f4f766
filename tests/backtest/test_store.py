"""What a store has kept, lived through again with the same journeys, comes to the very rows that the store has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jcli import operations
from jcli.backtest import Assumed, Backtest, Log, Pair, Span, pair
from jcli.backtest.living import Life
from jcli.operations.recorded import kept_events, kept_replies
from jcli.runtime import Runtime
from jcli.store import Page, Store, open_store
from tests.backtest.random_logs import side
from tests.databases import DATABASES, fresh
from tests.runtime.world import ACTOR, SITE, START, Clock, add, counting

HOUR = 3_600_000


def trigger(event: str, to: str) -> dict[str, Any]:
    config = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": event}}
    return {"type": "TRIGGER", "config": config, "next": to}


def shown(content: str, **ways: str) -> dict[str, Any]:
    return {"type": "CONTENT", "contentId": content, "config": {"contentType": "flow", "timeout": "1d"}, "next": ways}


JOURNEYS: dict[str, Any] = {
    "j0": {
        "allowAnonymous": True,
        "settings": {"reentry": "after_exit"},
        "goalConfig": {"type": "event", "config": {"eventName": "paid"}, "deadline": 3},
        "nodes": {
            "t": trigger("go", "arms"),
            "arms": {"type": "SPLIT", "config": {}, "next": {"a": "tour", "b": "pro"}},
            "tour": shown("tour", completed="pro", dismissed="rest", timeout="rest"),
            "pro": {
                "type": "CONDITION",
                "config": {"rules": {"trait": "plan", "equals": "pro"}},
                "next": {"yes": "tip", "no": "rest"},
            },
            "tip": shown("tip", completed="rest", dismissed="done", timeout="done"),
            "rest": {"type": "WAIT", "config": {"duration": "5h"}, "next": "met"},
            "met": {"type": "GOAL_CHECK", "next": {"met": "done", "not_met": "asks"}},
            "asks": {
                "type": "WAIT_FOR_EVENT",
                "config": {"eventName": "done", "timeout": "9h"},
                "next": {"event": "tip", "timeout": "done"},
            },
            "done": {"type": "EXIT"},
        },
    },
    "j1": {
        "allowAnonymous": True,
        "goalConfig": {"type": "flow_completed", "config": {"flowId": "tour"}},
        "nodes": {
            "t": trigger("done", "tour"),
            "tour": shown("tour", completed="end", dismissed="again", timeout="again"),
            "again": {"type": "WAIT", "config": {"duration": "2h"}, "next": "tour"},
            "end": {"type": "EXIT"},
        },
    },
}


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with fresh(request.param, tmp_path) as url:
        opened = open_store(url)
        yield opened
        opened.close()


def live_through(store: Store, clock: Clock, chance: random.Random) -> None:
    """Three days of known people and visitors, some of whom sign in, and of content that some of them finish."""
    runtime = Runtime(store, clock, counting("id"))
    for number in range(150):
        clock.now += chance.randrange(1, HOUR)
        runtime.run_timers()
        who = chance.choice(("ana", "bo", "cleo"))
        visitor = chance.choice(("v", "w", "x", "y"))
        ids = chance.choice(({"userId": who}, {"userId": who}, {"anonymousId": visitor}))
        kind = chance.randrange(12)
        event: dict[str, Any] = {
            "type": "track",
            "event": chance.choice(("go", "go", "done", "paid", "unheard")),
            **ids,
        }
        if kind < 1:
            event = {"type": "identify", "userId": who, "anonymousId": visitor}
        elif kind < 3:
            event = {"type": "identify", "traits": {"plan": chance.choice(("pro", "free"))}, **ids}
        if kind < 9:
            recorded = operations.record_events(runtime, ACTOR, SITE, [{**event, "messageId": f"m{number}"}])
            assert recorded.accepted == 1
        else:
            finish(store, runtime, chance)


def finish(store: Store, runtime: Runtime, chance: random.Random) -> None:
    with store.read() as tables:
        mine = [one for one in tables.deliveries_after("", 1_000) if not one.status.final]
    if mine:
        outcome = chance.choice(("completed", "dismissed"))
        operations.report_outcome(runtime, ACTOR, chance.choice(mine).id, outcome)


def lived_again(store: Store, both: Pair, end: int) -> list[Life]:
    with store.read() as tables:
        log = Log(SITE, [both.before.catalogues(both.ids, 0)[1]])
        for site_id, happening in kept_events(tables):
            assert site_id == SITE
            log.add(happening)
        for replied in kept_replies(tables):
            log.reply(replied.who, replied.got_at, replied.reply)
    backtest = Backtest(both, Span(START, end), Assumed())
    return [backtest.twice(crowd)[1] for crowd in log.crowds()]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_rows_are_those_of_the_store(store: Store, seed: int) -> None:
    # given
    clock = Clock(START)
    for key, body in JOURNEYS.items():
        add(store, key, body, live=True)
    live_through(store, clock, random.Random(seed))

    # when
    now = side("now", JOURNEYS)
    lives = lived_again(store, pair(now, now), clock.now)

    # then
    again = {row.id: row for life in lives for row in life.lives.values()}
    with store.read() as tables:
        kept = {one.id: one for key in JOURNEYS for one, _ in tables.enrollments(key, Page(100)).rows}
        assert len(kept) >= 12
        assert kept.keys() == again.keys()
        for key, row in kept.items():
            other = again[key]
            assert (row.person_id, row.anonymous, row.rotation) == (other.who[1], other.who[0], other.rotation)
            assert (row.status, row.exit_reason, row.ended_at) == (other.status, other.reason, other.ended_at)
            assert (row.enrolled_at, row.goal_met_at) == (other.enrolled_at, other.goal_met_at)
            steps = [(one.node_id, one.entered_at, one.left_at, one.label, one.target) for one in tables.steps(key)]
            assert steps == [(one.node_id, one.entered_at, one.left_at, one.label, one.target) for one in other.steps]
        deliveries = {one.id: (one.status, one.created_at) for one in tables.deliveries_after("", 1_000)}
    assert deliveries == {one.id: (one.status, one.created_at) for life in lives for one in life.deliveries.values()}
