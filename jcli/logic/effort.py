"""How much work a question may take before its answer is None.

Rules come from outside, and there are rules for which deciding takes longer than anybody waits. Effort counts work and
not time, so the answer is the same on every machine. One `Effort` may be shared by many questions about one document.
"""

from __future__ import annotations

USUAL = 200_000
"""Comparisons of a value with an operator, about: some 50 ms."""


class Effort:
    """So many comparisons are left; `spend` says whether there were enough of them."""

    __slots__ = ("left",)

    def __init__(self, left: int = USUAL) -> None:
        self.left = left

    def spend(self, work: int) -> bool:
        self.left -= work
        return self.left >= 0
