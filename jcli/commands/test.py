"""`jcli test`: the cases of the workspace's test documents, played on the engine with a clock that is told what time it
is. Offline; changes nothing but the file in which it keeps what failed last.

What a case comes to is the business of `jcli/trials`, which cases are meant that of `choosing.py`, how it shows that of
`jcli/render/trials`. Where to look next: `rounds.py` does one after the other; `docs/testing.md`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from jcli.commands.numbers import Finite
from jcli.commands.rounds import Options, run
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError

FORMATS = ("text", "json", "github", "junit")


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
    type=Finite(0, 100),
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
