"""Where two enrollments of a person part: step by step along both, until one says something else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from jcli.backtest.differences import Change, Divergence, Lived, Took, Walked


def changes_of(before: Lived, after: Lived) -> list[Divergence]:
    """Everything that is different between two enrollments, what comes first on their way first; nothing for two that
    are alike."""
    found = [(0, one) for one in _entry(before, after)]
    found += _way(before, after)
    found += _content(before, after)
    found.sort(key=lambda each: (each[0], _WEIGHT[each[1].change]))
    return [*(one for _, one in found), *_ends(before, after)]


_WEIGHT = {change: number for number, change in enumerate(Change)}


def _entry(before: Lived, after: Lived) -> Iterator[Divergence]:
    """They enter at another time, or at another trigger."""
    first, second = before.path[0], after.path[0]
    if before.entered_at != after.entered_at or first.node != second.node:
        yield Divergence(Change.ENTRY, min(before.entered_at, after.entered_at), first.node, Took(first), Took(second))


def _way(before: Lived, after: Lived) -> list[tuple[int, Divergence]]:
    """The first step that leads elsewhere, and the first that is made at another time."""
    late: list[tuple[int, Divergence]] = []
    shift = after.entered_at - before.entered_at
    for number, (one, other) in enumerate(zip_longest(before.path, after.path)):
        if one is None or other is None:
            break  # the side that goes on left the node on which the other one stands, or ended: told at that node
        if one.node != other.node:
            break  # of the entry; between two steps it is told by where the first of them led
        at = min(one.entered_at, other.entered_at)
        moved = one.left_at is not None and other.left_at is not None
        if moved and (one.label, one.to, one.ended) != (other.label, other.to, other.ended):
            at = min(one.left_at or at, other.left_at or at)
            return [*late, (number, Divergence(Change.WAY, at, one.node, Took(one), Took(other)))]
        if not late and not _at_the_same_time(one, other, shift):
            at = min(left for left in (one.left_at, other.left_at) if left is not None)
            late.append((number, Divergence(Change.TIME, at, one.node, Took(one), Took(other))))
    return late


def _at_the_same_time(one: Walked, other: Walked, shift: int) -> bool:
    """Whether a node is left at the same time; who entered earlier may be as much earlier here."""
    if one.left_at is None or other.left_at is None:
        return one.left_at == other.left_at
    return other.left_at - one.left_at in (0, shift)


def _content(before: Lived, after: Lived) -> list[tuple[int, Divergence]]:
    for one, other in zip_longest(before.content, after.content):
        if one is not None and other is not None and one[:2] == other[:2]:
            continue
        places = [_place(lived, got) for lived, got in ((before, one), (after, other)) if got is not None]
        number, at, node = min(places)
        took = Took(_step(before, node), one[0] if one else None), Took(_step(after, node), other[0] if other else None)
        return [(number, Divergence(Change.CONTENT, at, node, *took))]
    return []


def _place(lived: Lived, got: tuple[str, str, int]) -> tuple[int, int, str]:
    """Where on the way somebody got a piece of content: the number of the step, when, and the node."""
    _, node, at = got
    steps = (n for n, step in enumerate(lived.path) if step.node == node and step.entered_at == at)
    return next(steps, len(lived.path)), at, node


def _step(lived: Lived, node: str) -> Walked | None:
    return next((step for step in lived.path if step.node == node), None)


def _ends(before: Lived, after: Lived) -> Iterator[Divergence]:
    """What the two come to, whichever way they went."""
    first, second = before.path[-1], after.path[-1]
    if (before.goal_met_at is None) is not (after.goal_met_at is None):
        change = Change.GOAL_MET if before.goal_met_at is None else Change.GOAL_MISSED
        at = next(at for at in (before.goal_met_at, after.goal_met_at) if at is not None)
        yield Divergence(change, at, _standing(before, after, at), Took(first), Took(second))
    if (before.status, before.reason, before.outcome) != (after.status, after.reason, after.outcome):
        at = min(at for at in (before.ended_at, after.ended_at) if at is not None)
        yield Divergence(Change.ENDING, at, first.node, Took(first), Took(second))


def _standing(before: Lived, after: Lived, at: int) -> str | None:
    """The node on which the side that met the goal stood at that instant."""
    path = (before if before.goal_met_at is not None else after).path
    there = [step.node for step in path if step.entered_at <= at]
    return there[-1] if there else None
