"""The holdout of a SPLIT can come to a CONTENT.

`holdout` marks the branch of those who are to see nothing, so that the others have something to be compared with.
Once they are shown what the others are shown, the comparison tells nothing. Every way on from the branch counts; a way
back to the same SPLIT does not open its other branches, since a person keeps the label. The nearest CONTENT is
named, and the first fifty holdouts of a journey are judged.

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

from collections import deque
from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.graph import JourneyGraph
from jcli.model import Node, NodeType

_MOST = 50
"""Holdouts judged in one journey: each is a walk through it, and journeys come from outside."""


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    splits = [node for node in graph.of_type(NodeType.SPLIT) if node.config.get("holdout") is not None]
    if not splits or not graph.of_type(NodeType.CONTENT):
        return
    for node in splits[:_MOST]:
        holdout = node.config["holdout"]
        seen = _nearest_content(graph, node, holdout)
        if seen is not None:
            message = (
                f"the holdout `{short(holdout, 24)}` of `{subject.name(node.id, 24)}` can come to the CONTENT "
                f"`{subject.name(seen, 24)}`; lead it past"
            )
            path = (*subject.places.node(node.id), "config", "holdout")
            yield Problem(path, message, related=(subject.places.node(seen),))


def _nearest_content(graph: JourneyGraph, split: Node, holdout: str) -> str | None:
    """The first CONTENT that somebody of the holdout can come to; whoever is back at the SPLIT has been there."""
    ways = [edge for edge in graph.open_ways(split.id) if graph.meaning(edge) == holdout.casefold()]
    seen = {split.id}
    waiting = deque(edge.target for edge in ways)
    while waiting:
        node_id = waiting.popleft()
        if node_id in seen:
            continue
        if graph.node(node_id).type is NodeType.CONTENT:
            return node_id
        seen.add(node_id)
        waiting.extend(edge.target for edge in graph.open_ways(node_id))
    return None
