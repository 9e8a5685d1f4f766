"""A journey has no TRIGGER, so nobody can enter it.

People enter a journey at a TRIGGER only; one that people are entered into by hand has a TRIGGER of the type `MANUAL`.
While there is none, `unreachable-node` says nothing: every node would be one.

Bad::

    journey: welcome
    site: main
    nodes:
      tour: {type: CONTENT, contentId: first-tour, config: {contentType: flow}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour: {type: CONTENT, contentId: first-tour, config: {contentType: flow}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    if not subject.graph.of_type(NodeType.TRIGGER):
        message = "no node is a `TRIGGER`, so nobody can enter this journey; add one that leads to its first step"
        yield Problem(("nodes",), message, at_key=True)
