"""What may be concluded from counts: intervals of shares, and how many people it takes to see a difference.

An interval is Wilson's (E. B. Wilson, 1927), which holds where few or none were counted, too. The number of people is
that of the two-sided test of two proportions (J. L. Fleiss, "Statistical Methods for Rates and Proportions"), without
a correction for continuity. The formulas are in `docs/simulation.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`, with the interval from `low` to `high` in which the true share lies. Of nobody there is no
    share: None, and anything is possible."""

    count: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return self.count / self.total if self.total else None


def share_of(count: int, total: int, confidence: float) -> Share:
    """Wilson's interval at a confidence between 0 and 1."""
    if total == 0:
        return Share(0, 0, 0.0, 1.0)
    z = _NORMAL.inv_cdf((1 + confidence) / 2)
    share, spread = count / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / total + spread / (4 * total))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == total else min(1.0, middle + half)
    return Share(count, total, low, high)


@dataclass(frozen=True, slots=True)
class Question:
    """What an experiment is to show: a rate that is higher by the share `lift` of itself, found with the probability
    `power` where it is there, and with `alpha` where it is not."""

    lift: float = 0.1
    power: float = 0.8
    alpha: float = 0.05


@dataclass(frozen=True, slots=True)
class Needed:
    """How many people it takes: in the branch that is compared with, in the other one."""

    baseline: int
    other: int


def needed(rate: float, question: Question, ratio: float = 1.0) -> Needed | None:
    """How many people a comparison takes where the rate of the one branch is `rate` and the other branch has `ratio`
    times as many people. None where no number would do: the rate is 0, or the lift leads beyond 1."""
    lifted = rate * (1 + question.lift)
    if not 0 < rate < 1 or not 0 < lifted <= 1 or ratio <= 0:
        return None
    pooled = (rate + ratio * lifted) / (1 + ratio)
    sure = _NORMAL.inv_cdf(1 - question.alpha / 2) * sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    found = _NORMAL.inv_cdf(question.power) * sqrt(rate * (1 - rate) + lifted * (1 - lifted) / ratio)
    count = ((sure + found) / (lifted - rate)) ** 2
    return Needed(ceil(count), ceil(count * ratio))
