"""What holds for any two revisions and any log."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jcli.backtest import Assumed, Backtest, Change, Span, Totals, compare, pair
from jcli.model import DeliveryStatus
from jcli.rehearsal import Who
from tests.backtest.random_logs import KEYS, START, filled, ledgers, logs, replies, revisions, side

_assumed = st.sampled_from(
    [Assumed(), Assumed(DeliveryStatus.COMPLETED, 3_600_000), Assumed(DeliveryStatus.SHOWN, 1_800_000)]
)
_late = st.sampled_from([0, 3_600_000, 5 * 86_400_000])


def made(before: Any, after: Any, log: Any, told: Any, assumed: Assumed, late: int) -> tuple[Backtest, Any]:
    both = pair(side("then", before), side("now", after))
    recorded = filled(both, log, told)
    assert recorded.last is not None
    span = Span(START + late, max(START + late, recorded.last) + 86_400_000)
    return Backtest(both, span, assumed), recorded.crowds()


@settings(deadline=None, max_examples=60)
@given(revisions, logs, replies, _assumed, _late)
def test_a_revision_against_itself_is_empty(one: Any, log: Any, told: Any, assumed: Assumed, late: int) -> None:
    backtest, crowds = made(one, one, log, told, assumed, late)
    totals = compare(backtest, crowds)
    assert totals.differences == []
    assert all(tally.same == tally.people for tally in totals.journeys.values())
    assert all(tally.nodes[0] == tally.nodes[1] for tally in totals.journeys.values())


@settings(deadline=None, max_examples=120)
@given(revisions, revisions, logs, replies, _assumed, _late)
def test_exactly_those_differ_whose_ledgers_do(
    before: Any, after: Any, log: Any, told: Any, assumed: Assumed, late: int
) -> None:
    # given
    backtest, crowds = made(before, after, log, told, assumed, late)

    # when
    totals = compare(backtest, crowds)

    # then
    expected: set[tuple[str, Who]] = set()
    for crowd in crowds:
        lives = backtest.twice(crowd)
        for key in KEYS:
            one, other = (ledgers(life, crowd, key) for life in lives)
            expected |= {(key, who) for who in {**one, **other} if one.get(who) != other.get(who)}
    assert {(one.journey_id, one.who) for one in totals.differences} == expected


@settings(deadline=None, max_examples=60)
@given(revisions, revisions, logs, _late, st.integers(2, 3))
def test_the_sums_do_not_depend_on_how_the_people_are_cut(
    before: Any, after: Any, log: Any, late: int, parts: int
) -> None:
    backtest, crowds = made(before, after, log, (), Assumed(), late)
    whole = compare(backtest, crowds)
    together = Totals()
    for part in range(parts):
        together.add(compare(backtest, crowds[part::parts]))
    together.put_in_order(list(backtest.pair.journeys))
    assert together == whole


@settings(deadline=None, max_examples=60)
@given(revisions, revisions, logs, _late)
def test_turned_round_it_says_the_opposite(before: Any, after: Any, log: Any, late: int) -> None:
    # given
    there, crowds = made(before, after, log, (), Assumed(), late)
    back, _ = made(after, before, log, (), Assumed(), late)

    # when
    one, other = compare(there, crowds), compare(back, crowds)

    # then
    assert {(item.journey_id, item.who) for item in one.differences} == {
        (item.journey_id, item.who) for item in other.differences
    }
    for key, tally in one.journeys.items():
        turned = other.journeys[key]
        assert tally.entered == turned.entered[::-1]
        assert tally.goals == turned.goals[::-1]
        assert tally.nodes == turned.nodes[::-1]
        assert tally.changes[Change.ENTERS] == turned.changes[Change.STAYS_OUT]
        assert tally.changes[Change.GOAL_MET] == turned.changes[Change.GOAL_MISSED]
