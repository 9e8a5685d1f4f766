"""The documents of a workspace: which files there are, and what they hold."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from jcli.documents import Document, read
from jcli.findings import Finding, Severity, Span
from jcli.workspace.config import CONFIG, Config
from jcli.workspace.content import TooLargeError, content_of, printable, within
from jcli.workspace.place import Workspace

SUFFIXES = (".yaml", ".yml")
_START = Span(1, 1, 1, 2)


@dataclass(frozen=True, slots=True)
class Loaded:
    """All documents of a workspace and what could not be read of them; `files` in the order of reading."""

    root: Path
    config: Config
    documents: list[Document]
    findings: list[Finding]
    files: tuple[str, ...]


class Entry(NamedTuple):
    """A file that is named like a document: where it is, its name relative to the workspace, and what is wrong with
    it before it is opened."""

    path: str
    file: str
    problem: Finding | None


def list_files(workspace: Workspace) -> list[Entry]:
    """Everything below `paths` that is named like a document, in the order of the names."""
    return [Entry(*found) for found in _files(workspace)]


def is_document(workspace: Workspace, path: str) -> bool:
    """Whether a file at this path (absolute, without links) would be read: it may not be there yet."""
    if not path.endswith(SUFFIXES) or os.path.basename(path) == CONFIG:
        return False
    for folder in workspace.config.paths:
        top = os.path.realpath(os.path.join(workspace.root, folder))
        if within(top, path):
            return not any(part.startswith(".") for part in os.path.relpath(path, top).split(os.sep))
    return False


def load(workspace: Workspace, entries: Sequence[Entry] | None = None) -> Loaded:
    """Read every document below `paths`, or those of the entries given, in the order of the file names."""
    documents: list[Document] = []
    findings: list[Finding] = []
    files: list[str] = []
    for entry in list_files(workspace) if entries is None else entries:
        found, wrong = read_entry(entry)
        documents += found
        findings += wrong
        files.append(entry.file)
    return Loaded(workspace.root, workspace.config, documents, findings, tuple(files))


def read_entry(entry: Entry) -> tuple[list[Document], list[Finding]]:
    """The documents of one file, and what could not be read of it. Never raises."""
    content = open_entry(entry)
    return read(content, entry.file) if isinstance(content, bytes) else ([], [content])


def open_entry(entry: Entry) -> bytes | Finding:
    """The bytes of one file, or why they cannot be had. Never raises."""
    if entry.problem is not None:
        return entry.problem
    try:
        return content_of(entry.path)
    except TooLargeError as error:
        return unread(entry.file, str(error.strerror), "too-large")
    except OSError as error:
        return unread(entry.file, f"the file cannot be read: {error.strerror or error}")


def unread(file: str, message: str, code: str = "syntax") -> Finding:
    """What is said of a file that could not be read at all."""
    return Finding(code, Severity.ERROR, message, file=file, span=_START)


def _files(workspace: Workspace) -> Iterator[tuple[str, str, Finding | None]]:
    """Path, name relative to the workspace, and what is wrong with it, of all that is named like a document."""
    root = os.fspath(workspace.root)
    seen: set[str] = set()
    for folder in workspace.config.paths:
        top = os.path.realpath(os.path.join(root, folder))
        if top not in seen:
            seen.add(top)
            yield from _below(root, top, seen)


def _below(root: str, folder: str, seen: set[str]) -> Iterator[tuple[str, str, Finding | None]]:
    """Walk a folder in sorted order. A link is followed within the workspace alone, and what it leads to goes by
    its own name; what `seen` holds (a second way to a file, a loop) is passed over."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        name = _shown(root, folder)
        yield folder, name, unread(name, f"the directory cannot be read: {error.strerror or error}")
        return
    inside = within(root, folder)  # and so is all that is in it and no link: asked once, and not of every file
    for entry in entries:
        document = entry.name.endswith(SUFFIXES)
        if entry.name.startswith(".") or entry.name == CONFIG:
            continue
        linked = entry.is_symlink()
        real = os.path.realpath(entry.path) if linked else entry.path
        if not (within(root, real) if linked else inside):
            if document or os.path.isdir(real):
                file = _shown(root, entry.path)
                yield entry.path, file, unread(file, "the link leads out of the workspace; keep its target inside")
        elif real in seen:
            continue
        elif document:
            seen.add(real)
            file = _shown(root, real if not linked or os.path.lexists(real) else entry.path)
            yield real, file, None if entry.is_file(follow_symlinks=False) else _not_a_file(file, real)
        elif os.path.isdir(real):
            seen.add(real)
            yield from _below(root, real, seen)


def _not_a_file(file: str, real: str) -> Finding | None:
    """What is wrong with what is named like a document; nothing when a link leads to a file."""
    if os.path.isfile(real):
        return None
    if os.path.isdir(real):
        return unread(file, "this is a directory; only a file may be named like a document")
    if not os.path.lexists(real):
        return unread(file, "the link leads to nothing")
    return unread(file, "this is not a regular file (a pipe, a socket or a device)")


def _shown(root: str, path: str) -> str:
    """The name relative to the workspace with `/`, fit to print."""
    return printable(path[len(root) :].replace(os.sep, "/").lstrip("/"))
