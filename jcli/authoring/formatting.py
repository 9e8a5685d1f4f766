"""A file in its canonical layout: the fields of a document in one order, `next` in its shortest form.

The order is that of `drafting`, in which new documents are written: of a document, of `settings`, of a goal, and of
each node. All else is in the order that its author gave it, and everything that is no such field is kept to the letter:
comments, quotes, blank lines, line breaks. The result is read back, and a text that says anything else than before
never leaves this module. Files are the business of `jcli/commands/fmt.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from jcli.authoring.drafting import GOAL, NODE, ORDER, SETTINGS, in_order
from jcli.authoring.ways import ways_of
from jcli.documents import Document, read
from jcli.documents.edits import EditError
from jcli.documents.layout import Entry, Place, layouts_of, line_end, line_start, manner_of, places_at
from jcli.documents.ordering import arranged
from jcli.documents.splices import Splice, spliced
from jcli.documents.writer import Manner, in_flow, written
from jcli.findings import Path

_BOM = "\ufeff"


def formatted(content: bytes, documents: Sequence[Document]) -> bytes:
    """The content of a file in its canonical layout. `documents` are all that it holds; reading them and judging their
    shape has found nothing. EditError where the result would not say the same."""
    orders = {document.index: found for document in documents if (found := _orders(document))}
    shorter = {document.index: found for document in documents if (found := _shorter(document.data))}
    if not orders and not shorter:
        return content
    text = content.decode("utf-8")
    bare = text.removeprefix(_BOM)
    data = {document.index: document.data for document in documents}
    result = text[: len(text) - len(bare)] + arranged(_shortened(bare, data, shorter), data, orders)
    after = result.encode("utf-8")
    if after != content:
        _must_say_the_same(documents, after)
    return after


# The order of the fields


def _fields(document: Document) -> Iterator[tuple[Path, Sequence[str]]]:
    """The mappings of a document whose keys have an order of their own."""
    if document.kind is not None:
        yield (), ORDER[document.kind]
    yield ("settings",), SETTINGS
    yield ("goalConfig",), GOAL
    nodes = document.data.get("nodes")
    for key in nodes if isinstance(nodes, dict) else ():
        yield ("nodes", key), NODE


def _orders(document: Document) -> dict[Path, list[str]]:
    """The mappings that are in another order, with their keys in the right one."""
    orders: dict[Path, list[str]] = {}
    for path, order in _fields(document):
        found = _at(document.data, path)
        if isinstance(found, dict) and (wanted := in_order(found, order)) != list(found):
            orders[path] = wanted
    return orders


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


# The shortest form of `next`


def shortest(written: Any) -> Any:
    """What is written in a `next`, in the shortest form that says the same: of a list one way without a label becomes a
    plain key, ways that their labels tell apart a map. Everything else is as short as it can be."""
    if not isinstance(written, list) or not written:
        return written
    ways = ways_of(written)
    if len(ways) == 1 and ways[0][0] is None:
        return ways[0][1]
    labelled = {label: target for label, target in ways if label is not None}
    return labelled if len(labelled) == len(ways) else written


def _shorter(data: Any) -> dict[Path, Any]:
    """The nodes whose `next` could be shorter, with what it would be."""
    found: dict[Path, Any] = {}
    nodes = data.get("nodes")
    for key, node in nodes.items() if isinstance(nodes, dict) else ():
        ways = node.get("next")
        if (short := shortest(ways)) is not ways:
            found["nodes", key] = short
    return found


def _shortened(text: str, data: Mapping[int, Any], shorter: Mapping[int, Mapping[Path, Any]]) -> str:
    if not shorter:
        return text
    splices: list[Splice] = []
    roots = layouts_of(text)
    for index, nodes in shorter.items():
        root, manner = roots[index], manner_of(text, roots[index])
        for path, node in places_at(root, data[index], nodes.keys()).items():
            number = list(_at(data[index], path)).index("next")
            splices += _short(text, node, node.entries[number], nodes[path], manner)
    return spliced(text, splices)


def _short(text: str, node: Place, found: Entry, value: Any, manner: Manner) -> Iterator[Splice]:
    """The splice that writes a `next` in its short form; none where there is a comment in it, which would be lost."""
    place = found.value
    end = line_end(text, place.end)[0] if place.is_block else place.end
    if node.odd or place.odd or not found.colon or "#" in text[found.slot : end]:
        return
    if node.flow:
        yield Splice(place.start, place.end, in_flow(value))
        return
    new = written(value, node.column, found.slot + 1 - line_start(text, found.slot), manner)
    head = f" {new.head}" if new.head else ""
    yield Splice(found.slot, end, manner.newline.join([head, *new.body]))


# Reading back


def _must_say_the_same(before: Sequence[Document], content: bytes) -> None:
    after, findings = read(content, before[0].file)
    if findings or [_said(document) for document in before] != [_said(document) for document in after]:
        raise EditError("in its canonical layout it would not say the same")


def _said(document: Document) -> tuple[object, ...]:
    """What a document says, to the type of each number and the order of each key that is its author's."""
    free = {path for path, _ in _fields(document)}
    data = repr(_plain(document.data, (), free))
    return document.index, document.kind, document.key, data, sorted(_silenced(document))


def _plain(value: Any, path: Path, free: Collection[Path]) -> Any:
    """The value with the keys of those mappings sorted whose order is free, and every `next` as its ways."""
    if _is_next(path):
        return ways_of(value)
    if not isinstance(value, dict):
        return value
    keys = sorted(value) if path in free else list(value)
    return {key: _plain(value[key], (*path, key), free) for key in keys}


def _is_next(path: Path) -> bool:
    return len(path) == 3 and (path[0], path[2]) == ("nodes", "next")


def _silenced(document: Document) -> Iterator[str]:
    """The comments that speak to jcli, each with the values whose keys it reaches."""
    if not document.ignores:
        return
    lines = [(path, document.spans.key(path).line) for path in _paths(document.data, ())]
    for ignore in document.ignores:
        reached = {path for path, line in lines if ignore.first <= line <= ignore.last}
        yield repr((ignore.verb, ignore.slugs, ignore.reason, sorted(map(repr, reached))))


def _paths(value: Any, path: Path) -> Iterator[Path]:
    """The paths to all values but those within a `next`, whose form may change."""
    yield path
    if _is_next(path) or not isinstance(value, dict | list):
        return
    for step in value if isinstance(value, dict) else range(len(value)):
        yield from _paths(value[step], (*path, step))
