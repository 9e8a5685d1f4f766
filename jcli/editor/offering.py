"""What could stand where somebody is typing: keys of nodes, sites, audiences and contents, labels of ways; in a test
what `trials.py` knows.

Fields and their values are the schema's business, which the editor's YAML support reads; here is what only the
workspace knows. The text is read with a word of ours at the cursor, and with the bracket that is not typed yet; where
that word turns up in the data is where the cursor is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from jcli.documents import Document, read
from jcli.editor.desk import Desk
from jcli.editor.names import declared
from jcli.editor.trials import words_in
from jcli.findings import Path
from jcli.graph import outcomes
from jcli.model import Kind, Node, NodeType

_HERE = "jcli-the-cursor-is-here"
_CLOSINGS = ("", "}", "]", "}]", "]}", "}}")
_WORD = re.compile(r"[\w.-]*")
_BETWEEN = re.compile(r"^---(?:[ \t].*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Offer:
    """A word for the characters from `start` to `end`; `kind` None: a node, or a label (`label` then)."""

    word: str
    detail: str
    start: int
    end: int
    kind: Kind | None = None
    label: bool = False


def offers(desk: Desk, file: str, offset: int) -> list[Offer]:
    """What could stand at the offset of a file's text, the likeliest first."""
    content = desk.content(file)
    start = offset - len(_word_before(content[:offset]))
    found = _WORD.match(content, offset)
    end = found.end() if found else offset
    for closing in _CLOSINGS:
        place = _read_with(content, start, end, closing, file)
        if place is not None:
            document, path, is_key = place
            return list(_here(desk, document, path, is_key, content, start, end))
    return []


def _word_before(text: str) -> str:
    found = re.search(r"[\w.-]*\Z", text)
    return found[0] if found else ""


def _read_with(content: str, start: int, end: int, closing: str, file: str) -> tuple[Document, Path, bool] | None:
    """The document around the cursor with our word in it, where the word is, and whether it is a key there. Only this
    one document of the file is read: what is wrong with the others is not in the way."""
    first = max((m.end() for m in _BETWEEN.finditer(content) if m.end() <= start), default=0)
    last = min((m.start() for m in _BETWEEN.finditer(content) if m.start() >= end), default=len(content))
    text = content[first:start] + _HERE + closing + content[end:last]
    documents, _ = read(text.encode("utf-8", "surrogatepass"), file)
    for document in documents:
        for path, is_key in _found(document.data, ()):
            return document, path, is_key
    return None


def _found(value: Any, path: Path) -> Iterator[tuple[Path, bool]]:
    if value == _HERE:
        yield path, False
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == _HERE:
                yield path, True
            yield from _found(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, (*path, index))


def _here(
    desk: Desk, document: Document, path: Path, is_key: bool, content: str, start: int, end: int
) -> Iterator[Offer]:
    alone = not content[content.rfind("\n", 0, start) + 1 : start].strip()
    match path:
        case ("nodes", str(node), "next") if is_key or alone:
            yield from _labels(document, node, start, end)
            if not is_key:
                yield from _nodes(document, node, start, end)
        case ("nodes", str(node), "next", *_) if not is_key and path[-1] != "label":
            yield from _nodes(document, node, start, end)
        case ("nodes", str(node), "next", int(), "label"):
            yield from _labels(document, node, start, end)
        case ("nodeMap", str()) if not is_key and isinstance(document.data.get("nodes"), dict):
            yield from _nodes(document, "", start, end)
        case _ if document.kind in (Kind.TEST, Kind.PERSON):
            words = words_in(desk, document, path, is_key=is_key)
            yield from (
                Offer(one.word, one.detail, start, end, one.kind, one.label) for one in words if one.word != _HERE
            )
        case _ if not is_key:
            kind = _kind_at(document, path)
            if kind is not None:
                yield from _documents(desk, kind, start, end)


def _kind_at(document: Document, path: Path) -> Kind | None:
    """Of which kind the document is that is named at the path."""
    match document.kind, path:
        case (Kind.JOURNEY | Kind.AUDIENCE, ("site",)):
            return Kind.SITE
        case Kind.JOURNEY, ("audience",):
            return Kind.AUDIENCE
        case Kind.JOURNEY, ("nodes", str(), "contentId") | ("goalConfig", "config", "flowId"):
            return Kind.CONTENT
        case Kind.MODEL, ("events", int(), "enter") | ("events", int(), "after", "journey"):
            return Kind.JOURNEY
        case Kind.MODEL, ("events", int(), "after", "content"):
            return Kind.CONTENT
        case _:
            return None


def _documents(desk: Desk, kind: Kind, start: int, end: int) -> Iterator[Offer]:
    for key, document in sorted(declared(desk, kind).items()):
        if key != _HERE:
            name = document.data.get("name")
            yield Offer(key, name if isinstance(name, str) else kind.value, start, end, kind)


def _nodes(document: Document, source: str, start: int, end: int) -> Iterator[Offer]:
    """The nodes that a way can lead to: those not used yet first, never a TRIGGER."""
    nodes = document.data["nodes"]
    for key, node in nodes.items():
        kind = node.get("type") if isinstance(node, dict) else None
        if key not in (source, _HERE) and kind != NodeType.TRIGGER:
            yield Offer(key, str(kind or "node"), start, end)


def _labels(document: Document, key: str, start: int, end: int) -> Iterator[Offer]:
    """The labels that the node can take and that no way of it has."""
    node = document.data["nodes"][key]
    ways = node.get("next")
    used = {str(label).casefold() for label in _used_labels(ways)}
    for label in _possible(node):
        if label not in used:
            yield Offer(label, "a way out", start, end, label=True)


def _used_labels(ways: Any) -> Iterable[Any]:
    if isinstance(ways, dict):
        return ways
    return [way.get("label") for way in ways if isinstance(way, dict)] if isinstance(ways, list) else ()


def _possible(node: dict[str, Any]) -> tuple[str, ...]:
    """The labels of a node whose config may be anything."""
    config = node.get("config")
    try:
        return outcomes(Node("", NodeType(node.get("type", "")), config if isinstance(config, dict) else {})) or ()
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()
