"""`jcli backtest`: what an edit would have done to the people of a log. Reads git, files and the store; writes nothing.

What was recorded is read in `recordings.py`, the two sides are read here, `living.py` deals the people out, and how
the result is shown is in `jcli/render/backtests`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared
from jcli.errors import ConfigError, JcliError

if TYPE_CHECKING:
    from jcli.backtest import Assumed, Pair, Side, Span
    from jcli.commands.recordings import Recordings
    from jcli.model import Instant
    from jcli.render.backtests import Report
    from jcli.workspace import Workspace

_WORKING_TREE = "the working tree"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    before: str | None
    after: str | None
    events: str | None
    people: str | None
    since: Instant | None
    until: Instant | None
    site: str | None
    journeys: tuple[str, ...]
    assumed: Assumed
    strict: bool
    processes: int | None


class _Moment(click.ParamType[int]):
    """An instant, or a day, which is its first instant in UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from jcli.durations import parse_instant

        if isinstance(value, int):
            return value
        try:
            return parse_instant(f"{value}T00:00:00Z" if len(value) == len("2026-03-01") else value)
        except ValueError as error:
            self.fail(f"{error}, or a day such as 2026-03-01", param, ctx)


class _Length(click.ParamType[int]):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from jcli.durations import parse_duration

        if isinstance(value, int):
            return value
        try:
            return 0 if value == "0" else parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("backtest")
@click.option(
    "--from", "before", metavar="REF", help="The side before.  [default: where this branch left the default one]"
)
@click.option("--to", "after", metavar="REF", help="The side after.  [default: the files as they are]")
@click.option(
    "--events", metavar="FILE", help="Events as lines of JSON, also gzipped; - for stdin.  [default: the store]"
)
@click.option("--people", metavar="FILE", help="Traits that people have beforehand: lines with userId and traits.")
@click.option(
    "--since", type=_Moment(), metavar="INSTANT", help="From when on journeys are live.  [default: the first event]"
)
@click.option("--until", type=_Moment(), metavar="INSTANT", help="When the clock stops.  [default: the last event]")
@click.option(
    "--site", metavar="KEY", help="The site (key or id) of the events; without it the only one that there is."
)
@click.option("--journey", "journeys", multiple=True, metavar="KEY", help="Report this journey alone. May be repeated.")
@click.option(
    "--outcomes",
    type=click.Choice(["none", "shown", "completed", "dismissed"]),
    default="none",
    show_default=True,
    help="What people make of content of which nothing is recorded.",
)
@click.option("--outcomes-after", type=_Length(), default="1h", show_default=True, metavar="DURATION", help="How soon.")
@click.option("--strict", is_flag=True, help="Stop at a line that cannot be read.")
@click.option(
    "--jobs",
    "-n",
    "processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes.  [default: one for each core]",
)
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    metavar="N",
    help="People shown per journey.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to answer.",
)
@click.option("--detailed-exitcode", is_flag=True, help="End with 4 when anything is different for anybody.")
@shared
@click.pass_obj
def backtest_command(
    session: Session,
    /,
    outcomes: str,
    outcomes_after: int,
    examples: int,
    form: str,
    detailed_exitcode: bool,
    **given: Any,
) -> int:
    """Show what an edit would have done.

    Lets the people of a log live twice, once with the journeys of each side, and says for whom something is different:
    who would have entered, gone another way, got other content, met the goal. Both sides are live from the first event
    on. Nothing is written, and nobody is enrolled.
    """
    from jcli.backtest import Assumed
    from jcli.model import DeliveryStatus
    from jcli.render import backtests

    status = None if outcomes == "none" else DeliveryStatus(outcomes)
    options = Options(**given, assumed=Assumed(status, outcomes_after))
    if options.since is not None and options.until is not None and options.since >= options.until:
        raise click.UsageError("--since is not before --until")
    report = _report(session, options, None if form == "json" else examples)
    if form == "json":
        session.show(backtests.as_json(report))
    elif form == "markdown":
        session.show(backtests.markdown(report, examples))
    else:
        session.show(backtests.text(report, examples, session.ink()))
    return exits.CHANGES if detailed_exitcode and report.totals.differ else exits.DONE


def _report(session: Session, options: Options, most: int | None) -> Report:
    from jcli.backtest import Backtest
    from jcli.commands.forks import cores
    from jcli.commands.living import Crew
    from jcli.commands.progress import progress
    from jcli.render.backtests import Report

    workspace = session.workspace()
    pair = _pair(session, workspace, options)
    recordings = _recordings(session, options, pair)
    span = _span(options, recordings)
    only = [one.id for one in pair.journeys.values() if one.key in options.journeys] if options.journeys else None
    backtest = Backtest(pair, span, options.assumed, only, most)
    crowds = [crowd for log in recordings.logs.values() for crowd in log.crowds()]
    many = options.processes or cores()
    with Crew(backtest, crowds, many) as crew, progress(session, "Living", "people") as moved:
        totals = crew.totals(moved)
    bad = [(one.line, one.code, one.message) for one in recordings.bad]
    return Report(
        workspace=workspace.config.workspace,
        backtest=backtest,
        totals=totals,
        source=recordings.source,
        events=recordings.events,
        replied=recordings.replied,
        assumed=options.assumed,
        bad=bad,
        passed_over=recordings.passed_over,
    )


