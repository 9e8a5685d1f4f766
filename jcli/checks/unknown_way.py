"""A way out has a label that its node can never take, or a test expects one.

| node | labels |
| --- | --- |
| CONTENT | `completed`, `dismissed`; with a `timeout` in its config also that; none when it advances `immediate` |
| CONTENT that advances on `shown` | `timeout` when its config has one |
| WAIT_FOR_EVENT | `event`, and `timeout` when its config has one |
| CONDITION | `true`, `false`, `default`; with `branches` their labels and `default` |
| SPLIT | the labels of its `weights`; without weights any, each way having its own |
| GOAL_CHECK | `met`, `not_met` |

A label on the only way out of a TRIGGER or a WAIT is just a name. A way without a label out of a CONDITION, a SPLIT
or a GOAL_CHECK is reported too: they always answer with a label, and which one is meant must be said. So is one out of
a CONTENT each of whose outcomes has a way of its own: nothing is left for it to take. In a test the labels of `path`,
`passed`, `avoided` and `split` are asked, the last of a SPLIT alone.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour:
        type: CONTENT
        contentId: first-tour
        config: {contentType: flow}
        next: {completed: done, dismissed: done, clicked: done}
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
        next: {completed: done, dismissed: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.facts import Facts, NodeFacts, Together
from jcli.checks.named import Named, Sort
from jcli.checks.nearest import Suggestions, certain, did_you_mean
from jcli.checks.subject import Subject, short
from jcli.findings import FixKind, Problem
from jcli.graph import meaning, takes_time
from jcli.model import Edge, Node, NodeType

_DECIDES = frozenset({NodeType.CONDITION, NodeType.SPLIT, NodeType.GOAL_CHECK})
_PLAIN = frozenset({None})


def check(subject: Subject) -> Iterator[Problem]:
    suggestions = Suggestions()
    for node in subject.journey.nodes:
        answers = subject.graph.answers(node.id)
        if node.type is NodeType.EXIT or (answers <= _PLAIN and node.type not in _DECIDES):
            continue
        labels = subject.graph.labels_of(node)
        if labels is None or answers.issubset(labels):
            continue
        known = frozenset(labels)
        for edge in subject.graph.ways_out(node.id):
            label = subject.graph.meaning(edge)
            if label is None:
                if node.type in _DECIDES and labels:
                    yield _plain(subject, edge, labels)
                elif node.type is NodeType.CONTENT and _nothing_left(subject, node, known):
                    yield _left_over(subject, edge)
            elif label not in known:
                yield _unknown(subject, edge, labels, suggestions)


def _plain(subject: Subject, edge: Edge, labels: tuple[str, ...]) -> Problem:
    path, at_key = subject.label_place(edge)
    name, target = subject.name(edge.source, 20), subject.name(edge.target, 20)
    kind = subject.graph.node(edge.source).type
    message = f"the way from `{name}` to `{target}` has no label, and a {kind} goes by labels; {_one_of(labels[:2])}"
    return Problem(path, message, at_key=at_key)


def _nothing_left(subject: Subject, node: Node, known: frozenset[str]) -> bool:
    """Whether every outcome of a CONTENT has a way of its own; what goes on because it was shown has none."""
    if node.config.get("advanceOn", "finished") != "finished":
        return False
    return known <= {subject.graph.meaning(edge) for edge in subject.graph.ways_out(node.id)}


def _left_over(subject: Subject, edge: Edge) -> Problem:
    path, at_key = subject.label_place(edge)
    name, target = subject.name(edge.source, 20), subject.name(edge.target, 20)
    message = f"nobody takes the plain way from `{name}` to `{target}`: every outcome has its own; remove it"
    return Problem(path, message, at_key=at_key)


def _unknown(subject: Subject, edge: Edge, labels: tuple[str, ...], suggestions: Suggestions) -> Problem:
    path, at_key = subject.label_place(edge)
    node = subject.graph.node(edge.source)
    start = f"the {node.type} `{subject.name(node.id, 24)}` can never take `{short(edge.label or '', 24)}`"
    waits = node.type in (NodeType.CONTENT, NodeType.WAIT_FOR_EVENT) and takes_time(node)
    if waits and subject.graph.meaning(edge) == "timeout":
        return Problem(path, f"{start}: its config has no `timeout`; add one, as in `timeout: 5d`", at_key=at_key)
    meant = suggestions.nearest(edge.label or "", labels)
    tail = did_you_mean(meant and short(meant, 24)) or f"; {_one_of(labels)}"
    fix = certain(FixKind.KEY if at_key else FixKind.VALUE, edge.label or "", labels, meant)
    return Problem(path, start + tail, meant, at_key=at_key, fix=fix)


def check_tests(together: Together) -> Iterator[tuple[Facts, Problem]]:
    """Labels that tests expect or force, at nodes that there are."""
    suggestions = Suggestions()
    for fact in together.trials:
        for item in fact.named:
            journey = together.journeys.get(item.journey) if item.label is not None else None
            node = next((node for node in journey.nodes if node.key == item.name), None) if journey else None
            if node is not None and (problem := _misjudged(item, node, suggestions)) is not None:
                yield fact, problem


def _misjudged(item: Named, node: NodeFacts, suggestions: Suggestions) -> Problem | None:
    """What is wrong with a label that a test names at a node."""
    start = f"the {node.type} `{short(node.key, 24)}`"
    if item.sort is Sort.SPLIT and node.type != NodeType.SPLIT:
        message = f"{start} is no SPLIT, so no label can be split off there; say the way in `path`, or remove it"
        return Problem(item.path, message, at_key=item.at_key)
    label = item.label or ""
    if meaning(NodeType(node.type), label) in node.labels:
        return None
    meant = suggestions.nearest(label, node.labels)
    tail = did_you_mean(meant and short(meant, 24)) or f"; {_one_of(node.labels)}"
    message = f"{start} can never take `{short(label, 24)}`{tail}"
    if item.sort is Sort.SPLIT:
        return Problem(item.path, message, None if item.loose else meant)
    return Problem(item.path, message, None if meant is None or item.loose else f"{item.name} {meant}")


def _one_of(labels: tuple[str, ...]) -> str:
    if not labels:
        return "leave the label out, since its way out is a plain one"
    named = [f"`{short(label, 12)}`" for label in labels[:4]] + (["..."] if labels[4:] else [])
    return "write " + " or ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)
