"""x"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import Subject
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    if not any(subject.graph.of_type(NodeType.TRIGGER)):
        message = "no node is a TRIGGER, so nobody can enter this journey; add one that leads to its first step"
        yield Problem(("nodes",), message, at_key=True)
