"""A way out of a CONDITION can never be taken.

Branches are asked in order and the first that holds decides. When whoever matches a branch matches one before it, it is
never come to: usually the narrow case stands below the wide one. Of a CONDITION with `rules` the check tells when
everybody matches them, so that `false` is never taken: `any` of two `not_equals` is the classic. That `default` is
never taken is no mistake, because a CONDITION with branches must have it. It is decided, not guessed, and where a
regular expression leaves it open the check says nothing. A branch that nobody can match is `impossible-rule`.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: how-large}
      how-large:
        type: CONDITION
        config:
          branches:
            - {label: team, rules: {trait: seats, gte: 5}}
            - {label: company, rules: {trait: seats, gte: 100}}
        next: {team: done, company: pause, default: done}
      pause: {type: WAIT, config: {duration: 1d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: how-large}
      how-large:
        type: CONDITION
        config:
          branches:
            - {label: company, rules: {trait: seats, gte: 100}}
            - {label: team, rules: {trait: seats, gte: 5}}
        next: {team: done, company: pause, default: done}
      pause: {type: WAIT, config: {duration: 1d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from jcli.checks.subject import Subject, fitted, short
from jcli.findings import Path, Problem
from jcli.logic import Effort, asks_twice, implies, satisfiable
from jcli.model import Json, Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    effort = Effort()
    for node in subject.graph.of_type(NodeType.CONDITION):
        rules, branches = node.config.get("rules"), node.config.get("branches")
        if rules is not None and asks_twice(rules) and satisfiable({"not": rules}, effort) is False:
            yield _always(subject, node)
        elif branches and asks_twice(*[branch["rules"] for branch in branches]):
            yield from _shadowed(subject, node, branches, effort)


def _always(subject: Subject, node: Node) -> Problem:
    message = f"everybody matches the rules of `{subject.name(node.id)}`, so `false` is never taken; correct them"
    return Problem((*subject.places.node(node.id), "config", "rules"), message, at_key=True)


def _shadowed(subject: Subject, node: Node, branches: Sequence[Json], effort: Effort) -> Iterator[Problem]:
    path: Path = (*subject.places.node(node.id), "config", "branches")
    before: list[Json] = []
    for index, branch in enumerate(branches):
        rules = branch["rules"]
        if before and implies(rules, {"any": before}, effort) and satisfiable(rules, effort) is not False:
            wider = next((i for i, other in enumerate(before) if implies(rules, other, effort)), None)
            other = None if wider is None else branches[wider]["label"]
            message = fitted(partial(_message, subject.places.name(node.id), branch["label"], other))
            related = () if wider is None else ((*path, wider, "label"),)
            yield Problem((*path, index, "label"), message, related=related)
        before.append(rules)


def _message(node: str, label: str, other: str | None, limit: int) -> str:
    above = "the branches above take" if other is None else f"`{short(other, limit)}` above takes"
    name = f"`{short(label, limit)}` of `{short(node, limit)}`"
    return f"{name} can never be taken: {above} all of them; move it up or correct one"
