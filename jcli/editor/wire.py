"""Ours, in the words of the protocol: findings, edits, offers and outlines as the types that go over the wire.

Everything here takes a ruler, which measures as the two sides have agreed, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from jcli.editor.mending import Edit
from jcli.editor.offering import Offer
from jcli.editor.outline import Entry
from jcli.editor.ruler import Place, Ruler
from jcli.findings import Finding, Severity, Span
from jcli.model import Kind

SOURCE = "jcli"
_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_SYMBOLS = {
    Kind.JOURNEY: types.SymbolKind.Module,
    Kind.AUDIENCE: types.SymbolKind.Class,
    Kind.SITE: types.SymbolKind.Namespace,
    Kind.CONTENT: types.SymbolKind.String,
}
_START = Span(1, 1, 1, 2)


def range_of(ruler: Ruler, span: Span) -> types.Range:
    start, end = ruler.stretch(span)
    return types.Range(position(start), position(end))


def position(place: Place) -> types.Position:
    return types.Position(place.line, place.character)


def place_of(at: types.Position) -> Place:
    return Place(at.line, at.character)


def diagnostic(finding: Finding, ruler: Ruler, uri: str) -> types.Diagnostic:
    """`data` carries the suggestion, which comes back when the editor asks what can be done."""
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, range_of(ruler, span)), "this belongs to it")
        for span in finding.related
    ]
    return types.Diagnostic(
        range_of(ruler, finding.span or _START),
        finding.message,
        severity=_SEVERITY[finding.severity],
        code=finding.code,
        source=SOURCE,
        related_information=related or None,
        data={"suggestion": finding.suggestion} if finding.suggestion else None,
    )


def text_edit(edit: Edit, ruler: Ruler) -> types.TextEdit:
    return types.TextEdit(types.Range(position(ruler.place(edit.start)), position(ruler.place(edit.end))), edit.text)


def completion(offer: Offer, ruler: Ruler, order: int) -> types.CompletionItem:
    kind = types.CompletionItemKind.EnumMember if offer.label else types.CompletionItemKind.Reference
    place = types.Range(position(ruler.place(offer.start)), position(ruler.place(offer.end)))
    return types.CompletionItem(
        offer.word,
        kind=kind,
        detail=offer.detail,
        sort_text=f"{order:05}",
        text_edit=types.TextEdit(place, offer.word),
    )


def symbols(entries: Iterable[Entry], ruler: Ruler) -> list[types.DocumentSymbol]:
    return [
        types.DocumentSymbol(
            entry.title or "-",  # the protocol wants a name
            types.SymbolKind.Field if entry.kind is None else _SYMBOLS.get(entry.kind, types.SymbolKind.Object),
            range_of(ruler, entry.whole),
            range_of(ruler, entry.name),
            detail=entry.detail,
            children=symbols(entry.below, ruler),
        )
        for entry in entries
    ]
