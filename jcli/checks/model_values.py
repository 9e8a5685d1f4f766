"""What a JSON Schema cannot say of models: one way to draw a value, shares that are none of more than all, ends in
order, one verb for what people do, and `after` something that happens.

Its input passed the schema. Whether journeys, contents, events and traits are known is asked elsewhere: see
`model_names.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jcli.checks.explanation import ShapeProblem
from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.subject import short
from jcli.checks.wrong_value import wrong_rules
from jcli.durations import parse_duration, parse_instant
from jcli.findings import Path, Problem
from jcli.model import Json

VERBS = ("event", "page", "click", "identify", "enter")
"""What people can do; each is told by one of these."""

_BELONGS = {"url": "`click`", "properties": "`event`, `page` or `click`"}
_ALL = 1 + 1e-9
"""What shares may come to: tenths do not add up to 1 exactly."""


def check_model(data: Json) -> Iterator[ShapeProblem]:
    return (ShapeProblem("wrong-value", problem) for problem in _model(data))


def _model(data: Json) -> Iterator[Problem]:
    yield from _parsed(parse_instant, data.get("start"), ("start",))
    yield from _parsed(parse_duration, data.get("arrivals", {}).get("over"), ("arrivals", "over"))
    above: list[str] = []
    for name, said in data.get("traits", {}).items():
        yield from _trait(said, ("traits", name), above)
        above.append(name)
    yield from _deeds(data.get("events", ()))
    outcomes = data.get("outcomes", {})
    if "default" in outcomes:
        yield from _outcome(outcomes["default"], ("outcomes", "default"))
    for group in ("types", "contents"):
        for name, said in outcomes.get(group, {}).items():
            yield from _outcome(said, ("outcomes", group, name))


def _parsed(parse: Callable[[Any], object], value: Any, path: Path) -> Iterator[Problem]:
    if value is not None:
        try:
            parse(value)
        except ValueError as error:
            yield Problem(path, str(error))


# Values and lengths


def _trait(said: Any, path: Path, above: Sequence[str]) -> Iterator[Problem]:
    if not isinstance(said, list):
        yield from _trait_way(said, path, above)
        return
    for index, way in enumerate(said):
        yield from _trait_way(way, (*path, index), above)


def _trait_way(said: Any, path: Path, above: Sequence[str]) -> Iterator[Problem]:
    yield from _value(said, path)
    if isinstance(said, dict) and "when" in said:
        yield from wrong_rules(said["when"], (*path, "when"))
        for place, asked in _asked(said["when"], (*path, "when")):
            if asked not in above:
                meant = nearest(asked, above)
                tail = did_you_mean(meant and short(meant)) or "; leave the test out, or draw it before"
                yield Problem(place, f"the trait `{short(asked)}` is not drawn above{tail}", meant)


def _asked(rule: Json, path: Path) -> Iterator[tuple[Path, str]]:
    """The traits that a rule asks, with their places."""
    for word in ("all", "any"):
        for index, below in enumerate(rule.get(word, ())):
            yield from _asked(below, (*path, word, index))
    if "not" in rule:
        yield from _asked(rule["not"], (*path, "not"))
    if "trait" in rule:
        yield (*path, "trait"), rule["trait"]


def _values(said: Json, path: Path) -> Iterator[Problem]:
    for name, value in said.items():
        yield from _value(value, (*path, name))


def _value(said: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(said, dict):
        return
    yield from _one_way(said, path, ("value", "shares", "between", "median"))
    if "shares" in said:
        yield from _shares(said["shares"], (*path, "shares"))
        if "share" in said:
            message = "`shares` say themselves who has no value; take `share` out and let them add up to less than 1"
            yield Problem((*path, "share"), message, at_key=True)
    if said.get("whole", False):
        if "between" not in said and "median" not in said:
            yield Problem((*path, "whole"), "`whole` goes with `between` or `median`; remove it", at_key=True)
        for index, end in enumerate(said.get("between", ())):
            if end != int(end):
                message = f"`{end}` is no whole number, and `whole` asks for whole ones; write one"
                yield Problem((*path, "between", index), message)
    yield from _span(said, path, float)


def _one_way(said: Json, path: Path, ways: Sequence[str]) -> Iterator[Problem]:
    """Exactly one way to draw; `p90` belongs to `median`."""
    found = [way for way in ways if way in said]
    for extra in found[1:]:
        yield Problem((*path, extra), f"`{found[0]}` says already what is drawn; take one of the two out", at_key=True)
    if ("median" in said) is not ("p90" in said):
        there, missing = ("median", "p90") if "median" in said else ("p90", "median")
        yield Problem((*path, there), f"`{there}` needs `{missing}` beside it; add it", at_key=True)


def _shares(shares: Json, path: Path) -> Iterator[Problem]:
    total = sum(shares.values())
    if total > _ALL:
        yield Problem(path, f"these `shares` come to {total:.4g}; make them 1 at most together", at_key=True)


def _span(said: Json, path: Path, read: Callable[[Any], float]) -> Iterator[Problem]:
    """Ends in order."""
    if "between" in said:
        low, high = said["between"]
        if read(low) > read(high):
            yield Problem((*path, "between"), f"`{low}` is more than `{high}`; write the smaller one first")
    if "median" in said and "p90" in said and not read(said["median"]) < read(said["p90"]):
        yield Problem((*path, "p90"), f"`p90` must be above `median`, and {said['p90']} is not above {said['median']}")


def _length(said: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(said, dict):
        yield from _parsed(parse_duration, said, path)
        return
    wrong = list(_one_way(said, path, ("between", "median", "mean")))
    for word in ("median", "p90", "mean"):
        wrong += _parsed(parse_duration, said.get(word), (*path, word))
    for index, end in enumerate(said.get("between", ())):
        wrong += _parsed(parse_duration, end, (*path, "between", index))
    yield from wrong or _span(said, path, parse_duration)


# Deeds and outcomes


def _deeds(deeds: Sequence[Json]) -> Iterator[Problem]:
    names: set[str] = set()
    events = [deed["event"] for deed in deeds if "event" in deed]
    known = {*events, *(deed["as"] for deed in deeds if "as" in deed)}
    for index, deed in enumerate(deeds):
        path: Path = ("events", index)
        yield from _deed(deed, path)
        if deed.get("as") in names:
            yield Problem(
                (*path, "as"), f"something above is called `{short(deed['as'])}` already; give it another name"
            )
        names.update([deed["as"]] if "as" in deed else [])
        after = deed.get("after")
        if isinstance(after, str) and after not in known:
            meant = nearest(after, known)
            tail = did_you_mean(meant and short(meant)) or "; add it to `events`, or correct the name"
            yield Problem((*path, "after"), f"nobody does `{short(after)}` in this model{tail}", meant)


def _deed(deed: Json, path: Path) -> Iterator[Problem]:
    verbs = [key for key in deed if key in VERBS]
    for extra in verbs[1:]:
        message = f"people do one thing at a time, and this is `{verbs[0]}` and `{extra}`; make it two entries"
        yield Problem((*path, extra), message, at_key=True)
    for field, owners in _BELONGS.items():
        if field in deed and f"`{verbs[0]}`" not in owners:
            message = f"`{field}` goes with {owners}, and this is `{verbs[0]}`; remove it"
            yield Problem((*path, field), message, at_key=True)
    for word in ("delay", "every"):
        yield from _length(deed.get(word), (*path, word))
    yield from _parsed(parse_duration, deed.get("for"), (*path, "for"))
    if "for" in deed and "every" not in deed:
        message = "`for` says how long people go on with what they do `every` so often; add `every`, or remove it"
        yield Problem((*path, "for"), message, at_key=True)
    for word in ("identify", "properties"):
        yield from _values(deed.get(word, {}), (*path, word))
    if "when" in deed:
        yield from wrong_rules(deed["when"], (*path, "when"))


def _outcome(said: Json, path: Path) -> Iterator[Problem]:
    total = said.get("completed", 0) + said.get("dismissed", 0)
    if total > _ALL:
        message = f"`completed` and `dismissed` come to {total:.4g} of those who see it; make them 1 at most together"
        yield Problem((*path, "dismissed"), message, at_key=True)
    for word in ("delay", "takes"):
        yield from _length(said.get(word), (*path, word))
    yield from _values(said.get("traits", {}), (*path, "traits"))
