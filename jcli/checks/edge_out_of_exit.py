"""A way leads out of an EXIT.

An EXIT ends the enrollment, so nobody takes a way out of it. If the journey should go on there, the node is not an
EXIT.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: finished}
      finished: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: finished}
      finished: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.graph.of_type(NodeType.EXIT):
        for edge in subject.graph.ways_out(node.id):
            source, target = subject.name(edge.source, 24), subject.name(edge.target, 24)
            message = f"the EXIT `{source}` ends the journey, so its way to `{target}` is never taken; remove it"
            yield Problem(subject.target_place(edge), message)
