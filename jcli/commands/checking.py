"""The workspace checked, by all cores where it is large: the first step of `validate`, which needs findings alone.

What the last run knew of files that have not changed is used again (`memory`); the others are dealt out in the order of
their names (`shares`), and each is judged with the whole world at hand; then the facts of all are compared here, in
this process. `sync` needs the documents and journeys themselves, and reads in one process. Where two documents share a
key or an id, or anything goes wrong elsewhere, one process does it all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.commands.forks import cores
from jcli.commands.memory import Memory, remembering
from jcli.commands.reading import check_rules, no_collecting, read_workspace, say_read
from jcli.commands.shares import Crew, Share, Unable

if TYPE_CHECKING:
    from jcli.checks import Spotted
    from jcli.commands.session import Session
    from jcli.compiler import Judged
    from jcli.documents import Document
    from jcli.findings import Finding
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


def check_workspace(session: Session, *, cached: bool = True) -> Checked:
    """Everything that is wrong with the documents of the workspace, in source order; with `cached` out of what the last
    run knew, as far as it still holds."""
    from jcli.workspace import list_files

    workspace = session.workspace()
    entries = list_files(workspace)
    with no_collecting(), remembering(workspace, entries, wanted=cached) as known:
        check_rules(workspace.config)
        memory = known()
        if memory is not None or _processes(len(entries)) > 1:
            checked = _by_verdicts(session, workspace, entries, memory)
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


def _processes(files: int) -> int:
    return max(1, min(cores(), files // (LARGE // 2)))


def _by_verdicts(
    session: Session, workspace: Workspace, entries: Sequence[Entry], memory: Memory | None
) -> Checked | None:
    """The workspace checked file by file; None where that is not enough to tell all."""
    from jcli.checks.silencing import silenced

    try:
        judged, found = _judged(workspace, entries, memory)
    except Unable:
        return None
    if memory is not None:
        memory.keep(judged)
        _say_known(session, memory, entries)
    everything = [*found, *(finding for one in judged for finding in one.findings)]
    ignores = [ignore for one in judged for ignore in one.ignores]
    documents = {one.file: one.names for one in judged if one.names}
    findings = silenced(everything, ignores, workspace.config.rules)
    return Checked(workspace, tuple(entry.file for entry in entries), documents, findings)


def _judged(
    workspace: Workspace, entries: Sequence[Entry], memory: Memory | None
) -> tuple[list[Judged], list[Finding]]:
    """Every file with its verdict, and what comparing them brought up. Unable where two declare the same."""
    from jcli.compiler import Judged, declared_once, world_key, world_of

    known = memory.unchanged(entries) if memory is not None else {}
    new = [number for number in range(len(entries)) if number not in known]
    with Crew(workspace, [entries[number] for number in new], _processes(len(new))) as crew:
        declared = dict(zip(new, crew.declared(), strict=True))
        heads = [head for n in range(len(entries)) for head in (known[n] if n in known else declared[n]).heads]
        if not declared_once(heads):
            raise Unable
        world = world_of(heads)
        if memory is None or memory.holds_in(world_key(world)):
            for number, plain in zip(new, crew.verdicts(world), strict=True):
                known[number] = Judged(declared[number].digest, plain, entries[number].file)
            judged = [known[number] for number in range(len(entries))]
            if memory is not None and memory.compares_as(judged, (known[number] for number in new)):
                return judged, [finding for one in judged for finding in one.placed.values()]
            return judged, _compared(workspace, entries, judged, set(new), crew)
    return _judged(workspace, entries, memory)  # the world is not what it was: what was known of it is forgotten


def _compared(
    workspace: Workspace, entries: Sequence[Entry], judged: Sequence[Judged], new: Collection[int], crew: Crew
) -> list[Finding]:
    """The findings about documents beside each other. Their places are known from the last run, or asked for."""
    from jcli.compiler import compare_documents, spot

    complete = not any(one.barred for one in judged)
    facts = [fact for one in judged for fact in one.verdict.facts]
    numbers = {entry.file: number for number, entry in enumerate(entries)}
    placed: dict[int, dict[str, Finding]] = {}
    asked: dict[tuple[int, str], Spotted] = {}
    for found in compare_documents(facts, workspace.config.rules, complete=complete):
        number, name = numbers[found.facts.file], spot(found)
        known = judged[number].placed.get(name)
        if known is None:
            asked[number, name] = found
        else:
            placed.setdefault(number, {})[name] = known
    for (number, name), finding in _places(workspace, entries, judged, new, crew, asked).items():
        placed.setdefault(number, {})[name] = finding
    for number, one in enumerate(judged):
        one.note(placed.get(number, {}))
    return [finding for found in placed.values() for finding in found.values()]


def _places(
    workspace: Workspace,
    entries: Sequence[Entry],
    judged: Sequence[Judged],
    new: Collection[int],
    crew: Crew,
    asked: Mapping[tuple[int, str], Spotted],
) -> dict[tuple[int, str], Finding]:
    """The findings that were asked for. A file that was not opened in this run is opened now."""
    fresh = [place for place in asked if place[0] in new]
    found = dict(zip(fresh, crew.placed([asked[place] for place in fresh]), strict=True))
    old = [place for place in asked if place[0] not in new]
    if old:
        numbers = sorted({number for number, _ in old})
        share = Share(workspace, [entries[number] for number in numbers])
        digests = [declared.digest for declared in share.declared()]
        if digests != [judged[number].digest for number in numbers]:
            raise Unable  # somebody is writing: what was known no longer is what is there
        found.update(zip(old, share.placed([asked[place] for place in old]), strict=True))
    return found


def _say_known(session: Session, memory: Memory, entries: Sequence[Entry]) -> None:
    if session.verbose:
        session.say(f"Knew {memory.used} of {len(entries)} files from the last run")
        if memory.cache.trouble:
            session.say(f"The cache {memory.cache.path} was of no use: {memory.cache.trouble}")
