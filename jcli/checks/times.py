"""How long it takes at least to get to a node, for the checks that hold it against the goal's deadline.

A WAIT takes its `duration`, a way by `timeout` the timeout. Everything else may come at once and counts as nothing:
events, outcomes of content, a time of day, an instant. So the answer is never too long, and who is said to come late
does.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush

from jcli.checks.subject import Subject
from jcli.durations import parse_duration
from jcli.graph import JourneyGraph
from jcli.model import Edge, Node, NodeType

DAY = 86_400_000
_UNITS = (("d", DAY), ("h", 3_600_000), ("m", 60_000), ("s", 1000))
_TIMED = (NodeType.WAIT, NodeType.WAIT_FOR_EVENT, NodeType.CONTENT)


def deadline(subject: Subject) -> int | None:
    """The goal's deadline in milliseconds, where somebody could come too late for it: all times of the journey
    together are longer, which is quicker to know than the shortest way. Else None."""
    value = (subject.journey.goal_config or {}).get("deadline")
    if value is None:
        return None
    limit, together = int(value) * DAY, 0
    for node_type in _TIMED:
        for node in subject.graph.of_type(node_type):
            together += _length(node)
    return limit if together > limit else None


def soonest(graph: JourneyGraph) -> Mapping[str, int]:
    """Node id -> the least time in milliseconds from any TRIGGER to it, over all ways that somebody can take; nodes
    that no way leads to are left out."""
    # Dijkstra's algorithm. That of networkx would do, but loading it takes longer than judging a thousand journeys,
    # and a few in a hundred get here.
    times: dict[str, int] = {}
    waiting = [(0, node.id) for node in graph.of_type(NodeType.TRIGGER)]
    while waiting:
        time, node_id = heappop(waiting)
        if node_id in times:
            continue
        times[node_id] = time
        for edge in graph.open_ways(node_id):
            if edge.target not in times:
                heappush(waiting, (time + _time(graph, edge), edge.target))
    return times


def days(milliseconds: int) -> str:
    """Whole days in words, as a deadline counts them."""
    count = milliseconds // DAY
    return f"{count} day{'s' * (count != 1)}"


def spoken(milliseconds: int) -> str:
    """A length of time as a duration is written, in its two largest units: `9d12h`."""
    parts = []
    for unit, size in _UNITS:
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts[:2])


def _time(graph: JourneyGraph, edge: Edge) -> int:
    node = graph.node(edge.source)
    if node.type is NodeType.WAIT or graph.meaning(edge) == "timeout":
        return _length(node)
    return 0


def _length(node: Node) -> int:
    """The longest that the node is known to hold somebody who is to go on."""
    value = node.config.get("duration" if node.type is NodeType.WAIT else "timeout")
    if value is None or node.config.get("advanceOn") == "immediate":
        return 0
    return parse_duration(value)
