"""x"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    for node in subject.graph.of_type(NodeType.EXIT):
        for edge in subject.graph.ways_out(node.id):
            source, target = subject.name(edge.source), subject.name(edge.target)
            message = f"the EXIT `{source}` ends the journey, so its way to `{target}` is never taken; remove it"
            yield Problem(subject.target_place(edge), message)
