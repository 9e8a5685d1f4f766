"""A node that decides has no way for one of its answers.

Must have a way: `false` (or `default`) of a CONDITION with `rules`, each branch and `default` of one with `branches`,
`not_met` of a GOAL_CHECK, each label of a SPLIT whose weight is not 0. To end people there on purpose, lead the way
to an EXIT. `true` and `met` without a way are a `dead-end`: a warning.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: admin}
      admin: {type: CONDITION, config: {rules: {trait: role, equals: admin}}, next: {true: done}}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: admin}
      admin: {type: CONDITION, config: {rules: {trait: role, equals: admin}}, next: {true: done, false: not-for-them}}
      done: {type: EXIT}
      not-for-them: {type: EXIT, config: {outcome: no-admin}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.graph import meaning
from jcli.model import Node, NodeType

_DECIDES = frozenset({NodeType.CONDITION, NodeType.GOAL_CHECK, NodeType.SPLIT})


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.journey.nodes:
        if node.type not in _DECIDES:
            continue
        present = subject.graph.answers(node.id)
        missing = [label for label, answers in _needed(node) if present.isdisjoint(answers)]
        if missing:
            named = ", ".join(f"`{short(label, 20)}`" for label in missing[:3]) + (", ..." if missing[3:] else "")
            what = "each" if missing[1:] else "it"
            message = f"the {node.type} `{subject.name(node.id, 24)}` has no way out for {named}; lead {what} to a node"
            yield Problem(subject.places.node(node.id), message, at_key=True)


def _needed(node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The labels that must have a way out, as the author writes them, each with the labels that answer for it."""
    config = node.config
    match node.type:
        case NodeType.CONDITION if config.get("branches"):
            for branch in config["branches"]:
                yield branch["label"], (meaning(node.type, branch["label"]) or "",)
            yield "default", ("default",)
        case NodeType.CONDITION:
            yield "false", ("false", "default")
        case NodeType.GOAL_CHECK:
            yield "not_met", ("not_met",)
        case NodeType.SPLIT:
            for label, weight in (config.get("weights") or {}).items():
                if weight:
                    yield label, (label.casefold(),)
        case _:
            return
