"""A rule compares a trait or a property with what its values never are, or a test or a model gives it such a value.

Values of different types are never equal and never in order, so such a rule gives everybody the same answer. What the
values of a name are is what the vocabulary says:

| type | values | takes |
| --- | --- | --- |
| `text` | texts | every operator but `gt`, `gte`, `lt`, `lte`; compared with texts |
| `number` | numbers | `equals`, `in` and their opposites, `gt`, `gte`, `lt`, `lte`; compared with numbers |
| `boolean` | true or false | `equals`, `in` and their opposites; compared with true or false |
| `instant` | texts that are a day or a moment | as `text`; what they are equal to is a day or a moment |
| `list` | lists | `contains` and `not_contains` |
| `any` | anything | every operator |

`exists` goes with all of them. Where the vocabulary lists the `values`, whatever is compared must be one of
them, and at least one of them must pass a test such as `gt` or `starts_with`.

Bad::

    vocabulary: product
    traits:
      plan: {type: text, values: [free, pro]}
      seats: number
    ---
    audience: large-teams
    rules: {all: [{trait: plan, equals: por}, {trait: seats, gte: 10}]}
    ---
    journey: welcome
    site: main
    audience: large-teams
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: size}
      size:
        type: CONDITION
        config: {rules: {trait: seats, starts_with: "1"}}
        next: {true: done, false: small}
      done: {type: EXIT}
      small: {type: EXIT, config: {outcome: small}}

Good::

    vocabulary: product
    traits:
      plan: {type: text, values: [free, pro]}
      seats: number
    ---
    audience: large-teams
    rules: {all: [{trait: plan, equals: pro}, {trait: seats, gte: 10}]}
    ---
    journey: welcome
    site: main
    audience: large-teams
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: size}
      size:
        type: CONDITION
        config: {rules: {trait: seats, gte: 100}}
        next: {true: done, false: small}
      done: {type: EXIT}
      small: {type: EXIT, config: {outcome: small}}
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import re2  # type: ignore[import-untyped]

from jcli.checks.mentions import About, Mention
from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.subject import AudienceSubject, Subject, TrialSubject, short
from jcli.checks.vocabulary import Definition, ValueType, Vocabulary
from jcli.durations import parse_instant
from jcli.findings import Path, Problem
from jcli.model import Instant, Json

_EQUAL = frozenset({"equals", "not_equals", "in", "not_in"})
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_INSIDE = frozenset({"contains", "not_contains"})
_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "regex": lambda value, pattern: re2.search(pattern, value) is not None,
}
_MOMENTS = frozenset({"before", "after"})
_LINE, _OTHERS = 140, " or others"
_OF_TEXTS = _EQUAL | _INSIDE | _MOMENTS | _TEXTS.keys()


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may be asked of values of a type: `is_a` in words, the operators, those to offer, and one word more on how
    such a value is written."""

    is_a: str
    takes: frozenset[str]
    offer: str
    write: str


_KINDS: Mapping[ValueType, _Kind] = {
    ValueType.TEXT: _Kind("text", _OF_TEXTS, "`equals`, `in` or `contains`", "a text"),
    ValueType.NUMBER: _Kind("a number", _EQUAL | _ORDER.keys(), "`equals`, `gte` or `lte`", "a number"),
    ValueType.BOOLEAN: _Kind("true or false", _EQUAL, "`equals`", "true or false"),
    ValueType.INSTANT: _Kind("a day or moment", _OF_TEXTS, "`before` or `after`", "a day as 2027-01-31"),
    ValueType.LIST: _Kind("a list", _INSIDE, "`contains`", "an item"),
}


def check(subject: Subject | AudienceSubject) -> Iterator[Problem]:
    vocabulary = subject.world.vocabulary
    if vocabulary is None:
        return
    for mention in subject.mentions:
        if mention.rule is not None:
            definition = _definition(vocabulary, mention)
            if definition is not None and definition.type is not ValueType.ANY:
                yield from _judge(mention, mention.rule, definition)


check_audience = check  # an audience is asked the same


def check_trial(subject: TrialSubject) -> Iterator[Problem]:
    """What tests and models say of people and events: the values themselves; and the rules of models."""
    vocabulary = subject.world.vocabulary
    for mention in subject.said if vocabulary is not None else ():
        definition = _definition(vocabulary, mention) if vocabulary is not None else None
        if definition is None or definition.type is ValueType.ANY:
            continue
        if mention.rule is not None:
            yield from _judge(mention, mention.rule, definition)
        elif mention.value is not None:
            yield from _given(mention, definition)


