"""The ways to satisfy a formula, walked one by one: satisfiable, implies, excludes, and the clash where nothing fits.

A way is a choice of one part of each `any`. It is given up as soon as the leaves on one topic cannot hold together,
which keeps the walk short for rules as people write them; for all others there is the effort. The first way on which
everything fits ends the walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jcli.logic import counts, values
from jcli.logic.effort import Effort
from jcli.logic.formula import Every, Formula, Leaf, Some, Topic, formula
from jcli.model import Json


@dataclass(frozen=True, slots=True)
class Clash:
    """Why nothing satisfies a rule: these leaves on one topic cannot hold together, and none of them can be left
    out. `only` is False when the rule has other ways to be satisfied, each with a clash of its own."""

    topic: Topic
    leaves: tuple[Leaf, ...]
    only: bool


Known = Mapping[Topic, tuple[tuple[Leaf, ...], bool | None]]
"""Of each topic the leaves chosen so far, and whether they can hold together."""
_Clashes = list[tuple[Topic, tuple[Leaf, ...]]]


def satisfiable(rule: Json, effort: Effort | None = None) -> bool | None:
    """Whether anybody, with any traits, properties and past, can match the rule."""
    return _asked(effort or Effort(), [], (rule, True))


def implies(one: Json, other: Json, effort: Effort | None = None) -> bool | None:
    """Whether everybody who matches `one` matches `other`."""
    found = _asked(effort or Effort(), [], (one, True), (other, False))
    return None if found is None else not found


def excludes(one: Json, other: Json, effort: Effort | None = None) -> bool | None:
    """Whether nobody can match both."""
    found = _asked(effort or Effort(), [], (one, True), (other, True))
    return None if found is None else not found


def clash(rule: Json, effort: Effort | None = None) -> Clash | None:
    """What makes it impossible to match the rule; None when that is possible, or not decided."""
    effort = effort or Effort()
    clashes: _Clashes = []
    if _asked(effort, clashes, (rule, True)) is not False or not clashes:
        return None
    topic, leaves = clashes[0]
    return Clash(topic, _least(leaves, effort), len(clashes) == 1)


def _least(leaves: tuple[Leaf, ...], effort: Effort) -> tuple[Leaf, ...]:
    """The leaves without those that the clash does not need."""
    for leaf in leaves:
        fewer = tuple(other for other in leaves if other is not leaf)
        if fewer and _possible(fewer, effort) is False:
            leaves = fewer
    return leaves


def _asked(effort: Effort, clashes: _Clashes, *rules: tuple[Json, bool]) -> bool | None:
    """Whether all rules can hold, or not hold, at once. None at once where no effort is left to read them."""
    parts: list[Formula] = []
    for rule, holds in rules:
        if not effort.spend(1):
            return None
        parts.append(formula(rule, effort, holds))
    return _search(Every(tuple(parts)), effort, clashes)


def _search(whole: Formula, effort: Effort, clashes: _Clashes) -> bool | None:
    """Whether some way satisfies the formula; `clashes` gets what ended each way."""
    undecided = False
    for known in open_ways(whole, effort, clashes):
        if known is None:
            return None
        if all(verdict for _, verdict in known.values()):
            return True
        undecided = True
    return None if undecided else False


def open_ways(whole: Formula, effort: Effort, clashes: _Clashes) -> Iterator[Known | None]:
    """The ways to satisfy the formula that nothing speaks against, each as what must hold on each topic; None, and no
    more, where the effort ends. `clashes` gets what ended each of the others."""
    ways: list[tuple[tuple[Formula, ...], Known]] = [((whole,), {})]
    while ways:
        todo, known = ways.pop()
        leaves, choices = _taken_apart(todo)
        if not effort.spend(1 + len(todo) + len(leaves)):
            yield None
            return
        found = _with(known, leaves, effort)
        if not isinstance(found, dict):
            clashes.append(found)
        elif choices:
            choice = min(choices, key=lambda some: len(some.parts))
            rest = tuple(other for other in choices if other is not choice)
            ways += [((part, *rest), found) for part in reversed(choice.parts)]
        else:
            yield found


def _taken_apart(todo: Iterable[Formula]) -> tuple[list[Leaf], list[Some]]:
    """The leaves that must hold in any case, and the choices that are left."""
    leaves: list[Leaf] = []
    choices: list[Some] = []
    waiting = list(todo)
    while waiting:
        part = waiting.pop()
        if isinstance(part, Leaf):
            leaves.append(part)
        elif isinstance(part, Every) or len(part.parts) == 1:
            waiting += reversed(part.parts)
        else:
            choices.append(part)
    return leaves, choices


def _with(
    known: Known, leaves: Iterable[Leaf], effort: Effort
) -> dict[Topic, tuple[tuple[Leaf, ...], bool | None]] | tuple[Topic, tuple[Leaf, ...]]:
    """What is known with these leaves added; or the topic on which they clash, with its leaves."""
    added: dict[Topic, list[Leaf]] = {}
    for leaf in leaves:
        added.setdefault(leaf.topic, []).append(leaf)
    together = dict(known)
    for topic, more in added.items():
        every = (*known.get(topic, ((), True))[0], *more)
        verdict = _possible(every, effort)
        if verdict is False:
            return topic, every
        together[topic] = (every, verdict)
    return together


def _possible(leaves: tuple[Leaf, ...], effort: Effort) -> bool | None:
    if leaves[0].topic.kind == "event":
        return counts.possible(leaves) if effort.spend(4 * len(leaves) * len(leaves)) else None
    return values.possible(leaves, effort)
