"""A workspace with its tests, read and ready to be played: the first step of `jcli test`, and of the pytest plugin.

What a case comes to is the business of `jcli/trials`; here its file, its line and how long it took are added, which the
engine knows nothing of. Where to look next: `players.py` shares cases out among processes, `choosing.py` says which
are meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING

from jcli.commands.players import play_all

if TYPE_CHECKING:
    from jcli.commands.reading import Read
    from jcli.commands.session import Session
    from jcli.documents import Document
    from jcli.findings import Finding, Path
    from jcli.rehearsal import Setting
    from jcli.trials.script import Case
    from jcli.trials.unread import Known
    from jcli.trials.verdicts import Verdict


@dataclass(frozen=True)
class Trials:
    """The workspace, its journeys ready to be lived in, and all cases of its test documents in the order of the files.
    `unread` are those of them of which nothing but the name is known, because something is wrong with them or with
    whom they name. `findings` is everything that is wrong, in source order."""

    read: Read
    setting: Setting
    cases: tuple[Case, ...]
    findings: Sequence[Finding]
    unread: frozenset[Known] = frozenset()

    @cached_property
    def documents(self) -> Mapping[tuple[str, int], Document]:
        return {(document.file, document.index): document for document in self.read.loaded.documents}

    @cached_property
    def tests(self) -> frozenset[str]:
        """The files that hold a test document, right or wrong."""
        from jcli.model import Kind

        return frozenset(document.file for document in self.read.loaded.documents if document.kind is Kind.TEST)

    @cached_property
    def persons(self) -> frozenset[str]:
        """The files that hold a person whom any case may name."""
        from jcli.model import Kind

        return frozenset(document.file for document in self.read.loaded.documents if document.kind is Kind.PERSON)

    def errors(self, files: Collection[str]) -> list[Finding]:
        """What is wrong with these files."""
        from jcli.findings import Severity

        return [found for found in self.findings if found.severity is Severity.ERROR and found.file in files]

    def journeys_in(self, files: Collection[str]) -> set[str]:
        """The keys of the journeys whose documents are in these files."""
        from jcli.model import Kind

        documents = self.read.loaded.documents
        return {one.key for one in documents if one.kind is Kind.JOURNEY and one.key and one.file in files}

    def files_of(self, journeys: Collection[str]) -> set[str]:
        """The files in which the documents of these journeys are."""
        from jcli.model import Kind

        documents = self.read.loaded.documents
        return {one.file for one in documents if one.kind is Kind.JOURNEY and one.key in journeys}

    def line(self, case: Case, path: Path) -> int:
        """The line of a place in the document of a case."""
        return self.documents[case.file, case.index].spans.key(path).line

    def play(self, case: Case, *, alone: bool = False, watched: bool = False) -> Verdict:
        """What comes of the case, with lines and the time that it took. `step_line` is that of the first field that is
        not as expected, else of the step. `watched`: with what it walked over."""
        from jcli.trials.playing import play
        from jcli.trials.unread import known_by

        begun = perf_counter()
        if known_by(case) in self.unread:
            verdict = self._unplayable(case)
        else:
            verdict = play(case, self.setting, alone=alone, watched=watched)
        taken = perf_counter() - begun
        blamed = verdict.mismatches[0].path if verdict.mismatches else verdict.path
        passed = not verdict.mismatches and verdict.problem is None
        line, step_line = self.line(case, case.path), None if passed else self.line(case, blamed)
        now = max(verdict.now, case.start)  # one that could not begin has no time of its own
        return replace(verdict, line=line, step_line=step_line, start=case.start, now=now, seconds=taken)

    def _unplayable(self, case: Case) -> Verdict:
        from jcli.render.findings.words import place
        from jcli.trials.verdicts import Outcome, Verdict

        why = [
            one
            for one in self.errors({case.file})
            if one.index == case.index and one.path[: len(case.path)] == case.path
        ]
        found = next(iter([*why, *self.errors(self.persons)]), None)
        said = "something that it names is wrong" if found is None else f"{place(found)}{found.message}"
        hint = "`jcli validate` tells all that is wrong"
        return Verdict(case.file, 0, case.journey, case.name, Outcome.BROKEN, path=case.path, problem=said, hint=hint)


def trials_of(session: Session) -> Trials:
    """Everything of the workspace that tests need."""
    from jcli.commands.reading import no_collecting, read_workspace
    from jcli.compiler.zones import zone
    from jcli.rehearsal import setting_of
    from jcli.trials.reading import cases_of
    from jcli.trials.unread import known_by, unread_of

    read = read_workspace(session)
    with no_collecting():
        documents = read.loaded.documents
        setting = setting_of(read.compilation, read.workspace.config.workspace, zone, documents)
        setting = replace(setting, barred={**_wrong(read), **setting.barred})
        cases = cases_of(documents)
        unread = unread_of(documents, cases)
        if unread:
            order = {(document.file, document.index): number for number, document in enumerate(documents)}
            cases = sorted([*cases, *unread], key=lambda case: (order[case.file, case.index], *case.path[1:]))
    return Trials(read, setting, tuple(cases), read.compilation.findings, frozenset(map(known_by, unread)))


def _wrong(read: Read) -> dict[str, str]:
    """The journeys that did not even become one, with the first thing that is wrong with each."""
    from jcli.findings import Severity
    from jcli.model import Kind

    wrong: dict[str, str] = {}
    for found in read.compilation.findings:
        known = found.journey is None or (Kind.JOURNEY, found.journey) in read.compilation.sources
        if found.severity is Severity.ERROR and found.journey is not None and not known:
            wrong.setdefault(found.journey, found.message)
    return wrong


def played(
    trials: Trials,
    cases: Sequence[Case],
    *,
    alone: bool = False,
    watched: bool = False,
    jobs: int | None = None,
    most: int | None = None,
) -> Iterator[Verdict]:
    """What comes of each case, in order, as soon as it is known. After `most` that did not pass no other is played."""
    from jcli.trials.verdicts import Outcome

    wrong = 0
    verdicts = play_all(cases, lambda case: trials.play(case, alone=alone, watched=watched), jobs)
    try:
        for verdict in verdicts:
            yield verdict
            wrong += verdict.outcome is not Outcome.PASSED
            if most is not None and wrong >= most:
                return
    finally:
        verdicts.close()
