"""Ways lead round in a circle on which nobody ever waits.

Nodes that take no time are passed in one go, and after 100 of them the enrollment is stopped (`step_limit`). Time is
taken by a WAIT, a WAIT_FOR_EVENT and a CONTENT that does not advance `immediate`. A WAIT `until` an instant holds
people once; whoever comes round again finds the instant past, so it does not count.

Bad::

    journey: upgrade
    site: main
    goalConfig: {type: attribute_match, config: {trait: plan, equals: pro}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: trying}}
      trying: {type: CONDITION, config: {rules: {trait: plan, equals: trial}}, next: {true: upgraded, false: done}}
      done: {type: EXIT}

Good::

    journey: upgrade
    site: main
    goalConfig: {type: attribute_match, config: {trait: plan, equals: pro}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: trying}}
      trying: {type: CONDITION, config: {rules: {trait: plan, equals: trial}}, next: {true: pause, false: done}}
      pause: {type: WAIT, config: {duration: 1d}, next: upgraded}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.graph import shortest_cycle, takes_time
from jcli.model import NodeType

_BREAKS = frozenset({NodeType.TRIGGER, NodeType.EXIT})


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    if not graph.circling:
        return
    at_once = [
        node.id
        for node in subject.journey.nodes
        if node.id in graph.circling and node.type not in _BREAKS and not takes_time(node)
    ]
    suspects = graph.left_round(at_once)
    if not suspects:
        return
    targets = graph.targets(suspects)
    for knot in graph.knots(targets):
        cycle = shortest_cycle(knot[0], targets)
        message = f"nobody ever waits on the way `{subject.way(cycle)}`; put a WAIT into it"
        yield subject.on_cycle(cycle, message)
