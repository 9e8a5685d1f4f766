"""Somebody whom a rule matches: a value for each trait and property that it asks about, times for each past event.

What a witness is good for has been accepted by the operators themselves. Values that an author would write come first:
those of the vocabulary, the operands of the rule, plain texts out of the parts that are asked for, a text that a
regular expression finds. None is found where nobody can match, and where nothing came to mind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jcli.logic import counts, values
from jcli.logic.effort import Effort
from jcli.logic.formula import Every, Leaf, Topic, formula
from jcli.logic.operators import is_number
from jcli.logic.regexes import samples
from jcli.logic.search import Known, open_ways
from jcli.model import Json

Prefer = Callable[[Topic], Iterable[Any]]
"""Values of a topic that are better than others: those that the vocabulary lists."""

_MOST_WAYS = 200


@dataclass(frozen=True, slots=True)
class Witness:
    """`traits` and `properties` by name, None for one that must be missing. `past` are events by name, each with how
    often it happened (at least) in the last so many milliseconds, the shortest time first; infinity for ever."""

    traits: Json = field(default_factory=dict)
    properties: Json = field(default_factory=dict)
    past: Mapping[str, Sequence[tuple[float, int]]] = field(default_factory=dict)


def witness(*rules: tuple[Json, bool], prefer: Prefer = lambda _: (), effort: Effort | None = None) -> Witness | None:
    """Somebody of whom each rule is true (or, with False beside it, is not)."""
    effort = effort or Effort()
    whole = Every(tuple(formula(rule, effort, holds) for rule, holds in rules))
    for number, known in enumerate(open_ways(whole, effort, [])):
        if known is None or number == _MOST_WAYS:
            return None
        found = _of_way(known, prefer, effort)
        if found is not None:
            return found
    return None


def _of_way(known: Known, prefer: Prefer, effort: Effort) -> Witness | None:
    found: dict[str, dict[str, Any]] = {"trait": {}, "property": {}, "event": {}}
    for topic, (leaves, _) in known.items():
        if topic.kind == "event":
            row = counts.row(leaves)
            if row is None:
                return None
            found["event"][topic.name] = row
            continue
        value = values.accepted(leaves, _first(leaves, prefer(topic)), effort)
        if value is None:
            return None
        found[topic.kind][topic.name] = value[0]
    return Witness(found["trait"], found["property"], found["event"])


def _first(leaves: Sequence[Leaf], preferred: Iterable[Any]) -> Iterator[Any]:
    """Values that people would write, in the order in which they would come to mind. What nobody is forced to say is
    missing."""
    yield None
    yield from preferred
    operands = [leaf.operand for leaf in leaves if leaf.holds and leaf.op != "exists"]
    for operand in operands:
        if isinstance(operand, list | tuple):
            yield from operand
        elif not isinstance(operand, str) and not is_number(operand):
            yield operand
    for leaf in leaves:
        if is_number(leaf.operand):
            yield from (leaf.operand, leaf.operand + 1, leaf.operand - 1)
    yield from _texts(leaves)


def _texts(leaves: Sequence[Leaf]) -> Iterator[str]:
    asked = [(leaf.op, leaf.operand) for leaf in leaves if leaf.holds and isinstance(leaf.operand, str)]
    for op, operand in asked:
        yield from samples(operand) if op == "regex" else (operand,)
    longest = {op: max((text for asks, text in asked if asks == op), key=len, default="") for op, _ in asked}
    middle = [text for op, text in asked if op == "contains"]
    joined = "".join([longest.get("starts_with", ""), *middle, longest.get("ends_with", "")])
    yield from (joined, "something", "something-else") if joined else ("something", "something-else")
