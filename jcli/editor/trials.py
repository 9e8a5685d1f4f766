"""What could stand where somebody is typing in a test: journeys, their nodes and labels, what they show, and people.

Answers words with what they are; which characters they would replace is the business of `offering.py`. What somebody is
typing is seldom right, so nothing here trusts the shape of a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jcli.documents import Document
from jcli.editor.desk import Desk
from jcli.editor.names import BY_HAND, declared
from jcli.findings import Path
from jcli.graph import outcomes
from jcli.model import Kind, Node, NodeType

_OUTCOMES = frozenset({"show", "finish", "dismiss"})
_WAYS = frozenset({"path", "passed", "avoided"})


class Word(NamedTuple):
    """A word, what it is, and the kind of the document that it names; None: a node, or a label (`label`)."""

    word: str
    detail: str
    kind: Kind | None = None
    label: bool = False


def words_in(desk: Desk, document: Document, path: Path, *, is_key: bool) -> Iterator[Word]:
    """What could stand at the path of a test or a person, the likeliest first."""
    data, names = document.data, [step for step in path if isinstance(step, str)]
    above, last = (["", "", *names, ""] if is_key else ["", "", *names])[-2:]
    nodes = _nodes(desk, _journey(data, path))
    if last in ("person", "like") and not is_key:
        yield from (word for word in _people(desk, data) if word.word != data.get("person"))
    elif _names_a_journey(path, last, above, is_key):
        yield from _documents(desk, Kind.JOURNEY)
    elif "expect" in names or "split" in names or "nodeMap" in names:
        yield from _about_nodes(nodes, last, above, is_key)
    elif last in _OUTCOMES and not is_key:
        yield from _shown(nodes)
        yield from (
            word for word in _documents(desk, Kind.CONTENT) if word.word not in {one.word for one in _shown(nodes)}
        )


def _names_a_journey(path: Path, last: str, above: str, is_key: bool) -> bool:
    if is_key:
        return above == "journeys"
    return path == ("test",) or last == "live" or (last in BY_HAND and "steps" in path)


def _about_nodes(nodes: Mapping[str, Any], last: str, above: str, is_key: bool) -> Iterator[Word]:
    if above == "split":
        node = nodes.get(last)
        yield from _splits(nodes) if is_key else _labels(node)
    elif last == "deliveries" or (above == "deliveries" and is_key):
        yield from _shown(nodes)
    elif last in _WAYS and not is_key:
        for key, node in nodes.items():
            yield from (
                Word(f"{key}{label}", _type(node)) for label in ("", *(f" {one.word}" for one in _labels(node)))
            )
    elif (last == "at" and not is_key) or above == "nodeMap":
        yield from (Word(key, _type(node)) for key, node in nodes.items())


def _journey(data: Mapping[str, Any], path: Path) -> str:
    """The journey that is spoken of: the one that is tested, or one under `journeys`."""
    places = [index for index, step in enumerate(path[:-1]) if step == "journeys"]
    return str(path[places[-1] + 1] if places else data.get("test", ""))


def _nodes(desk: Desk, key: str) -> Mapping[str, Any]:
    found = declared(desk, Kind.JOURNEY).get(key)
    nodes = found.data.get("nodes") if found is not None else None
    return nodes if isinstance(nodes, dict) else {}


def _type(node: Any) -> str:
    return str(node.get("type", "node")) if isinstance(node, dict) else "node"


def _splits(nodes: Mapping[str, Any]) -> Iterator[Word]:
    return (Word(key, "SPLIT") for key, node in nodes.items() if _type(node) == NodeType.SPLIT)


def _labels(node: Any) -> Iterator[Word]:
    """The labels by which somebody can leave a node whose config may be anything."""
    if not isinstance(node, dict):
        return
    ways, config = node.get("next"), node.get("config")
    labelled = list(ways) if isinstance(ways, dict) else []
    try:
        made = Node("", NodeType(node.get("type", "")), config if isinstance(config, dict) else {})
        can = outcomes(made) or ()
    except (ValueError, TypeError, KeyError, AttributeError):
        can = ()
    own = can if labelled and can else labelled
    yield from (Word(str(label), "a way out", label=True) for label in own)


def _shown(nodes: Mapping[str, Any]) -> Iterator[Word]:
    """What a journey shows, by content id."""
    found = (node.get("contentId") for node in nodes.values() if _type(node) == NodeType.CONTENT)
    return (Word(one, "shown by this journey", Kind.CONTENT) for one in dict.fromkeys(found) if isinstance(one, str))


def _people(desk: Desk, data: Mapping[str, Any]) -> Iterator[Word]:
    own = data.get("people")
    yield from (Word(name, "of this test") for name in own if name) if isinstance(own, dict) else ()
    yield from _documents(desk, Kind.PERSON)


def _documents(desk: Desk, kind: Kind) -> Iterator[Word]:
    for key, found in sorted(declared(desk, kind).items()):
        said = found.data.get("name") or found.data.get("description")
        yield Word(key, said if isinstance(said, str) else kind.value, kind)
