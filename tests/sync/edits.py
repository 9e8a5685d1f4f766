"""Edits as people make them, to files and through the API: one list of them for both, on nodes by key or by id.

Nodes here are `{ref: {"type", "config", "next": [[label, ref], ...], ...}}`. An edit that does not fit changes nothing,
and one that leaves a broken graph is welcome: a draft may be broken, and a live journey must refuse it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sync.model import ways_of

Nodes = dict[str, dict[str, Any]]
Edit = Callable[[Nodes, int, str], None]
"""Nodes, a number that chooses among them, and a name for a node that may be made."""

FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "Hello"},
    {"name": "Welcome"},
    {"description": "For everybody"},
    {"description": None},
    {"allowAnonymous": True},
    {"allowAnonymous": False},
    {"settings": {"reentry": "always"}},
    {"settings": {"reentry": "once"}},
    {"settings": {"onEdit": "pin"}},
    {"settings": {"onEdit": "follow"}},
    {"settings": {"exitOnGoal": True}},
    {"goalConfig": {"type": "event", "config": {"eventName": "bought"}, "deadline": 7}},
    {"goalConfig": {"type": "event", "config": {"eventName": "bought"}, "deadline": 9}},
    {"goalConfig": {"type": "event", "config": {"eventName": "invited"}}},
    {"goalConfig": None},
)


def _of(nodes: Nodes, which: int, *types: str) -> str | None:
    found = [ref for ref, node in nodes.items() if node["type"] in types]
    return found[which % len(found)] if found else None


def last_longer(nodes: Nodes, which: int, new: str) -> None:
    if ref := _of(nodes, which, "WAIT"):
        nodes[ref]["config"] = {"duration": f"{1 + which % 3}d"}


def insert_wait(nodes: Nodes, which: int, new: str) -> None:
    _insert(nodes, which, new, {"type": "WAIT", "config": {"duration": "1h"}}, None)


def insert_condition(nodes: Nodes, which: int, new: str) -> None:
    rules = {"trait": "role", "equals": "admin"}
    _insert(nodes, which, new, {"type": "CONDITION", "config": {"rules": rules}}, "true", "false")


def _insert(nodes: Nodes, which: int, new: str, node: dict[str, Any], *labels: str | None) -> None:
    after = _of(nodes, which, "TRIGGER", "WAIT", "CONDITION")
    if after is None or new in nodes or not nodes[after]["next"]:
        return
    label, target = nodes[after]["next"][0]
    nodes[after]["next"][0] = [label, new]
    nodes[new] = {**node, "next": [[label, target] for label in labels]}


def remove(nodes: Nodes, which: int, new: str) -> None:
    ref = _of(nodes, which, "WAIT", "CONDITION", "WAIT_FOR_EVENT")
    if ref is None or not nodes[ref]["next"] or nodes[ref]["next"][0][1] == ref:
        return
    target = nodes.pop(ref)["next"][0][1]
    for node in nodes.values():
        node["next"] = [[label, target if to == ref else to] for label, to in node["next"]]


def make_another_type(nodes: Nodes, which: int, new: str) -> None:
    ref = _of(nodes, which, "WAIT", "WAIT_FOR_EVENT")
    if ref is not None and nodes[ref]["type"] == "WAIT":
        nodes[ref] |= {"type": "WAIT_FOR_EVENT", "config": {"eventName": "came", "timeout": "2d"}}
    elif ref is not None:
        nodes[ref] |= {"type": "WAIT", "config": {"duration": "2h"}}


def lead_elsewhere(nodes: Nodes, which: int, new: str) -> None:
    ref = _of(nodes, which, "TRIGGER", "WAIT", "CONDITION")
    target = _of(nodes, which // 7, "WAIT", "EXIT", "CONDITION")
    if ref is not None and target is not None and nodes[ref]["next"]:
        nodes[ref]["next"][-1] = [nodes[ref]["next"][-1][0], target]


def enter_otherwise(nodes: Nodes, which: int, new: str) -> None:
    ref = _of(nodes, which, "TRIGGER")
    assert ref is not None
    event = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": f"e{which % 2}"}}
    nodes[ref]["config"] = event if which % 3 else {"triggerType": "MANUAL"}


def put_somewhere(nodes: Nodes, which: int, new: str) -> None:
    ref = list(nodes)[which % len(nodes)]
    nodes[ref]["position"] = {"x": 10 * (which % 4), "y": 20}


def put_anywhere(nodes: Nodes, which: int, new: str) -> None:
    """A file may leave positions open; to the API it says: wherever you think."""
    nodes[list(nodes)[which % len(nodes)]].pop("position", None)


EDITS: tuple[Edit, ...] = (
    last_longer,
    insert_wait,
    insert_condition,
    remove,
    make_another_type,
    lead_elsewhere,
    enter_otherwise,
    put_somewhere,
    put_anywhere,
)


def edit_data(data: dict[str, Any], edit: Edit, which: int, new: str) -> None:
    """Edit the nodes of a journey's document."""
    nodes = {
        key: {**node, "next": [[label, to] for label, to in ways_of(node.get("next", []))]}
        for key, node in data["nodes"].items()
    }
    edit(nodes, which, new)
    data["nodes"] = {key: _with_ways(node) for key, node in nodes.items()}


def _with_ways(node: dict[str, Any]) -> dict[str, Any]:
    ways = [{"to": to} if label is None else {"to": to, "label": label} for label, to in node["next"]]
    kept = {field: value for field, value in node.items() if field != "next"}
    return {**kept, "next": ways} if ways else kept


def edit_canvas(canvas: dict[str, Any], edit: Edit, which: int, new: str) -> dict[str, Any]:
    """The body of Save Canvas after an edit of what Get Journey answered."""
    nodes: Nodes = {node["id"]: {**node, "next": []} for node in canvas["nodes"]}
    for edge in canvas["edges"]:
        nodes[edge["sourceNodeId"]]["next"].append([edge.get("label"), edge["targetNodeId"]])
    edit(nodes, which, new)
    edges = [
        {"sourceNodeId": ref, "targetNodeId": to, "label": label}
        for ref, node in nodes.items()
        for label, to in node["next"]
    ]
    whole = [{"id": ref, **{k: v for k, v in node.items() if k not in ("id", "next")}} for ref, node in nodes.items()]
    return {"nodes": whole, "edges": edges}


def journey_data(key: str, audience: str | None) -> dict[str, Any]:
    """A small journey that passes every check."""
    nodes = {
        "start": {"type": "TRIGGER", "config": {"triggerType": "MANUAL"}, "next": [{"to": "pause"}]},
        "pause": {"type": "WAIT", "config": {"duration": "1d"}, "next": [{"to": "done"}]},
        "done": {"type": "EXIT"},
    }
    named = {"audience": audience} if audience else {}
    return {"journey": key, "name": "Welcome", "site": "main", **named, "nodes": nodes}
