"""The outline: what a journey's document and the body of a request have in common.

A document writes nodes as a map and edges as `next`; a request writes two lists. Both become an `Outline`, in
which nodes are named by a reference (a key, or the client's id) and every part knows its path. The reference
checks judge the outline; `journey_of` turns one that passed into a `Journey` with ids, and says where in the
source each node and edge stands (`Places`), so that the graph checks need not know the door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from jcli.canonical import ids
from jcli.documents import Document
from jcli.findings import Path
from jcli.model import Edge, Journey, Json, ManagedBy, Node, NodeType, Position


class OutlineNode(NamedTuple):
    """`ref` is the node's key or the client's id, None when a request gave none; `pinned` the id to keep."""

    ref: str | None
    data: Json
    path: Path
    pinned: str | None = None


class OutlineEdge(NamedTuple):
    """`source` and `target` are references; `path` is where the edge stands, the others where its ends do."""

    source: str
    target: str
    label: str | None
    path: Path
    source_path: Path
    target_path: Path
    pinned: str | None = None


_TYPES = {node_type.value: node_type for node_type in NodeType}


@dataclass(frozen=True, slots=True)
class Outline:
    """`fields` are those of the journey beside its canvas, by the API's names. `key` is None for a request."""

    fields: Json
    nodes: tuple[OutlineNode, ...]
    edges: tuple[OutlineEdge, ...]
    key: str | None = None

    @property
    def refs(self) -> list[str]:
        """The references that an edge may use, in order."""
        return [node.ref for node in self.nodes if node.ref is not None]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a journey stand in its source: node id -> path, edge id -> path. `names` are what its
    author calls the nodes (keys; ids where there are none)."""

    nodes: Mapping[str, Path] = field(default_factory=dict)
    edges: Mapping[str, Path] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def node(self, node_id: str) -> Path:
        return self.nodes.get(node_id, ())

    def edge(self, edge_id: str) -> Path:
        return self.edges.get(edge_id, ())

    def name(self, node_id: str) -> str:
        return self.names.get(node_id, node_id)


def outline_of_document(document: Document) -> Outline:
    """The outline of a journey document that passed the shape checks."""
    data = document.data
    nodes, edges = [], []
    for key, node in data.get("nodes", {}).items():
        path = ("nodes", key)
        nodes.append(OutlineNode(key, node, path, node.get("id")))
        edges.extend(_ways(key, node.get("next"), (*path, "next")))
    return Outline(data, tuple(nodes), tuple(edges), document.key)


def _ways(source: str, ways: Any, path: Path) -> list[OutlineEdge]:
    """The edges of a node's `next` in its three forms: a key, a map from label to key, a list of {to, label}."""
    if ways is None:
        return []
    if isinstance(ways, str):
        return [OutlineEdge(source, ways, None, path, path, path)]
    if isinstance(ways, dict):
        return [
            OutlineEdge(source, target, label or None, (*path, label), path, (*path, label))
            for label, target in ways.items()
        ]
    return [
        OutlineEdge(source, way["to"], way.get("label") or None, (*path, index), path, (*path, index, "to"))
        for index, way in enumerate(ways)
    ]


def outline_of_body(body: Json) -> Outline:
    """The outline of the body of Create Journey or Save Canvas that passed the shape checks."""
    nodes = tuple(
        OutlineNode(node.get("id"), node, ("nodes", index)) for index, node in enumerate(body.get("nodes") or ())
    )
    edges = tuple(
        OutlineEdge(
            edge["sourceNodeId"],
            edge["targetNodeId"],
            edge.get("label") or None,
            ("edges", index),
            ("edges", index, "sourceNodeId"),
            ("edges", index, "targetNodeId"),
            edge.get("id"),
        )
        for index, edge in enumerate(body.get("edges") or ())
    )
    return Outline(body, nodes, edges)


