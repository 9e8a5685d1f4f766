"""`jcli publish`, `unpublish`, `pause`, `archive`, `restore`: the lifecycle verbs, each on any number of journeys.

Every journey is a transaction of its own: one that is refused does not hold the others up. The table of what is
allowed from where is in `jcli/operations/lifecycle.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared, tell

if TYPE_CHECKING:
    from jcli.operations import Holdings, LongWork, Working
    from jcli.targets import Target


@click.command("publish")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "everything", is_flag=True, help="Publish every DRAFT journey that was synced.")
@shared
@click.pass_obj
def publish_command(session: Session, keys: tuple[str, ...], everything: bool) -> int:
    """Make journeys live.

    A KEY is the key of a document, or the id of a journey. All checks run first; a journey with errors is refused
    with its findings and the exit code is 1.
    """
    if bool(keys) == everything:
        raise click.UsageError("name the journeys to publish by KEY, or all with --all")
    return _run(session, "publish", keys)


@click.command("unpublish")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@shared
@click.pass_obj
def unpublish_command(session: Session, keys: tuple[str, ...]) -> int:
    """Take journeys back to draft.

    Nobody new enters; people who are on their way are kept where they stand until the next publish.
    """
    return _run(session, "unpublish", keys)


@click.command("pause")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@shared
@click.pass_obj
def pause_command(session: Session, keys: tuple[str, ...]) -> int:
    """Let nobody new into journeys.

    People who are on their way go on.
    """
    return _run(session, "pause", keys)


@click.command("archive")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@shared
@click.pass_obj
def archive_command(session: Session, keys: tuple[str, ...]) -> int:
    """Archive journeys and stop everybody in them.

    Their enrollments end for good; `restore` brings the journey back, not the people in it.
    """
    return _run(session, "archive", keys)


@click.command("restore")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@shared
@click.pass_obj
def restore_command(session: Session, keys: tuple[str, ...]) -> int:
    """Bring archived journeys back as drafts.

    The enrollments that archiving ended stay ended.
    """
    return _run(session, "restore", keys)


def _run(session: Session, verb: str, keys: tuple[str, ...]) -> int:
    """The verb on each journey in turn; without keys on every synced draft."""
    with session.open_target() as target:
        holdings = target.holdings()
        chosen = _named(holdings, keys) if keys else _drafts(holdings)
        if not chosen:
            session.say("There is no DRAFT journey to publish.")
        return exits.worst([_change(session, target, verb, name, journey_id) for name, journey_id in chosen])


def _named(holdings: Holdings, keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """(name, id) of the journeys that the keys mean, each once; every key is known before any is acted on."""
    from jcli.commands.names import known_id
    from jcli.model import Kind

    return [(key, known_id(holdings, Kind.JOURNEY, key)) for key in dict.fromkeys(keys)]


def _drafts(holdings: Holdings) -> list[tuple[str, str]]:
    from jcli.commands.names import Names
    from jcli.model import JourneyStatus, Kind

    keys = Names(holdings.marks).keys(Kind.JOURNEY)
    journeys = sorted((key, holdings.journeys[one]) for one, key in keys.items() if one in holdings.journeys)
    return [(key, journey.id) for key, journey in journeys if journey.status is JourneyStatus.DRAFT]


def _change(session: Session, target: Target, verb: str, name: str, journey_id: str) -> int:
    """One verb on one journey, and what came of it: a line on stdout, or why not on stderr. The exit code."""
    from jcli.errors import NotAllowed
    from jcli.render import findings as render

    before = target.working_on(journey_id).backfill
    try:
        saved = target.change(verb, journey_id)
    except NotAllowed as error:
        tell(f"{name}: {error.message}", error.hint)
        return exits.code_of(error)
    if saved.refused or saved.stored is None:
        session.show(render.concise(saved.findings, session.ink(err=True)), err=True)
        tell(f"{name} was not published: {render.counted(len(saved.findings), 'finding')}")
        return exits.FINDINGS
    click.echo(f"{name} is {saved.stored.status.value}")
    _finish(session, target, name, journey_id)
    if verb == "publish":
        _tell_backfill(target.working_on(journey_id), name, before)
    return exits.DONE


def _finish(session: Session, target: Target, name: str, journey_id: str) -> None:
    """Bring the verb to everybody whom it concerns: what it left to a worker is done, or waited for, with progress."""
    from jcli.commands.progress import progress

    running = target.working_on(journey_id).running
    if not running:
        return
    with progress(session, f"{name}: {running[0].kind}", "people") as moved:
        ended = target.finish(journey_id, moved)
    if not ended:
        session.say(f"{name}: the {running[0].kind} waits for a worker; `jcli worker`, or a server with one, does it.")


def _tell_backfill(now: Working, name: str, before: LongWork | None) -> None:
    """What the backfill of this publication came to; nothing for a journey that has none, or had it before."""
    after = now.backfill
    if after is None or (before is not None and before.id == after.id and before.progress.state != "running"):
        return
    looked = f"{after.progress.done:,} of {after.progress.total:,}"
    click.echo(
        f"{name}: backfill {after.progress.state}, {looked} people looked at; {now.people:,} are in the journey now"
    )
