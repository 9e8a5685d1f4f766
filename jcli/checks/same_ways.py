"""A question is asked, and all of its answers lead to the same node.

So the CONDITION or GOAL_CHECK decides nothing: mostly a way was left as it was first drawn, or what stood on one of
them was removed. Reported when every answer has a way and all lead to one node. A SPLIT is left alone, since its labels
are kept and compared in the statistics, and so are outcomes of waits: an event and its timeout may well go on alike.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: admin}
      admin: {type: CONDITION, config: {rules: {trait: role, equals: admin}}, next: {true: done, false: done}}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: admin}
      admin: {type: CONDITION, config: {rules: {trait: role, equals: admin}}, next: {true: pause, false: done}}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.graph.of_type(NodeType.CONDITION, NodeType.GOAL_CHECK):
        ways = subject.graph.ways_out(node.id)
        if len(ways) < 2 or any(way.target != ways[0].target for way in ways) or not _all_answered(subject, node):
            continue
        name, target = subject.name(node.id, 30), subject.name(ways[0].target, 24)
        message = f"every answer of `{name}` leads to `{target}`, so it decides nothing; lead one elsewhere"
        yield Problem(subject.places.node(node.id), message, at_key=True)


def _all_answered(subject: Subject, node: Node) -> bool:
    """Whether no answer is without a way, where the journey would end instead."""
    labels = subject.graph.answers(node.id)
    if None in labels:
        return False  # `unknown-way` speaks of it
    if node.type is NodeType.CONDITION and not node.config.get("branches"):
        return "true" in labels and not labels.isdisjoint(("false", "default"))
    return labels.issuperset(subject.graph.labels_of(node) or ())