def _given(mention: Mention, definition: Definition) -> Iterator[Problem]:
    subject, value, path = f"the {mention.about.value} `{short(mention.name, 24)}`", mention.value, mention.value_at
    if definition.type is ValueType.LIST:
        if not isinstance(value, list):
            yield Problem(path, f"{subject} is a list in the vocabulary; write `[{short(str(value), 24)}]`")
            return
        for index, item in enumerate(value):
            yield from _compared((*path, index), subject, item, definition)
    elif mention.value_is_key and definition.type is ValueType.TEXT and not isinstance(value, str):
        read = short(str(path[-1]), 16)
        message = f"{subject} is text in the vocabulary, and `shares` take `{read}` for another type; write a text"
        yield Problem(path, message, at_key=True)
    elif mention.value_is_key:
        for problem in _compared(path, subject, value, definition):
            yield replace(problem, at_key=True)
    elif isinstance(value, dict | list):
        yield Problem(path, f"{subject} is {_KINDS[definition.type].is_a} in the vocabulary; write one value")
    else:
        yield from _compared(path, subject, value, definition)


def _definition(vocabulary: Vocabulary, mention: Mention) -> Definition | None:
    trait = mention.about is About.TRAIT
    known = vocabulary.traits if trait else vocabulary.properties(mention.event)
    return None if known is None else known.get(mention.name)


def _judge(mention: Mention, rule: Json, definition: Definition) -> Iterator[Problem]:
    word, operand = next((key, value) for key, value in rule.items() if key != mention.field)
    if word == "exists":
        return
    subject = f"the {mention.about.value} `{short(mention.name, 24)}`"
    path = (*mention.path, word)
    if word not in _KINDS[definition.type].takes:
        yield Problem(path, _wrong_operator(subject, word, definition), at_key=True)
    elif word in ("in", "not_in"):
        for index, item in enumerate(operand):
            yield from _compared((*path, index), subject, item, definition)
    elif word in _EQUAL or definition.type is ValueType.LIST:
        yield from _compared(path, subject, operand, definition)
    elif word in _INSIDE and not isinstance(operand, str):
        yield Problem(path, _wrong_type(subject, operand, definition))
    elif definition.values and not any(_passes(value, word, operand) for value in definition.values):
        who = "every" if word == "not_contains" else "no"
        test = f"`{word}: {short(str(operand), 16)}`"
        yield Problem(path, _listing(f"{who} value of {subject} passes {test}; ask for ", definition.values))


def _compared(path: Path, subject: str, operand: object, definition: Definition) -> Iterator[Problem]:
    """An operand that the value is to be equal to, or to have as an item."""
    if not _fits(operand, definition.type):
        yield Problem(path, _wrong_type(subject, operand, definition))
    elif definition.values and not any(_same(operand, value) for value in definition.values):
        texts = [value for value in definition.values if isinstance(value, str)]
        meant = nearest(operand, texts) if isinstance(operand, str) else None
        start = f"`{short(str(operand), 30)}` is not a value of {subject}"
        tail = did_you_mean(meant and short(meant, 30))
        yield Problem(path, start + tail if tail else _listing(f"{start}; expected ", definition.values), meant)


def _fits(operand: object, kind: ValueType) -> bool:
    """Whether a value of the type may be equal to the operand (of a list: have it as an item)."""
    match kind:
        case ValueType.TEXT:
            return isinstance(operand, str)
        case ValueType.NUMBER:
            return isinstance(operand, int | float) and not isinstance(operand, bool)
        case ValueType.BOOLEAN:
            return isinstance(operand, bool)
        case ValueType.INSTANT:
            return _moment(operand) is not None
        case _:
            return True


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _passes(value: Any, word: str, operand: Any) -> bool:
    """Whether one of the values that there are passes a test of order or of text; of `not_contains` its opposite, since
    what no value contains every value passes."""
    if word in _ORDER:
        return _ORDER[word](value, operand)
    if word in _TEXTS:
        return _TEXTS[word](value, operand)
    if word in _INSIDE:
        return operand in value
    when, limit = _moment(value), _moment(operand)
    return when is not None and limit is not None and (when < limit if word == "before" else when > limit)


def _moment(value: object) -> Instant | None:
    """The instant that the engine takes a text for: a moment, or a day, which stands for its first; else None."""
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(f"{value}T00:00:00Z" if len(value) == 10 else value)
    except ValueError:
        return None


def _wrong_operator(subject: str, word: str, definition: Definition) -> str:
    kind = _KINDS[definition.type]
    return f"{subject} is {kind.is_a} in the vocabulary, which `{word}` cannot compare; ask {kind.offer}"


def _wrong_type(subject: str, operand: object, definition: Definition) -> str:
    kind = _KINDS[definition.type]
    if isinstance(operand, bool):
        shown = str(operand).lower()
    else:
        shown = f"the {'text' if isinstance(operand, str) else 'number'} `{short(str(operand), 16)}`"
    tail = "quote it" if definition.type is ValueType.TEXT else f"write {kind.write}"
    return f"{subject} is {kind.is_a} in the vocabulary, never {shown}; {tail}"


def _listing(start: str, values: Sequence[object]) -> str:
    """The sentence with as many of the values as the line has room for, the first at any rate."""
    named: list[str] = []
    room = _LINE - len(start)
    for value in values:
        item = f"`{short(str(value), 16)}`"
        room -= len(item) + 2
        if named and room < len(_OTHERS):
            return start + ", ".join(named) + _OTHERS
        named.append(item)
    return start + " or ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)
