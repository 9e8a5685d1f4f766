"""Rules compiled to closures: audiences, conditions, `where`, attribute goals.

A rule never fails: a missing trait matches only `exists: false` and the `not_` operators, values of different types
are never equal and never in order. `not_equals`, `not_contains` and `not_in` say the opposite of their twins in every
case, so of a value of another type they are true. A rule also tells which traits and events it reads, for the ledger
and for the catalogue. Which operators exist for authors is the schema's to say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jcli.durations import parse_duration, parse_instant
from jcli.engine.urls import regex
from jcli.model import Instant, Json


@dataclass(slots=True)
class Facts:
    """What a rule may look at. `properties` are those of the event at hand; without one there are none."""

    traits: Json
    memory: Mapping[str, tuple[Instant, ...]]
    now: Instant
    properties: Json


Test = Callable[[Facts], bool]
Judge = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule with the names of the traits and events that it reads, sorted."""

    test: Test
    traits: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    def read(self, facts: Facts) -> dict[str, Any]:
        """What the rule saw: the values of its traits (missing ones left out) and how often its events happened."""
        seen: dict[str, Any] = {"traits": {name: facts.traits[name] for name in self.traits if name in facts.traits}}
        if self.events:
            seen["events"] = {name: len(facts.memory.get(name, ())) for name in self.events}
        return seen


def compile_rule(rules: Json) -> Rule:
    """ValueError when a duration in it is none; the shape was checked at the door."""
    traits: set[str] = set()
    events: set[str] = set()
    test = _compile(rules, traits, events)
    return Rule(test, tuple(sorted(traits)), tuple(sorted(events)))


def _compile(rules: Json, traits: set[str], events: set[str]) -> Test:
    if "all" in rules:
        every = [_compile(rule, traits, events) for rule in rules["all"]]
        return lambda facts: all(test(facts) for test in every)
    if "any" in rules:
        some = [_compile(rule, traits, events) for rule in rules["any"]]
        return lambda facts: any(test(facts) for test in some)
    if "not" in rules:
        inner = _compile(rules["not"], traits, events)
        return lambda facts: not inner(facts)
    if "event" in rules:
        events.add(rules["event"])
        return _past_events(rules)
    if "property" in rules:
        return _on_property(rules["property"], _judge(rules, "property"))
    traits.add(rules["trait"])
    return _on_trait(rules["trait"], _judge(rules, "trait"))


def _on_trait(name: str, judge: Judge) -> Test:
    return lambda facts: judge(facts.traits.get(name))


def _on_property(name: str, judge: Judge) -> Test:
    return lambda facts: judge(facts.properties.get(name))


def _past_events(rules: Json) -> Test:
    """`{event, count?, within?}`: how often, in the last so much time; without a count, at least once."""
    name = rules["event"]
    judge = _judge(rules.get("count") or {"gte": 1})
    if rules.get("within") is None:
        return lambda facts: judge(len(facts.memory.get(name, ())))
    within = parse_duration(rules["within"])

    def recently(facts: Facts) -> bool:
        times = facts.memory.get(name, ())
        return judge(len(times) - bisect_left(times, facts.now - within))

    return recently


def _judge(leaf: Json, *names: str) -> Judge:
    """The comparisons of a leaf, all of which must hold. A null value counts as missing."""
    judges = [(OPERATORS[op](operand), _of_missing(op, operand)) for op, operand in leaf.items() if op not in names]
    if len(judges) == 1:
        compare, of_missing = judges[0]
        return lambda value: of_missing if value is None else compare(value)
    return lambda value: all(missing if value is None else compare(value) for compare, missing in judges)


def _of_missing(op: str, operand: Any) -> bool:
    return op in ("not_equals", "not_contains", "not_in") or (op == "exists" and operand is False)


def _same(one: Any, other: Any) -> bool:
    """Equal and of one type. Whole and broken numbers are one type; true is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other and (type(one) is type(other) or (_is_number(one) and _is_number(other)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equals(operand: Any) -> Judge:
    if isinstance(operand, str):
        return lambda value: value == operand
    return lambda value: _same(value, operand)


def _contains(operand: Any) -> Judge:
    def contains(value: Any) -> bool:
        if isinstance(value, str):
            return isinstance(operand, str) and operand in value
        return isinstance(value, list | tuple) and any(_same(item, operand) for item in value)

    return contains


def _in(operand: Any) -> Judge:
    return lambda value: any(_same(value, item) for item in operand)


def _not(make: Callable[[Any], Judge]) -> Callable[[Any], Judge]:
    def negated(operand: Any) -> Judge:
        judge = make(operand)
        return lambda value: not judge(value)

    return negated


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Judge]:
    def ordered(operand: Any) -> Judge:
        if not _is_number(operand):
            return lambda _: False
        return lambda value: _is_number(value) and compare(value, operand)

    return ordered


def _texts(compare: Callable[[str, str], bool]) -> Callable[[Any], Judge]:
    return lambda operand: lambda value: isinstance(value, str) and compare(value, operand)


def _regex(operand: str) -> Judge:
    found = regex(operand)
    return lambda value: isinstance(value, str) and found(value)


def _moments(compare: Callable[[Instant, Instant], bool]) -> Callable[[Any], Judge]:
    def moments(operand: Any) -> Judge:
        limit = moment(operand)
        if limit is None:
            return lambda _: False

        def judge(value: Any) -> bool:
            when = moment(value)
            return when is not None and compare(when, limit)

        return judge

    return moments


def moment(value: Any) -> Instant | None:
    """The instant that a text names: a date and time with its offset, or a day, which stands for its first moment in
    UTC. None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value if len(value) != 10 else f"{value}T00:00:00Z")
    except ValueError:
        return None


OPERATORS: Mapping[str, Callable[[Any], Judge]] = {
    "equals": _equals,
    "not_equals": _not(_equals),
    "gt": _ordered(lambda value, operand: value > operand),
    "gte": _ordered(lambda value, operand: value >= operand),
    "lt": _ordered(lambda value, operand: value < operand),
    "lte": _ordered(lambda value, operand: value <= operand),
    "contains": _contains,
    "not_contains": _not(_contains),
    "in": _in,
    "not_in": _not(_in),
    "exists": lambda operand: lambda _: bool(operand),
    "starts_with": _texts(str.startswith),
    "ends_with": _texts(str.endswith),
    "regex": _regex,
    "before": _moments(lambda value, limit: value < limit),
    "after": _moments(lambda value, limit: value > limit),
}
