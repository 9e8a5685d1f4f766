"""What is wrong with the files on a desk, judged again only where it can have changed.

A file is judged alone first, then with the world that its references point into. The first holds as long as the file
does, the second as long as the world does, too: an edit that declares nothing new costs one file's work, and comparing
what little is known of all.
It says what `compile_documents` says of all files at once; where two documents share a key or an id, that is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jcli.checks import Facts, World
from jcli.checks.silencing import silenced
from jcli.compiler import (
    Shaped,
    check_references,
    check_shapes,
    compare_documents,
    compile_documents,
    declared_once,
    place,
    world_of,
)
from jcli.documents import Document
from jcli.findings import Finding, has_errors
from jcli.workspace import Config


@dataclass(frozen=True, slots=True)
class Part:
    """A file as the reader returned it. It is the same file as long as it is the same object."""

    file: str
    documents: list[Document]
    findings: list[Finding]


@dataclass(slots=True)
class _Judged:
    part: Part
    shaped: Shaped
    world: World | None = None
    findings: tuple[Finding, ...] = ()
    facts: tuple[Facts, ...] = ()
    barred: bool = False


class Judge:
    """Judges the files of one workspace again and again."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._judged: dict[str, _Judged] = {}

    def findings(self, parts: Sequence[Part]) -> list[Finding]:
        """All that is wrong, in source order."""
        self._judged = {part.file: self._alone(part) for part in parts}
        judged = self._judged.values()
        heads = [head for one in judged for head in one.shaped.heads]
        if not declared_once(heads):
            return self._whole(parts)
        world = world_of(heads)
        for one in judged:
            if one.world != world:
                self._among_others(one, world)
        found = [finding for one in judged for finding in one.findings]
        ignores = [ignore for one in judged for ignore in one.shaped.ignores]
        return silenced([*found, *self._together()], ignores, self._config.rules)

    def _together(self) -> list[Finding]:
        """What is wrong with documents beside each other. Facts are small, so all are compared each time."""
        judged = self._judged.values()
        facts = [fact for one in judged for fact in one.facts]
        spotted = compare_documents(facts, self._config.rules, complete=not any(one.barred for one in judged))
        return place(spotted, [passed for one in judged for passed in one.shaped.passed]) if spotted else []

    def _alone(self, part: Part) -> _Judged:
        known = self._judged.get(part.file)
        if known is not None and known.part is part:
            return known
        return _Judged(part, check_shapes(part.documents, part.findings, self._config.workspace))

    def _among_others(self, one: _Judged, world: World) -> None:
        config = self._config
        referred = check_references(one.shaped, world, config.workspace, config.rules, ids=False)
        one.findings = (*one.shaped.findings, *referred.early, *referred.late)
        one.facts = tuple(referred.facts)
        one.barred = bool(one.shaped.barring or has_errors(referred.early))
        one.world = world

    def _whole(self, parts: Sequence[Part]) -> list[Finding]:
        documents = [document for part in parts for document in part.documents]
        unread = [finding for part in parts for finding in part.findings]
        return compile_documents(documents, unread, self._config.workspace, self._config.rules).findings


def by_file(parts: Sequence[Part], findings: Sequence[Finding]) -> Mapping[str, list[Finding]]:
    """File -> what is wrong with it; every file has an entry."""
    found: dict[str, list[Finding]] = {part.file: [] for part in parts}
    for finding in findings:
        found.setdefault(finding.file or "", []).append(finding)
    return found
