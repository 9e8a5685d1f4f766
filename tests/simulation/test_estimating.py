"""Intervals and numbers of people, against worked examples and what must hold of any."""

from __future__ import annotations

import pytest

from jcli.simulation import Question, needed, share_of


@pytest.mark.parametrize(
    ("count", "total", "confidence", "low", "high"),
    [
        (10, 100, 0.95, 0.0552, 0.1744),
        (0, 50, 0.95, 0.0, 0.07135),
        (50, 50, 0.95, 0.92865, 1.0),
        (1, 1, 0.95, 0.2065, 1.0),
        (500, 1000, 0.99, 0.4594, 0.5406),
    ],
)
def test_wilsons_interval(count: int, total: int, confidence: float, low: float, high: float) -> None:
    found = share_of(count, total, confidence)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_of_nobody_anything_is_possible() -> None:
    nobody = share_of(0, 0, 0.95)
    assert (nobody.share, nobody.low, nobody.high) == (None, 0.0, 1.0)


def test_how_many_people_it_takes_to_see_ten_per_cent_become_fifteen() -> None:
    """686 a group: by hand, (1.95996 x sqrt(2 x 0.125 x 0.875) + 0.84162 x sqrt(0.09 + 0.1275))^2 / 0.05^2 = 685.6."""
    found = needed(0.10, Question(lift=0.5))
    assert found is not None
    assert (found.baseline, found.other) == (686, 686)


def test_a_small_holdout_asks_for_more_people_in_all() -> None:
    equal, small = needed(0.2, Question()), needed(0.2, Question(), ratio=9)
    assert equal is not None
    assert small is not None
    assert small.baseline < equal.baseline
    assert small.baseline + small.other > equal.baseline + equal.other


def test_a_smaller_lift_and_a_surer_answer_take_more_people() -> None:
    usual = needed(0.2, Question())
    assert usual is not None
    for harder in (Question(lift=0.05), Question(power=0.95), Question(alpha=0.01)):
        found = needed(0.2, harder)
        assert found is not None
        assert found.baseline > usual.baseline


@pytest.mark.parametrize(("rate", "lift"), [(0.0, 0.1), (1.0, -0.1), (0.95, 0.1)])
def test_no_number_of_people_shows_what_cannot_be(rate: float, lift: float) -> None:
    assert needed(rate, Question(lift=lift)) is None
