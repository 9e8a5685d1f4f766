"""People get onto a way round from which no end can be reached, and stay for ever.

An end is an EXIT, a path or an outcome without a way on, and a timeout without a way (`timed_out`). Two things end
people wherever they stand, and count too: `exitOnGoal`, though it ends only those who meet the goal, and the goal's
`deadline`, though it ends only those who do not. So with a deadline and without `exitOnGoal`, whoever has met the
goal must find an end by the ways alone, and a GOAL_CHECK leads them by `met` only. A SPLIT gives a person the same
label each time: one way off the circle among its ways does not help those who got another. A CONDITION, an event and
what people do with content may be different next time. Named is the shortest way round. On a way round that takes no
time people are stopped after 100 nodes; that is `cycle-without-wait`.

Bad::

    journey: weekly-tips
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tip}
      tip: {type: CONTENT, contentId: tip, config: {contentType: email, advanceOn: immediate}, next: a-week}
      a-week: {type: WAIT, config: {duration: 1w}, next: tip}

Good::

    journey: weekly-tips
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tip}
      tip: {type: CONTENT, contentId: tip, config: {contentType: email, advanceOn: immediate}, next: a-week}
      a-week: {type: WAIT, config: {duration: 1w}, next: wants-more}
      wants-more: {type: CONDITION, config: {rules: {trait: tips, equals: true}}, next: {true: tip, false: done}}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.graph import JourneyGraph, outcomes, shortest_cycle, takes_time
from jcli.model import Edge, Node, NodeType

_ONE_WAY = frozenset({NodeType.TRIGGER, NodeType.WAIT, NodeType.SPLIT})


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    if not graph.circling:
        return
    goal = subject.journey.goal_config
    if goal and subject.journey.settings.get("exitOnGoal") is True:
        return
    ways = {node.id: _ways(graph, node, met=bool(goal)) for node in subject.journey.nodes}
    staying = ways.keys() - _ending(graph, ways, met=bool(goal))
    if not staying:
        return
    reached = graph.reachable((node.id for node in graph.of_type(NodeType.TRIGGER)), graph.open_ways)
    targets = {i: [edge.target for edge in ways[i] if edge.target in staying] for i in staying & reached}
    for knot in graph.knots(targets):
        members = frozenset(knot)
        nodes = [graph.node(node_id) for node_id in knot]
        if any(node.type is NodeType.TRIGGER for node in nodes):
            continue  # that way must go in any case: `edge-into-trigger`
        closed = all(node.type is NodeType.SPLIT or members.issuperset(targets[node.id]) for node in nodes)
        if closed and any(map(takes_time, nodes)):
            inside = {i: [target for target in targets[i] if target in members] for i in knot}
            cycle = shortest_cycle(knot[0], inside)
            yield subject.on_cycle(cycle, _message(subject, members, subject.way(cycle, 46)))


def _ways(graph: JourneyGraph, node: Node, *, met: bool) -> list[Edge]:
    """The ways that somebody can take there; when the goal is `met`, also from a GOAL_CHECK."""
    ways = graph.open_ways(node.id)
    if not met or node.type is not NodeType.GOAL_CHECK:
        return ways
    return [edge for edge in ways if graph.meaning(edge) == "met"] or [
        edge for edge in ways if graph.meaning(edge) is None
    ]


def _ending(graph: JourneyGraph, ways: Mapping[str, list[Edge]], *, met: bool) -> set[str]:
    """The nodes from which everybody can come to an end: where people may end, what leads there, and of SPLITs those
    of which every way does."""
    ending = {node.id for node in graph.journey.nodes if _may_end(graph, node, ways[node.id], met=met)}
    leading: dict[str, list[str]] = {}
    for source, edges in ways.items():
        for edge in edges:
            leading.setdefault(edge.target, []).append(source)
    open_ways = {node.id: len(ways[node.id]) for node in graph.of_type(NodeType.SPLIT)}
    waiting = deque(ending)
    while waiting:
        for source in leading.get(waiting.popleft(), ()):
            if source in open_ways:
                open_ways[source] -= 1
            if source not in ending and not open_ways.get(source):
                ending.add(source)
                waiting.append(source)
    return ending


def _may_end(graph: JourneyGraph, node: Node, ways: list[Edge], *, met: bool) -> bool:
    """Whether people may end there: at an EXIT, without any way, or by an outcome that has none."""
    if node.type is NodeType.EXIT or not ways:
        return True
    if node.type in _ONE_WAY:
        return False
    labels = {graph.meaning(edge) for edge in ways}
    known = outcomes(node) or ()
    if node.type is NodeType.WAIT_FOR_EVENT and "timeout" in known and "timeout" not in labels:
        return True
    if None in labels or (len(ways) == 1 and labels.isdisjoint(known)):
        return False  # a plain way takes every other outcome
    match node.type:
        case NodeType.CONTENT if node.config.get("advanceOn") in ("shown", "immediate"):
            return True  # its own way out is the plain one
        case NodeType.CONDITION if not node.config.get("branches"):
            return "true" not in labels or labels.isdisjoint(("false", "default"))
        case NodeType.GOAL_CHECK if met:
            return False
        case _:
            return not labels.issuperset(known)


def _message(subject: Subject, knot: frozenset[str], way: str) -> str:
    graph, goal = subject.graph, subject.journey.goal_config
    off = [node_id for node_id in knot if any(edge.target not in knot for edge in graph.open_ways(node_id))]
    if any(graph.node(node_id).type is NodeType.SPLIT for node_id in off):
        return f"a SPLIT gives a person one label for good, so some never get off the way `{way}`; add a way off it"
    if off or (goal and goal.get("deadline")):
        return f"whoever has met the goal never gets off the way `{way}`; lead a way out of it, or set `exitOnGoal`"
    return f"nobody ever gets off the way `{way}`; lead a way out of it to an EXIT"
