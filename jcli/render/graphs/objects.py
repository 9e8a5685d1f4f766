"""A drawing as JSON, for programs that draw it their own way: nodes with their words and places, edges, what was found
and, where two states are compared, what changed. The fields are promised in `docs/graph.md`."""

from __future__ import annotations

from typing import Any

import orjson

from jcli.findings import Finding
from jcli.render.findings import FORMAT_VERSION
from jcli.render.graphs.drawing import Drawing, DrawnEdge, DrawnNode, Mark


def objects(drawing: Drawing) -> str:
    """The drawing as one JSON object. `change` and `was` are there when something is compared, null where nothing
    changed."""
    comparing = drawing.since is not None
    answer: dict[str, Any] = {
        "formatVersion": FORMAT_VERSION,
        "journey": drawing.key,
        "name": drawing.name,
        **({"since": drawing.since, "change": _word(drawing.change)} if comparing else {}),
        "nodes": [_node(node, comparing=comparing) for node in drawing.nodes],
        "edges": [_edge(edge, comparing=comparing) for edge in drawing.edges],
        "findings": [_finding(finding) for finding in drawing.findings],
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def _node(node: DrawnNode, *, comparing: bool) -> dict[str, Any]:
    return {
        "key": node.key,
        "id": node.id,
        "type": node.type.value,
        "words": node.words,
        "position": {"x": node.position.x, "y": node.position.y},
        **({"change": _word(node.change), "was": node.was} if comparing else {}),
        "findings": [_finding(finding) for finding in node.findings],
    }


def _edge(edge: DrawnEdge, *, comparing: bool) -> dict[str, Any]:
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "label": edge.label or None,
        **({"change": _word(edge.change), "was": edge.was or None} if comparing else {}),
    }


def _word(change: Mark | None) -> str | None:
    return change.value if change else None


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "node": finding.node,
    }
