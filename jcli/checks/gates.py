"""Who gets through a trigger besides its event (`where`, audience), and whether somebody gets through two of them.

Thousands of triggers may listen to one event. So triggers with the same gate are asked about once, gates that each list
the values of one trait or property (`plan: equals pro`) are compared with those alone that have a value in common, and
what was decided about two gates is remembered. Pure; `same_trigger.py` says what it means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jcli.checks.facts import Facts, TriggerFacts
from jcli.logic import Effort, implies, satisfiable
from jcli.model import Json

MOST_DECISIONS = 2_000
"""So many pairs of gates are thought about in one run: some 0.2 s."""

_ENOUGH = 10_000
"""Comparisons for one such pair: people write rules that take some hundred."""

Topic = tuple[str, str]
_Value = tuple[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """`rules` must all hold. `elsewhere` is an audience that the workspace does not know; `pins` are the values that
    the rules list, by what they ask about. Triggers with one gate share the object."""

    rules: tuple[Json, ...] = ()
    elsewhere: str | None = None
    by_audience: bool = False
    pins: Mapping[Topic, frozenset[_Value]] = field(default_factory=dict)


class Door(NamedTuple):
    """A trigger of a journey and its gate."""

    facts: Facts
    trigger: TriggerFacts
    gate: Gate


class Gates:
    """Makes gates, each once. `audiences` are rules by id."""

    def __init__(self, audiences: Mapping[str, Json]) -> None:
        self._audiences = audiences
        self._made: dict[tuple[str, str | None, str], Gate] = {}

    def of(self, facts: Facts, trigger: TriggerFacts) -> Gate:
        where: Json | None = trigger.config.get("where")
        # The event itself is remembered before it lets anybody in.
        event = {"CUSTOM_EVENT": trigger.config.get("eventName"), "ELEMENT_CLICK": "element_click"}.get(trigger.type)
        key = ("" if where is None else repr(where), facts.audience, event or trigger.type)
        gate = self._made.get(key)
        if gate is None:
            known = None if facts.audience is None else self._audiences.get(facts.audience)
            rules = [rule for rule in (where, known) if rule is not None]
            pins = _pins(rules)
            if rules and event is not None:
                rules.append({"event": event})
            elsewhere = facts.audience if known is None else None
            gate = self._made[key] = Gate(tuple(rules), elsewhere, trigger.type == "MANUAL", pins)
        return gate


def _pins(rules: Iterable[Json]) -> Mapping[Topic, frozenset[_Value]]:
    """What must be one of the values that the rules list."""
    pins: dict[Topic, frozenset[_Value]] = {}
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        waiting += rule.get("all") or ()
        kind = "trait" if "trait" in rule else "property"
        listed = [rule["equals"]] if "equals" in rule else rule.get("in")
        if kind in rule and listed is not None:
            values = frozenset(map(_value, listed))
            topic = (kind, rule[kind])
            pins[topic] = pins[topic] & values if topic in pins else values
    return pins


def _value(value: Any) -> _Value:
    """Equal where a rule finds the two equal: true is no number."""
    return ("truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number", value)


class Row:
    """Triggers in order, and which of them is the first that lets in somebody whom a later one lets in. They go by the
    values of `pin`, if that is what most of them list."""

    def __init__(self, meetings: Meetings, pin: Topic | None) -> None:
        self._meetings, self._pin = meetings, pin
        self._first: dict[Gate, list[tuple[int, str]]] = {}
        self._by_value: dict[_Value, list[Gate]] = {}
        self._others: list[Gate] = []

    def add(self, rank: int, door: Door) -> None:
        known = self._first.get(door.gate)
        if known is None:
            self._first[door.gate] = [(rank, door.facts.id)]
            values = None if self._pin is None else door.gate.pins.get(self._pin)
            for value in values or ():
                self._by_value.setdefault(value, []).append(door.gate)
            if values is None:
                self._others.append(door.gate)
        elif len(known) == 1 and known[0][1] != door.facts.id:
            known.append((rank, door.facts.id))

    def first(self, door: Door) -> int | None:
        """The rank of the first trigger, of another journey, that lets in somebody whom this one lets in."""
        best: int | None = None
        for gate in self._near(door.gate) if self._meetings.left else filter(self._first.__contains__, [door.gate]):
            rank = next((rank for rank, journey in self._first[gate] if journey != door.facts.id), None)
            if rank is not None and (best is None or rank < best) and self._meetings.meet(gate, door.gate):
                best = rank
        return best

    def _near(self, gate: Gate) -> Iterable[Gate]:
        values = None if self._pin is None else gate.pins.get(self._pin)
        if values is None:
            return self._first
        return dict.fromkeys([*self._others, *(near for value in values for near in self._by_value.get(value, ()))])


class Meetings:
    """What is known about pairs of gates; at most so many are decided in one run."""

    def __init__(self) -> None:
        self._known: dict[tuple[Gate, Gate], bool] = {}
        self.left = MOST_DECISIONS

    def pin_of(self, doors: Sequence[Door]) -> Topic | None:
        """What most of the gates list values of."""
        gates = {door.gate for door in doors}
        if len(gates) < 3:
            return None
        counts = Counter(topic for gate in gates for topic in gate.pins)
        return max(sorted(counts), key=counts.__getitem__, default=None)

    def meet(self, one: Gate, other: Gate) -> bool:
        """Whether it is certain that somebody gets through both."""
        if one is other and not one.rules:
            return True
        if any(values.isdisjoint(other.pins[topic]) for topic, values in one.pins.items() if topic in other.pins):
            return False
        known = self._known.get((one, other))
        if known is None:
            if one is not other:  # a gate with itself is asked about once, so those need no limit
                if self.left == 0:
                    return False
                self.left -= 1
            known = self._known[one, other] = _meet(one, other)
        return known


def _meet(one: Gate, other: Gate) -> bool:
    if one.elsewhere != other.elsewhere:
        return False  # nobody here knows who is in an audience that is managed elsewhere
    together = satisfiable({"all": [*one.rules, *other.rules]}, Effort(_ENOUGH))
    if together is None or one.by_audience:
        # By audience people meet who come to belong to both; and a rule that somebody wrote is matched by somebody.
        return together is not False and bool(_implies(one, other) or _implies(other, one))
    return together


def _implies(one: Gate, other: Gate) -> bool | None:
    return implies({"all": list(one.rules)}, {"all": list(other.rules)}, Effort(_ENOUGH))
