"""What a sync must do, in plain dicts: the table of `docs/sync.md`, written a second time and as simply as it can be.

A document of any kind is a Shape: `fields`, and for a journey `settings`, `goal` and `nodes` by id, each with its ways
out. The model knows nothing of fingerprints, canonical forms or transactions. It must not import `jcli.plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from jcli.canonical import document_id, node_id
from jcli.model import Audience, Content, Edge, Item, Journey, Kind, Node, NodeType, Site

Shape = dict[str, Any]
Place = tuple[Kind, str]
DEFAULTS = {"backfill": "all", "exitOnGoal": False, "onEdit": "follow", "reentry": "once"}
WORKSPACE = "acme"


class Clash(Exception):
    """Both sides changed the same to something else."""


@dataclass
class Known:
    """What was last agreed on: which shape, under which key, from which file, with which keys for its nodes."""

    key: str
    shape: Shape
    file: str
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class Document:
    """A document of git: as plain data, and where it stands."""

    kind: Kind
    key: str
    data: dict[str, Any]
    file: str

    @property
    def id(self) -> str:
        return self.data.get("id") or document_id(WORKSPACE, self.kind, self.key)

    @property
    def names(self) -> dict[str, str]:
        nodes = self.data.get("nodes", {})
        return {node.get("id") or node_id(self.id, key): key for key, node in nodes.items()}

    @property
    def shape(self) -> Shape:
        return _of_journey(self) if self.kind is Kind.JOURNEY else _of_thing(self)


def _of_journey(document: Document) -> Shape:
    data, ids = document.data, {key: one for one, key in document.names.items()}
    nodes = {}
    for key, node in data["nodes"].items():
        ways = [[label, ids[to]] for label, to in ways_of(node.get("next", []))]
        nodes[ids[key]] = _node(node["type"], node.get("config") or {}, ways, node.get("position"))
    audience = data.get("audience")
    fields = {
        "name": data.get("name") or document.key,
        "description": data.get("description"),
        "siteId": _site_of(data),
        "audienceId": document_id(WORKSPACE, Kind.AUDIENCE, audience) if audience else data.get("audienceId"),
        "allowAnonymous": data.get("allowAnonymous", False),
        "managedBy": data.get("managedBy", "shared"),
    }
    settings = {**DEFAULTS, **data.get("settings", {})}
    return {"fields": fields, "settings": settings, "goal": data.get("goalConfig"), "nodes": nodes}


def ways_of(ways: Any) -> list[tuple[str | None, str]]:
    """`next` in any of its three forms."""
    if isinstance(ways, str):
        return [(None, ways)]
    if isinstance(ways, dict):
        return list(ways.items())
    return [(way.get("label"), way["to"]) for way in ways]


def _node(kind: str, config: Mapping[str, Any], ways: list[list[Any]], position: Any) -> Shape:
    node: Shape = {"type": kind, "config": dict(config), "next": sorted(ways, key=lambda way: (way[0] or "", way[1]))}
    if position is not None:
        node["position"] = [position["x"], position["y"]]
    return node


def _site_of(data: Mapping[str, Any]) -> str | None:
    return document_id(WORKSPACE, Kind.SITE, data["site"]) if "site" in data else data.get("siteId")


def _of_thing(document: Document) -> Shape:
    data, fields = (
        document.data,
        {"name": document.data.get("name") or (None if document.kind is Kind.CONTENT else document.key)},
    )
    if document.kind is Kind.SITE:
        fields["domains"] = data.get("domains", [])
    elif document.kind is Kind.AUDIENCE:
        fields |= {"rules": data["rules"], "siteId": _site_of(data)}
    else:
        fields |= {"contentType": data["contentType"], "body": data.get("body")}
    return {"fields": fields, "settings": {}, "goal": None, "nodes": {}}


def shape_of(item: Item) -> Shape:
    """What the store holds, as a shape."""
    fields: dict[str, Any]
    match item:
        case Site():
            fields = {"name": item.name, "domains": list(item.domains)}
        case Audience():
            fields = {"name": item.name, "rules": item.rules, "siteId": item.site_id}
        case Content():
            fields = {"name": item.name, "contentType": item.content_type, "body": item.body}
        case Journey():
            return _of_stored(item)
    return {"fields": fields, "settings": {}, "goal": None, "nodes": {}}


def _of_stored(journey: Journey) -> Shape:
    ways: dict[str, list[list[Any]]] = {}
    for edge in journey.edges:
        ways.setdefault(edge.source, []).append([edge.label, edge.target])
    nodes = {
        node.id: _node(
            node.type.value,
            node.config,
            ways.get(node.id, []),
            {"x": node.position.x, "y": node.position.y} if node.position else None,
        )
        for node in journey.nodes
    }
    fields = {
        "name": journey.name,
        "description": journey.description,
        "siteId": journey.site_id,
        "audienceId": journey.audience_id,
        "allowAnonymous": journey.allow_anonymous,
        "managedBy": journey.managed_by.value,
    }
    return {"fields": fields, "settings": {**DEFAULTS, **journey.settings}, "goal": journey.goal_config, "nodes": nodes}


def journey_of(one: str, shape: Shape) -> Journey:
    """A journey of that shape, as far as a check of its graph asks."""
    held = shape["nodes"].items()
    ways = [(node, label, target) for node, inner in held for label, target in inner["next"]]
    return Journey(
        one,
        shape["fields"]["name"],
        shape["fields"]["siteId"],
        settings=shape["settings"],
        goal_config=shape["goal"],
        nodes=tuple(Node(node, NodeType(inner["type"]), inner["config"]) for node, inner in held),
        edges=tuple(Edge(str(number), source, target, label) for number, (source, label, target) in enumerate(ways)),
    )


def stated(shape: Shape, like: Shape) -> Shape:
    """The shape without the positions that the other one leaves open; of nodes that it does not know they stay."""
    nodes = {}
    for one, node in shape["nodes"].items():
        known = like["nodes"].get(one)
        open_ = known is not None and "position" not in known
        nodes[one] = {key: value for key, value in node.items() if not (open_ and key == "position")}
    return {**shape, "nodes": nodes}


def merged(base: Shape, git: Shape, store: Shape) -> Shape:
    """Both sides' changes; Clash where they cannot be had both."""
    shape: Shape = {"goal": _goal(base["goal"], git["goal"], store["goal"]), "nodes": {}}
    for part in ("fields", "settings"):
        shape[part] = _keys(base[part], git[part], store[part])
    for one in {*base["nodes"], *git["nodes"], *store["nodes"]}:
        node = _merged_node(*(side["nodes"].get(one) for side in (base, git, store)))
        if node is not None:
            shape["nodes"][one] = node
    for node in shape["nodes"].values():
        if any(target not in shape["nodes"] for _, target in node["next"]):
            raise Clash
    return shape


