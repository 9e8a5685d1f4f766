"""Files shared out among processes, each of which checks its own, in three steps that a `Crew` takes together.

First each tells what its documents declare; then, with the world that follows from all, what it thinks of its files;
last, the places in the text of what comparing all files brought up. Only heads, verdicts in their plain form and
findings pass between processes. What to do with them is the business of `jcli/commands/checking.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise
from operator import itemgetter
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from jcli.commands.forks import Fork

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from jcli.checks import Spotted, World
    from jcli.compiler import Head, Opened
    from jcli.compiler.verdicts import Plain
    from jcli.findings import Finding
    from jcli.workspace import Entry, Workspace


def digest_of(content: bytes) -> str:
    """What tells the content of a file from any other."""
    return blake2b(content, digest_size=16).hexdigest()


class Unable(Exception):
    """The workspace cannot be checked file by file. One process that sees all at once can, or tells better why not."""


class Declared(NamedTuple):
    """What a file declares, and the digest of its content; None where its verdict is not to be kept."""

    digest: str | None
    heads: list[Head]


class Share:
    """Some of the files, checked in three steps."""

    def __init__(self, workspace: Workspace, entries: Sequence[Entry]) -> None:
        self._workspace, self._entries = workspace, entries
        self._opened: list[Opened] = []

    def declared(self) -> list[Declared]:
        from jcli.compiler import Opened, keepable
        from jcli.documents import read
        from jcli.workspace import open_entry

        slug = self._workspace.config.workspace
        told = []
        for entry in self._entries:
            content = open_entry(entry)
            if isinstance(content, bytes):
                digest, (documents, unread) = digest_of(content), read(content, entry.file)
            else:
                digest, documents, unread = None, [], [content]
            opened = Opened(documents, unread, slug)
            self._opened.append(opened)
            kept = digest if keepable(opened) else None
            told.append(Declared(kept, opened.shaped.heads))
        return told

    def verdicts(self, world: World) -> list[Plain]:
        from jcli.compiler import plain_of

        rules = self._workspace.config.rules
        return [plain_of(opened.verdict(world, rules)) for opened in self._opened]

    def placed(self, spotted: Sequence[Spotted]) -> list[Finding]:
        """The findings, one for each. What is asked about was declared here."""
        from jcli.compiler import place

        return place(spotted, [declaration for opened in self._opened for declaration in opened.shaped.passed])


class Crew:
    """This process, which works on one share, and others for the rest. Whoever has one closes it."""

    def __init__(self, workspace: Workspace, entries: Sequence[Entry], processes: int) -> None:
        bounds = [len(entries) * part // processes for part in range(processes + 1)]
        self._shares = [Share(workspace, entries[start:end]) for start, end in pairwise(bounds)]
        self._owners = {e.file: n for n, (a, b) in enumerate(pairwise(bounds)) for e in entries[a:b]}
        self._others: list[Fork] = []

    def __enter__(self) -> Crew:
        try:
            self._others.extend(_others(share) for share in self._shares[1:])
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def declared(self) -> list[Declared]:
        """Of each file, in order. Raises Unable, as the others do."""
        return self._all(self._shares[0].declared())

    def verdicts(self, world: World) -> list[Plain]:
        for other in self._others:
            other.send(world)
        return self._all(self._shares[0].verdicts(world))

    def placed(self, spotted: Sequence[Spotted]) -> list[Finding]:
        """The findings, one for each, found by whoever has the file."""
        if not spotted:
            return []
        parts: list[list[int]] = [[] for _ in self._shares]
        for number, one in enumerate(spotted):
            parts[self._owners[one.facts.file]].append(number)
        for other, part in zip(self._others, parts[1:], strict=True):
            other.send([spotted[number] for number in part])
        found = self._all(self._shares[0].placed([spotted[number] for number in parts[0]]))
        order = [number for part in parts for number in part]
        return [finding for _, finding in sorted(zip(order, found, strict=True), key=itemgetter(0))]

    def _all(self, own: list[Any]) -> list[Any]:
        for other in self._others:
            told = other.receive()
            if told is None:
                raise Unable
            own += told
        return own

    def _stop(self) -> None:
        for other in self._others:
            other.stop()


def _others(share: Share) -> Fork:
    """Another process that works on a share. What it cannot do it answers with None."""

    def work(pipe: Connection) -> None:
        try:
            pipe.send(share.declared())
            pipe.send(share.verdicts(pipe.recv()))
            pipe.send(share.placed(pipe.recv()))
        except (EOFError, BrokenPipeError):
            raise
        except Exception:
            pipe.send(None)  # the first process will meet the same, and tell it better

    hint = "is there enough memory? `taskset -c 0 jcli validate` checks all files in one process"
    return Fork(work, "checked part of the files", hint)
