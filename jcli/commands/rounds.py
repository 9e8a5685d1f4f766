"""One round of `jcli test`: the workspace read, the cases that are meant played, and what came of them shown.

It must not know the command line: `test.py` has its options, `watching.py` begins a round whenever a file changes.
Where to look next: `outcome.py` shows.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from jcli.commands import exits
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jcli.commands.choosing import Chosen
    from jcli.commands.covering import Covering
    from jcli.commands.session import Session
    from jcli.commands.testing import Trials
    from jcli.findings import Finding
    from jcli.trials.coverage import Coverage
    from jcli.trials.script import Case
    from jcli.trials.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. `most`: after so many that did not pass no other case is played."""

    arguments: tuple[str, ...] = ()
    expression: str | None = None
    form: str = "text"
    junit: str | None = None
    most: int | None = None
    alone: bool = False
    jobs: int | None = None
    listing: bool = False
    if_any: bool = False
    last_failed: bool = False
    durations: int | None = None
    watch: bool = False
    coverage: bool = False
    coverage_json: str | None = None
    coverage_svg: str | None = None
    coverage_mermaid: str | None = None
    fail_under: float | None = None
    suggest: bool = False
    write: bool = False

    @property
    def covering(self) -> Covering:
        from jcli.commands.covering import Covering

        shown = self.coverage or self.fail_under is not None
        return Covering(shown, self.coverage_json, self.coverage_svg, self.coverage_mermaid, self.fail_under)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one run: the cases that were meant, and the verdicts of those that were played. `findings` are the
    errors in the files concerned."""

    trials: Trials
    chosen: Chosen
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    coverages: tuple[Coverage, ...] = ()
    short: bool = False

    @property
    def code(self) -> int:
        from jcli.trials.verdicts import Outcome

        wrong = any(one.outcome is not Outcome.PASSED for one in self.verdicts)
        return exits.FINDINGS if wrong or self.findings or self.short else exits.DONE


def run(session: Session, options: Options, *, among: Callable[[Trials, Case], bool] | None = None) -> Round:
    """Read the workspace, play what is meant, show what came of it. `among` leaves out cases that are not wanted; then
    it is no mistake when none is left."""
    from jcli.commands.outcome import show
    from jcli.commands.testing import trials_of

    begun = perf_counter()
    trials = trials_of(session)
    chosen = _chosen(session, trials, options)
    if among is not None:
        chosen = replace(chosen, cases=tuple(case for case in chosen.cases if among(trials, case)))
    found = tuple(trials.errors(chosen.files))
    if options.listing:
        _list(session, chosen)
        return Round(trials, chosen, findings=found)
    if not chosen.cases and not found:
        if among is None and not (options.if_any and not trials.cases):
            raise _nothing(trials, options)
        session.say("There is no test in this workspace." if among is None else "No case is touched by it.")
        return Round(trials, chosen)
    verdicts = tuple(_play(session, options, trials, chosen))
    done = Round(trials, chosen, verdicts, found, perf_counter() - begun)
    _remember(done)
    if options.covering.wanted:
        done = replace(done, coverages=_covered(session, options, trials, verdicts))
    show(session, options, done)
    return _held(session, options, done)


def _covered(session: Session, options: Options, trials: Trials, verdicts: Sequence[Verdict]) -> tuple[Coverage, ...]:
    from jcli.commands.covering import coverages_of, journeys_meant

    return coverages_of(trials, journeys_meant(session, trials, options.arguments), verdicts)


def _held(session: Session, options: Options, done: Round) -> Round:
    """The run with its coverage shown and held against what is asked for."""
    from jcli.commands.covering import falls_short, show_coverage

    covering = options.covering
    if not covering.wanted:
        return done
    if options.form == "json":
        covering = replace(covering, shown=False)  # it is part of the answer
    show_coverage(session, covering, done.trials, done.coverages, err=options.form != "text")
    return replace(done, short=falls_short(session, covering, done.coverages))


def _chosen(session: Session, trials: Trials, options: Options) -> Chosen:
    from jcli.commands.choosing import choose
    from jcli.commands.recalling import Recall
    from jcli.trials.matching import matcher

    fits = matcher(options.expression) if options.expression is not None else None
    chosen = choose(session, trials, options.arguments, fits)
    if not options.last_failed:
        return chosen
    recall = Recall(trials.read.workspace)
    failed = tuple(case for case in chosen.cases if recall.has(case))
    if not failed:
        session.say("None of these cases failed when it was played last: all are played.")
        return chosen
    return replace(chosen, cases=failed)


def _nothing(trials: Trials, options: Options) -> ConfigError:
    """A green run of nothing is what a misspelt word looks like."""
    from jcli.commands.choosing import NONE_YET

    if not trials.cases:
        return ConfigError("there is no test in this workspace", hint=NONE_YET)
    said = f"`-k {options.expression}`" if options.expression is not None else "the arguments"
    return ConfigError(f"{said} fits none of {len(trials.cases):,} cases", hint="`jcli test --list` tells all of them")


def _list(session: Session, chosen: Chosen) -> None:
    from jcli.render.findings import counted
    from jcli.render.trials import listed

    session.show(listed(chosen.cases))
    files = {case.file for case in chosen.cases}
    session.say(f"{counted(len(chosen.cases), 'case')} in {counted(len(files), 'file')}")


def _play(session: Session, options: Options, trials: Trials, chosen: Chosen) -> Iterable[Verdict]:
    """The verdicts; as they come, what tells on the screen how far it is."""
    from jcli.commands.testing import played
    from jcli.render.trials import Progress

    verdicts = played(
        trials, chosen.cases, alone=options.alone, watched=options.covering.wanted, jobs=options.jobs, most=options.most
    )
    if options.form != "text" or session.quiet:
        yield from verdicts
        return
    progress = Progress(len(chosen.cases), session.ink(), columns=_columns(), verbose=session.verbose)
    for verdict in verdicts:
        session.show(progress.of(verdict))
        yield verdict
    session.show(progress.end())


def _columns() -> int:
    from shutil import get_terminal_size

    return max(40, get_terminal_size().columns) if sys.stdout.isatty() else 80


def _remember(done: Round) -> None:
    from jcli.commands.recalling import Recall

    Recall(done.trials.read.workspace).keep(done.verdicts, done.trials.cases)
