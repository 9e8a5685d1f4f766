"""The workspace checked, by all cores where it is large: the first step of `validate`, which needs findings alone.

The files are dealt out in the order of their names. Each process reads its share and checks the shapes; then all
tell what their documents declare, and each checks its own with the whole world at hand; last, the facts of all are
compared in one, and each finds the lines of what is wrong with its own. Only heads, facts and findings pass between
processes. `sync` needs the documents and journeys themselves, and reads in one process.
Where two documents share a key or an id, or anything goes wrong elsewhere, one process does it all.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from jcli.commands.reading import check_rules, no_collecting, read_workspace, say_read
from jcli.errors import JcliError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from jcli.checks import Facts, Spotted, World
    from jcli.commands.session import Session
    from jcli.compiler import Shaped
    from jcli.documents import Document
    from jcli.findings import Finding, Ignore
    from jcli.workspace import Entry, Workspace

LARGE = 200
"""From how many files on a share of the work costs less than another process."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A workspace with what is wrong with its files; `documents` has of each file the names of its documents, as in
    `journey welcome`."""

    workspace: Workspace
    files: tuple[str, ...]
    documents: Mapping[str, list[str]]
    findings: list[Finding]


def check_workspace(session: Session) -> Checked:
    """Everything that is wrong with the documents of the workspace, in source order."""
    from jcli.workspace import list_files

    workspace = session.workspace()
    check_rules(workspace.config)
    entries = list_files(workspace)
    processes = min(cores(), len(entries) // (LARGE // 2))
    if processes > 1:
        with no_collecting():
            checked = _in_shares(workspace, entries, processes)
        if checked is not None:
            say_read(session, len(entries), workspace)
            return checked
    read = read_workspace(session, entries)
    documents = _names(read.loaded.documents)
    return Checked(workspace, read.loaded.files, documents, read.compilation.findings)


def _names(documents: Iterable[Document]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for document in documents:
        names.setdefault(document.file, []).append(document.name or f"document {document.index + 1}")
    return names


def cores() -> int:
    """How many processes may work at once; one where a process cannot be split in two safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


class _Judged(NamedTuple):
    """What a share tells of its documents: findings, whether one of them keeps a document out of what follows, and the
    facts of those that are in."""

    findings: list[Finding]
    barred: bool
    facts: list[Facts]


class _Share:
    """Some of the files, checked in three steps. This process works on one, each other on another."""

    def __init__(self, workspace: Workspace, entries: list[Entry]) -> None:
        self._workspace, self._entries = workspace, entries
        self._shaped: Shaped | None = None

    def heads(self) -> tuple[list[Any], dict[str, list[str]], list[Ignore]]:
        """The heads of the documents, the names of those of each file, and the comments that silence warnings."""
        from jcli.compiler import check_shapes
        from jcli.workspace import load

        loaded = load(self._workspace, self._entries)
        self._shaped = check_shapes(loaded.documents, loaded.findings, self._workspace.config.workspace)
        return self._shaped.heads, _names(loaded.documents), self._shaped.ignores

    def findings(self, world: World) -> _Judged:
        from jcli.compiler import check_references
        from jcli.findings import has_errors

        assert self._shaped is not None  # heads come first
        config = self._workspace.config
        referred = check_references(self._shaped, world, config.workspace, config.rules, ids=False)
        early = [*self._shaped.findings, *referred.early]
        return _Judged([*early, *referred.late], has_errors(early), referred.facts)

    def placed(self, spotted: list[Spotted]) -> list[Finding]:
        from jcli.compiler import place

        assert self._shaped is not None
        return place(spotted, self._shaped.passed)


class _Elsewhere:
    """Another process that works on a share. What it cannot do it answers with None."""

    def __init__(self, share: _Share) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self._pipe, end = context.Pipe()
        self._process: ForkProcess = context.Process(target=_work, args=(share, end, self._pipe), daemon=True)
        self._process.start()
        end.close()

    def send(self, message: World | list[Spotted]) -> None:
        try:
            self._pipe.send(message)
        except OSError:
            raise self._ended() from None

    def answer(self) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            raise self._ended() from None

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()
        self._pipe.close()

    def _ended(self) -> JcliError:
        self._process.join()
        code = self._process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return JcliError(
            f"a process that checked part of the files {how}",
            hint="is there enough memory? `taskset -c 0 jcli validate` checks all files in one process",
        )


def _work(share: _Share, pipe: Connection, others_end: Connection) -> None:
    """What another process does. Ctrl-C ends it in silence: the first process tells of it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    others_end.close()
    try:
        pipe.send(share.heads())
        pipe.send(share.findings(pipe.recv()))
        pipe.send(share.placed(pipe.recv()))
    except (EOFError, BrokenPipeError):
        return  # nobody waits for it any more
    except Exception:
        pipe.send(None)  # the first process will meet the same, and tell it better


def _in_shares(workspace: Workspace, entries: list[Entry], processes: int) -> Checked | None:
    """The workspace checked in shares; None where that is not enough to tell all."""
    from jcli.checks.silencing import silenced
    from jcli.compiler import declared_once, world_of

    bounds = [len(entries) * part // processes for part in range(processes + 1)]
    shares = [_Share(workspace, entries[start:end]) for start, end in pairwise(bounds)]
    others: list[_Elsewhere] = []
    try:
        others.extend(_Elsewhere(share) for share in shares[1:])
        told = [shares[0].heads(), *(other.answer() for other in others)]
        if None in told:
            return None
        heads = [head for found, _, _ in told for head in found]
        if not declared_once(heads):
            return None
        world = world_of(heads)
        for other in others:
            other.send(world)
        judged = [shares[0].findings(world), *(other.answer() for other in others)]
        if None in judged:
            return None
        found = _compared(workspace, shares[0], others, judged)
        if found is None:
            return None
    finally:
        for other in others:
            other.stop()
    documents = {file: names for _, share, _ in told for file, names in share.items()}
    ignores = [ignore for _, _, share in told for ignore in share]
    everything = [*found, *(finding for share in judged for finding in share.findings)]
    findings = silenced(everything, ignores, workspace.config.rules)
    return Checked(workspace, tuple(entry.file for entry in entries), documents, findings)


def _compared(
    workspace: Workspace, own: _Share, others: list[_Elsewhere], judged: list[_Judged]
) -> list[Finding] | None:
    """The findings about documents beside each other; each share finds the places of its own."""
    from jcli.compiler import compare_documents

    complete = not any(share.barred for share in judged)
    facts = [fact for share in judged for fact in share.facts]
    spotted = compare_documents(facts, workspace.config.rules, complete=complete)
    if not spotted:
        return []
    owner = {fact.file: number for number, share in enumerate(judged) for fact in share.facts}
    shares: list[list[Spotted]] = [[] for _ in judged]
    for found in spotted:
        shares[owner[found.facts.file]].append(found)
    for other, part in zip(others, shares[1:], strict=True):
        other.send(part)
    placed = [own.placed(shares[0]), *(other.answer() for other in others)]
    return None if None in placed else [finding for part in placed for finding in part]
