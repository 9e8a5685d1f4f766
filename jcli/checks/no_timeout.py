"""A wait may last for ever.

A WAIT_FOR_EVENT without `timeout` keeps whoever never does it. A CONTENT without `timeout` keeps whoever never finishes
it (`advanceOn: shown`: never sees it), so all content that comes after it is lost on them. A CONTENT that no other
comes after may wait as long as it likes: the person finds it whenever they are back, and misses nothing. With
`reentry: after_exit` it is reported too, since somebody who never gets out can never enter again.

A goal with a `deadline` ends those who do not meet it, and is enough; but not for a wait that people come to by `met`
of a GOAL_CHECK alone, since the deadline does not count for them any more. `exitOnGoal` alone is not enough: it ends
only those who meet the goal.

Bad::

    journey: team
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: invited}
      invited: {type: WAIT_FOR_EVENT, config: {eventName: teammate_invited}, next: done}
      done: {type: EXIT}

Good::

    journey: team
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: invited}
      invited:
        type: WAIT_FOR_EVENT
        config: {eventName: teammate_invited, timeout: 2w}
        next: {event: done, timeout: alone}
      done: {type: EXIT}
      alone: {type: EXIT, config: {outcome: alone}}
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from jcli.checks.subject import Subject, short, without_goal
from jcli.findings import Problem
from jcli.graph import JourneyGraph, takes_time
from jcli.model import Node, NodeType


def check(subject: Subject) -> Iterator[Problem]:
    graph = subject.graph
    endless = [
        node
        for node in graph.of_type(NodeType.WAIT_FOR_EVENT, NodeType.CONTENT)
        if node.config.get("timeout") is None and takes_time(node) and not _meant(graph, node)
    ]
    bounded = (subject.journey.goal_config or {}).get("deadline") is not None
    if not endless or (bounded and subject.journey.settings.get("exitOnGoal") is True):
        return
    reached = graph.entered - without_goal(graph) if bounded else graph.entered
    barren: set[str] = set()
    for node in endless:
        message = _message(subject, node, bounded, barren) if node.id in reached else None
        if message is not None:
            yield Problem(subject.places.node(node.id), message, at_key=True)


def _meant(graph: JourneyGraph, node: Node) -> bool:
    """Whether a way for the timeout is drawn already: `unknown-way` says then what is missing."""
    return "timeout" in graph.answers(node.id)


def _message(subject: Subject, node: Node, bounded: bool, barren: set[str]) -> str | None:
    """None for a CONTENT whose wait costs nobody anything."""
    name = subject.name(node.id, 30)
    tail = ", or the goal a `deadline`" if subject.journey.goal_config and not bounded else ""
    if node.type is NodeType.WAIT_FOR_EVENT:
        event = short(str(node.config.get("eventName")), 24)
        return f"`{name}` may wait for ever for the event `{event}`; give it a `timeout`{tail}"
    lost = _lost(subject, node, barren)
    verb = "sees" if node.config.get("advanceOn") == "shown" else "finishes"
    return lost and f"whoever never {verb} `{name}` {lost}; give it a `timeout`{tail}"


def _lost(subject: Subject, node: Node, barren: set[str]) -> str | None:
    """What people who never go on from the CONTENT lose by it, in words."""
    after = _next_content(subject.graph, node, barren)
    if after is not None:
        return f"never gets to `{subject.name(after, 24)}`"
    return "can never enter again" if subject.journey.settings.get("reentry") == "after_exit" else None


def _next_content(graph: JourneyGraph, node: Node, barren: set[str]) -> str | None:
    """The id of the nearest CONTENT that comes after this one. `barren` are nodes known to have none after them, and
    grows: many may lead into the same long end."""
    seen = {node.id}
    waiting = deque(seen)
    comes_back = False
    while waiting:
        for edge in graph.ways_out(waiting.popleft()):
            comes_back = comes_back or edge.target == node.id
            if edge.target in seen or edge.target in barren:
                continue
            if graph.node(edge.target).type is NodeType.CONTENT:
                return edge.target
            seen.add(edge.target)
            waiting.append(edge.target)
    if not comes_back:
        barren |= seen - {node.id}
    return None
