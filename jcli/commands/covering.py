"""What `jcli test --coverage` does with the verdicts: adds them up, shows what is covered, holds it against a minimum.

What there is to cover is the business of `jcli/trials/coverage.py`, how it shows that of `jcli/render/trials`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.errors import NotFound

if TYPE_CHECKING:
    from jcli.commands.session import Session
    from jcli.commands.testing import Trials
    from jcli.trials.coverage import Coverage
    from jcli.trials.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Covering:
    """What is wanted of the coverage: the table, files and folders to write, the least share of edges in per cent."""

    shown: bool = False
    json: str | None = None
    svg: str | None = None
    mermaid: str | None = None
    least: float | None = None

    @property
    def wanted(self) -> bool:
        return self.shown or self.least is not None or any((self.json, self.svg, self.mermaid))


def coverages_of(trials: Trials, keys: Sequence[str] | None, verdicts: Sequence[Verdict]) -> tuple[Coverage, ...]:
    """The coverage of these journeys (None: of all that can be live), in the order of the workspace."""
    from jcli.trials.coverage import coverage_of

    journeys = trials.setting.journeys
    meant = [live for key, live in journeys.items() if keys is None or key in keys]
    return tuple(coverage_of(meant, verdicts))


def show_coverage(
    session: Session, covering: Covering, trials: Trials, found: Sequence[Coverage], *, err: bool
) -> None:
    """The table, unless only files were asked for, and the files. With `err` the table goes to stderr, because another
    format has the stdout. OSError and ConfigError from what is written."""
    from jcli.render.trials.coverage import coverage_json, coverage_table

    if covering.shown:
        session.show("\n" + coverage_table(found, session.ink(err=err)), err=err)
    if covering.json is not None:
        from jcli.workspace import write_file

        write_file(session.path(covering.json), coverage_json(found).encode())
    for form, folder in (("svg", covering.svg), ("mermaid", covering.mermaid)):
        if folder is not None:
            _draw(session, trials, found, form, folder)


def _draw(session: Session, trials: Trials, found: Sequence[Coverage], form: str, folder: str) -> None:
    """A picture of each journey. ConfigError when the packages that draw it are not installed."""
    from jcli.commands.graph import ENDINGS, picture_of
    from jcli.render.findings import counted
    from jcli.render.trials.picture import covered_drawing

    write = picture_of(form)
    path = session.path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for coverage in found:
        drawing = covered_drawing(coverage, trials.setting.journeys[coverage.journey])
        (path / f"{coverage.journey}{ENDINGS[form]}").write_bytes(write(drawing))
    session.say(f"Wrote {counted(len(found), 'picture')} into {path}")


def falls_short(session: Session, covering: Covering, found: Sequence[Coverage]) -> bool:
    """Whether fewer edges are covered than there must be; it is said on stderr."""
    from jcli.trials.coverage import covered, percent
    from jcli.trials.coverage import falls_short as short

    reached, whole = covered(found)
    if covering.least is None or not short(reached, whole, covering.least):
        return False
    session.show(
        f"{reached:,} of {whole:,} edges are covered, which is {percent(reached, whole):g} % and less than the "
        f"{covering.least:g} % that --fail-under asks for\n",
        err=True,
    )
    return True


def journeys_meant(session: Session, trials: Trials, arguments: Sequence[str]) -> list[str] | None:
    """The keys of the journeys that arguments mean: by their keys, or by files and folders, of which those count that
    the tests in them are about. None: all. NotFound for one that names nothing."""
    from os.path import lexists

    from jcli.commands.names import meant
    from jcli.commands.paths import chosen_files

    if not arguments:
        return None
    known = trials.journeys_in(trials.read.loaded.files)
    keys: list[str] = []
    for argument in arguments:
        path = argument.partition("::")[0]
        if argument in known:
            keys.append(argument)
        elif lexists(session.path(path)):
            files = chosen_files([session.path(path)], trials.read.workspace, trials.read.loaded.files)
            keys += sorted(trials.journeys_in(files))
            keys += [case.journey for case in trials.cases if case.file in files]
        else:
            raise NotFound(f"there is no file, folder or journey `{argument}`{meant(argument, known)}")
    return list(dict.fromkeys(keys))
