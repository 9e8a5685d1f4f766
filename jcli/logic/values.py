"""Whether one trait or property can have a value that satisfies all leaves about it.

The values fall into kinds that no operator mixes: missing, true and false, numbers, texts, lists, anything else. But
for texts, a few candidates of each kind stand for all of its values: between two neighbouring numbers of the leaves
nothing changes, and of lists the shortest that holds what must be in it is the best. So when no candidate is accepted,
and `texts.py` shows that no text can be, there is none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice, pairwise
from typing import Any

from jcli.logic.effort import Effort
from jcli.logic.formula import Leaf
from jcli.logic.operators import is_number
from jcli.logic.texts import no_text, sample_texts

_ORDERED = frozenset({"gt", "gte", "lt", "lte"})
_AT_ONCE = 64


def possible(leaves: Sequence[Leaf], effort: Effort) -> bool | None:
    """Whether some value is accepted by all leaves, which are about one trait or property."""
    cost = sum(leaf.size for leaf in leaves)
    listed = _listed(leaves)
    candidates = iter(listed) if listed is not None else _candidates(leaves)
    size = 1  # the first candidate is accepted surprisingly often
    while batch := list(islice(candidates, size)):
        size = _AT_ONCE
        if not effort.spend(cost * len(batch)):
            return None
        if any(_accepted(value, leaves) for value in batch):
            return True
    if listed is not None:
        return False
    return False if not _strange(leaves) and no_text(leaves) else None


def accepted(leaves: Sequence[Leaf], first: Iterable[Any], effort: Effort) -> tuple[Any] | None:
    """A value that all leaves accept, in a tuple because it may be None (a missing one); one of `first` if that can be.
    None where none is found, which does not say that there is none."""
    cost = sum(leaf.size for leaf in leaves)
    for value in chain(first, _listed(leaves) or (), _candidates(leaves)):
        if not effort.spend(cost):
            return None
        if _accepted(value, leaves):
            return (value,)
    return None


def _accepted(value: Any, leaves: Sequence[Leaf]) -> bool:
    return all(leaf.allows(value) for leaf in leaves)


def _listed(leaves: Sequence[Leaf]) -> Sequence[Any] | None:
    """All values that there can be, where a leaf lists them; the shortest such list."""
    lists = [_values(leaf) for leaf in leaves if leaf.holds and leaf.op in ("equals", "in")]
    return min(lists, key=len, default=None)


def _values(leaf: Leaf) -> Sequence[Any]:
    return list(leaf.operand) if leaf.op == "in" else [leaf.operand]


def _candidates(leaves: Sequence[Leaf]) -> Iterator[Any]:
    items = [leaf.operand for leaf in leaves if leaf.op == "contains" and leaf.holds]
    return chain((None, True, False, {}, items), _numbers(leaves), sample_texts(leaves))


def _numbers(leaves: Sequence[Leaf]) -> Iterator[Any]:
    """The numbers in the leaves, one between each two neighbours, one below and one above them all."""
    found: list[Any] = [0]
    for leaf in leaves:
        if leaf.op in _ORDERED or leaf.op in ("equals", "in"):
            operands = _values(leaf) if leaf.op in ("equals", "in") else [leaf.operand]
            found += [number for number in operands if is_number(number) and math.isfinite(number)]
    numbers = sorted(set(found))
    yield from numbers
    yield math.floor(numbers[0]) - 1
    yield math.ceil(numbers[-1]) + 1
    for low, high in pairwise(numbers):
        yield from _between(low, high)


def _between(low: Any, high: Any) -> Iterator[Any]:
    """A number between the two, as whole and as broken as numbers come; none where there is none."""
    middle = (Fraction(low) + Fraction(high)) / 2
    whole = math.floor(middle)
    if low < whole < high:
        yield whole
        return
    try:
        broken = float(middle)
    except OverflowError:
        return
    if low < broken < high:
        yield broken


def _strange(leaves: Sequence[Leaf]) -> bool:
    """Whether a number in the leaves is infinite or none at all: nothing is decided then."""
    return any(
        isinstance(value, float) and not math.isfinite(value)
        for leaf in leaves
        for value in (leaf.operand if isinstance(leaf.operand, list | tuple) else [leaf.operand])
    )
