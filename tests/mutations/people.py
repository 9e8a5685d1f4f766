"""People made to fit the rules of a journey: for each answer that a rule can give somebody who gets it, if any does.

For each trait, property and event that a rule asks about, the values on and beside every border that any rule draws for
it (a number and its neighbours, each word, the start of a word, no value at all, a value of another type). What decides
is always the engine's own compiled rule. Where the combinations are few all are tried, else a seeded sample.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import find, settings
from hypothesis import strategies as st

from jcli.engine import Facts, Rule, compile_rule
from jcli.engine.canvas import ConditionPlan
from jcli.model import Instant

_MISSING = object()
_MOST = 2_000
_NOW: Instant = 1_795_420_800_000


@dataclass(frozen=True)
class Profile:
    """Traits, and how often each event happened just now."""

    traits: Mapping[str, Any]
    counts: Mapping[str, int]

    def memory(self, now: Instant) -> Mapping[str, tuple[Instant, ...]]:
        return {name: (now - 1,) * count for name, count in self.counts.items() if count}


class Cast:
    """The people and events for a journey. `asked` are groups of rules: one for the audience, for each CONDITION its
    rules in order, one for the goal. `wheres` are rules over properties, `urls` (match type, pattern)."""

    def __init__(
        self,
        asked: Iterable[list[Mapping[str, Any]]],
        wheres: Iterable[Mapping[str, Any]],
        urls: Iterable[tuple[str, str]],
    ) -> None:
        groups = [group for group in asked if group]
        self.profiles = _profiles(groups)
        self._wheres = list(wheres)
        self._urls = [url for match, pattern in urls for url in _urls(match, pattern)]

    def properties(self, where: Rule | None) -> Mapping[str, Any] | None:
        """Properties of which the rule is true; None when there are none."""
        if where is None:
            return {}
        values = _values(self._wheres, "property")
        for chosen in _combinations(values):
            given = {name: value for name, value in chosen.items() if value is not _MISSING}
            if where.test(Facts({}, {}, _NOW, given)):
                return given
        return None

    def answers(self, plan: ConditionPlan) -> set[str]:
        """What people get for an answer at this CONDITION."""
        found = set()
        for profile in self.profiles:
            facts = Facts(profile.traits, profile.memory(_NOW), _NOW, {})
            held = next(((label,) for label, rule in plan.branches if rule.test(facts)), plan.otherwise)
            found.update(held)
        return found

    def url(self, matches: Callable[[str], bool]) -> str | None:
        return next((url for url in self._urls if matches(url)), None)


def _profiles(groups: list[list[Mapping[str, Any]]]) -> tuple[Profile, ...]:
    """At least one for each answer of each group that anybody can get, first those of one group alone."""
    rules = [rule for group in groups for rule in group]
    compiled = [[compile_rule(rule) for rule in group] for group in groups]
    traits, events = _values(rules, "trait"), _counts(rules)
    found: dict[tuple[int, ...], Profile] = {}
    for group in groups:
        own = {**_named(_values(group, "trait"), "trait"), **_named(_counts(group), "event")}
        _search(found, own, compiled)
    _search(found, {**_named(traits, "trait"), **_named(events, "event")}, compiled)
    return tuple(found.values())[:60] or (Profile({}, {}),)


def _search(found: dict[tuple[int, ...], Profile], values: Mapping[Any, list[Any]], compiled: list[list[Rule]]) -> None:
    for chosen in _combinations(values):
        traits = {name: value for (kind, name), value in chosen.items() if kind == "trait" and value is not _MISSING}
        profile = Profile(traits, {name: value for (kind, name), value in chosen.items() if kind == "event"})
        facts = Facts(profile.traits, profile.memory(_NOW), _NOW, {})
        found.setdefault(tuple(_answer(group, facts) for group in compiled), profile)


def _answer(group: list[Rule], facts: Facts) -> int:
    """Which rule of the group is the first that holds; how many there are when none does."""
    return next((index for index, rule in enumerate(group) if rule.test(facts)), len(group))


def _named(values: Mapping[str, list[Any]], kind: str) -> dict[Any, list[Any]]:
    return {(kind, name): options for name, options in values.items()}


def _combinations(values: Mapping[Any, list[Any]]) -> Iterator[dict[Any, Any]]:
    size = 1
    for options in values.values():
        size *= len(options)
    if size <= _MOST:
        for chosen in itertools.product(*values.values()):
            yield dict(zip(values, chosen, strict=True))
        return
    chance = random.Random(f"people {sorted(map(str, values))}")
    for _ in range(_MOST):
        yield {name: chance.choice(options) for name, options in values.items()}


def leaves(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The comparisons of a rule."""
    for word in ("all", "any"):
        for inner in rule.get(word) or ():
            yield from leaves(inner)
    if "not" in rule:
        yield from leaves(rule["not"])
    if {"trait", "property", "event"} & set(rule):
        yield rule


def _values(rules: Iterable[Mapping[str, Any]], subject: str) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for rule in rules:
        for leaf in leaves(rule):
            if subject in leaf:
                known = values.setdefault(leaf[subject], [_MISSING])
                for value in _about(leaf):
                    if not any(value is other or (type(value) is type(other) and value == other) for other in known):
                        known.append(value)
    return values


def _about(leaf: Mapping[str, Any]) -> Iterator[Any]:
    """Values on and beside the borders of a comparison."""
    for op, operand in leaf.items():
        match op:
            case "trait" | "property" | "event" | "exists":
                yield "something"
            case "in" | "not_in":
                yield from (*operand, "something else")
            case "contains" | "not_contains":
                yield from (operand, [operand], [], "something else")
            case "starts_with":
                yield from (operand, f"{operand}x", f"x{operand}")
            case "ends_with":
                yield from (operand, f"x{operand}", f"{operand}x")
            case "regex":
                yield from (_sample(operand), "something else")
            case "before" | "after":
                yield from ("1999-01-01", operand, "2999-01-01")
            case _ if isinstance(operand, int | float) and not isinstance(operand, bool):
                yield from (operand - 1, operand, operand + 1, str(operand))
            case _:
                yield from (operand, "something else") if isinstance(operand, str) else (operand, not operand)


def _counts(rules: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    counts: dict[str, set[int]] = {}
    for rule in rules:
        for leaf in leaves(rule):
            if "event" in leaf:
                borders = [n for n in (leaf.get("count") or {"gte": 1}).values() if isinstance(n, int)]
                near = {max(0, n + by) for n in borders for by in (-1, 0, 1)}
                counts.setdefault(leaf["event"], {0}).update(near)
    return {name: sorted(numbers) for name, numbers in counts.items()}


def _urls(match: str, pattern: str) -> Iterator[str]:
    found = _sample(pattern) if match == "regex" else None
    yield from (found,) if found is not None else (pattern, f"https://somewhere.example{pattern}", f"{pattern}more")


@cache
def _sample(pattern: str) -> str | None:
    """A text in which the expression is found."""
    try:
        expression = re.compile(pattern)
    except re.error:
        return None
    return find(st.from_regex(expression), lambda text: True, settings=settings(database=None, max_examples=20))
