"""A rule as a formula: `all` and `any` over leaves. Negations stand in the leaves, because every operator has its
opposite: `not_equals` is `equals` that must not hold, of a missing value too.

The words of a rule are read as `jcli/engine/rules.py` reads them. What leaves say together is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jcli.durations import parse_duration
from jcli.logic.effort import Effort
from jcli.logic.operators import OPERATORS, Judge
from jcli.model import Json

_TWINS = {"not_equals": "equals", "not_contains": "contains", "not_in": "in"}
_OPPOSITES = {twin: op for op, twin in _TWINS.items()}
_LIKE_ANOTHER = re.compile(r"[-+.\d][-+.\deE]*|true|false|null|", re.ASCII)
"""Texts that would be taken for something else without quotes."""
_ONCE: Json = {"gte": 1}
MOST_EVENTS = 1000
"""So many occurrences of an event are remembered (see `docs/semantics/rules.md`)."""


class Topic(NamedTuple):
    """What a leaf asks about. `kind` is `trait`, `property` or `event`."""

    kind: str
    name: str


@dataclass(slots=True, eq=False)
class Leaf:
    """One comparison that must hold, or must not. Of an event it compares the count in the last `within` milliseconds
    (None: ever). Compared by identity: to Python `1`, `1.0` and `True` are equal, to a rule they are not."""

    topic: Topic
    op: str
    operand: Any
    holds: bool
    within: int | None = None
    lasting: Any = None
    _judge: Judge | None = field(default=None, repr=False)

    def allows(self, value: Any) -> bool:
        """Whether the leaf is satisfied by this value of its topic; None stands for a missing one."""
        if value is None:
            return not self.holds  # the operators that are left are all false of a missing value
        if self._judge is None:
            self._judge = OPERATORS[self.op](self.operand)
        return self._judge(value) is self.holds

    @property
    def size(self) -> int:
        """What one comparison costs, about."""
        return 1 + len(self.operand) if isinstance(self.operand, list | tuple) else 1

    def __str__(self) -> str:
        """As an author would write it."""
        op, operand, holds = self.op, self.operand, self.holds
        if op == "exists":
            operand, holds = holds, True
        elif not holds and op in _OPPOSITES:
            op, holds = _OPPOSITES[op], True
        text = f"{'' if holds else 'not '}{op}: {_written(operand)}"
        return text if self.lasting is None else f"{text} within {self.lasting}"


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the parts."""

    parts: tuple[Formula, ...]


Formula = Leaf | Every | Some


def formula(rule: Json, effort: Effort, holds: bool = True) -> Formula:
    """The rule, or with `holds` False its opposite; each leaf takes effort. ValueError for a `within` that is no
    duration."""
    if "all" in rule or "any" in rule:
        every = "all" in rule
        parts = tuple(formula(part, effort, holds) for part in rule["all" if every else "any"])
        return Every(parts) if every is holds else Some(parts)
    if "not" in rule:
        return formula(rule["not"], effort, not holds)
    leaves = tuple(_leaves(rule, holds))
    effort.spend(8 * len(leaves))
    if len(leaves) == 1:
        return leaves[0]
    return Every(leaves) if holds else Some(leaves)


def _leaves(rule: Json, holds: bool) -> Iterator[Leaf]:
    if "event" in rule:
        topic, lasting = Topic("event", rule["event"]), rule.get("within")
        within = None if lasting is None else parse_duration(lasting)
        for op, operand in (rule.get("count") or _ONCE).items():
            yield Leaf(topic, _TWINS.get(op, op), operand, (op not in _TWINS) is holds, within, lasting)
        return
    kind = "property" if "property" in rule else "trait"
    topic = Topic(kind, rule[kind])
    for op, operand in rule.items():
        if op == "exists":
            yield Leaf(topic, op, True, bool(operand) is holds)
        elif op != kind:
            yield Leaf(topic, _TWINS.get(op, op), operand, (op not in _TWINS) is holds)


def asks_twice(*rules: Json) -> bool:
    """Whether the rules together ask about anything more than once, or count past what can be counted. If not, each
    leaf can be made true and false by itself, and so can the whole: there is nothing to think about."""
    if len(rules) == 1 and ("trait" in rules[0] or "property" in rules[0]):
        return False
    seen: set[tuple[str, str]] = set()
    waiting = list(rules)
    for rule in waiting:  # which grows on the way
        if "trait" in rule:
            topic = ("trait", rule["trait"])
        elif "event" in rule:
            topic = ("event", rule["event"])
            for limit in (rule.get("count") or _ONCE).values():
                if not 0 < limit < MOST_EVENTS:
                    return True  # that may be true of every count, or of none
        elif "property" in rule:
            topic = ("property", rule["property"])
        else:
            waiting += (rule["not"],) if "not" in rule else rule.get("all") or rule.get("any") or ()
            continue
        if topic in seen:
            return True
        seen.add(topic)
    return False


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_written, value))}]"
    return f'"{value}"' if isinstance(value, str) and _LIKE_ANOTHER.fullmatch(value) else str(value)
