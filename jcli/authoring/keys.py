"""Readable keys for what came without any: nodes by their type and content, documents by their name.

A key is a slug, unique among its neighbours, and the same whatever order the API lists things in: nodes are named along
the ways that people take, from the triggers on, and what cannot be told apart otherwise by its id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from jcli.model import Journey, Json, Kind, Node, NodeType

_LONGEST = 40
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")
_PATH = re.compile(r"^[a-z]+://[^/]*")


def slug(text: str, longest: int = _LONGEST) -> str:
    """The text as a slug of small letters, digits and `-`; empty where nothing of it can be kept."""
    folded = unicodedata.normalize("NFKD", _CAMEL.sub("-", text)).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", folded).strip("-")[:longest].strip("-")


def unique(wanted: str, taken: Collection[str]) -> str:
    """The key, or the first of `key-2`, `key-3`... that is free."""
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def document_keys(kind: Kind, things: Iterable[tuple[str, str]], taken: Collection[str]) -> dict[str, str]:
    """Id -> key for things that are given as id and name. A content's key is its id."""
    if kind is Kind.CONTENT:
        return {thing_id: thing_id for thing_id, _ in things}
    keys: dict[str, str] = {}
    used = set(taken)
    for wanted, thing_id in sorted((slug(name) or kind.value, thing_id) for thing_id, name in things):
        keys[thing_id] = unique(wanted, used)
        used.add(keys[thing_id])
    return keys


def node_keys(journey: Journey, known: Mapping[str, str], taken: Collection[str] = ()) -> dict[str, str]:
    """Id -> key of all nodes, in the order in which to write new ones. `known` are keys that nodes have already (or
    had, when they were synced); `taken` those that no new node may get."""
    ids = {node.id for node in journey.nodes}
    keys = {node_id: key for node_id, key in known.items() if node_id in ids}
    used = {*keys.values(), *taken}
    named = {}
    for node in _along_the_ways(journey):
        named[node.id] = keys.get(node.id) or unique(wanted_key(node), used)
        used.add(named[node.id])
    return named


def _along_the_ways(journey: Journey) -> Iterator[Node]:
    """Every node once: the triggers, then what they lead to, level by level, then what nothing leads to."""
    nodes = {node.id: node for node in journey.nodes}
    rank = {node.id: (wanted_key(node), node.id) for node in journey.nodes}
    ahead: dict[str, set[str]] = {}
    for edge in journey.edges:
        ahead.setdefault(edge.source, set()).add(edge.target)
    seen: set[str] = set()
    triggers = [node.id for node in journey.nodes if node.type is NodeType.TRIGGER]
    for start in [triggers, *([node_id] for node_id in sorted(nodes, key=rank.__getitem__))]:
        level = sorted(set(start) - seen, key=rank.__getitem__)
        while level:
            seen.update(level)
            yield from (nodes[node_id] for node_id in level)
            following = {target for node_id in level for target in ahead.get(node_id, ())}
            level = sorted((following & nodes.keys()) - seen, key=rank.__getitem__)


def wanted_key(node: Node) -> str:
    """What somebody might have called the node."""
    made = _NAMES[node.type](node.config, node.content_id)
    return made[:_LONGEST].strip("-") or node.type.value.lower().replace("_", "-")


def _trigger(config: Json, _content: str | None) -> str:
    asked = config.get("triggerConfig") or {}
    match config.get("triggerType"):
        case "CUSTOM_EVENT":
            return _with("on", asked.get("eventName"))
        case "ELEMENT_CLICK":
            return _with("on-click", asked.get("selector"))
        case "URL_MATCH":
            return _with("on", _PATH.sub("", str(asked.get("pattern") or "")))
    return "start"


def _content(_config: Json, content: str | None) -> str:
    return slug(content or "") or "content"


def _wait(config: Json, _content: str | None) -> str:
    at = config.get("at")
    if isinstance(at, Mapping):
        return _with("wait-until", at.get("time"))
    if "until" in config:
        return _with("wait-until", str(config["until"])[:10])
    duration = config.get("duration")
    if isinstance(duration, str) and duration.startswith("P"):  # ISO 8601, in the letters that people write
        duration = duration.replace("P", "").replace("T", "").lower()
    return _with("wait", f"{duration}s" if isinstance(duration, int) else duration)


def _wait_for_event(config: Json, _content: str | None) -> str:
    return _with("until", config.get("eventName"))


def _condition(config: Json, _content: str | None) -> str:
    if "branches" in config:
        return _with("by", next((name for _, name in _asked(config["branches"])), None))
    rules = config.get("rules")
    if isinstance(rules, Mapping) and isinstance(rules.get("equals"), str):
        words = slug(str(rules.get("trait"))), slug(rules["equals"])
        if all(words):
            return "-is-".join(words)
    field, name = next(_asked(rules), ("trait", None))
    word = slug(str(name or ""))
    if field == "event":
        return _with("did", name)
    return word if word.startswith(("is-", "has-")) else _with("is", name)


def _asked(rules: Any) -> Iterator[tuple[str, str]]:
    """The traits and events that a rule asks for: `trait` or `event`, and its name."""
    if isinstance(rules, Mapping):
        for field in ("trait", "event"):
            if isinstance(rules.get(field), str):
                yield field, rules[field]
        for below in rules.values():
            yield from _asked(below)
    elif isinstance(rules, list | tuple):
        for below in rules:
            yield from _asked(below)


def _exit(config: Json, _content: str | None) -> str:
    return slug(str(config.get("outcome") or "")) or "done"


def _with(word: str, what: Any) -> str:
    name = slug(str(what)) if what is not None else ""
    return f"{word}-{name}" if name else word


_NAMES = {
    NodeType.TRIGGER: _trigger,
    NodeType.CONTENT: _content,
    NodeType.WAIT: _wait,
    NodeType.WAIT_FOR_EVENT: _wait_for_event,
    NodeType.CONDITION: _condition,
    NodeType.SPLIT: lambda _config, _content: "split",
    NodeType.GOAL_CHECK: lambda _config, _content: "goal",
    NodeType.EXIT: _exit,
}
