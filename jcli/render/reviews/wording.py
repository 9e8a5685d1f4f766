"""The changes of a document as rows of a table: which part, before, after, in words that need no YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from jcli.plan import Change, Clash
from jcli.render.graphs import DrawnNode
from jcli.render.markdown import code, prose, table

MOST_ROWS = 60
_LONGEST = 240
_FIELDS: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "siteId": "site",
    "audienceId": "audience",
    "allowAnonymous": "whether unknown visitors may enter",
    "managedBy": "who may edit it",
    "goalConfig": "goal",
    "goalConfig.deadline": "deadline of the goal, in days",
    "goalConfig.type": "type of the goal",
    "settings.reentry": "how often somebody may enter",
    "settings.reentryAfter": "least time between two entries",
    "settings.exitOnGoal": "whether the goal ends it",
    "settings.onEdit": "what edits do to people under way",
    "settings.backfill": "who is taken in when it is published",
    "contentType": "content type",
    "domains": "domains",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """`nodes` are those of the picture by their keys: a new node is told by what it does. `names` are the keys of what
    ids stand for."""

    nodes: Mapping[str, DrawnNode]
    names: Mapping[str, str]


def changes_table(changes: Sequence[Change], terms: Terms) -> str:
    """Which part changes, from what to what."""
    rows = [(_sign(change), *_row(change, terms)) for change in changes[:MOST_ROWS]]
    return table(("", "what", "before", "after"), rows) + _more(len(changes))


def sides_table(clashes: Sequence[Clash], terms: Terms, store: str) -> str:
    """What both sides changed, side by side."""
    rows = [
        (part(clash.where), *(shown(side, clash.where, terms) for side in (clash.base, clash.git, clash.store)))
        for clash in clashes[:MOST_ROWS]
    ]
    return table(("what", "last synced", "git says", f"{store} says"), rows) + _more(len(clashes))


def _more(count: int) -> str:
    return f"\n{count - MOST_ROWS} more are not shown here.\n" if count > MOST_ROWS else ""


def _sign(change: Change) -> str:
    return {"+": "**+**", "-": "**−**", "~": "**~**"}[change.sign]


def _row(change: Change, terms: Terms) -> tuple[str, str, str]:
    where = change.where
    if change.sign != "~" and where.startswith("nodes.") and "." not in where.removeprefix("nodes."):
        told = _told(terms.nodes.get(where.removeprefix("nodes.")), change.new or change.old)
        return (f"node {code(where.removeprefix('nodes.'))}", *((told, "") if change.sign == "-" else ("", told)))
    before = "" if change.sign == "+" else shown(change.old, where, terms)
    return part(where), before, "" if change.sign == "-" else shown(change.new, where, terms)


def _told(node: DrawnNode | None, node_type: Any) -> str:
    """A node in a word and what it does."""
    words = f": {prose(', '.join(node.words), 160)}" if node is not None and node.words else ""
    return f"{prose(str(node_type).replace('_', ' '))}{words}"


def part(where: str) -> str:
    """The dotted path of a change in words."""
    if where in _FIELDS:
        return _FIELDS[where]
    if not where.startswith("nodes."):
        return prose(where)
    rest = where.removeprefix("nodes.")
    if rest.endswith(".next"):
        return f"ways out of {code(rest.removesuffix('.next'))}"
    for field in (".config.", ".config", ".contentId", ".position", ".type"):
        key, found, deeper = rest.partition(field)
        if found:
            name = {".contentId": "content", ".config": "config"}.get(field, field.strip("."))
            return f"{prose(deeper if field == '.config.' else name)} of {code(key)}"
    return f"node {code(rest)}"


def shown(value: Any, where: str, terms: Terms) -> str:
    """A value as a cell: a word or a number as code, nothing as a dash."""
    if value is None:
        return "—"
    if where in ("siteId", "audienceId"):
        return code(terms.names.get(value, value))
    if where.endswith(".next") and isinstance(value, str):
        return code(value.replace(": ", " → ") if ": " in value else value, _LONGEST)
    if isinstance(value, str):
        return code(value, _LONGEST) if value.strip() else "(empty)"
    return code(orjson.dumps(value).decode(), _LONGEST)
