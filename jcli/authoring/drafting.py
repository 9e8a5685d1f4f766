"""A whole document for an item that no file has: fields in the order in which people read them, no default written.

What a document says of a node is made here too, for nodes that come into a document that is there. `ORDER` is where a
field goes that a document gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jcli.authoring.conforming import number, plain
from jcli.authoring.references import References
from jcli.authoring.ways import Way, next_of
from jcli.canonical import DEFAULT_SETTINGS, document_id, node_id
from jcli.model import Audience, Content, Item, Journey, Kind, ManagedBy, Node, Position, Site

ORDER: Mapping[Kind, Sequence[str]] = {
    Kind.JOURNEY: (
        "journey", "id", "name", "description", "site", "siteId", "audience", "audienceId", "allowAnonymous",
        "managedBy", "draft", "settings", "goalConfig", "nodes", "nodeMap",
    ),
    Kind.SITE: ("site", "id", "name", "domains"),
    Kind.AUDIENCE: ("audience", "id", "name", "site", "siteId", "rules"),
    Kind.CONTENT: ("content", "name", "contentType", "body"),
    Kind.VOCABULARY: ("vocabulary", "description", "events", "traits"),
    Kind.TEST: ("test", "description", "start", "live", "people", "cases"),
    Kind.PERSON: ("person", "description", "like", "id", "anonymous", "traits", "past"),
    Kind.MODEL: ("model", "description", "start", "arrivals", "days", "anonymous", "traits", "events", "outcomes"),
}  # fmt: skip
SETTINGS = ("reentry", "reentryAfter", "backfill", "exitOnGoal", "onEdit")
GOAL = ("type", "config", "deadline")
NODE = ("type", "contentId", "config", "next", "position", "id")


def drafted(kind: Kind, key: str, item: Item, names: Mapping[str, str], refs: References, workspace: str) -> Any:
    """The data of a document. `names` are the keys of a journey's nodes by id, in the order in which to write them;
    `workspace` is the slug from which the ids are derived that need not be written."""
    head: dict[str, Any] = {kind.value: key}
    if item.id != document_id(workspace, kind, key):
        head["id"] = item.id
    match item:
        case Site():
            return _without_none({**head, "name": item.name, "domains": list(item.domains) or None})
        case Content():
            return _without_none(
                {**head, "name": item.name, "contentType": item.content_type, "body": plain(item.body)}
            )
        case Audience():
            site = dict([refs.named(Kind.SITE, item.site_id)]) if item.site_id is not None else {}
            return {**head, "name": item.name, **site, "rules": plain(item.rules)}
        case Journey():
            return {**head, **_without_none(_journey(item, names, refs))}


def _journey(journey: Journey, names: Mapping[str, str], refs: References) -> dict[str, Any]:
    return {
        "name": journey.name,
        "description": journey.description,
        **dict([refs.named(Kind.SITE, journey.site_id)]),
        **(dict([refs.named(Kind.AUDIENCE, journey.audience_id)]) if journey.audience_id is not None else {}),
        "allowAnonymous": journey.allow_anonymous or None,
        "managedBy": journey.managed_by.value if journey.managed_by is not ManagedBy.SHARED else None,
        "settings": _settings(journey) or None,
        "goalConfig": goal_of(journey),
        "nodes": _nodes(journey, names) or None,
    }


def _settings(journey: Journey) -> dict[str, Any]:
    given = {key: value for key, value in journey.settings.items() if DEFAULT_SETTINGS.get(key) != value}
    return {key: plain(given[key]) for key in in_order(given, SETTINGS)}


def goal_of(journey: Journey) -> dict[str, Any] | None:
    """`goalConfig` as a document writes it."""
    goal = journey.goal_config
    return None if goal is None else {key: plain(goal[key]) for key in in_order(goal, GOAL)}


def _nodes(journey: Journey, names: Mapping[str, str]) -> dict[str, Any]:
    nodes = {node.id: node for node in journey.nodes}
    out = ways_by_node(journey, names)
    return {key: node_of(nodes[one], key, out.get(one, []), journey.id) for one, key in names.items()}


def node_of(node: Node, key: str, ways: Sequence[Way], journey_id: str) -> dict[str, Any]:
    """What a document says of a node; its `id` only where the key would not give it the same."""
    return _without_none(
        {
            "type": node.type.value,
            "contentId": node.content_id,
            "config": plain(node.config) or None,
            "next": next_of(ways),
            "position": None if node.position is None else position_of(node.position),
            "id": node.id if node.id != node_id(journey_id, key) else None,
        }
    )


def position_of(position: Position) -> dict[str, float]:
    return {"x": number(position.x), "y": number(position.y)}


def ways_by_node(journey: Journey, names: Mapping[str, str]) -> dict[str, list[Way]]:
    """Node id -> its ways out by keys, in the order of the journey."""
    ways: dict[str, list[Way]] = {}
    for edge in journey.edges:
        ways.setdefault(edge.source, []).append((edge.label or None, names[edge.target]))
    return ways


def in_order(given: Mapping[str, Any], order: Sequence[str]) -> list[str]:
    """The keys that are given: those of the order first, in that order."""
    return [*(key for key in order if key in given), *(key for key in given if key not in order)]


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}
