"""`jcli test`: the cases of the workspace's test documents, played on the engine with a clock that is told what time it
is. Offline; changes nothing but the file in which it keeps what failed last.

What a case comes to is the business of `jcli/trials`, which cases are meant that of `choosing.py`, how it shows that of
`jcli/render/trials`. Where to look next: `docs/testing.md`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jcli.commands.choosing import Chosen
    from jcli.commands.covering import Covering
    from jcli.commands.testing import Trials
    from jcli.findings import Finding
    from jcli.trials.coverage import Coverage
    from jcli.trials.script import Case
    from jcli.trials.verdicts import Verdict

FORMATS = ("text", "json", "github", "junit")


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


@click.command("test")
@click.argument("arguments", nargs=-1, metavar="[PATH|KEY|FILE::CASE]...")
@click.option("-k", "expression", metavar="EXPR", help="Only cases whose names fit, as in 'admin and not mail'.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How the outcome is shown."
)
@click.option("--junit", metavar="FILE", help="Write the outcome as JUnit XML to FILE, too.")
@click.option("-x", "first", is_flag=True, help="Stop after the first case that fails.")
@click.option("--maxfail", "most", type=click.IntRange(1), metavar="N", help="Stop after so many that fail.")
@click.option("--alone", is_flag=True, help="Let only the tested journey be live, whatever the cases say.")
@click.option(
    "-n",
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Play in so many processes.  [default: as many as pay, up to the cores]",
)
@click.option("--list", "listing", is_flag=True, help="Tell which cases there are, and play none.")
@click.option("--if-any", is_flag=True, help="End with 0 where the workspace has no test at all.")
@click.option("--last-failed", "--lf", is_flag=True, help="Only cases that failed when they were played last.")
@click.option("--durations", type=click.IntRange(1), metavar="N", help="Tell the N slowest cases.")
@click.option("--watch", is_flag=True, help="Play again whenever a file changes, what the change touches.")
@click.option(
    "--coverage", is_flag=True, help="Tell how much of the journeys the cases walk over, and what is missing."
)
@click.option("--coverage-json", metavar="FILE", help="Write the coverage as JSON to FILE.")
@click.option("--coverage-svg", metavar="DIR", help="Draw the journeys with their coverage into DIR.")
@click.option("--coverage-mermaid", metavar="DIR", help="The same as Mermaid.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="Fail when fewer than N per cent of the edges are covered.",
)
@click.option("--suggest", is_flag=True, help="Write the cases that are missing to stdout, and play none.")
@click.option("--write", is_flag=True, help="With --suggest: add them to the test documents.")
@shared
@click.pass_obj
def test_command(session: Session, /, first: bool, **given: Any) -> int:
    """Play the test cases of the workspace.

    Without arguments all are played. PATH (a file or a folder) means the tests in it and those of the journeys in it,
    KEY the tests of a journey, FILE::CASE one case. All journeys of the workspace are live, but where a test says
    otherwise. With -q only what failed is shown, with -v a line for each case.
    """
    options = Options(**given)
    if first:
        options = replace(options, most=1)
    if options.suggest:
        from jcli.commands.suggesting import Suggesting, suggest_cases

        options = _usable(options)
        return suggest_cases(session, Suggesting(options.arguments, options.write, options.form, options.jobs))
    if options.watch:
        from jcli.commands.watching import watch

        return watch(session, _usable(options))
    return run(session, _usable(options)).code


def _usable(options: Options) -> Options:
    """ConfigError for options that contradict each other."""
    if options.watch and (options.form != "text" or options.listing):
        raise ConfigError("--watch shows text, again and again; pass no --format and no --list with it")
    if options.watch and (options.suggest or options.covering.wanted):
        raise ConfigError("--watch plays what a change touches, which is not all that there is to cover or to suggest")
    if options.write and not options.suggest:
        raise ConfigError("--write says what to do with suggested cases", hint="`jcli test --suggest --write`")
    return options


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
    _show(session, options, done)
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


def _show(session: Session, options: Options, done: Round) -> None:
    """The outcome on stdout in the format that is wanted; in one for programs its summary on stderr."""
    from jcli.render import trials as render

    folder = done.trials.read.workspace.folder()
    if options.junit is not None:
        from jcli.render.trials.junit import junit
        from jcli.workspace import write_file

        write_file(session.path(options.junit), junit(done.verdicts, done.findings, folder=folder).encode())
    if options.form == "text":
        session.show(_text(session, options, done))
        return
    session.show(_told(options.form, done, folder))
    session.say(render.summary(done.verdicts, done.seconds, aside=_aside(done), barred=_barred(done)).rstrip("\n"))


def _text(session: Session, options: Options, done: Round) -> str:
    from jcli.render import trials as render
    from jcli.render.findings import full

    ink = session.ink()
    blocks = [full(done.findings, done.trials.read.workspace.lines, ink), render.failures(done.verdicts, ink)]
    if options.durations is not None:
        blocks.append(render.durations(done.verdicts, options.durations, ink))
    text = "".join(blocks)
    gap = "\n" if text and done.verdicts and not session.quiet else ""
    summary = render.summary(
        done.verdicts, done.seconds, ink, aside=_aside(done), barred=_barred(done), failed=bool(done.findings)
    )
    return f"{gap}{text}{summary}"


def _told(form: str, done: Round, folder: str) -> str:
    """The outcome for another program. Files go by their names from the root of the repository, but in JSON."""
    if form == "json":
        from jcli.render.trials.objects import as_json

        return as_json(done.verdicts, done.seconds, findings=done.findings, barred=_barred(done), more=_more(done))
    if form == "junit":
        from jcli.render.trials.junit import junit

        return junit(done.verdicts, done.findings, folder=folder)
    from jcli.render.findings.github import github as annotated
    from jcli.render.trials.github import github

    return annotated(done.findings, folder=folder) + github(done.verdicts, folder=folder)


def _more(done: Round) -> dict[str, Any]:
    from jcli.render.trials.coverage import coverage_objects

    return {"coverage": coverage_objects(done.coverages)} if done.coverages else {}


def _aside(done: Round) -> list[str]:
    """What is to be said beside the counts."""
    from jcli.render.findings import counted

    left = len(done.chosen.cases) - len(done.verdicts)
    said = [f"{left:,} not played"] if left else []
    return [*said, f"{counted(len(done.findings), 'error')} in documents"] if done.findings else said


def _barred(done: Round) -> dict[str, str]:
    """The journeys that could not be live beside the tested ones, with the reason."""
    tested = {case.journey for case in done.chosen.cases}
    return {key: why for key, why in done.trials.setting.barred.items() if key not in tested}
