"""What is in a file, as a list to jump in: its documents, and the nodes of its journeys."""

from __future__ import annotations

from dataclasses import dataclass

from jcli.documents import Document
from jcli.editor.desk import Desk
from jcli.editor.explaining import title_of
from jcli.findings import Path, Span
from jcli.model import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """`whole` is all of it, `name` the word that it is called by; `kind` None: a node."""

    title: str
    detail: str
    kind: Kind | None
    whole: Span
    name: Span
    below: tuple[Entry, ...] = ()


def entries(desk: Desk, file: str) -> list[Entry]:
    sheet = desk.sheet(file)
    return [_document(document) for document in (sheet.known if sheet else ()) if document.data]


def _document(document: Document) -> Entry:
    head: Path = (document.kind.value,) if document.kind else ()
    spans = document.spans
    nodes = document.data.get("nodes")
    below = tuple(_node(document, key) for key in nodes) if isinstance(nodes, dict) else ()
    first = spans.key(head)
    paths = [(key,) for key in document.data]
    last = max((spans.value(path) for path in paths), key=lambda span: (span.end_line, span.end_column))
    start = min(spans.key(path) for path in paths)
    whole = Span(start.line, start.column, last.end_line, last.end_column)
    name = document.data.get("name")
    return Entry(title_of(document), name if isinstance(name, str) else "", document.kind, whole, first, below)


def _node(document: Document, key: str) -> Entry:
    path: Path = ("nodes", key)
    name, value = document.spans.key(path), document.spans.value(path)
    node = document.data["nodes"][key]
    kind = str(node.get("type", "")) if isinstance(node, dict) else ""
    return Entry(key, kind, None, Span(name.line, name.column, value.end_line, value.end_column), name)
