"""No way from any TRIGGER leads to a node, so nobody ever comes to it.

Mostly a way was forgotten, or was led elsewhere and the rest of the old path stayed. Ways count as they are drawn,
even those that another check finds fault with.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem


def check(subject: Subject) -> Iterator[Problem]:
    reached = subject.graph.entered
    if not reached or len(reached) == len(subject.journey.nodes):
        return
    for node in subject.journey.nodes:
        if node.id not in reached:
            message = f"no way from a TRIGGER leads to `{subject.name(node.id)}`; lead one to it, or remove it"
            yield Problem(subject.places.node(node.id), message, at_key=True)
