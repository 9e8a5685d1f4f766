"""A problem becomes a finding: the check's slug and severity, and its place in a file or a request.

Nothing is judged here. The runners in `jcli/checks/__init__.py` call it for what the checks yield.
"""

from __future__ import annotations

from typing import NamedTuple

from jcli.canonical import Outline
from jcli.checks.facts import Facts
from jcli.documents import Document
from jcli.findings import Finding, Path, Problem, Severity, Span
from jcli.model import Kind


def stamp(
    code: str,
    severity: Severity,
    problem: Problem,
    document: Document | None,
    *,
    journey: str | None = None,
    node: str | None = None,
) -> Finding:
    """The finding that a problem becomes. With a document it gets file and spans; a request body has none."""
    span: Span | None = None
    related: tuple[Span, ...] = ()
    if document is not None:
        spans = document.spans
        span = spans.key(problem.path) if problem.at_key else spans.value(problem.path)
        related = tuple(map(spans.key, problem.related))
    return Finding(
        code,
        severity,
        problem.message,
        problem.path,
        file=document.file if document else None,
        span=span,
        journey=journey,
        node=node,
        suggestion=problem.suggestion,
        related=related,
        document=document.name if document else None,
        fix=problem.fix,
        index=document.index if document else 0,
    )


def node_at(outline: Outline, path: Path) -> str | None:
    """The node that a path in the outline's source is about; for an edge of a request, the node that it leaves."""
    match path:
        case ("nodes", str(key), *_):
            return key
        case ("nodes", int(index), *_):
            return outline.nodes[index].ref
        case ("edges", int(index), *_):
            return outline.edges[index].source
        case _:
            return None


class Spotted(NamedTuple):
    """A problem of a document among the others, by its facts. Whoever has the document at hand makes the finding."""

    facts: Facts
    slug: str
    severity: Severity
    problem: Problem

    def finding(self, document: Document) -> Finding:
        """The finding, with file and span out of the document that the facts are of."""
        journey = self.facts.key if self.facts.kind is Kind.JOURNEY else None
        path = self.problem.path
        node = str(path[1]) if journey is not None and len(path) > 1 and path[0] == "nodes" else None
        return stamp(self.slug, self.severity, self.problem, document, journey=journey, node=node)
