"""The data of a document, brought to say what another item says: changed where the two items differ, and nowhere else.

What says the same stays as it is written, also where it is a default that somebody wrote, or one that nobody did. Only
`data` is known here; how the text of the file comes to say it is the business of `rewriting`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jcli.authoring.conforming import conformed, mark, plain
from jcli.authoring.drafting import GOAL, NODE, ORDER, SETTINGS, node_of, position_of, ways_by_node
from jcli.authoring.references import References
from jcli.authoring.ways import Way, next_of
from jcli.canonical import DEFAULT_SETTINGS, canonical_bytes, canonical_config
from jcli.model import Audience, Content, Item, Journey, Json, Kind, Node, NodeType, Site

Data = dict[str, Any]


def redrafted(data: Data, old: Item, new: Item, names: Mapping[str, str], refs: References) -> Data:
    """`data` is what the document says now, which describes `old`; the result describes `new`. `names` are the keys of
    the new journey's nodes by id, those that come in the order in which to write them."""
    match old, new:
        case Site(), Site():
            return _fields(data, Kind.SITE, {"name": (old.name, new.name), "domains": (old.domains, new.domains)})
        case Content(), Content():
            fields = {
                "name": (old.name, new.name),
                "contentType": (old.content_type, new.content_type),
                "body": (old.body, new.body),
            }
            return _fields(data, Kind.CONTENT, fields)
        case Audience(), Audience():
            data = _reference(data, Kind.AUDIENCE, Kind.SITE, old.site_id, new.site_id, refs)
            return _fields(data, Kind.AUDIENCE, {"name": (old.name, new.name), "rules": (old.rules, new.rules)})
        case Journey(), Journey():
            return _journey(data, old, new, names, refs)
    raise TypeError(f"{type(old).__name__} and {type(new).__name__} are of two kinds")


def stated_like(journey: Journey, like: Journey) -> Journey:
    """The journey with a position for those nodes alone for which `like` states one; a node that it does not have gets
    one when most of its nodes do."""
    stated = {node.id: node.position is not None for node in like.nodes}
    most = sum(stated.values()) * 2 > len(stated)
    nodes = (node if stated.get(node.id, most) else replace(node, position=None) for node in journey.nodes)
    return replace(journey, nodes=tuple(nodes))


def _journey(data: Data, old: Journey, new: Journey, names: Mapping[str, str], refs: References) -> Data:
    data = _reference(data, Kind.JOURNEY, Kind.SITE, old.site_id, new.site_id, refs)
    data = _reference(data, Kind.JOURNEY, Kind.AUDIENCE, old.audience_id, new.audience_id, refs)
    fields = {
        "name": (old.name, new.name),
        "description": (old.description, new.description),
        "allowAnonymous": (old.allow_anonymous, new.allow_anonymous),
        "managedBy": (old.managed_by.value, new.managed_by.value),
    }
    data = _fields(data, Kind.JOURNEY, fields)
    order = ORDER[Kind.JOURNEY]
    settings = {**DEFAULT_SETTINGS, **old.settings}, {**DEFAULT_SETTINGS, **new.settings}
    data = _set(data, "settings", _object(data.get("settings"), *settings, SETTINGS), order)
    if new.goal_config is None or old.goal_config is None:
        data = _fields(data, Kind.JOURNEY, {"goalConfig": (old.goal_config, new.goal_config)})
    else:
        data = _set(data, "goalConfig", _object(data.get("goalConfig"), old.goal_config, new.goal_config, GOAL), order)
    data = _set(data, "nodes", _nodes(data.get("nodes") or {}, old, new, names), order)
    return _mapped(data, set(names.values()))


def _mapped(data: Data, keys: set[str]) -> Data:
    """Without the entries of `nodeMap` that lead to nodes which are gone: nobody can go on there."""
    moves = data.get("nodeMap")
    if not moves or keys.issuperset(moves.values()):
        return data
    kept = {old: new for old, new in moves.items() if new in keys}
    return _set(data, "nodeMap", kept or None, ORDER[Kind.JOURNEY])


def _fields(data: Data, kind: Kind, fields: Mapping[str, tuple[Any, Any]]) -> Data:
    """The document with another value for the fields whose two values (old, new) say something else."""
    for name, (old, new) in fields.items():
        if mark(old) != mark(new):
            gone = new is None or new == ()
            data = _set(data, name, None if gone else conformed(data.get(name), new), ORDER[kind])
    return data


def _reference(data: Data, owner: Kind, kind: Kind, old: str | None, new: str | None, refs: References) -> Data:
    if old == new:
        return data
    field, value = (None, None) if new is None else refs.named(kind, new)
    for name in (kind.value, f"{kind.value}Id"):
        data = _set(data, name, value if name == field else None, ORDER[owner])
    return data


def _object(written: Any, old: Json, new: Json, order: Sequence[str]) -> Data | None:
    """A field that holds fields (`settings`, a goal); None for one that has become empty, or was not there."""
    data: Data = {} if written is None else written
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            data = _set(data, name, None, order)
        elif name not in old or mark(old[name]) != mark(new[name]):
            data = _set(data, name, conformed(data.get(name), new[name]), order)
    return data if data or data is written else None


def _set(data: Data, name: str, value: Any, order: Sequence[str]) -> Data:
    """The mapping with another value for a key, or without it (None). A new key comes after the nearest of those that
    go before it in the order."""
    if value is None:
        return {key: below for key, below in data.items() if key != name} if name in data else data
    if name in data:
        return data if data[name] is value else {**data, name: value}
    above = list(order[: order.index(name)]) if name in order else list(data)
    after = next((key for key in reversed(above) if key in data), None)
    placed: Data = {} if after is not None else {name: value}
    for key, below in data.items():
        placed[key] = below
        if key == after:
            placed[name] = value
    return placed


# Nodes


def _nodes(written: Data, old: Journey, new: Journey, names: Mapping[str, str]) -> Data | None:
    before = {names[node.id]: node for node in old.nodes if node.id in names}
    after = {names[node.id]: node for node in new.nodes}
    out = ways_by_node(new, names)
    nodes: Data = {}
    for key, data in written.items():
        if key in after and key in before:
            nodes[key] = _node(data, before[key], after[key], out.get(after[key].id, []))
    for node_id, key in names.items():
        if key not in nodes:
            nodes[key] = node_of(after[key], key, out.get(node_id, []), new.id)
    return nodes or None


def _node(data: Data, old: Node, new: Node, ways: Sequence[Way]) -> Data:
    if old.type is not new.type:
        data = _set(data, "type", new.type.value, NODE)
    if old.content_id != new.content_id:
        data = _set(data, "contentId", new.content_id, NODE)
    if canonical_bytes(canonical_config(old)) != canonical_bytes(canonical_config(new)):
        data = _set(data, "config", _config(data.get("config") or {}, new), NODE)
    data = _set(data, "next", next_of(ways, data.get("next")), NODE)
    if new.position is None:
        return _set(data, "position", None, NODE)
    return _set(data, "position", conformed(data.get("position"), position_of(new.position)), NODE)


def _config(written: Data, node: Node) -> Data | None:
    config: Data = conformed(written, plain(node.config))
    weights = node.config.get("weights")
    if node.type is NodeType.SPLIT and isinstance(weights, Mapping):
        config = {**config, "weights": plain(weights)}  # their order says who gets which share
    return config or None
