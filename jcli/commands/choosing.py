"""Which cases a command line means: by files, folders, journeys and names, by an expression, by what failed last.

It must not play them. Where to look next: `jcli/trials/matching.py` reads the expressions, `recalling.py` knows what
failed last.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jcli.commands.names import meant
from jcli.commands.paths import chosen_files
from jcli.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.commands.testing import Trials
    from jcli.trials.script import Case

NONE_YET = """\
write one beside a journey, as in welcome.test.yaml:
  test: welcome
  cases:
    - case: somebody new is welcomed
      steps:
        - {event: signed_up, expect: {at: tour}}"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cases that are meant, in the order of the workspace. `files` are those whose errors concern them: the test
    documents, the journeys that they test, and the people whom they may name; `whole`: no path left anything out."""

    cases: tuple[Case, ...]
    files: frozenset[str]
    whole: bool


def choose(
    session: Session, trials: Trials, arguments: Sequence[str], fits: Callable[[Case], bool] | None = None
) -> Chosen:
    """The cases that the arguments name (none: all), and of those the ones that fit. NotFound or ConfigError for an
    argument that names nothing."""
    means: Callable[[Case], bool] = _anything
    if not arguments:
        files = frozenset(_unread(trials) | trials.tests)
    else:
        wanted = [_named(session, trials, argument) for argument in arguments]
        files = frozenset(file for found in wanted for file in found.files)
        means = _any_of(wanted)
    cases = tuple(case for case in trials.cases if means(case) and (fits is None or fits(case)))
    files |= trials.files_of({case.journey for case in cases}) | trials.persons
    return Chosen(cases, files, not arguments)


def _any_of(wanted: Sequence[_Named]) -> Callable[[Case], bool]:
    return lambda case: any(one.means(case) for one in wanted)


def _anything(_case: Case) -> bool:
    return True


def _unread(trials: Trials) -> set[str]:
    """Files of which nobody can tell whether they hold tests."""
    return {found.file for found in trials.findings if found.document is None and found.file is not None}


@dataclass(frozen=True, slots=True)
class _Named:
    """What one argument means: cases, and the files named by it."""

    means: Callable[[Case], bool]
    files: frozenset[str]


def _named(session: Session, trials: Trials, argument: str) -> _Named:
    path, mark, name = argument.partition("::")
    place = _place(session, trials, path)
    if not mark and place is None:
        return _journey(trials, argument)
    files = frozenset(_files(trials, place or session.path(path)))
    if not mark:
        journeys = trials.journeys_in(files)
        return _Named(lambda case: case.file in files or case.journey in journeys, files)
    names = [case for case in trials.cases if case.file in files]
    if not any(name in (case.name, case.title) for case in names):
        raise NotFound(
            f"{path} has no case `{name}`{meant(name, [case.name for case in names])}",
            hint=f"`jcli test --list {path}` tells all of them",
        )
    return _Named(lambda case: case.file in files and name in (case.name, case.title), files)


def _place(session: Session, trials: Trials, name: str) -> Path | None:
    """Where a name leads: from the working directory or, as files are named in what is shown, from the workspace."""
    places = (session.path(name), trials.read.workspace.root / name)
    return next((place for place in places if os.path.lexists(place)), None)


def _files(trials: Trials, path: Path) -> set[str]:
    return chosen_files([path], trials.read.workspace, trials.read.loaded.files)


def _journey(trials: Trials, key: str) -> _Named:
    tested = {case.journey for case in trials.cases}
    if key in tested:
        return _Named(lambda case: case.journey == key, frozenset())
    known = trials.journeys_in(trials.read.loaded.files)
    if key in known:
        raise ConfigError(f"the journey `{key}` has no test", hint=NONE_YET)
    raise NotFound(
        f"there is no file, folder or journey `{key}`{meant(key, known)}",
        hint="name files, folders, keys of journeys, or file::case; without any all cases are played",
    )
