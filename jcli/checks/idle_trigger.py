"""Nobody ever enters at a TRIGGER, because another one before it takes everybody.

People enter a journey at the first of its triggers that fires. Two that ask for the same (the same `triggerType` and
`triggerConfig`) fire together, so the second is never used, and neither is what only it leads to. By hand and by
audience people enter at the first MANUAL trigger. To begin in several places at once is not possible; to begin in
different places for different people, put a CONDITION after the trigger.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      other: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      other:
        type: TRIGGER
        config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signup_completed}}
        next: done
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    triggers = subject.graph.of_type(NodeType.TRIGGER)
    if len(triggers) < 2:
        return
    before: dict[str, Node] = {}
    for node in triggers:
        first = before.setdefault(_asks(node), node)
        if first is not node:
            message = (
                f"nobody enters at `{subject.name(node.id, 30)}`: the TRIGGER `{subject.name(first.id, 30)}` "
                "asks for the same and stands first; keep one"
            )
            yield Problem(subject.places.node(node.id), message, related=(subject.places.node(first.id),), at_key=True)


def _asks(trigger: Node) -> str:
    """What the trigger asks for, as a text that is the same for the same; of a MANUAL one there is nothing to ask."""
    kind = trigger.config.get("triggerType")
    return "MANUAL" if kind == "MANUAL" else json.dumps([kind, trigger.config.get("triggerConfig")], sort_keys=True)
