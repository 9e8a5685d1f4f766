"""Chance that can be repeated: streams, and what is drawn from them."""

from __future__ import annotations

from collections import Counter
from statistics import NormalDist

import pytest

from jcli.simulation import chances
from jcli.simulation.chances import Draw, Stream

MANY = 20_000


def drawn(draw: Draw, seed: int = 7) -> list[float]:
    stream = Stream(seed, 0, "any")
    return sorted(draw(stream) for _ in range(MANY))


def test_a_stream_is_the_same_for_the_same_person_and_seed() -> None:
    def numbers(seed: int, person: int) -> list[float]:
        stream = Stream(seed, person, "any")
        return [stream.draw() for _ in range(30)]

    assert numbers(1, 5) == numbers(1, 5)
    assert set(numbers(1, 5)).isdisjoint(numbers(1, 6))
    assert set(numbers(1, 5)).isdisjoint(numbers(2, 5))


def test_a_stream_of_seed_and_person_is_what_it_was() -> None:
    """Written down, so that nobody changes by accident what a seed means."""
    stream = Stream(1, 0, "arrival")
    assert [round(stream.draw(), 6) for _ in range(3)] == [0.2036, 0.658429, 0.100894]


def test_numbers_fill_the_span_from_0_to_below_1_evenly() -> None:
    numbers = drawn(lambda stream: stream.draw())
    assert 0 <= numbers[0] < numbers[-1] < 1
    counts = Counter(int(number * 10) for number in numbers)
    assert all(abs(counts[tenth] - MANY / 10) < 5 * (MANY * 0.1 * 0.9) ** 0.5 for tenth in range(10))


@pytest.mark.parametrize(
    ("draw", "median", "ninetieth"),
    [
        (chances.between(10, 20), 15, 19),
        (chances.lognormal(120, 3000), 120, 3000),
        (chances.exponential(100), 69.31, 230.26),
    ],
)
def test_the_median_and_the_ninetieth_are_those_of_the_distribution(
    draw: Draw, median: float, ninetieth: float
) -> None:
    numbers = drawn(draw)
    below = [sum(number < bound for number in numbers) / MANY for bound in (median, ninetieth)]
    spread = NormalDist().inv_cdf(0.9995) * (0.25 / MANY) ** 0.5
    assert below == [pytest.approx(0.5, abs=spread), pytest.approx(0.9, abs=spread)]


def test_both_ends_of_whole_numbers_are_drawn() -> None:
    assert Counter(drawn(chances.whole_between(1, 3))).keys() == {1, 2, 3}


def test_what_shares_leave_of_1_have_no_value() -> None:
    stream = Stream(3, 0, "any")
    draw = chances.one_of(["a", "b"], [0.2, 0.5])
    counts = Counter(draw(stream) for _ in range(MANY))
    assert counts.keys() == {"a", "b", None}
    assert counts["a"] / MANY == pytest.approx(0.2, abs=0.015)
    assert counts[None] / MANY == pytest.approx(0.3, abs=0.015)


def test_shares_that_come_to_1_leave_nobody_out() -> None:
    """Ten tenths are a little less than 1 in binary."""
    draw = chances.one_of(list(range(10)), [0.1] * 10)

    class Last(Stream):
        def draw(self) -> float:
            return 1 - 2.0**-53

    assert draw(Last(1, 1, "any")) == 9


def test_a_share_that_is_changed_leaves_alone_what_others_draw() -> None:
    def second(share: float) -> float:
        stream = Stream(1, 1, "any")
        chances.sometimes(share, chances.between(0, 1))(stream)
        return stream.draw()

    assert second(0.0) == second(1.0)
