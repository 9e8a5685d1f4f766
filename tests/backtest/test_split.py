"""An edit of one weight of a SPLIT concerns exactly those whose bucket changes hands."""

from __future__ import annotations

import json

import pytest

from jcli.backtest import Assumed, Backtest, Change, compare, counting
from jcli.engine import bucket
from tests.backtest.stage import backtested, log_of

SPLIT = """\
journey: trial
name: Trial
site: main
nodes:
  begin: {{type: TRIGGER, config: {{triggerType: CUSTOM_EVENT, triggerConfig: {{eventName: begun}}}}, next: arms}}
  arms:
    type: SPLIT
    config: {{weights: {weights}}}
    next: {{one: first, two: second, three: done}}
  first: {{type: CONTENT, contentId: tip-1, config: {{contentType: tip, advanceOn: immediate}}, next: done}}
  second: {{type: CONTENT, contentId: tip-2, config: {{contentType: tip, advanceOn: immediate}}, next: done}}
  done: {{type: EXIT}}
"""
PEOPLE = [f"person-{number}" for number in range(1_500)]


def label(place: int, weights: tuple[int, int, int]) -> str:
    ends = (weights[0] * 100, (weights[0] + weights[1]) * 100)
    return "one" if place < ends[0] else "two" if place < ends[1] else "three"


@pytest.mark.parametrize(
    ("before", "after"), [((50, 30, 20), (51, 29, 20)), ((50, 30, 20), (20, 30, 50)), ((34, 33, 33), (100, 0, 0))]
)
def test_only_those_whose_bucket_moved(before: tuple[int, int, int], after: tuple[int, int, int]) -> None:
    # given
    shares = [dict(zip(("one", "two", "three"), weights, strict=True)) for weights in (before, after)]
    sides = [SPLIT.format(weights=json.dumps(share)) for share in shares]
    log = [
        json.dumps({"type": "track", "event": "begun", "userId": who, "timestamp": "2026-03-01T09:00:00Z"})
        for who in PEOPLE
    ]

    # when
    report = backtested(*sides, log)

    # then
    (journey,) = report.backtest.pair.journeys.values()
    assert journey.after is not None
    node = journey.after.node_id("arms")
    assert node is not None
    places = {who: bucket(journey.id, node, who) for who in PEOPLE}
    moved = {who for who, place in places.items() if label(place, before) != label(place, after)}
    assert 0 < len(moved) < len(PEOPLE)
    assert {one.who[1] for one in report.totals.differences} == moved
    for one in report.totals.differences:
        took = one.divergence
        assert (took.change, took.node) == (Change.WAY, node)
        assert took.before.step is not None
        assert took.after.step is not None
        assert took.before.step.label == label(places[one.who[1]], before)
        assert took.after.step.label == label(places[one.who[1]], after)
        assert took.before.step.detail == took.after.step.detail == {"bucket": places[one.who[1]]}


def test_of_many_only_those_who_are_wanted_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of each journey, by their names, whatever order they come in; the sums are those of all."""
    # given
    monkeypatch.setattr(counting, "_MANY", 10)
    sides = [SPLIT.format(weights=json.dumps({"one": one, "two": 100 - one, "three": 0})) for one in (0, 100)]
    log = [
        json.dumps({"type": "track", "event": "begun", "userId": who, "timestamp": "2026-03-01T09:00:00Z"})
        for who in PEOPLE[:100]
    ]
    whole = backtested(*sides, log)
    backtest = whole.backtest

    # when
    few = Backtest(backtest.pair, backtest.span, Assumed(), most=3)
    totals = compare(few, log_of(backtest.pair, log).crowds()[::-1])

    # then
    assert [one.who[1] for one in totals.differences] == sorted(PEOPLE[:100])[:3]
    assert (totals.differ, totals.people) == (100, 100)
    assert totals.journeys == whole.totals.journeys
