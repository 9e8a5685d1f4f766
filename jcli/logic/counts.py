"""How often a past event can have happened so that all leaves about it hold at once.

The count in a longer time is never less than in a shorter one, and no count is more than what is remembered. Times are
free otherwise, so any such row of counts is somebody's. Taking the least count that each time allows, from the shortest
on, leaves the most room for the longer ones: if that fails, nothing fits. The answer is therefore always decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from jcli.logic.formula import MOST_EVENTS, Leaf


def possible(leaves: Sequence[Leaf]) -> bool:
    """Whether somebody's past satisfies all leaves, which are about one event."""
    return row(leaves) is not None


def row(leaves: Sequence[Leaf]) -> list[tuple[float, int]] | None:
    """How often the event happened at least, in each of the times that the leaves ask about (milliseconds, infinity for
    ever), the shortest first; None where no past satisfies them all."""
    by_time: dict[float, list[Leaf]] = {}
    for leaf in leaves:
        by_time.setdefault(float("inf") if leaf.within is None else leaf.within, []).append(leaf)
    count = 0
    found = []
    for within in sorted(by_time):
        least = _least(by_time[within], count)
        if least is None:
            return None
        count = least
        found.append((within, count))
    return found


def _least(leaves: Sequence[Leaf], start: int) -> int | None:
    """The least count from `start` on that all leaves allow. What is allowed changes at the numbers in them only."""
    edges = {start}
    for leaf in leaves:
        edges.update(number for number in range(int(leaf.operand) - 1, int(leaf.operand) + 3) if number >= start)
    return next(
        (count for count in sorted(edges) if count <= MOST_EVENTS and all(leaf.allows(count) for leaf in leaves)), None
    )
