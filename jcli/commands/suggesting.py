"""`jcli test --suggest`: the cases that journeys are missing, as a test document on stdout or written beside them.

What is suggested is found by `jcli/trials/suggesting`. The cases that are there are played first, so that only what
they do not cover is looked for. Files are added to and never written over.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jcli.commands import exits
from jcli.errors import ConfigError, JcliError

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.commands.testing import Trials
    from jcli.documents import Document
    from jcli.trials.coverage import Coverage
    from jcli.trials.suggesting import Suggestion


@dataclass(frozen=True, slots=True)
class Suggesting:
    """What is wanted: journeys by the arguments of the command line, `write` into files, `form` text or json."""

    arguments: tuple[str, ...] = ()
    write: bool = False
    form: str = "text"
    jobs: int | None = None


def suggest_cases(session: Session, wanted: Suggesting) -> int:
    """Suggest what is missing of the journeys that are meant."""
    from jcli.commands.covering import coverages_of, journeys_meant
    from jcli.commands.testing import played, trials_of

    if wanted.form not in ("text", "json"):
        raise ConfigError(f"suggestions come as text or json, and not as {wanted.form}")
    trials = trials_of(session)
    keys = journeys_meant(session, trials, wanted.arguments)
    _must_run(session, trials, keys)
    cases = [case for case in trials.cases if keys is None or case.journey in keys]
    verdicts = tuple(played(trials, cases, watched=True, jobs=wanted.jobs))
    suggestions: list[Suggestion] = []
    for coverage in coverages_of(trials, keys, verdicts):
        suggestions.append(_suggested(trials, coverage))
        _tell(session, wanted, coverage, suggestions)
        if wanted.write and suggestions[-1].cases:
            _write(session, trials, suggestions[-1])
    if wanted.form == "json":
        from jcli.render.trials.suggestions import suggestions_json

        session.show(suggestions_json(suggestions))
    return exits.DONE


def _must_run(session: Session, trials: Trials, keys: Sequence[str] | None) -> None:
    """JcliError for a journey that is named and cannot be live; of the others it is only said."""
    for key, why in trials.setting.barred.items():
        if keys is None:
            session.say(f"{key} is left out, it cannot be published: {why}")
        elif key in keys:
            raise ConfigError(
                f"`{key}` cannot be published, so nobody can live in it: {why}", hint="`jcli validate` tells it all"
            )


def _suggested(trials: Trials, coverage: Coverage) -> Suggestion:
    from jcli.trials.suggesting import suggest

    names = [case.name for case in trials.cases if case.journey == coverage.journey]
    live = trials.setting.journeys[coverage.journey]
    return suggest(live, trials.setting, trials.findings, wanted=coverage.missing, names=names)


def _tell(session: Session, wanted: Suggesting, coverage: Coverage, suggestions: Sequence[Suggestion]) -> None:
    """What was just found, as soon as it is: the document on stdout, unless it goes into a file, and on stderr how far
    it reaches. JSON is told as a whole."""
    from jcli.render.trials.suggestions import report
    from jcli.trials.suggesting.writing import new_document

    if wanted.form == "json":
        return
    *before, newest = suggestions
    session.say(report(coverage, newest, session.ink(err=True)).rstrip("\n"))
    if newest.cases and not wanted.write:
        mark = "---\n" if any(one.cases for one in before) else ""
        session.show(mark + new_document(newest.journey, newest.cases))


# Files


def _write(session: Session, trials: Trials, suggestion: Suggestion) -> None:
    """Add the cases to the test of the journey, or make one beside it."""
    from jcli.render.findings import counted
    from jcli.trials.suggesting.writing import added, new_document

    root = trials.read.workspace.root
    test = _test_of(trials, suggestion.journey)
    if test is not None:
        path = root / test.file
        _change(path, test.file, added(_read(path), test, suggestion.cases))
        session.say(f"Added {counted(len(suggestion.cases), 'case')} to {test.file}")
        return
    beside = trials.setting.journeys[suggestion.journey].document.file
    file = os.path.join(os.path.dirname(beside), f"{suggestion.journey}.test.yaml")
    path = root / file
    text = new_document(suggestion.journey, suggestion.cases)
    if path.exists():
        before = _read(path)
        _change(path, file, before + ("" if before.endswith("\n") else "\n") + "---\n" + text)
    else:
        _change(path, file, _modeline(root / beside) + text)
    session.say(f"Wrote {counted(len(suggestion.cases), 'case')} into {file}")


def _test_of(trials: Trials, journey: str) -> Document | None:
    """The last test document of the journey that can be added to."""
    from jcli.model import Kind

    tests = [
        document
        for document in trials.read.loaded.documents
        if document.kind is Kind.TEST and document.key == journey and isinstance(document.data.get("cases"), list)
    ]
    return tests[-1] if tests else None


def _modeline(beside: Path) -> str:
    """The comment by which an editor finds the schema, as the file of the journey has it."""
    first = _read(beside).partition("\n")[0]
    return f"{first}\n" if first.startswith("# yaml-language-server:") else ""


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _change(path: Path, file: str, text: str) -> None:
    from jcli.workspace import write_file

    try:
        write_file(path, text.encode("utf-8"))
    except OSError as error:
        raise JcliError(f"{file} cannot be written: {error.strerror or error}") from None
