"""Chance that can be repeated: streams of numbers for each person, and what is drawn from them.

A stream is BLAKE2b of seed, person, its name and block, read eight numbers at a time. So a person's life follows from
the seed and their number alone, whichever process lives it and whoever comes before; and since each thing that they do
has a stream of its own, a journey that is changed changes nothing that does not follow from it. Every draw takes
one number and turns it into a value by the inverse of its distribution. Nothing here knows what is drawn for whom.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import accumulate
from math import exp, log, log1p
from statistics import NormalDist
from struct import Struct
from typing import Any

_WORDS = Struct("<8Q")
_NINETY = NormalDist().inv_cdf(0.9)
_LEAST = 2.0**-54
"""Half of the smallest step of a stream: stands for 0 where a logarithm is taken."""


class Stream:
    """Numbers of one person for one thing, each from 0 to below 1."""

    __slots__ = ("_block", "_left", "_name")

    def __init__(self, seed: int, number: int, name: str) -> None:
        self._name = f"{seed}/{number}/{name}/"
        self._block = 0
        self._left: list[int] = []

    def draw(self) -> float:
        """The next number."""
        if not self._left:
            self._left = list(_WORDS.unpack(blake2b(f"{self._name}{self._block}".encode()).digest()))
            self._block += 1
        return (self._left.pop() >> 11) * 2.0**-53


Draw = Callable[[Stream], Any]
Length = Callable[[Stream], int]
"""Draws a length of time in milliseconds."""


def certain(value: Any) -> Draw:
    """The value, and no number of the stream for it."""
    return lambda _stream: value


def between(low: float, high: float) -> Callable[[Stream], float]:
    """Any value of the span, each as likely as the others."""
    return lambda stream: low + (high - low) * stream.draw()


def whole_between(low: int, high: int) -> Callable[[Stream], int]:
    """A whole number of the span, both ends included."""
    return lambda stream: low + int((high - low + 1) * stream.draw())


def lognormal(median: float, ninetieth: float) -> Callable[[Stream], float]:
    """Half of the values lie below the median, nine of ten below the `ninetieth`: most are short, a few very long."""
    place, width = log(median), log(ninetieth / median) / _NINETY
    quantile = NormalDist().inv_cdf
    return lambda stream: exp(place + width * quantile(stream.draw() or _LEAST))


def exponential(mean: float) -> Callable[[Stream], float]:
    """How long one waits for what may happen at any moment alike."""
    return lambda stream: -mean * log1p(-stream.draw())


def one_of(values: Sequence[Any], shares: Sequence[float], missing: Any = None) -> Draw:
    """Each value with its share; `missing` with what the shares leave of 1."""
    bounds = list(accumulate(shares))
    if bounds and abs(bounds[-1] - 1) < 1e-9:
        bounds[-1] = 1.0
    choices = [*values, missing]
    return lambda stream: choices[bisect_right(bounds, stream.draw())]


def rounded(draw: Callable[[Stream], float]) -> Callable[[Stream], int]:
    """The nearest whole number."""
    return lambda stream: round(draw(stream))


def sometimes(share: float, draw: Draw) -> Draw:
    """The draw for this share of people, None for the others. Both take as many numbers from the stream, so that
    a share that is changed leaves alone what others draw."""

    def drawn(stream: Stream) -> Any:
        there, value = stream.draw() < share, draw(stream)
        return value if there else None

    return drawn
