"""A path ends at a node that is no EXIT.

That is allowed and counts as completed (`path_end`), but is often a way that was forgotten. Reported are a node
without any way out, and an outcome without one: `completed` or `dismissed` of a CONTENT with labelled ways and no
plain one, the event of a WAIT_FOR_EVENT, `true` of a CONDITION, `met` of a GOAL_CHECK. A timeout without a way is
not: it ends people as `timed_out`. What `missing-way` demands is left to it.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour:
        type: CONTENT
        contentId: first-tour
        config: {contentType: flow}
        next: {completed: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour:
        type: CONTENT
        contentId: first-tour
        config: {contentType: flow}
        next: {completed: done, dismissed: skipped}
      done: {type: EXIT}
      skipped: {type: EXIT, config: {outcome: skipped}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.graph import outcomes
from jcli.model import Node, NodeType

_ANSWERED_BY_MISSING_WAY = frozenset({NodeType.CONDITION, NodeType.GOAL_CHECK})


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.journey.nodes:
        if node.type is NodeType.EXIT or None in subject.graph.answers(node.id):
            continue  # a plain way takes whatever has none of its own
        message = _message(subject, node)
        if message is not None:
            yield Problem(subject.places.node(node.id), message, at_key=True)


def _message(subject: Subject, node: Node) -> str | None:
    if not subject.graph.ways_out(node.id):
        if node.type in _ANSWERED_BY_MISSING_WAY or node.config.get("weights"):
            return None
        name = subject.name(node.id, 30)
        return f"the journey ends at `{name}` without an EXIT and counts as completed; lead it to an EXIT"
    unled = _unled(subject, node)
    if not unled:
        return None
    return f"`{subject.name(node.id, 30)}` has no way out for {unled}, so the journey ends there; lead it to an EXIT"


def _unled(subject: Subject, node: Node) -> str:
    """The outcomes after which the path ends, in words, of those that neither `missing-way` demands nor the engine
    ends by itself (a timeout); empty when there is none."""
    present = subject.graph.answers(node.id)
    match node.type:
        case NodeType.CONTENT if node.config.get("advanceOn") == "shown":
            return "those whom it was shown to (a plain one)"
        case NodeType.CONTENT | NodeType.WAIT_FOR_EVENT:
            possible = [label for label in outcomes(node) or () if label != "timeout"]
        case NodeType.CONDITION if not node.config.get("branches"):
            possible = ["true"]
        case NodeType.GOAL_CHECK:
            possible = ["met"]
        case _:
            return ""
    return " or ".join(f"`{label}`" for label in possible if label not in present)
