"""Canonical forms: the one way to write a journey, site, audience or content down, for comparing and keeping.

Defaults are filled, nodes stand under their ids, edges are sorted by (source, label, target), order that carries
no meaning is gone. The order of a SPLIT's `weights` does carry meaning (it says who gets which share), so it
stays. `position` is in the form only when it was stated. Two things are equal when their bytes are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from jcli.model import Audience, Content, Item, Journey, Json, Node, NodeType, Site

Form = dict[str, Any]
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})

DEFAULT_SETTINGS: Json = {"backfill": "all", "exitOnGoal": False, "onEdit": "follow", "reentry": "once"}


def canonical(item: Item) -> Form:
    """The canonical form of anything that a document can describe; plain data that JSON can hold."""
    match item:
        case Journey():
            return _journey(item)
        case Site():
            return {"id": item.id, "name": item.name, "domains": list(item.domains)}
        case Audience():
            return {"id": item.id, "name": item.name, "siteId": item.site_id, "rules": _sorted(item.rules)}
        case Content():
            body = None if item.body is None else _sorted(item.body)
            return {"id": item.id, "name": item.name, "contentType": item.content_type, "body": body}


def _journey(journey: Journey) -> Form:
    return {
        "id": journey.id,
        "name": journey.name,
        "description": journey.description,
        "siteId": journey.site_id,
        "audienceId": journey.audience_id,
        "allowAnonymous": journey.allow_anonymous,
        "managedBy": journey.managed_by.value,
        "settings": _sorted({**DEFAULT_SETTINGS, **journey.settings}),
        "goalConfig": None if journey.goal_config is None else _sorted(journey.goal_config),
        "nodes": {node.id: _node(node) for node in sorted(journey.nodes, key=lambda node: node.id)},
        "edges": sorted(
            ([edge.source, edge.label, edge.target] for edge in journey.edges),
            key=lambda edge: (edge[0], edge[1] or "", edge[2]),
        ),
    }


def _node(node: Node) -> Form:
    form: Form = {"type": node.type.value, "contentId": node.content_id, "config": canonical_config(node)}
    if node.position is not None:
        form["position"] = [_number(float(node.position.x)), _number(float(node.position.y))]
    return form


def canonical_config(node: Node) -> Form:
    """A node's config with sorted keys, but for a SPLIT's weights, whose order says who gets which share."""
    config: Form = _sorted(node.config)
    if node.type is NodeType.SPLIT and isinstance(node.config.get("weights"), Mapping):
        config["weights"] = dict(node.config["weights"])
    return config


def _sorted(value: Any) -> Any:
    if type(value) in _AS_THEY_ARE:  # nearly all; asking for what is a Mapping is slow
        return value
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> float | int:
    """2.0 and 2 are one number in JSON."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def canonical_bytes(form: Form) -> bytes:
    """The form as UTF-8 JSON without white space; keys are already in order."""
    return orjson.dumps(form)


def fingerprint(form: Form) -> str:
    """32 hex digits (BLAKE2b, 16 bytes) of the canonical bytes."""
    return hashlib.blake2b(canonical_bytes(form), digest_size=16).hexdigest()


def without_positions(form: Form, like: Form) -> Form:
    """A journey's form compared with another of which some nodes state no position: those positions are left out."""
    nodes = like.get("nodes", {})
    kept = {
        key: node if "position" in nodes.get(key, node) else {k: v for k, v in node.items() if k != "position"}
        for key, node in form["nodes"].items()
    }
    return {**form, "nodes": kept}
