"""`jcli publish`, `unpublish`, `pause`, `archive`, `restore`: the lifecycle verbs, each on any number of journeys.

Every journey is a transaction of its own: one that is refused does not hold the others up. The table of what is
allowed from where is in `jcli/operations/lifecycle.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from jcli.commands import exits
from jcli.commands.session import Session, clock, shared, tell

if TYPE_CHECKING:
    from jcli.commands.names import Names
    from jcli.store import Job, Store


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
    from jcli.commands.names import names_of

    with session.store() as store:
        names = names_of(store)
        chosen = list(_named(store, names, keys) if keys else _drafts(store, names))
        if not chosen:
            session.say("There is no DRAFT journey to publish.")
        return exits.worst([_change(session, store, verb, name, journey_id) for name, journey_id in chosen])


def _named(store: Store, names: Names, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(name, id) of the journeys that the keys mean, each once; every key is known before any is acted on."""
    from jcli.commands.names import must_know
    from jcli.model import Kind

    with store.read() as tables:
        states = tables.journey_states()
    known = {*names.keys(Kind.JOURNEY).values(), *states}
    for key in dict.fromkeys(keys):
        must_know(key, known, f"the store has no journey `{key}`")
    return iter([(key, names.id(Kind.JOURNEY, key)) for key in dict.fromkeys(keys)])


def _drafts(store: Store, names: Names) -> Iterator[tuple[str, str]]:
    from jcli.model import JourneyStatus, Kind

    with store.read() as tables:
        states = tables.journey_states()
    for journey_id, key in sorted(names.keys(Kind.JOURNEY).items(), key=lambda pair: pair[1]):
        if journey_id in states and states[journey_id].status is JourneyStatus.DRAFT:
            yield key, journey_id


def _change(session: Session, store: Store, verb: str, name: str, journey_id: str) -> int:
    """One verb on one journey, and what came of it: a line on stdout, or why not on stderr. The exit code."""
    from jcli import operations
    from jcli.errors import NotAllowed
    from jcli.render import findings as render

    before = _last_backfill(store, journey_id)
    try:
        saved = getattr(operations, verb)(store, clock, session.actor(), journey_id)
    except NotAllowed as error:
        tell(f"{name}: {error.message}", error.hint)
        return exits.code_of(error)
    if saved.refused or saved.stored is None:
        session.show(render.concise(saved.findings, session.ink(err=True)), err=True)
        tell(f"{name} was not published: {render.counted(len(saved.findings), 'finding')}")
        return exits.FINDINGS
    click.echo(f"{name} is {saved.stored.status.value}")
    _finish(session, store, name, journey_id)
    if verb == "publish":
        _tell_backfill(store, name, journey_id, before)
    return exits.DONE


def _last_backfill(store: Store, journey_id: str) -> Job | None:
    from jcli.store import JobKind

    with store.read() as tables:
        return tables.last_job(journey_id, JobKind.BACKFILL)


def _finish(session: Session, store: Store, name: str, journey_id: str) -> None:
    """Bring the verb to everybody whom it concerns: what it left to a worker is done here, with progress. Ctrl-C leaves
    the rest to a worker, or to the same verb once more; nobody is left out and nobody taken twice."""
    from jcli.commands.progress import progress
    from jcli.runtime import Runtime

    with store.read() as tables:
        waiting = tables.running_jobs(journey_id)
    if not waiting:
        return
    with progress(session, f"{name}: {waiting[0].kind.value}", "people") as moved:

        def told(job: Job) -> None:
            if job.journey_id == journey_id:
                moved(job.progress.done, job.progress.total)

        Runtime(store, clock, lambda: str(uuid4())).run_jobs(told)


def _tell_backfill(store: Store, name: str, journey_id: str, before: Job | None) -> None:
    """What the backfill of this publication came to; nothing for a journey that has none, or had it before."""
    after = _last_backfill(store, journey_id)
    if after is None or (before is not None and before.id == after.id and before.progress.state != "running"):
        return
    with store.read() as tables:
        people = tables.enrollments_in_progress(journey_id)
    looked = f"{after.progress.done:,} of {after.progress.total:,}"
    click.echo(f"{name}: backfill {after.progress.state}, {looked} people looked at; {people:,} are in the journey now")