def _pick(base: Any, git: Any, store: Any) -> Any:
    if git == store or store == base:
        return git
    if git == base:
        return store
    raise Clash


def _keys(base: Shape, git: Shape, store: Shape) -> Shape:
    found = {key: _pick(base.get(key), git.get(key), store.get(key)) for key in {*base, *git, *store}}
    # None stands for absent in a config and in settings; fields are always there, None or not.
    return {key: value for key, value in found.items() if value is not None or key in base}


def _goal(base: Any, git: Any, store: Any) -> Any:
    if None in (base, git, store):
        return _pick(base, git, store)
    sides = [({"type": side["type"], "config": side["config"]}, side.get("deadline")) for side in (base, git, store)]
    goal, deadline = _pick(*(side[0] for side in sides)), _pick(*(side[1] for side in sides))
    return {**goal, "deadline": deadline} if deadline is not None else goal


def _merged_node(base: Any, git: Any, store: Any) -> Any:
    sides = (base, git, store)
    if None in sides:
        return _pick(*sides)
    node: Shape = {"type": base["type"]}
    if git["type"] == store["type"] == base["type"]:
        config = _keys(*(side["config"] for side in sides))
        node["config"] = {key: value for key, value in config.items() if value is not None}
    else:
        node["type"], node["config"] = _pick(*((side["type"], side["config"]) for side in sides))
    node["next"] = _pick(*(side["next"] for side in sides))
    position = _pick(*(side.get("position") for side in sides))
    return node if position is None else {**node, "position": position}


