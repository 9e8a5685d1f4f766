"""Two ways out of a node are not told apart by their labels, so which one people take would be chance.

Labels are compared without regard to case, and some words read the same: `yes` and `true`, `success` and `met`. A
TRIGGER and a WAIT have one way out, whatever its label. The plain way of a WAIT_FOR_EVENT is that of the event. On a
CONTENT a plain way beside labelled ones is no fault: it takes every outcome that has no way of its own. On a
CONDITION with `rules`, `default` reads like `false`.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: admin}
      admin:
        type: CONDITION
        config: {rules: {trait: role, equals: admin}}
        next: {yes: pause, true: done, no: done}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: admin}
      admin:
        type: CONDITION
        config: {rules: {trait: role, equals: admin}}
        next: {yes: pause, no: done}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Path, Problem
from jcli.model import Edge, Node, NodeType

_ONE_WAY = frozenset({NodeType.TRIGGER, NodeType.WAIT})
_READ_LIKE_OTHERS = frozenset({None, "default"})


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.journey.nodes:
        ways = subject.graph.ways_out(node.id)
        if len(ways) < 2 or node.type is NodeType.EXIT:
            continue
        answers = subject.graph.answers(node.id)
        if len(answers) == len(ways) and answers.isdisjoint(_READ_LIKE_OTHERS) and node.type not in _ONE_WAY:
            continue
        first: dict[str | None, Path] = {}
        for edge in ways:
            path, at_key = subject.label_place(edge)
            told = first.setdefault(_tells(subject, node, edge), path)
            if told != path:
                yield Problem(path, _message(subject, node, edge), related=(told,), at_key=at_key)


def _tells(subject: Subject, node: Node, edge: Edge) -> str | None:
    """What tells this way from the others: nothing where the node has one way, else its label."""
    if node.type in _ONE_WAY:
        return None
    label = subject.graph.meaning(edge)
    if node.type is NodeType.WAIT_FOR_EVENT:
        return label or "event"
    if node.type is NodeType.CONDITION and not node.config.get("branches") and label == "default":
        return "false"
    return label


def _message(subject: Subject, node: Node, edge: Edge) -> str:
    name = subject.name(node.id)
    if node.type in _ONE_WAY:
        return f"a {node.type} has one way out, but `{name}` has another besides this; keep one"
    if not edge.label:
        return f"`{name}` has another way out that reads like this plain one; give each its own label"
    return f"`{name}` has another way out that reads like `{short(edge.label, 30)}`; give each its own label"
