"""A GOAL_CHECK asks what is known already: everybody who comes to it gets the same answer.

Three ways to get there. `exitOnGoal` ends people the moment they meet the goal, so none of them ever comes to a
GOAL_CHECK: the answer is `not_met`. Nobody waits between a TRIGGER and the GOAL_CHECK: the goal is watched from the
entering on, the event that lets somebody in is used up by that, and so nothing can have met it; only a goal over traits
may be met by entering. Or all ways to it come through `met` of another GOAL_CHECK, and a goal that was met stays met.

Bad::

    journey: upgrade
    site: main
    goalConfig: {type: event, config: {eventName: upgraded}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: offer}}
      offer: {type: CONTENT, contentId: offer, config: {contentType: email, advanceOn: immediate}, next: done}
      done: {type: EXIT}

Good::

    journey: upgrade
    site: main
    goalConfig: {type: event, config: {eventName: upgraded}}
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 3d}, next: upgraded}
      upgraded: {type: GOAL_CHECK, next: {met: done, not_met: offer}}
      offer: {type: CONTENT, contentId: offer, config: {contentType: email, advanceOn: immediate}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jcli.checks.subject import Subject, without_goal
from jcli.findings import Problem
from jcli.graph import JourneyGraph, takes_time
from jcli.model import Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    graph, goal = subject.graph, subject.journey.goal_config
    asked = graph.of_type(NodeType.GOAL_CHECK)
    if not asked or not goal:
        return
    exits = subject.journey.settings.get("exitOnGoal") is True
    by_entering = goal["type"] == "attribute_match"
    # One alone has nobody before it who could have said `met`.
    unmet = without_goal(graph) if len(asked) > 1 else graph.entered
    waited = cache(lambda: _waited(graph))
    for node in asked:
        if node.id not in graph.entered:
            continue
        name = subject.name(node.id, 30)
        if exits:
            message = f"`exitOnGoal` ends people before `{name}` could say `met`; remove the check, or `exitOnGoal`"
        elif not by_entering and not _just_waited(graph, node) and node.id not in waited():
            message = f"nobody has waited before `{name}`, so the goal cannot be met there; put a wait before it"
        elif node.id not in unmet:
            message = f"only those who met the goal come to `{name}`, so it always says `met`; remove it"
        else:
            continue
        yield Problem(subject.places.node(node.id), message, at_key=True)


def _just_waited(graph: JourneyGraph, node: Node) -> bool:
    """Whether people wait at a node that leads straight to this one: mostly so, and quick to know."""
    return any(_holds(graph.node(edge.source)) and edge.source in graph.entered for edge in graph.ways_in(node.id))


def _waited(graph: JourneyGraph) -> set[str]:
    """The ids of the nodes that people come to who may have waited somewhere."""
    return graph.reachable([node.id for node in graph.journey.nodes if node.id in graph.entered and _holds(node)])


def _holds(node: Node) -> bool:
    """Whether people may stand there for a while, in which the goal can be met."""
    return node.type is NodeType.WAIT or takes_time(node)
