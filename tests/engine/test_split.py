"""SPLIT: the published vectors, the shares, and whether chance would deal like this."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from jcli.engine import bucket
from jcli.engine.split import BUCKETS, equal, weighted

PAGE = Path(__file__).resolve().parents[2] / "docs" / "semantics" / "split.md"
VECTOR = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \| `([0-9a-f]{16})` \| (\d+) \|$", re.MULTILINE)
VECTORS = VECTOR.findall(PAGE.read_text("utf-8"))


def test_vectors_are_published() -> None:
    assert len(VECTORS) >= 8


@pytest.mark.parametrize(("journey", "node", "person", "digest", "place"), VECTORS)
def test_vector(journey: str, node: str, person: str, digest: str, place: str) -> None:
    assert bucket(journey, node, person) == int(place) == int(digest, 16) % BUCKETS


def _p_value(observed: list[int], expected: list[float]) -> float:
    """Of Pearson's chi-square statistic with two degrees of freedom, whose upper tail is exp(-x / 2)."""
    assert len(observed) == len(expected) == 3
    statistic = sum((seen - wanted) ** 2 / wanted for seen, wanted in zip(observed, expected, strict=True))
    return math.exp(-statistic / 2)


def test_the_statistic_finds_an_unfair_deal() -> None:
    assert _p_value([50_000, 30_000, 20_000], [50_000, 30_000, 20_000]) == 1
    assert _p_value([50_700, 29_700, 19_600], [50_000, 30_000, 20_000]) < 0.001


@pytest.mark.parametrize("persons", ["person-{}", "{}", "user+{}@example.com"])
def test_a_hundred_thousand_persons_on_50_30_20(persons: str) -> None:
    shares = weighted({"a": 50, "b": 30, "c": 20})
    dealt = Counter(shares.label(bucket("welcome", "arm", persons.format(number))) for number in range(100_000))
    assert set(dealt) == {"a", "b", "c"}
    assert _p_value([dealt["a"], dealt["b"], dealt["c"]], [50_000, 30_000, 20_000]) > 0.001


def test_two_splits_deal_independently() -> None:
    """Who is in the first third of one split is dealt like everybody in another."""
    shares = weighted({"a": 50, "b": 30, "c": 20})
    first = [f"p{number}" for number in range(60_000) if bucket("j", "one", f"p{number}") < BUCKETS // 3]
    dealt = Counter(shares.label(bucket("j", "two", person)) for person in first)
    wanted = [len(first) * share for share in (0.5, 0.3, 0.2)]
    assert _p_value([dealt["a"], dealt["b"], dealt["c"]], wanted) > 0.001


def test_weights_take_their_shares_in_their_order() -> None:
    shares = weighted({"B": 1, "a": 0, "c": 99})
    assert [shares.label(place) for place in (0, 99, 100, 9_999)] == ["b", "b", "c", "c"]


def test_weights_that_leave_some_over() -> None:
    assert weighted({"a": 50}).label(5_000) is None


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_equal_shares_cover_every_bucket(count: int) -> None:
    labels = [f"label-{number}" for number in range(count)]
    dealt = Counter(equal(labels).label(place) for place in range(BUCKETS))
    assert sorted(dealt) == labels
    assert max(dealt.values()) - min(dealt.values()) <= 1
    assert sum(dealt.values()) == BUCKETS


def test_three_equal_shares_end_at_the_published_places() -> None:
    assert equal(["a", "b", "c"]).ends == (3_333, 6_666, 10_000)