def journey_of(
    outline: Outline,
    journey_id: str,
    *,
    site_id: str,
    audience_id: str | None,
    node_ids: Callable[[OutlineNode], str],
    edge_ids: Callable[[str, Sequence[ids.Ends]], Sequence[str]] = ids.edge_ids,
) -> tuple[Journey, Places]:
    """The journey that an outline without reference findings describes. `node_ids` gives each node its id, `edge_ids`
    the edges without one theirs."""
    fields = outline.fields
    nodes, by_ref, places, names = [], {}, {}, {}
    for item in outline.nodes:
        node_id = node_ids(item)
        nodes.append(_node(node_id, item.data))
        places[node_id] = item.path
        names[node_id] = item.ref or node_id
        if item.ref is not None:
            by_ref[item.ref] = node_id
    ends = [(by_ref[edge.source], edge.label, by_ref[edge.target]) for edge in outline.edges]
    derived = edge_ids(journey_id, ends)
    edges, edge_places = [], {}
    for item_edge, edge_id, (source, label, target) in zip(outline.edges, derived, ends, strict=True):
        edge = Edge(item_edge.pinned or edge_id, source, target, label)
        edges.append(edge)
        edge_places[edge.id] = item_edge.path
    journey = Journey(
        id=journey_id,
        name=fields.get("name") or outline.key or "",
        site_id=site_id,
        description=fields.get("description"),
        audience_id=audience_id,
        allow_anonymous=bool(fields.get("allowAnonymous")),
        settings=fields.get("settings") or {},
        goal_config=fields.get("goalConfig"),
        managed_by=ManagedBy(fields.get("managedBy") or ManagedBy.SHARED),
        nodes=tuple(nodes),
        edges=tuple(edges),
    )
    return journey, Places(places, edge_places, names)


def body_of(journey: Journey) -> dict[str, Any]:
    """The journey as the HTTP API writes it: the fields of Get Journey that a client may send back."""
    return {
        "id": journey.id,
        "name": journey.name,
        "description": journey.description,
        "siteId": journey.site_id,
        "audienceId": journey.audience_id,
        "allowAnonymous": journey.allow_anonymous,
        "settings": journey.settings,
        "goalConfig": journey.goal_config,
        **canvas_of(journey.nodes, journey.edges),
    }


def canvas_of(nodes: Iterable[Node], edges: Iterable[Edge]) -> dict[str, Any]:
    """Nodes and edges as the HTTP API writes them, acceptable as the body of Save Canvas."""
    return {
        "nodes": [
            {
                "id": node.id,
                "type": node.type,
                "contentId": node.content_id,
                "config": node.config,
                "position": None if node.position is None else {"x": node.position.x, "y": node.position.y},
            }
            for node in nodes
        ],
        "edges": [
            {"id": edge.id, "sourceNodeId": edge.source, "targetNodeId": edge.target, "label": edge.label}
            for edge in edges
        ],
    }


def places_of(journey: Journey) -> Places:
    """Places for a journey without a source at hand (out of the store): indices of its nodes and edges, as in
    the body that Get Journey answers."""
    nodes: dict[str, Path] = {node.id: ("nodes", index) for index, node in enumerate(journey.nodes)}
    edges: dict[str, Path] = {edge.id: ("edges", index) for index, edge in enumerate(journey.edges)}
    return Places(nodes, edges, {})


def with_fields(journey: Journey, changes: Json) -> Journey:
    """The journey after a JSON merge patch of its metadata (RFC 7396 over the named fields; objects are replaced
    key by key): absent is untouched, null clears."""
    names = {
        "name": "name",
        "siteId": "site_id",
        "description": "description",
        "audienceId": "audience_id",
        "allowAnonymous": "allow_anonymous",
    }
    values: dict[str, Any] = {names[key]: value for key, value in changes.items() if key in names}
    if "settings" in changes:
        values["settings"] = merge_patch(journey.settings, changes["settings"]) or {}
    if "goalConfig" in changes:
        values["goal_config"] = _goal_after(journey.goal_config, changes["goalConfig"])
    if values.get("allow_anonymous", False) is None:
        values["allow_anonymous"] = False
    return replace(journey, **values)


def _goal_after(old: Json | None, patch: Any) -> Any:
    """A goal of another type starts with an empty config: the fields of the old type mean nothing to the new one."""
    if old is not None and isinstance(patch, Mapping) and patch.get("type", old.get("type")) != old.get("type"):
        old = {**old, "config": {}}
    return merge_patch(old, patch)


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396: `patch` merged into `target`; neither is changed."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _node(node_id: str, data: Json) -> Node:
    position = data.get("position")
    return Node(
        id=node_id,
        type=_TYPES[data["type"]],
        config=data.get("config") or {},
        content_id=data.get("contentId"),
        position=Position(position["x"], position["y"]) if position else None,
    )
