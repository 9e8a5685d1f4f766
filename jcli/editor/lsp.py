"""`jcli lsp`: the desk spoken over the Language Server Protocol, on standard input and output.

Here is what an editor tells: what is open, what was typed, what changed on disk; and what it is told without asking,
which is what is wrong with every file of the workspace. What it asks is answered in `answers`. An edit is read at once
and judged a moment later, when the typing rests. Standard output is the protocol's; nothing else may be written to it.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from jcli import __version__
from jcli.editor import wire
from jcli.editor.desk import Desk
from jcli.editor.ruler import Ruler
from jcli.errors import ConfigError
from jcli.findings import Finding, Severity, Span
from jcli.workspace import CONFIG, locate

REST = 0.1
"""Seconds without a keystroke, after which what was typed is judged."""

_TOLD = re.compile(rf"{re.escape(CONFIG)}:(\d+):(\d+): (.*)")
_START = Span(1, 1, 1, 2)


class JourneyServer(LanguageServer):
    """The desks that are in use, by the folder of their workspace, and what was last said of each file."""

    def __init__(self) -> None:
        super().__init__("jcli", __version__)
        self.desks: dict[Path, Desk] = {}
        self._said: dict[str, list[types.Diagnostic]] = {}
        self._spelled: dict[str, str] = {}
        self._waiting: asyncio.TimerHandle | None = None

    @property
    def encoding(self) -> str:
        """In which units both sides count, as agreed."""
        return types.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value

    def folders(self) -> list[str]:
        """The folders that the editor has open."""
        folders = [uris.to_fs_path(folder.uri) for folder in self.workspace.folders.values()]
        return [folder for folder in (folders or [self.workspace.root_path]) if folder]

    def desk_for(self, uri: str) -> tuple[Desk, str] | None:
        """The desk that a file lies on, with its name there; None for a file that is no document of any workspace."""
        path = uris.to_fs_path(uri)
        if path is None:
            return None
        self.find_desk(os.path.dirname(path))
        for desk in self.desks.values():
            file = desk.file_of(path)
            if file is not None:
                self._spelled[os.path.join(desk.workspace.root, file)] = uri
                return desk, file
        return None

    def find_desk(self, folder: str) -> None:
        """Lay out the workspace around a folder, unless there is none or it is laid out already."""
        if not os.path.isdir(folder):
            return
        try:
            workspace = locate(folder)
        except ConfigError as error:
            self._say_config(folder, error)
            return
        if workspace.root not in self.desks:
            self.desks[workspace.root] = Desk(workspace)
            self.say(self.uri(str(workspace.root / CONFIG)), [])

    def uri(self, path: str) -> str:
        """The uri of a file, spelled as the editor spells it where it has named it."""
        return self._spelled.get(path) or uris.from_fs_path(path) or ""

    def check_soon(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(REST, self.check)

    def check(self) -> None:
        """Have every desk judged, and say what has changed."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        now: set[str] = set()
        for desk in self.desks.values():
            for file, findings in desk.check().items():
                uri = self.uri(desk.path_of(file))
                now.add(uri)
                if findings or self._said.get(uri):
                    ruler = desk.ruler(file, self.encoding)
                    self.say(uri, [wire.diagnostic(finding, ruler, uri) for finding in findings])
        for uri in [uri for uri in self._said if uri not in now and not uri.endswith(f"/{CONFIG}")]:
            self.say(uri, [])

    def say(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        """Publish what is wrong with a file, unless it is what was said before."""
        if self._said.get(uri, []) == diagnostics:
            return
        self._said[uri] = diagnostics
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics))

    def reconfigure(self) -> None:
        """A `jcli.yaml` has changed, or come, or gone. While one is not usable its workspace stays as it was."""
        for root, desk in list(self.desks.items()):
            if not (root / CONFIG).exists():
                del self.desks[root]
                continue
            try:
                desk.reconfigure()
            except ConfigError as error:
                self._say_config(str(root), error)
            else:
                self.say(self.uri(str(root / CONFIG)), [])
        for folder in self.folders():
            self.find_desk(folder)

    def _say_config(self, folder: str, error: ConfigError) -> None:
        """What is wrong with a `jcli.yaml`, at its place. That there is none is nothing wrong: YAML is edited for
        many reasons."""
        home = next((at for at in (Path(folder), *Path(folder).parents) if (at / CONFIG).is_file()), None)
        if error.code == "no-workspace" or home is None:
            return
        uri = self.uri(str(home / CONFIG))
        try:
            ruler = Ruler((home / CONFIG).read_text("utf-8-sig", "replace"), self.encoding)
        except OSError:
            ruler = Ruler("", self.encoding)
        told = [_config_finding(line) for line in error.message.split("\n")]
        self.say(uri, [wire.diagnostic(finding, ruler, uri) for finding in told])


def _config_finding(line: str) -> Finding:
    found = _TOLD.fullmatch(line)
    if found is None:
        return Finding("configuration", Severity.ERROR, line, span=_START)
    row, column = int(found[1]), int(found[2])
    return Finding("configuration", Severity.ERROR, found[3], span=Span(row, column, row, column + 1))


def begun(ls: JourneyServer, _params: types.InitializedParams) -> None:
    """The handshake is over: say what is wrong with the workspaces that are open."""
    for folder in ls.folders():
        ls.find_desk(folder)
    can = ls.client_capabilities.workspace
    if can and can.did_change_watched_files and can.did_change_watched_files.dynamic_registration:
        watchers = [types.FileSystemWatcher("**/*.yaml"), types.FileSystemWatcher("**/*.yml")]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        watch = types.Registration("jcli-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(types.RegistrationParams([watch]))
    ls.check()


def opened(ls: JourneyServer, params: types.DidOpenTextDocumentParams) -> None:
    _put(ls, params.text_document.uri)
    ls.check()


def typed(ls: JourneyServer, params: types.DidChangeTextDocumentParams) -> None:
    _put(ls, params.text_document.uri)
    ls.check_soon()


def _put(ls: JourneyServer, uri: str) -> None:
    found = ls.desk_for(uri)
    if found is not None:
        desk, file = found
        desk.put(file, ls.workspace.get_text_document(uri).source)


def saved(ls: JourneyServer, params: types.DidSaveTextDocumentParams) -> None:
    if params.text_document.uri.endswith(f"/{CONFIG}"):
        ls.reconfigure()
    ls.check()


def closed(ls: JourneyServer, params: types.DidCloseTextDocumentParams) -> None:
    found = ls.desk_for(params.text_document.uri)
    if found is not None:
        desk, file = found
        desk.take_away(file)
    ls.check()


def changed_on_disk(ls: JourneyServer, params: types.DidChangeWatchedFilesParams) -> None:
    if any(change.uri.endswith(f"/{CONFIG}") for change in params.changes):
        ls.reconfigure()
    for desk in ls.desks.values():
        desk.refresh()
    ls.check_soon()
