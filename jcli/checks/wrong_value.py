"""A value has the right type but is none that its field takes.

A word that is not among those allowed, a key that is no slug, a number out of range. `jcli/checks/shape.py` finds
what the JSON Schema can say. This module finds the rest: durations that are zero, negative or over ten years,
instants and days that no calendar has, time zones, and regular expressions that RE2 does not compile (it has no
look-around and no back references, and in return never takes long). Of a model it finds shares that come to more than
1, and ends that are not in order; what fits in tests, `case_values.py`. Nothing is clamped to the nearest good value.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 20000d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 20d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import re2  # type: ignore[import-untyped]

from jcli.canonical import Outline
from jcli.checks.subject import short
from jcli.durations import parse_duration, parse_instant
from jcli.findings import Path, Problem
from jcli.model import Kind

IsTimezone = Callable[[str], bool]

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RE2 = re2.Options()
_RE2.log_errors = False


_LARGEST = 1_000_000
_TOO_LARGE = 100_000


class _Expressions:
    """Compiles the regular expressions of a document. Compiling takes time by the size of the program that comes out,
    which `{100}` in `{100}` makes large; so there is a limit for all of a document together."""

    def __init__(self) -> None:
        self._left = _LARGEST

    def check(self, pattern: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(pattern, str) or self._left < 0:
            return
        try:
            self._left -= re2.compile(pattern, _RE2).programsize
        except re2.error as error:
            cause = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
            self._left -= _TOO_LARGE if "too large" in cause else 100
            reason, written = short(cause), short(pattern, 24)
            yield Problem(path, f"the pattern `{written}` does not compile ({reason}); write it in RE2's syntax")
        if self._left < 0:
            written = short(pattern, 24)
            yield Problem(path, f"with `{written}` the patterns are too large together; write simpler or fewer ones")


def check(outline: Outline, kind: Kind, is_timezone: IsTimezone | None) -> Iterator[Problem]:
    """What JSON Schema cannot decide: lengths and instants, time zones, regular expressions. The outline passed it."""
    fields = outline.fields
    expressions = _Expressions()
    if kind is Kind.AUDIENCE:
        yield from _rules(fields.get("rules"), ("rules",), expressions)
    if kind is not Kind.JOURNEY:
        return
    settings = fields.get("settings") or {}
    yield from _duration(settings.get("reentryAfter"), ("settings", "reentryAfter"))
    yield from _goal(fields.get("goalConfig"), expressions)
    for node in outline.nodes:
        config = node.data.get("config")
        if config:
            yield from _node(str(node.data.get("type")), config, (*node.path, "config"), is_timezone, expressions)


def wrong_rules(rules: Any, path: Path) -> Iterator[Problem]:
    """What is wrong with the values of a rule that stands elsewhere than in a journey or an audience."""
    return _rules(rules, path, _Expressions())


def _goal(goal: Mapping[str, Any] | None, expressions: _Expressions) -> Iterator[Problem]:
    if not goal:
        return
    config, path = goal.get("config") or {}, ("goalConfig", "config")
    match goal.get("type"):
        case "event":
            yield from _rules(config.get("where"), (*path, "where"), expressions)
        case "page_visit":
            yield from _pattern(config, path, expressions)
        case "attribute_match":
            yield from _rules(config, path, expressions)


def _node(
    node_type: str, config: Mapping[str, Any], path: Path, is_timezone: IsTimezone | None, expressions: _Expressions
) -> Iterator[Problem]:
    match node_type:
        case "TRIGGER":
            trigger = config.get("triggerConfig") or {}
            yield from _pattern(trigger, (*path, "triggerConfig"), expressions)
            if "where" in trigger:
                yield from _rules(trigger["where"], (*path, "triggerConfig", "where"), expressions)
        case "WAIT":
            yield from _duration(config.get("duration"), (*path, "duration"))
            yield from _instant(config.get("until"), (*path, "until"))
            yield from _timezone((config.get("at") or {}).get("timezone"), (*path, "at", "timezone"), is_timezone)
        case "CONTENT" | "WAIT_FOR_EVENT":
            yield from _duration(config.get("timeout"), (*path, "timeout"))
            if "where" in config:
                yield from _rules(config["where"], (*path, "where"), expressions)
        case "CONDITION":
            yield from _rules(config.get("rules"), (*path, "rules"), expressions)
            for index, branch in enumerate(config.get("branches") or ()):
                yield from _rules(branch.get("rules"), (*path, "branches", index, "rules"), expressions)


def _duration(value: Any, path: Path) -> Iterator[Problem]:
    if value is not None:
        yield from _refusal(parse_duration, value, path)


def _instant(value: Any, path: Path) -> Iterator[Problem]:
    if value is not None:
        yield from _refusal(parse_instant, value, path)


def _refusal(parse: Callable[[Any], object], value: Any, path: Path) -> Iterator[Problem]:
    try:
        parse(value)
    except ValueError as error:
        yield Problem(path, str(error))


def _timezone(name: str | None, path: Path, is_timezone: IsTimezone | None) -> Iterator[Problem]:
    if name is not None and name != "person" and is_timezone is not None and not is_timezone(name):
        message = f"`{short(name)}` is not a time zone; write an IANA name such as Europe/Paris, or `person`"
        yield Problem(path, message)


def _pattern(config: Mapping[str, Any], path: Path, expressions: _Expressions) -> Iterator[Problem]:
    if config.get("matchType") == "regex":
        yield from expressions.check(config.get("pattern"), (*path, "pattern"))


def _rules(rules: Any, path: Path, expressions: _Expressions) -> Iterator[Problem]:
    """A group or leaf of rules, all below it included; the reader's limit on depth bounds the recursion."""
    if not isinstance(rules, Mapping):
        return
    for word in ("all", "any"):
        for index, rule in enumerate(rules.get(word) or ()):
            yield from _rules(rule, (*path, word, index), expressions)
    if "not" in rules:
        yield from _rules(rules["not"], (*path, "not"), expressions)
    if "regex" in rules:
        yield from expressions.check(rules["regex"], (*path, "regex"))
    if "within" in rules:
        yield from _duration(rules["within"], (*path, "within"))
    for word in ("before", "after"):
        value = rules.get(word)
        if isinstance(value, str) and not _is_date(value):
            message = f"`{short(value)}` is not a date or an instant; write 2026-03-01 or 2026-03-01T09:00:00Z"
            yield Problem((*path, word), message)


def _is_date(text: str) -> bool:
    try:
        parse_instant(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text)
    except ValueError:
        return False
    return True
