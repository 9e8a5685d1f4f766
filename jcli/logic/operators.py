"""What each operator of a rule says of a value: the one place, for the engine that runs rules and for the checks that
reason about them.

A comparison never fails: a missing value matches only `exists: false` and the `not_` operators, values of different
types are never equal and never in order. `not_equals`, `not_contains` and `not_in` say the opposite of their twins in
every case, so of a value of another type they are true. Which operators exist for authors is the schema's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jcli.durations import parse_instant
from jcli.logic.patterns import regex
from jcli.model import Instant, Json

Judge = Callable[[Any], bool]


def judge_of(leaf: Json, *names: str) -> Judge:
    """The comparisons of a leaf, all of which must hold. A null value counts as missing."""
    judges = [(OPERATORS[op](operand), of_missing(op, operand)) for op, operand in leaf.items() if op not in names]
    if len(judges) == 1:
        compare, missing = judges[0]
        return lambda value: missing if value is None else compare(value)
    return lambda value: all(missing if value is None else compare(value) for compare, missing in judges)


def of_missing(op: str, operand: Any) -> bool:
    """What the operator says where there is no value."""
    return op in ("not_equals", "not_contains", "not_in") or (op == "exists" and operand is False)


def same(one: Any, other: Any) -> bool:
    """Equal and of one type. Whole and broken numbers are one type; true is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other and (type(one) is type(other) or (is_number(one) and is_number(other)))


def is_number(value: Any) -> bool:
    """Whole or broken; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _equals(operand: Any) -> Judge:
    if isinstance(operand, str):
        return lambda value: value == operand
    return lambda value: same(value, operand)


def _contains(operand: Any) -> Judge:
    def contains(value: Any) -> bool:
        if isinstance(value, str):
            return isinstance(operand, str) and operand in value
        return isinstance(value, list | tuple) and any(same(item, operand) for item in value)

    return contains


def _in(operand: Any) -> Judge:
    return lambda value: any(same(value, item) for item in operand)


def _not(make: Callable[[Any], Judge]) -> Callable[[Any], Judge]:
    def negated(operand: Any) -> Judge:
        judge = make(operand)
        return lambda value: not judge(value)

    return negated


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Judge]:
    def ordered(operand: Any) -> Judge:
        if not is_number(operand):
            return lambda _: False
        return lambda value: is_number(value) and compare(value, operand)

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
