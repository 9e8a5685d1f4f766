"""People are given the same content twice at once.

A CONTENT that does not wait for the end (`advanceOn: immediate` or `shown`) leads straight to another with the same
`contentId`: the second delivery is made while the first is still open, and both are shown. Reported where nothing
stands between the two that waits or decides; mostly one of them was copied and its `contentId` forgotten.

Bad::

    journey: tips
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tip}
      tip: {type: CONTENT, contentId: tip-one, config: {contentType: email, advanceOn: immediate}, next: next-tip}
      next-tip: {type: CONTENT, contentId: tip-one, config: {contentType: email, advanceOn: immediate}, next: done}
      done: {type: EXIT}

Good::

    journey: tips
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tip}
      tip: {type: CONTENT, contentId: tip-one, config: {contentType: email, advanceOn: immediate}, next: next-tip}
      next-tip: {type: CONTENT, contentId: tip-two, config: {contentType: email, advanceOn: immediate}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.graph import JourneyGraph
from jcli.model import Node, NodeType

_GOES_ON = frozenset({"immediate", "shown"})
_AT_ONCE = 100
"""People are stopped after so many nodes in one go."""


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    contents = graph.of_type(NodeType.CONTENT)
    twice = len(contents) - len({node.content_id for node in contents})
    if not twice:
        return
    for node in contents:
        if node.content_id is not None and node.config.get("advanceOn") in _GOES_ON:
            again = _again(graph, node)
            if again is not None:
                message = (
                    f"`{subject.name(again, 24)}` gives people `{short(node.content_id, 24)}` "
                    f"while that of `{subject.name(node.id, 20)}` is still open; put a wait between"
                )
                path = (*subject.places.node(again), "contentId")
                yield Problem(path, message, related=(subject.places.node(node.id),))


def _again(graph: JourneyGraph, first: Node) -> str | None:
    """The next node that gives the same content at once, by plain ways from CONTENT to CONTENT."""
    node = first
    for _ in range(_AT_ONCE):
        plain = [edge.target for edge in graph.ways_out(node.id) if graph.meaning(edge) is None]
        if len(plain) != 1 or plain[0] == first.id:
            return None
        node = graph.node(plain[0])
        if node.type is NodeType.CONTENT and node.content_id == first.content_id:
            return node.id
        if node.type is not NodeType.CONTENT or node.config.get("advanceOn") != "immediate":
            return None
    return None
