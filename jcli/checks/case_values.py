"""What a JSON Schema cannot say of tests and persons: one verb a step, what goes with it, lengths, moments, and whether
a case is still right with the values of `each` put in.

Its input passed the schema. Which journeys, nodes and people there are is not asked here: see `trial_names.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jcli.checks.explanation import ShapeProblem
from jcli.checks.subject import fitted, short
from jcli.durations import parse_duration, parse_instant, parse_offset
from jcli.findings import Path, Problem
from jcli.model import Json
from jcli.parameters import Unfolded, is_open, unfolded

VERBS = (
    "event", "page", "click", "identify", "wait", "at", "show", "finish", "dismiss", "enter", "stop", "edit",
    "publish", "pause", "unpublish", "archive", "restore", "expect",
)  # fmt: skip
"""What a step can be; the first of them in it is its verb, and `expect` goes with all others."""

_EVENT = frozenset({"properties", "dated", "id", "userId"})
_TAKES: Mapping[str, frozenset[str]] = {
    "event": _EVENT,
    "page": _EVENT,
    "click": _EVENT | {"url"},
    "identify": frozenset({"dated", "id", "userId"}),
    "edit": frozenset({"nodeMap"}),
}
_BELONGS = {
    "properties": "`event`, `page` or `click`",
    "url": "`click`",
    "userId": "`event`, `page`, `click` or `identify`",
    "dated": "`event`, `page`, `click` or `identify`",
    "id": "`event`, `page`, `click` or `identify`",
    "nodeMap": "`edit`",
}
_FILLED = (
    ("anonymous", "write one of them", "true or false"),
    ("traits", "write them out", "a mapping"),
    ("past", "write it out", "a list"),
)
Judge = Callable[[object], Iterator[ShapeProblem]]
"""What the schema says of a case."""


def verb_of(step: Json) -> str:
    """The verb of a step whose shape is right."""
    return next(verb for verb in VERBS if verb in step)


def check_test(data: Json, judge: Judge) -> Iterator[ShapeProblem]:
    """A test; `judge` is the schema's word on a case, asked where `each` puts values into it."""
    yield from _wrong(_moment(data.get("start"), ("start",)))
    for name, person in data.get("people", {}).items():
        yield from _wrong(_person(person, ("people", name), shared=True))
    for index, case in enumerate(data["cases"]):
        yield from _wrong(_entries(case.get("each", ()), ("cases", index, "each")))
        seen: set[Path] = set()
        for one in unfolded(case):
            for found in _case(one, judge):
                path = one.source(found.problem.path)
                if path not in seen:
                    seen.add(path)
                    yield _moved(found, ("cases", index, *path), one)


def check_person(data: Json) -> Iterator[ShapeProblem]:
    yield from _wrong(_person(data, (), shared=True))


def _moved(found: ShapeProblem, path: Path, one: Unfolded) -> ShapeProblem:
    """The problem at its place in the document; what `each` put in cannot be mended there by a word."""
    problem = replace(found.problem, path=path)
    if one.entry is not None:
        problem = replace(problem, suggestion=None, fix=None)
    return replace(found, problem=problem)


def _case(one: Unfolded, judge: Judge) -> Iterator[ShapeProblem]:
    """What is wrong with a case; one that lacks the value of a parameter says nothing yet."""
    if one.complete:
        found = list(judge(one.data)) if one.entry is not None else []
        yield from found or [*_without_verb(one.data), *_wrong(_values(one.data))]


def _entries(entries: Sequence[Json], path: Path) -> Iterator[Problem]:
    for number, entry in enumerate(entries):
        for name, value in entry.items():
            if is_open(value):
                message = f"what stands in `{short(name, 30)}` is put in as it is, `$` and all; write the value itself"
                yield Problem((*path, number, name), message)


def _wrong(problems: Iterator[Problem]) -> Iterator[ShapeProblem]:
    return (ShapeProblem("wrong-value", problem) for problem in problems)


