"""Ways lead round in a circle on which nobody ever waits.

Nodes that take no time are passed in one go, and after 100 of them the enrollment is stopped (`step_limit`). Time is
taken by a WAIT, a WAIT_FOR_EVENT and a CONTENT that does not advance `immediate`. A WAIT `until` an instant holds
people once; whoever comes round again finds the instant past, so it does not count.

Bad::

    journey: upgrade
    site: main
    goalConfig: {type: event, config: {eventName: upgraded}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: trying}}
      trying: {type: CONDITION, config: {rules: {trait: plan, equals: trial}}, next: {true: upgraded, false: done}}
      done: {type: EXIT}

Good::

    journey: upgrade
    site: main
    goalConfig: {type: event, config: {eventName: upgraded}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: trying}}
      trying: {type: CONDITION, config: {rules: {trait: plan, equals: trial}}, next: {true: pause, false: done}}
      pause: {type: WAIT, config: {duration: 1d}, next: upgraded}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.graph import takes_time
from jcli.model import NodeType

_BREAKS = frozenset({NodeType.TRIGGER, NodeType.EXIT})
_SHOWN = 6


def check(subject: Subject) -> Iterator[Problem]:
    at_once = [node.id for node in subject.journey.nodes if node.type not in _BREAKS and not takes_time(node)]
    suspects = _on_a_cycle(subject, at_once)
    if not suspects:
        return
    rank = {node_id: index for index, node_id in enumerate(at_once)}
    knots = [sorted(knot, key=rank.__getitem__) for knot in subject.graph.knots(suspects)]
    for knot in sorted(knots, key=lambda knot: rank[knot[0]]):
        yield _problem(subject, _shortest(subject, knot))


def _on_a_cycle(subject: Subject, node_ids: list[str]) -> set[str]:
    """What is left of the nodes when those that nothing left leads to are taken away one by one: empty when no cycle
    is among them, which is nearly always and saves the search for one."""
    left = set(node_ids)
    leading = {i: sum(edge.source in left for edge in subject.graph.ways_in(i)) for i in node_ids}
    waiting = [node_id for node_id, count in leading.items() if count == 0]
    while waiting:
        node_id = waiting.pop()
        left.discard(node_id)
        for edge in subject.graph.ways_out(node_id):
            if edge.target in left:
                leading[edge.target] -= 1
                if leading[edge.target] == 0:
                    waiting.append(edge.target)
    return left


def _shortest(subject: Subject, knot: list[str]) -> list[str]:
    """The shortest cycle through the first node of a knot, by ids, from that node on."""
    start, members = knot[0], set(knot)
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node_id = waiting.popleft()
        for edge in subject.graph.ways_out(node_id):
            if edge.target == start:
                cycle = [node_id]
                while cycle[-1] != start:
                    cycle.append(came_from[cycle[-1]])
                return cycle[::-1]
            if edge.target in members and edge.target not in came_from:
                came_from[edge.target] = node_id
                waiting.append(edge.target)
    raise AssertionError("a knot holds a cycle through each of its nodes")


def _problem(subject: Subject, cycle: list[str]) -> Problem:
    names = [subject.places.name(node_id) for node_id in cycle]
    shown = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], "..."]
    way = short(" -> ".join([*shown, names[0]]), 80)
    related = tuple(subject.places.node(node_id) for node_id in cycle[1:])
    message = f"nobody ever waits on the way {way}; put a WAIT into it"
    return Problem(subject.places.node(cycle[0]), message, related=related, at_key=True)
