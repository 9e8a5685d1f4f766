"""Journeys, sites, audiences and contents of a store: tables of many, one in full, and both as JSON.

The JSON of a journey has the fields that the HTTP API gives it, and the keys of its document beside the ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jcli.canonical import canonical
from jcli.durations import rfc3339
from jcli.model import Stored, StoredJourney, SyncBase
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.tables import table

_NO_INK = Ink()
Keys = Mapping[str, str]
"""id -> key of the documents that were synced."""


def journeys(rows: Sequence[StoredJourney], keys: Keys, ink: Ink = _NO_INK) -> str:
    """A table of journeys; one that did not come from git goes by its id."""
    lines = [
        (
            keys.get(row.journey.id, row.journey.id),
            row.status.value,
            row.journey.name,
            row.counts.nodes,
            row.counts.enrollments,
            rfc3339(row.updated_at),
        )
        for row in rows
    ]
    return table(("KEY", "STATUS", "NAME", "NODES", "ENROLLMENTS", "UPDATED"), lines, ink, right=(3, 4))


def things(rows: Sequence[Stored], keys: Keys, ink: Ink = _NO_INK) -> str:
    """A table of sites, audiences or contents."""
    lines = [(keys.get(row.item.id, row.item.id), row.item.name or "", rfc3339(row.updated_at)) for row in rows]
    return table(("KEY", "NAME", "UPDATED"), lines, ink)


def listing_json(kind: str, rows: Sequence[StoredJourney] | Sequence[Stored], keys: Keys) -> str:
    items = [_journey(row, keys) if isinstance(row, StoredJourney) else _thing(row, keys) for row in rows]
    return _json({"formatVersion": FORMAT_VERSION, "kind": kind, "items": items})


def journey_json(stored: StoredJourney, base: SyncBase | None, keys: Keys) -> str:
    """One journey with its canvas."""
    names = base.names if base else {}
    journey = stored.journey
    answer = {
        "formatVersion": FORMAT_VERSION,
        **_journey(stored, keys),
        **_source(base),
        "nodes": [
            {
                "id": node.id,
                "key": names.get(node.id),
                "type": node.type.value,
                "contentId": node.content_id,
                "config": node.config,
                "position": {"x": node.position.x, "y": node.position.y} if node.position else None,
            }
            for node in journey.nodes
        ],
        "edges": [
            {"id": edge.id, "sourceNodeId": edge.source, "targetNodeId": edge.target, "label": edge.label}
            for edge in journey.edges
        ],
    }
    return _json(answer)


def thing_json(stored: Stored, base: SyncBase | None, keys: Keys) -> str:
    return _json({"formatVersion": FORMAT_VERSION, **_thing(stored, keys), **_source(base)})


def journey_text(
    stored: StoredJourney, base: SyncBase | None, keys: Keys, people: Mapping[str, int], ink: Ink = _NO_INK
) -> str:
    """A journey's fields, then its nodes with their ways out and how many people stand on each now."""
    journey = stored.journey
    title = f"{base.key if base else journey.id}  {journey.name}  {stored.status.value}"
    facts = {
        "id": journey.id,
        "description": journey.description,
        "site": _named(journey.site_id, keys),
        "audience": _named(journey.audience_id, keys),
        "settings": _inline(journey.settings) if journey.settings else None,
        "goal": _inline(journey.goal_config) if journey.goal_config else None,
        "from": _origin(base),
        "version": f"{stored.version} (revision {stored.revision})",
        "enrollments": str(stored.counts.enrollments),
        "updated": rfc3339(stored.updated_at),
    }
    names = base.names if base else {}
    ways: dict[str, list[str]] = {}
    for edge in journey.edges:
        target = names.get(edge.target, edge.target)
        ways.setdefault(edge.source, []).append(f"{edge.label}: {target}" if edge.label else target)
    rows = [
        (names.get(node.id, node.id), node.type.value, ", ".join(ways.get(node.id, ())), people.get(node.id, 0))
        for node in journey.nodes
    ]
    nodes = table(("NODE", "TYPE", "NEXT", "HERE NOW"), rows, ink, right=(3,))
    return f"{ink(plain(title), 'bold')}\n{_facts(facts)}\n{nodes}"


def thing_text(stored: Stored, base: SyncBase | None, keys: Keys, ink: Ink = _NO_INK) -> str:
    """A site, audience or content: its fields."""
    form = canonical(stored.item)
    facts: dict[str, str | None] = {
        key: value if isinstance(value, str) else _inline(value) for key, value in form.items() if value is not None
    }
    facts |= {"from": _origin(base), "version": str(stored.version), "updated": rfc3339(stored.updated_at)}
    title = keys.get(stored.item.id, stored.item.id)
    return f"{ink(plain(title), 'bold')}\n{_facts(facts)}"


def _facts(facts: Mapping[str, str | None]) -> str:
    width = max(len(key) for key in facts)
    return "".join(f"  {key:<{width}}  {plain(value)}\n" for key, value in facts.items() if value)


def _named(thing_id: str | None, keys: Keys) -> str | None:
    """`main (4c0f...)`: key and id; the id alone where there is no key."""
    if thing_id is None or thing_id not in keys:
        return thing_id
    return keys[thing_id] if keys[thing_id] == thing_id else f"{keys[thing_id]} ({thing_id})"


def _origin(base: SyncBase | None) -> str | None:
    if base is None:
        return None
    return f"{base.file} at commit {base.commit}" if base.commit else base.file


def _source(base: SyncBase | None) -> dict[str, Any]:
    return {"file": base.file if base else None, "commit": base.commit if base else None}


def _journey(stored: StoredJourney, keys: Keys) -> dict[str, Any]:
    journey = stored.journey
    return {
        "key": keys.get(journey.id),
        "id": journey.id,
        "name": journey.name,
        "description": journey.description,
        "status": stored.status.value,
        "siteId": journey.site_id,
        "audienceId": journey.audience_id,
        "allowAnonymous": journey.allow_anonymous,
        "managedBy": journey.managed_by.value,
        "settings": journey.settings,
        "goalConfig": journey.goal_config,
        "version": stored.version,
        "revision": stored.revision,
        "createdAt": rfc3339(stored.created_at),
        "updatedAt": rfc3339(stored.updated_at),
        "_count": {
            "nodes": stored.counts.nodes,
            "edges": stored.counts.edges,
            "enrollments": stored.counts.enrollments,
        },
    }


def _thing(stored: Stored, keys: Keys) -> dict[str, Any]:
    return {
        "key": keys.get(stored.item.id),
        **canonical(stored.item),
        "version": stored.version,
        "createdAt": rfc3339(stored.created_at),
        "updatedAt": rfc3339(stored.updated_at),
    }


def _inline(value: Any) -> str:
    return orjson.dumps(value).decode()


def _json(value: dict[str, Any]) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"
