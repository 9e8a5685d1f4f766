"""Rules compiled to closures: audiences, conditions, `where`, attribute goals.

A rule never fails. What an operator says of a value is `jcli/logic/operators.py`'s to say, because the checks reason
with the same words. A rule also tells which traits and events it reads, for the ledger and for the catalogue.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jcli.durations import parse_duration
from jcli.logic.operators import judge_of
from jcli.model import Instant, Json


@dataclass(slots=True)
class Facts:
    """What a rule may look at. `properties` are those of the event at hand; without one there are none."""

    traits: Json
    memory: Mapping[str, tuple[Instant, ...]]
    now: Instant
    properties: Json


Test = Callable[[Facts], bool]


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
        return _on_property(rules["property"], judge_of(rules, "property"))
    traits.add(rules["trait"])
    return _on_trait(rules["trait"], judge_of(rules, "trait"))


def _on_trait(name: str, judge: Callable[[Any], bool]) -> Test:
    return lambda facts: judge(facts.traits.get(name))


def _on_property(name: str, judge: Callable[[Any], bool]) -> Test:
    return lambda facts: judge(facts.properties.get(name))


def _past_events(rules: Json) -> Test:
    """`{event, count?, within?}`: how often, in the last so much time; without a count, at least once."""
    name = rules["event"]
    judge = judge_of(rules.get("count") or {"gte": 1})
    if rules.get("within") is None:
        return lambda facts: judge(len(facts.memory.get(name, ())))
    within = parse_duration(rules["within"])

    def recently(facts: Facts) -> bool:
        times = facts.memory.get(name, ())
        return judge(len(times) - bisect_left(times, facts.now - within))

    return recently
