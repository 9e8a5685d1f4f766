"""Names: where each is declared and where it is used.

Nodes are named within their journey, documents within the workspace. A mention is found in the data, whatever its
shape: what somebody is typing is seldom a valid document. Its place is asked of the document only when it is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from jcli.documents import Document
from jcli.editor.desk import Desk
from jcli.findings import Path, Span
from jcli.model import Kind

BY_HAND = frozenset({"enter", "stop", "publish", "pause", "unpublish", "archive", "restore"})
"""The steps of a test that name a journey."""


class Name(NamedTuple):
    """What is named: a node (`kind` None) of the journey that stands at `home`, or a document."""

    kind: Kind | None
    key: str
    home: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a name stands. `declares`: it is given here; elsewhere it is used."""

    name: Name
    document: Document
    path: Path
    declares: bool = False
    at_key: bool = False

    @property
    def span(self) -> Span:
        spans = self.document.spans
        return spans.key(self.path) if self.at_key else spans.value(self.path)


def mentions(document: Document) -> Iterator[Mention]:
    """Every mention of a name in a document."""
    data, kind = document.data, document.kind
    if kind is Kind.TEST:
        yield from _of_test(document)
        return
    if kind is Kind.PERSON:
        yield from _used(document, Kind.PERSON, ("like",), data.get("like"))
    if kind is not None and document.key is not None:
        yield Mention(Name(kind, document.key), document, (kind.value,), declares=True)
    if kind in (Kind.JOURNEY, Kind.AUDIENCE):
        yield from _used(document, Kind.SITE, ("site",), data.get("site"))
    if kind is Kind.JOURNEY:
        yield from _used(document, Kind.AUDIENCE, ("audience",), data.get("audience"))
        goal = _mapping(_mapping(data.get("goalConfig")).get("config"))
        yield from _used(document, Kind.CONTENT, ("goalConfig", "config", "flowId"), goal.get("flowId"))
        yield from _of_nodes(document)
    if kind is Kind.MODEL:
        yield from _of_model(document)


def _of_model(document: Document) -> Iterator[Mention]:
    """The journeys and contents that a model follows or gives."""
    deeds = document.data.get("events")
    for index, deed in enumerate(deeds if isinstance(deeds, list) else ()):
        path: Path = ("events", index)
        yield from _used(document, Kind.JOURNEY, (*path, "enter"), _mapping(deed).get("enter"))
        after = _mapping(_mapping(deed).get("after"))
        yield from _used(document, Kind.JOURNEY, (*path, "after", "journey"), after.get("journey"))
        yield from _used(document, Kind.CONTENT, (*path, "after", "content"), after.get("content"))
    for content_id in _mapping(_mapping(document.data.get("outcomes")).get("contents")):
        where = ("outcomes", "contents", content_id)
        yield Mention(Name(Kind.CONTENT, content_id), document, where, at_key=True)


def _of_test(document: Document) -> Iterator[Mention]:
    """The journeys and the shared people that a test names. It declares nothing: its key is that of its journey."""
    data = document.data
    yield from _used(document, Kind.JOURNEY, ("test",), data.get("test"))
    yield from _all(document, Kind.JOURNEY, ("live",), data.get("live"))
    own = _mapping(data.get("people"))
    for name, person in own.items():
        yield from _somebody(document, ("people", name, "like"), _mapping(person).get("like"), own)
    cases = data.get("cases")
    for index, case in enumerate(cases if isinstance(cases, list) else ()):
        path: Path = ("cases", index)
        fields = _mapping(case)
        yield from _all(document, Kind.JOURNEY, (*path, "live"), fields.get("live"))
        person = fields.get("person")
        yield from _somebody(document, (*path, "person"), person, own)
        yield from _somebody(document, (*path, "person", "like"), _mapping(person).get("like"), own)
        steps = fields.get("steps")
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            for verb in BY_HAND & _mapping(step).keys():
                yield from _used(document, Kind.JOURNEY, (*path, "steps", number, verb), step[verb])


def _somebody(document: Document, path: Path, name: object, own: dict[str, Any]) -> Iterator[Mention]:
    """A person whom tests share; one of the test's own hides them."""
    if isinstance(name, str) and name not in own:
        yield from _used(document, Kind.PERSON, path, name)


def _all(document: Document, kind: Kind, path: Path, values: object) -> Iterator[Mention]:
    for index, value in enumerate(values if isinstance(values, list) else ()):
        yield from _used(document, kind, (*path, index), value)


def _of_nodes(document: Document) -> Iterator[Mention]:
    home = document.file, document.index
    for key, node in _mapping(document.data.get("nodes")).items():
        path: Path = ("nodes", key)
        yield Mention(Name(None, key, home), document, path, declares=True, at_key=True)
        fields = _mapping(node)
        yield from _used(document, Kind.CONTENT, (*path, "contentId"), fields.get("contentId"))
        for where, target in targets(fields.get("next"), (*path, "next")):
            yield Mention(Name(None, target, home), document, where)
    for old, target in _mapping(document.data.get("nodeMap")).items():
        if isinstance(target, str):
            yield Mention(Name(None, target, home), document, ("nodeMap", old))


def targets(ways: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Where `next`, in any of its three forms, names a node."""
    if isinstance(ways, str):
        yield path, ways
    elif isinstance(ways, dict):
        yield from (((*path, label), target) for label, target in ways.items() if isinstance(target, str))
    elif isinstance(ways, list):
        for index, way in enumerate(ways):
            target = _mapping(way).get("to")
            if isinstance(target, str):
                yield (*path, index, "to"), target


def mention_at(desk: Desk, file: str, point: tuple[int, int]) -> Mention | None:
    """The mention that a point (line and column, from 1) touches."""
    sheet = desk.sheet(file)
    for document in sheet.known if sheet else ():
        for mention in mentions(document):
            if touches(mention.span, point):
                return mention
    return None


def everywhere(desk: Desk, name: Name) -> Iterator[Mention]:
    """Every mention of the name in the workspace."""
    for document in desk.documents():
        if name.home is None or name.home == (document.file, document.index):
            yield from (mention for mention in mentions(document) if mention.name == name)


def declared(desk: Desk, kind: Kind) -> dict[str, Document]:
    """Key -> document, of all documents of a kind."""
    found = [document for document in desk.documents() if document.kind is kind]
    return {document.key: document for document in found if document.key is not None}


def touches(span: Span, point: tuple[int, int]) -> bool:
    """Whether the point is in the span or right behind it, where a cursor stands after a word."""
    return (span.line, span.column) <= point <= (span.end_line, span.end_column)


def _used(document: Document, kind: Kind, path: Path, value: object) -> Iterator[Mention]:
    if isinstance(value, str):
        yield Mention(Name(kind, value), document, path)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
