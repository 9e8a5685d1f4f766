"""A rule in short words: `plan is team or business, and did roadmap_shared at least 3 times in 14 days`.

Reads the rules of conditions, events and goals, whose shape the checks have passed. What a rule means is
`jcli/engine/rules.py`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jcli.durations import parse_duration
from jcli.model import Json

_LENGTHS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
_NUMBERS = {"gt": "more than {}", "gte": "at least {}", "lt": "less than {}", "lte": "at most {}", "equals": "{}"}


def length(duration: str | float) -> str:
    """A duration in words: `2 days`, `1 day 12 hours`. Weeks are said only of whole ones."""
    rest = parse_duration(duration) // 1000
    if rest == 0:
        return "less than a second"
    parts = []
    for unit, seconds in _LENGTHS:
        if unit == "week" and rest % seconds:
            continue
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts)


def rule(rules: Json) -> str:
    """What the rule asks, on one line."""
    return _said(rules, inside=False)


def _said(rules: Json, *, inside: bool) -> str:
    """`inside`: it stands among others, so that what is joined needs brackets."""
    for word, joint in (("all", " and "), ("any", " or ")):
        if word in rules:
            parts = [_said(each, inside=len(rules[word]) > 1) for each in rules[word]]
            text = joint.join(parts) if parts else word
            return f"({text})" if inside and len(parts) > 1 else text
    if "not" in rules:
        return f"not {_said(rules['not'], inside=True)}"
    if "event" in rules:
        return _event(rules)
    name = rules.get("trait", rules.get("property", ""))
    asked = [_compared(op, value) for op, value in rules.items() if op not in ("trait", "property")]
    return " and ".join(f"{name} {words}" for words in asked)


def _event(rules: Json) -> str:
    text = f"did {rules['event']}"
    count: Mapping[str, Any] = rules.get("count") or {}
    for op, number in count.items():
        often = _NUMBERS.get(op, f"{op} {{}}").format(number)
        text += f" {often} time{'' if number == 1 else 's'}" if (op, number) != ("gte", 1) else ""
    return f"{text} in {length(rules['within'])}" if rules.get("within") is not None else text


def _compared(op: str, value: Any) -> str:
    says = OPERATORS.get(op)
    return says(value) if says else f"{op} {_value(value)}"


def _value(value: Any) -> str:
    """A value as it is read; a text that looks like another kind of value, or like nothing, keeps its quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and (not value.strip() or value in ("true", "false") or _is_number(value)):
        return f'"{value}"'
    return str(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _one_of(values: Any) -> str:
    return " or ".join(map(_value, values))


OPERATORS: Mapping[str, Callable[[Any], str]] = {
    "equals": lambda value: f"is {_value(value)}",
    "not_equals": lambda value: f"is not {_value(value)}",
    "gt": lambda value: f"> {value}",
    "gte": lambda value: f"≥ {value}",
    "lt": lambda value: f"< {value}",
    "lte": lambda value: f"≤ {value}",
    "contains": lambda value: f"contains {_value(value)}",
    "not_contains": lambda value: f"does not contain {_value(value)}",
    "in": lambda values: f"is {_one_of(values)}",
    "not_in": lambda values: f"is not {_one_of(values)}",
    "exists": lambda value: "is known" if value else "is not known",
    "starts_with": lambda value: f"starts with {_value(value)}",
    "ends_with": lambda value: f"ends with {_value(value)}",
    "regex": lambda value: f"matches {value}",
    "before": lambda value: f"is before {value}",
    "after": lambda value: f"is after {value}",
}
