"""A way leads to a TRIGGER.

A TRIGGER is where people enter; somebody who is already in the journey cannot pass through it. To begin again, lead
the way to the node after the TRIGGER; to let people enter again, see `settings.reentry`.

Bad::

    journey: nudge
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tip}
      tip: {type: CONTENT, contentId: tip, config: {contentType: tooltip}, next: {completed: done, dismissed: pause}}
      pause: {type: WAIT, config: {duration: 2d}, next: start}
      done: {type: EXIT}

Good::

    journey: nudge
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tip}
      tip: {type: CONTENT, contentId: tip, config: {contentType: tooltip}, next: {completed: done, dismissed: pause}}
      pause: {type: WAIT, config: {duration: 2d}, next: tip}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    for edge in subject.journey.edges:
        if subject.graph.node(edge.target).type is NodeType.TRIGGER:
            source, target = subject.name(edge.source, 24), subject.name(edge.target, 24)
            message = f"`{source}` leads to the TRIGGER `{target}`, where people only enter; lead it to a step after it"
            yield Problem(subject.target_place(edge), message)
