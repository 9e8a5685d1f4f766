"""The desk: every file of a workspace as it stands now, on disk or in an open buffer, and what is wrong with all of it.

A file is read again when it has changed and not before. Documents of the last text that could be read are kept, so that
names lead somewhere while a line is being typed. Judging is the compiler's business, and nothing is written here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jcli.documents import Document, read
from jcli.editor.judging import Judge, Part, by_file
from jcli.editor.ruler import Ruler
from jcli.findings import Finding, Severity
from jcli.workspace import Entry, Workspace, is_document, list_files, locate, read_entry

_Stamp = tuple[int, int, int]
_BREAKING = frozenset({"syntax", "duplicate-key", "alias", "too-large", "encoding"})


@dataclass(frozen=True)
class Sheet:
    """A file as it was read. `known` are its documents, or those of the text before while this one cannot be read;
    `current` says which."""

    entry: Entry
    stamp: _Stamp | None
    text: str | None
    part: Part
    known: list[Document]

    @property
    def current(self) -> bool:
        return self.known is self.part.documents


class Desk:
    """The files of one workspace, by their names relative to it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._sheets: dict[str, Sheet] = {}
        self._buffers: dict[str, str] = {}
        self._judge_of_all = Judge(workspace.config)
        self._found: Mapping[str, list[Finding]] | None = None
        self.refresh()

    def file_of(self, path: str) -> str | None:
        """The name of a file by its path; None when it is no document of this workspace."""
        real = os.path.realpath(path)
        if not is_document(self.workspace, real):
            return None
        return os.path.relpath(real, self.workspace.root).replace(os.sep, "/")

    def path_of(self, file: str) -> str:
        return os.path.join(self.workspace.root, file)

    def put(self, file: str, text: str) -> None:
        """An open buffer: from now on the file reads so, whatever is on disk."""
        self._buffers[file] = text
        before = self._sheets.get(file)
        if before is None or before.text != text:
            entry = before.entry if before else Entry(self.path_of(file), file, None)
            self._lay(file, _sheet(entry, None, text, before))

    def take_away(self, file: str) -> None:
        """The buffer is closed: the file reads as it is on disk, and is gone when it was never saved."""
        self._buffers.pop(file, None)
        self._sheets.pop(file, None)
        self._found = None
        self.refresh()

    def refresh(self) -> None:
        """Look at the disk again: read what has changed, forget what is gone."""
        entries = {entry.file: entry for entry in list_files(self.workspace)}
        for file in self._sheets.keys() - entries.keys() - self._buffers.keys():
            del self._sheets[file]
            self._found = None
        for file, entry in entries.items():
            if file in self._buffers:
                continue
            before, stamp = self._sheets.get(file), _stamp(entry.path)
            if before is None or before.text is not None or before.stamp != stamp:
                self._lay(file, _sheet(entry, stamp, None, before))

    def reconfigure(self) -> None:
        """`jcli.yaml` has changed: read it and everything else anew. ConfigError when it is not usable."""
        self.workspace = locate(self.workspace.root)
        self._judge_of_all = Judge(self.workspace.config)
        self._found = None
        self.refresh()

    def sheet(self, file: str) -> Sheet | None:
        return self._sheets.get(file)

    def documents(self) -> Iterator[Document]:
        """All documents that names may be looked for in."""
        for file in sorted(self._sheets):
            yield from self._sheets[file].known

    def content(self, file: str) -> str:
        """The text of a file as it stands; nothing for one that is not there."""
        sheet = self._sheets.get(file)
        if sheet is not None and sheet.text is not None:
            return sheet.text
        return self.workspace.text(file) or ""

    def ruler(self, file: str, encoding: str = "utf-16") -> Ruler:
        return Ruler(self.content(file), encoding)

    def check(self) -> Mapping[str, list[Finding]]:
        """File -> what is wrong with it; every file has an entry. Judged anew when something has changed."""
        if self._found is None:
            self._found = self._judge()
        return self._found

    def _lay(self, file: str, sheet: Sheet) -> None:
        self._sheets[file] = sheet
        self._found = None

    def _judge(self) -> Mapping[str, list[Finding]]:
        parts = [self._sheets[file].part for file in sorted(self._sheets)]
        return by_file(parts, self._judge_of_all.findings(parts))


def _sheet(entry: Entry, stamp: _Stamp | None, text: str | None, before: Sheet | None) -> Sheet:
    if text is None:
        documents, findings = read_entry(entry)
    else:
        documents, findings = read(text.encode("utf-8", "surrogatepass"), entry.file)
    broken = any(finding.code in _BREAKING and finding.severity is Severity.ERROR for finding in findings)
    known = before.known if broken and before is not None else documents
    return Sheet(entry, stamp, text, Part(entry.file, documents, findings), known)


def _stamp(path: str) -> _Stamp | None:
    """What changes when the file does."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