@dataclass(frozen=True)
class Decided:
    """`choices` of the person who syncs, for one document."""

    take: str | None = None
    adopt: bool = False
    prune: bool = False


@dataclass(frozen=True)
class Verdict:
    """The word for what happens, and what the store holds after it; None: what it held."""

    word: str
    shape: Shape | None = None


def verdict(git: Document | None, base: Known | None, store: Shape | None, archived: bool, chosen: Decided) -> Verdict:
    """The table. `base` is that of the document's key, or of its id; never both None with git."""
    if git is None:
        assert base is not None
        return _gone(base, store, archived, chosen)
    if store is None:
        return _not_there(git, base, chosen)
    if base is None:
        return _never_synced(git, store, archived, chosen)
    return _three(git, base, store, archived, chosen)


def _not_there(git: Document, base: Known | None, chosen: Decided) -> Verdict:
    if base is None or chosen.take == "git":
        return Verdict("create", git.shape)
    return Verdict("conflict" if git.shape != base.shape and chosen.take is None else "drift")


def _never_synced(git: Document, store: Shape, archived: bool, chosen: Decided) -> Verdict:
    if stated(store, git.shape) == git.shape:
        return Verdict("adopt")
    if archived:
        return Verdict("conflict")
    if chosen.adopt or chosen.take == "git":
        return Verdict("update", git.shape)
    return Verdict("drift" if chosen.take == "store" else "conflict")


def _three(git: Document, base: Known, store: Shape, archived: bool, chosen: Decided) -> Verdict:
    mine, theirs = git.shape != base.shape, stated(store, base.shape) != base.shape
    if not mine and not theirs:
        if git.key == base.key and archived:
            return Verdict("drift")
        moved = (git.key, git.file, git.names) != (base.key, base.file, base.names)
        return Verdict("adopt" if moved else "nothing")
    if mine and theirs and stated(store, git.shape) == git.shape:
        return Verdict("adopt")
    if mine != theirs and theirs and chosen.take != "git":
        return Verdict("drift")
    if mine and theirs and chosen.take == "store":
        return Verdict("drift")
    if archived:
        return Verdict("conflict")
    if not theirs or chosen.take == "git":
        return Verdict("update", git.shape)
    return _merged(git.shape, base.shape, stated(stated(store, git.shape), base.shape))


def _merged(git: Shape, base: Shape, store: Shape) -> Verdict:
    try:
        shape = merged(base, git, store)
    except Clash:
        return Verdict("conflict")
    return Verdict("adopt") if shape == store else Verdict("merge", shape)


def _gone(base: Known, store: Shape | None, archived: bool, chosen: Decided) -> Verdict:
    if store is None:
        return Verdict("release")
    if archived:
        return Verdict("nothing")
    if chosen.take == "store":
        return Verdict("release")
    if stated(store, base.shape) != base.shape and chosen.take is None:
        return Verdict("conflict")
    return Verdict("archive" if chosen.prune else "kept")


def units(shape: Shape | None) -> dict[str, Any]:
    """The least parts that somebody decides about, by path; positions are left out where nobody need state them."""
    return {} if shape is None else dict(_units(deepcopy(shape)))


def _units(shape: Shape) -> Iterator[tuple[str, Any]]:
    for part in ("fields", "settings"):
        yield from ((f"{part}.{key}", value) for key, value in shape[part].items())
    goal = shape["goal"] or {}
    yield "goal", {key: value for key, value in goal.items() if key != "deadline"} or None
    yield "goal.deadline", goal.get("deadline")
    for one, node in shape["nodes"].items():
        yield f"nodes.{one}.type", node["type"]
        yield f"nodes.{one}.next", node["next"]
        yield from ((f"nodes.{one}.config.{key}", value) for key, value in node["config"].items())


def named(kind: Kind, shape: Shape) -> set[Place]:
    """Kind and id of what a document of the store refers to; contents are named by no journey here."""
    if kind not in (Kind.JOURNEY, Kind.AUDIENCE):
        return set()
    pairs = ((Kind.SITE, shape["fields"]["siteId"]), (Kind.AUDIENCE, shape["fields"].get("audienceId")))
    return {(what, one) for what, one in pairs if one is not None}
