"""x"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    for edge in subject.journey.edges:
        if subject.graph.node(edge.target).type is NodeType.TRIGGER:
            source, target = subject.name(edge.source), subject.name(edge.target)
            message = f"`{source}` leads to the TRIGGER `{target}`, where people only enter; lead it to a step after it"
            yield Problem(subject.target_place(edge), message)
