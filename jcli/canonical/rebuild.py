"""A canonical form -> the item that it is of: what a merge made of two items becomes a third.

A form has lost what carries no meaning: the order of nodes, edge ids, defaults that nobody wrote. They are taken from
the items that the form was made of, so that whoever reads the result finds it as they left it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jcli.canonical.forms import DEFAULT_SETTINGS, Form
from jcli.canonical.ids import Ends, edge_ids
from jcli.model import Audience, Content, Edge, Item, Journey, Json, ManagedBy, Node, NodeType, Position, Site


def item_of_form(form: Form, *sides: Item) -> Item:
    """The item that a form describes. `sides` are the items that it was made of, all of one kind; the first has its
    way where they differ in what the form does not tell."""
    first = sides[0]
    match first:
        case Site():
            return Site(form["id"], form["name"], tuple(form["domains"]))
        case Audience():
            return Audience(form["id"], form["name"], form["rules"], form["siteId"])
        case Content():
            return Content(form["id"], form["contentType"], form["name"], form["body"])
        case Journey():
            return _journey(form, [side for side in sides if isinstance(side, Journey)])


def _journey(form: Form, sides: Sequence[Journey]) -> Journey:
    return Journey(
        id=form["id"],
        name=form["name"],
        site_id=form["siteId"],
        description=form["description"],
        audience_id=form["audienceId"],
        allow_anonymous=form["allowAnonymous"],
        settings=_settings(form["settings"], sides),
        goal_config=form["goalConfig"],
        managed_by=ManagedBy(form["managedBy"]),
        nodes=_nodes(form["nodes"], sides),
        edges=_edges(form, sides),
    )


def _settings(settings: Json, sides: Sequence[Journey]) -> Json:
    """Without the defaults that none of the sides wrote."""
    written = {key for side in sides for key in side.settings}
    return {
        key: value for key, value in settings.items() if key in written or DEFAULT_SETTINGS.get(key, value) != value
    }


def _nodes(nodes: Form, sides: Sequence[Journey]) -> tuple[Node, ...]:
    order = dict.fromkeys(node.id for side in sides for node in side.nodes)
    return tuple(
        _node(node_id, nodes[node_id])
        for node_id in (*order, *(i for i in nodes if i not in order))
        if node_id in nodes
    )


def _node(node_id: str, form: Any) -> Node:
    position = Position(*form["position"]) if "position" in form else None
    return Node(node_id, NodeType(form["type"]), form["config"], form["contentId"], position)


def _edges(form: Form, sides: Sequence[Journey]) -> tuple[Edge, ...]:
    """In the order of the sides; an edge that a side has keeps its id."""
    ends: list[Ends] = [(source, label, target) for source, label, target in form["edges"]]
    kept: dict[Ends, list[str]] = {}
    for side in sides:
        had = {key: list(ids) for key, ids in kept.items()}
        for edge in side.edges:
            key = (edge.source, edge.label, edge.target)
            if had.get(key):
                had[key].pop()  # the sides before have it
            else:
                kept.setdefault(key, []).append(edge.id)
    order = {key: place for place, key in enumerate(kept)}
    ends.sort(key=lambda key: order.get(key, len(order)))
    edges, used = [], set[str]()
    for key, derived in zip(ends, edge_ids(form["id"], ends), strict=True):
        ids = [edge_id for edge_id in kept.get(key, ()) if edge_id not in used]
        edge_id = ids[0] if ids else derived
        used.add(edge_id)
        edges.append(Edge(edge_id, key[0], key[2], key[1]))
    return tuple(edges)
