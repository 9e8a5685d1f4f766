"""Ways lead round in a circle on which nobody ever waits.

Nodes that take no time are passed in one go, and after 100 of them the enrollment is stopped (`step_limit`). Time is
taken by a WAIT, a WAIT_FOR_EVENT and a CONTENT that does not advance `immediate`. A WAIT `until` an instant holds
people once; whoever comes round again finds the instant past, so it does not count. Nor does a WAIT_FOR_EVENT with
`since: enrollment` on its way for the event: whoever comes round again has had the event. Its `timeout` does.

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
from jcli.graph import JourneyGraph, shortest_cycle, takes_time
from jcli.model import Node, NodeType

_BREAKS = frozenset({NodeType.TRIGGER, NodeType.EXIT})


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    if not graph.circling:
        return
    at_once = [
        node.id
        for node in subject.journey.nodes
        if node.id in graph.circling and node.type not in _BREAKS and (not takes_time(node) or _has_heard(node))
    ]
    suspects = graph.left_round(at_once)
    if not suspects:
        return
    targets = {node_id: _targets(graph, node_id, suspects) for node_id in suspects}
    for knot in graph.knots(targets):
        cycle = shortest_cycle(knot[0], targets)
        yield subject.on_cycle(cycle, _message(subject, cycle))


def _has_heard(node: Node) -> bool:
    """Whether the node lets whoever comes again go on at once, since the event has come already."""
    return node.type is NodeType.WAIT_FOR_EVENT and node.config.get("since") == "enrollment"


def _targets(graph: JourneyGraph, node_id: str, among: set[str]) -> list[str]:
    """Where the ways lead that take no time, to some of these nodes."""
    ways = [edge for edge in graph.ways_out(node_id) if edge.target in among]
    if _has_heard(graph.node(node_id)):
        ways = [edge for edge in ways if graph.meaning(edge) != "timeout"]
    return [edge.target for edge in ways]


def _message(subject: Subject, cycle: list[str]) -> str:
    if any(_has_heard(subject.graph.node(node_id)) for node_id in cycle):
        way = subject.way(cycle, 40)
        return f"who had the event never waits again on the way `{way}`; put a WAIT into it, or take `since` out"
    return f"nobody ever waits on the way `{subject.way(cycle)}`; put a WAIT into it"
