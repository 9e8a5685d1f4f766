"""Nobody can match a rule.

Its parts contradict each other, whatever somebody's traits are, whatever the event holds and whatever happened before:
`all` where `any` was meant, two bounds the wrong way round, a number compared with a text. Judged are the rules of
audiences, conditions and their branches, every `where`, and goals over traits; of an `any` each alternative by itself.
It is decided, not guessed: where a regular expression leaves it open the check says nothing. What only seldom is the
case is not its business, and neither is whether an audience's rules fit those of a journey: traits change on the way.

Bad::

    audience: small-teams
    rules: {all: [{trait: seats, gt: 10}, {trait: seats, lt: 5}]}
    ---
    journey: welcome
    site: main
    audience: small-teams
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    audience: small-teams
    rules: {all: [{trait: seats, gt: 5}, {trait: seats, lt: 10}]}
    ---
    journey: welcome
    site: main
    audience: small-teams
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from jcli.checks.subject import AudienceSubject, Subject, fitted, short
from jcli.findings import Path, Problem
from jcli.logic import Clash, Effort, asks_twice, clash
from jcli.model import Json, Node, NodeType


class _Place(NamedTuple):
    """A rule, where it stands, whose it is (words before a name, the names), and who could match it."""

    rules: Json
    path: Path
    owner: str
    names: tuple[str, ...] = ()
    who: str = "nobody"


def check(subject: Subject) -> Iterator[Problem]:
    suspects = _suspects(subject)
    if suspects:
        effort = Effort()
        for place in suspects:
            yield from _problems(place, effort)


def check_audience(subject: AudienceSubject) -> Iterator[Problem]:
    if asks_twice(subject.audience.rules):
        yield from _problems(_Place(subject.audience.rules, ("rules",), "the audience ", (subject.key,)), Effort())


def _suspects(subject: Subject) -> list[_Place]:
    """The rules of the journey that ask about anything twice, goal first. Nearly always there are none."""
    found: list[_Place] = []
    goal, graph = subject.journey.goal_config, subject.graph
    if goal is not None:
        path: Path = ("goalConfig", "config")
        config, where = goal["config"], goal["config"].get("where")
        if goal["type"] == "attribute_match" and asks_twice(config):
            found.append(_Place(config, path, "the goal"))
        elif where is not None and asks_twice(where):
            found.append(_Place(where, (*path, "where"), "the `where` of the goal", who="no event"))
    for node in graph.of_type(NodeType.TRIGGER):
        where = (node.config.get("triggerConfig") or node.config).get("where")
        if where is not None and asks_twice(where):
            found.append(_of_event(subject, node, where, ("triggerConfig", "where")))
    for node in graph.of_type(NodeType.WAIT_FOR_EVENT):
        where = node.config.get("where")
        if where is not None and asks_twice(where):
            found.append(_of_event(subject, node, where, ("where",)))
    for node in graph.of_type(NodeType.CONDITION):
        rules = node.config.get("rules")
        if rules is None:
            found += _of_branches(subject, node)
        elif asks_twice(rules):
            path = (*subject.places.node(node.id), "config", "rules")
            found.append(_Place(rules, path, "the rules of ", (subject.places.name(node.id),)))
    return found


def _of_event(subject: Subject, node: Node, where: Json, within: Path) -> _Place:
    path = (*subject.places.node(node.id), "config", *within)
    return _Place(where, path, "the `where` of ", (subject.places.name(node.id),), "no event")


def _of_branches(subject: Subject, node: Node) -> list[_Place]:
    path, name = (*subject.places.node(node.id), "config", "branches"), subject.places.name(node.id)
    return [
        _Place(branch["rules"], (*path, index, "rules"), "", (branch["label"], name))
        for index, branch in enumerate(node.config.get("branches") or ())
        if asks_twice(branch["rules"])
    ]


def _problems(place: _Place, effort: Effort) -> Iterator[Problem]:
    for path, found in _clashes(place.rules, place.path, effort):
        message = partial(_message, place, found, place.path != path)
        yield Problem(path, fitted(message), at_key=True)


def _clashes(rule: Json, path: Path, effort: Effort) -> list[tuple[Path, Clash]]:
    """The smallest parts of the rule that nobody can match. Below a `not` that would be no mistake."""
    if not asks_twice(rule):
        return []
    for word in ("all", "any"):
        parts: Sequence[Json] = rule.get(word) or ()
        found = [hit for index, part in enumerate(parts) for hit in _clashes(part, (*path, word, index), effort)]
        if found:
            return found
    whole = clash(rule, effort)
    return [] if whole is None else [(path, whole)]


def _message(place: _Place, found: Clash, part: bool, limit: int) -> str:
    names = " of ".join(f"`{short(name, limit)}`" for name in place.names)
    owner = f"this part of {place.owner.removeprefix('the rules of ')}" if part else place.owner
    return f"{place.who} can match {owner}{names}: {_reason(found, limit)}"


def _reason(found: Clash, limit: int) -> str:
    """Which leaves clash, as their author wrote them, and the way out."""
    name = f"`{short(found.topic.name, limit)}`"
    words = [f"`{short(str(leaf), limit)}`" for leaf in found.leaves]
    if len(words) > 3:
        words = [*words[:2], f"{len(words) - 2} more"]
    leaves = ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
    if not found.only:
        return f"its alternatives all clash, as {leaves} do for {name}; correct one"
    if found.topic.kind == "event":
        return f"{name} never happens {leaves} times; correct that"
    return f"no {name} is {leaves}; correct one"