def _pair(session: Session, workspace: Workspace, options: Options) -> Pair:
    from jcli.backtest import pair
    from jcli.commands.names import must_know

    both = pair(
        _side(session, workspace, options.before, later=False), _side(session, workspace, options.after, later=True)
    )
    known = {one.key for one in both.journeys.values()}
    for key in options.journeys:
        if key in both.left_out:
            raise JcliError(f"the journey `{key}` is left out: {both.left_out[key]}")
        must_know(key, known, f"neither side has a journey `{key}`")
    if not both.journeys:
        for key, reason in both.left_out.items():
            session.say(f"Left out: {key} ({reason})")
        raise JcliError(
            "there is no journey that could be compared", hint="`jcli validate` tells what is wrong with the files"
        )
    return both


def _side(session: Session, workspace: Workspace, ref: str | None, *, later: bool) -> Side:
    """The workspace at a commit; without one as it is (the later side), or as it was where this branch began."""
    from jcli.backtest import side_of
    from jcli.commands.reading import no_collecting, read_workspace
    from jcli.compiler import compile_documents
    from jcli.compiler.zones import zone
    from jcli.workspace import load_at
    from jcli.workspace.changes import fork

    if ref is None and later:
        read = read_workspace(session)
        return side_of(_WORKING_TREE, read.compilation, workspace.config.workspace, zone)
    name = ref or ""
    if ref is None:
        ref, branch = fork(workspace.root)
        name = ref[:12]
        session.say(f"Comparing with {name}, where this branch left {branch}.")
    with no_collecting():
        past = load_at(workspace, ref)
        if past is None:
            session.say(f"There was no workspace here at {name}.")
        config = past.config if past else workspace.config
        documents, findings = (past.documents, past.findings) if past else ([], [])
        compilation = compile_documents(documents, findings, config.workspace, config.rules)
    return side_of(name, compilation, config.workspace, zone)


def _recordings(session: Session, options: Options, pair: Pair) -> Recordings:
    """The logs, read to their end."""
    from jcli.backtest import Log
    from jcli.commands.progress import progress
    from jcli.commands.recordings import Recordings, read_events, read_people, read_store
    from jcli.render.findings import counted

    source = {None: "the store", "-": "stdin"}.get(options.events, options.events or "")
    catalogues = [side.catalogues(pair.ids, 0)[1] for side in (pair.before, pair.after)]
    of_file = options.events is not None or options.people is not None
    site_ids = [_site(pair, options.site)] if of_file or options.site else pair.site_ids
    into = Recordings(source, {site_id: Log(site_id, catalogues) for site_id in site_ids})
    with progress(session, "Reading", "events") as moved:
        if options.people is not None:
            read_people(session, into, options.people, site_ids[0], strict=options.strict, moved=moved)
        if options.events is None:
            read_store(session, into, options.until, moved)
        else:
            read_events(session, into, options.events, site_ids[0], options.until, strict=options.strict, moved=moved)
    for bad in into.bad[:5]:
        session.say(f"line {bad.line}: {bad.message}")
    if into.passed_over:
        lines = counted(into.passed_over, "line")
        session.say(f"{lines} could not be read and were passed over; --strict stops at the first.")
    if into.ends is None:
        raise JcliError(
            f"there is no event in {source}", hint="is the site right, and the time? `--site`, `--since`, `--until`"
        )
    return into


def _site(pair: Pair, given: str | None) -> str:
    """The id of the site: the one that is named by its key or id, or the only one of the journeys."""
    from jcli.commands.names import must_know

    keys = {**pair.before.site_keys, **pair.after.site_keys}
    if given is not None:
        must_know(given, {*keys.values(), *pair.site_ids}, f"no journey is of a site `{given}`")
        return next((site_id for site_id, key in keys.items() if key == given), given)
    if len(pair.site_ids) != 1:
        found = ", ".join(sorted(keys.get(site_id, site_id) for site_id in pair.site_ids))
        raise ConfigError(f"which site are the events of? The journeys are of {found}", hint="name one with --site")
    return pair.site_ids[0]


def _span(options: Options, recordings: Recordings) -> Span:
    from jcli.backtest import Span

    assert recordings.ends is not None
    first, last = recordings.ends
    start = first if options.since is None else options.since
    end = last if options.until is None else options.until
    return Span(start, max(start, end))