def _without_verb(case: Json) -> Iterator[ShapeProblem]:
    for index, step in enumerate(case.get("steps", ())):
        if not any(verb in step for verb in VERBS):
            said = next(iter(step))
            message = f"this step has `{said}` and no verb; add `event`, `page`, `wait`, `finish` or another"
            yield ShapeProblem("missing-field", Problem(("steps", index), message), VERBS)


def _values(case: Json) -> Iterator[Problem]:
    yield from _moment(case.get("start"), ("start",))
    person = case.get("person")
    if isinstance(person, dict):
        yield from _person(person, ("person",))
    for index, step in enumerate(case.get("steps", ())):
        if any(verb in step for verb in VERBS):
            yield from _step(step, ("steps", index))
    if "expect" in case:
        yield from _expectation(case["expect"], ("expect",))


def _person(person: Json, path: Path, *, shared: bool = False) -> Iterator[Problem]:
    """A person. `each` has put its values into that of a case; one whom cases share has no parameters."""
    for field, kind, is_a in _FILLED if shared else ():
        if isinstance(person.get(field), str):
            yield Problem((*path, field), f"`{field}` must be {is_a}; parameters belong to cases, so {kind}")
            return
    for index, event in enumerate(person.get("past", ())):
        if shared and isinstance(event.get("properties"), str):
            where = (*path, "past", index, "properties")
            yield Problem(where, "`properties` must be a mapping; parameters belong to cases, so write it out")
        yield from _parsed(parse_duration, event["ago"], (*path, "past", index, "ago"))


def _step(step: Json, path: Path) -> Iterator[Problem]:
    verbs = [key for key in step if key in VERBS and key != "expect"]
    for extra in verbs[1:]:
        message = f"a step has one verb, and this has `{verbs[0]}` and `{extra}`; make it two steps"
        yield Problem((*path, extra), message, at_key=True)
    verb = verb_of(step)
    if not verbs[1:]:
        for field in step:
            if field in _BELONGS and field not in _TAKES.get(verb, ()):
                message = f"`{field}` goes with {_BELONGS[field]}, and this step is `{verb}`; remove it"
                yield Problem((*path, field), message, at_key=True)
    yield from _parsed(parse_duration, step.get("wait"), (*path, "wait"))
    yield from _moment(step.get("at"), (*path, "at"))
    yield from _parsed(parse_offset, step.get("dated"), (*path, "dated"))
    if "expect" in step:
        yield from _expectation(step["expect"], (*path, "expect"))


def _expectation(fields: Json, path: Path) -> Iterator[Problem]:
    for field, words, example in (("due", ("never",), "2d"), ("goal", ("met", "not_met"), "3d")):
        yield from _time(fields.get(field), words, example, (*path, field))
    for key, others in fields.get("journeys", {}).items():
        yield from _expectation(others, (*path, "journeys", key))


def _time(value: Any, words: tuple[str, ...], example: str, path: Path) -> Iterator[Problem]:
    """A word, a duration or a moment."""
    if value is None or value in words:
        return
    parse = parse_instant if isinstance(value, str) and "T" in value[1:] else parse_duration
    try:
        parse(value)
    except ValueError:
        expected = " or ".join(f"`{word}`" for word in words)
        message = fitted(
            lambda limit: (
                f"`{short(str(value), limit)}` is not a value of `{path[-1]}`; expected {expected}, a duration such as"
                f" `{example}`, or a moment"
            )
        )
        yield Problem(path, message)


def _moment(value: Any, path: Path) -> Iterator[Problem]:
    yield from _parsed(parse_instant, value, path)


def _parsed(parse: Callable[[Any], object], value: Any, path: Path) -> Iterator[Problem]:
    if value is None:
        return
    try:
        parse(value)
    except ValueError as error:
        yield Problem(path, str(error))
