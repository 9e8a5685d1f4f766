"""x"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.nearest import did_you_mean, nearest
from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.model import Edge, Node, NodeType

_DECIDES = frozenset({NodeType.CONDITION, NodeType.SPLIT, NodeType.GOAL_CHECK})


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.journey.nodes:
        labels = subject.graph.labels_of(node)
        ways = subject.graph.ways_out(node.id)
        if labels is None or node.type is NodeType.EXIT:
            continue
        for edge in ways:
            label = subject.graph.meaning(edge)
            if label is None:
                if node.type in _DECIDES and labels:
                    yield _plain(subject, node, edge, labels)
            elif label not in labels:
                yield _unknown(subject, node, edge, labels)


def _plain(subject: Subject, node: Node, edge: Edge, labels: tuple[str, ...]) -> Problem:
    path, at_key = subject.label_place(edge)
    name, target = subject.name(node.id), subject.name(edge.target)
    return Problem(
        path, f"`{name}` takes the way to `{target}` never: it has no label; {_one_of(labels)}", at_key=at_key
    )


def _unknown(subject: Subject, node: Node, edge: Edge, labels: tuple[str, ...]) -> Problem:
    path, at_key = subject.label_place(edge)
    start = f"the {node.type} `{short(subject.name(node.id), 24)}` can never take `{short(edge.label or '', 24)}`"
    if edge.label and edge.label.casefold() == "timeout" and node.type in (NodeType.CONTENT, NodeType.WAIT_FOR_EVENT):
        return Problem(path, f"{start}: its config has no `timeout`; add one, as in `timeout: 5d`", at_key=at_key)
    meant = nearest(edge.label or "", labels)
    tail = did_you_mean(meant and short(meant, 24)) or f"; {_one_of(labels)}"
    return Problem(path, start + tail, meant, at_key=at_key)


def _one_of(labels: tuple[str, ...]) -> str:
    if not labels:
        return "it goes on at once, so leave the label out"
    named = ", ".join(f"`{short(label, 12)}`" for label in labels[:4])
    return f"write {named}" + (" ..." if labels[4:] else "")
