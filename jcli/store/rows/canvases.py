"""A canvas as rows and as text: the rows of nodes and edges, and the JSON that a revision keeps.

A revision's JSON has the API's names, so that it stays readable whatever becomes of the tables. The digest tells
whether a canvas differs from the stored one without reading it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import orjson

from jcli.model import Edge, Journey, Node, NodeType, Position
from jcli.store.rows.group import Row

_TYPES = {node_type.value: node_type for node_type in NodeType}


@dataclass(frozen=True, slots=True)
class CanvasRows:
    """The rows of a journey's nodes and edges in their order, and what its revision keeps of them."""

    nodes: list[Row]
    edges: list[Row]
    nodes_json: bytes
    edges_json: bytes

    @property
    def digest(self) -> str:
        """32 hex digits (BLAKE2b, 16 bytes); order counts, positions count."""
        return hashlib.blake2b(self.nodes_json + b"\n" + self.edges_json, digest_size=16).hexdigest()


def rows_of(journey: Journey) -> CanvasRows:
    """The canvas of a journey as it will be stored."""
    nodes, node_items = [], []
    for ordinal, node in enumerate(journey.nodes):
        config = orjson.dumps(node.config, default=dict)
        x, y = (None, None) if node.position is None else (float(node.position.x), float(node.position.y))
        position = None if x is None else {"x": x, "y": y}
        node_type = node.type.value
        nodes.append((journey.id, node.id, ordinal, node_type, node.content_id, config.decode(), x, y))
        node_items.append(
            {
                "id": node.id,
                "type": node_type,
                "contentId": node.content_id,
                "config": orjson.Fragment(config),
                "position": position,
            }
        )
    edges = [(journey.id, ordinal, e.id, e.source, e.target, e.label) for ordinal, e in enumerate(journey.edges)]
    edge_items = [
        {"id": e.id, "sourceNodeId": e.source, "targetNodeId": e.target, "label": e.label} for e in journey.edges
    ]
    return CanvasRows(nodes, edges, orjson.dumps(node_items), orjson.dumps(edge_items))


def node_of(row: Row) -> Node:
    """The node in a row of the statement `nodes`."""
    node_id, node_type, content_id, config, x, y = row
    return Node(node_id, _TYPES[node_type], orjson.loads(config), content_id, None if x is None else Position(x, y))


def nodes_of_json(text: str) -> tuple[Node, ...]:
    """The nodes that a revision keeps."""
    return tuple(
        Node(
            item["id"],
            _TYPES[item["type"]],
            item["config"],
            item["contentId"],
            None if item["position"] is None else Position(item["position"]["x"], item["position"]["y"]),
        )
        for item in orjson.loads(text)
    )


def edges_of_json(text: str) -> tuple[Edge, ...]:
    """The edges that a revision keeps."""
    return tuple(
        Edge(item["id"], item["sourceNodeId"], item["targetNodeId"], item["label"]) for item in orjson.loads(text)
    )
