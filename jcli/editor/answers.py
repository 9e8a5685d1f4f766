"""What an editor asks, and the server that is told and asked: each request is a function, the tables below name them.

Each finds the desk and the place, asks the room that knows, and puts the answer into the words of the protocol.
"""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from jcli.editor import lsp, wire
from jcli.editor.desk import Desk
from jcli.editor.explaining import explain_findings, explain_mention
from jcli.editor.lsp import JourneyServer
from jcli.editor.mending import mend
from jcli.editor.names import Mention, everywhere, mention_at
from jcli.editor.offering import offers
from jcli.editor.outline import entries
from jcli.editor.renaming import rename
from jcli.editor.ruler import Ruler
from jcli.errors import JcliError


class _Asked(NamedTuple):
    """Where the editor asks: on which desk, in which file, at which offset of its text."""

    desk: Desk
    file: str
    ruler: Ruler
    offset: int

    @property
    def mention(self) -> Mention | None:
        return mention_at(self.desk, self.file, self.ruler.point(self.offset))


def _asked(ls: JourneyServer, params: Any) -> _Asked | None:
    found = ls.desk_for(params.text_document.uri)
    if found is None:
        return None
    desk, file = found
    ruler = desk.ruler(file, ls.encoding)
    return _Asked(desk, file, ruler, ruler.offset(wire.place_of(params.position)))


def _location(ls: JourneyServer, desk: Desk, mention: Mention) -> types.Location:
    file = mention.document.file
    return types.Location(ls.uri(desk.path_of(file)), wire.range_of(desk.ruler(file, ls.encoding), mention.span))


def definition(ls: JourneyServer, params: types.DefinitionParams) -> list[types.Location]:
    asked = _asked(ls, params)
    mention = asked and asked.mention
    if not asked or not mention:
        return []
    return [_location(ls, asked.desk, found) for found in everywhere(asked.desk, mention.name) if found.declares]


def references(ls: JourneyServer, params: types.ReferenceParams) -> list[types.Location]:
    asked = _asked(ls, params)
    mention = asked and asked.mention
    if not asked or not mention:
        return []
    with_declaration = params.context.include_declaration
    found = [one for one in everywhere(asked.desk, mention.name) if with_declaration or not one.declares]
    return [_location(ls, asked.desk, one) for one in found]


def can_rename(ls: JourneyServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    asked = _asked(ls, params)
    mention = asked and asked.mention
    if not asked or not mention:
        return None
    return types.PrepareRenamePlaceholder(wire.range_of(asked.ruler, mention.span), mention.name.key)


def renamed(ls: JourneyServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    asked = _asked(ls, params)
    if asked is None:
        return None
    asked.desk.refresh()  # what is not open may have changed on disk
    mention = asked.mention
    if mention is None:
        return None
    try:
        edits = rename(asked.desk, mention.name, params.new_name)
    except JcliError as error:
        raise JsonRpcInvalidParams(error.message) from None
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        uri = ls.uri(asked.desk.path_of(edit.file))
        changes.setdefault(uri, []).append(wire.text_edit(edit, asked.desk.ruler(edit.file, ls.encoding)))
    return types.WorkspaceEdit(changes=changes)


def outline(ls: JourneyServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    found = ls.desk_for(params.text_document.uri)
    if found is None:
        return []
    desk, file = found
    return wire.symbols(entries(desk, file), desk.ruler(file, ls.encoding))


def hover(ls: JourneyServer, params: types.HoverParams) -> types.Hover | None:
    """What is wrong comes before what it is."""
    asked = _asked(ls, params)
    if asked is None:
        return None
    mention = asked.mention
    parts = [
        explain_findings(asked.desk.check().get(asked.file, ()), asked.ruler.point(asked.offset)),
        explain_mention(asked.desk, mention) if mention else "",
    ]
    text = "\n\n---\n\n".join(part for part in parts if part)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None


def completion(ls: JourneyServer, params: types.CompletionParams) -> list[types.CompletionItem]:
    asked = _asked(ls, params)
    if asked is None:
        return []
    found = offers(asked.desk, asked.file, asked.offset)
    return [wire.completion(offer, asked.ruler, order) for order, offer in enumerate(found)]


def actions(ls: JourneyServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """For each finding in the range that knows the right word: write that."""
    asked = ls.desk_for(params.text_document.uri)
    if asked is None:
        return []
    desk, file = asked
    uri, ruler, content = params.text_document.uri, desk.ruler(file, ls.encoding), desk.content(file)
    found = []
    for finding in desk.check().get(file, ()):
        edit = mend(finding, ruler, content)
        marked = wire.diagnostic(finding, ruler, uri)
        if edit is None or not _overlap(marked.range, params.range):
            continue
        title = f"Replace `{content[edit.start : edit.end]}` by `{finding.suggestion}`"
        change = types.WorkspaceEdit(changes={uri: [wire.text_edit(edit, ruler)]})
        fix = types.CodeActionKind.QuickFix
        found.append(types.CodeAction(title, kind=fix, diagnostics=[marked], is_preferred=True, edit=change))
    return found


def _overlap(one: types.Range, other: types.Range) -> bool:
    def key(at: types.Position) -> tuple[int, int]:
        return at.line, at.character

    return key(one.start) <= key(other.end) and key(other.start) <= key(one.end)


def _is_our_fault(record: logging.LogRecord) -> bool:
    """What is refused is an answer, which the editor shows; it is no mistake to log."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcInvalidParams)


_TOLD = (
    (types.INITIALIZED, lsp.begun),
    (types.TEXT_DOCUMENT_DID_OPEN, lsp.opened),
    (types.TEXT_DOCUMENT_DID_CHANGE, lsp.typed),
    (types.TEXT_DOCUMENT_DID_SAVE, lsp.saved),
    (types.TEXT_DOCUMENT_DID_CLOSE, lsp.closed),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, lsp.changed_on_disk),
)
_ASKED = (
    (types.TEXT_DOCUMENT_DEFINITION, definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, can_rename, None),
    (types.TEXT_DOCUMENT_RENAME, renamed, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, outline, None),
    (types.TEXT_DOCUMENT_HOVER, hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, completion, types.CompletionOptions(trigger_characters=[" ", "{", ","])),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        actions,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
)


def make_server() -> JourneyServer:
    """A server that knows all of the above, not yet started."""
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_our_fault)
    server = JourneyServer()
    for method, told in _TOLD:
        server.feature(method)(told)
    for method, answer, options in _ASKED:
        server.feature(method, options)(answer)
    return server
