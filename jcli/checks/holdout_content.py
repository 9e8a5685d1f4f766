"""The holdout of a SPLIT can come to a CONTENT.

`holdout` marks the branch of those who are to see nothing, so that the others have something to be compared with.
Once they are shown what the others are shown, the comparison tells nothing. Every way on from the branch counts; a way
back to the same SPLIT does not open its other branches, since a person keeps the label.

Bad::

    journey: tips
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: arm}
      arm: {type: SPLIT, config: {weights: {tip: 90, none: 10}, holdout: none}, next: {tip: tip, none: tip}}
      tip: {type: CONTENT, contentId: tip, config: {contentType: tooltip}, next: done}
      done: {type: EXIT}

Good::

    journey: tips
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: arm}
      arm: {type: SPLIT, config: {weights: {tip: 90, none: 10}, holdout: none}, next: {tip: tip, none: done}}
      tip: {type: CONTENT, contentId: tip, config: {contentType: tooltip}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.graph import JourneyGraph
from jcli.model import Edge, Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    for node in graph.of_type(NodeType.SPLIT):
        holdout = node.config.get("holdout")
        if holdout is None:
            continue
        seen = _contents_of(graph, node, holdout)
        if seen:
            message = (
                f"the holdout `{short(holdout, 24)}` of `{subject.name(node.id, 24)}` can come to the CONTENT "
                f"`{subject.name(seen[0], 24)}`; lead it past"
            )
            path = (*subject.places.node(node.id), "config", "holdout")
            yield Problem(path, message, related=tuple(map(subject.places.node, seen)))


def _contents_of(graph: JourneyGraph, split: Node, holdout: str) -> list[str]:
    """The CONTENT nodes that somebody of the holdout can come to, in the order of the journey."""

    def ways(node_id: str) -> list[Edge]:
        found = graph.open_ways(node_id)
        return found if node_id != split.id else [edge for edge in found if graph.meaning(edge) == holdout.casefold()]

    reached = graph.reachable((split.id,), ways)
    return [node.id for node in graph.of_type(NodeType.CONTENT) if node.id in reached]
