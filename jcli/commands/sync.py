"""`jcli sync`: shows the plan, then carries it out in one transaction."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.reading import read_workspace
from jcli.commands.session import Session, clock, confirmed, shared, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jcli.commands.reading import Read
    from jcli.findings import Finding
    from jcli.plan import Plan
    from jcli.store import Store


@click.command("sync")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--yes", "-y", is_flag=True, help="Go on without a question.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def sync_command(session: Session, keys: tuple[str, ...], yes: bool, dry_run: bool, form: str) -> int:
    """Bring the workspace into the store.

    The plan is shown first. With KEYs only those documents and what they refer to are synced. What was changed
    through the API since the last sync is reported and left alone; where git changed it too, that is a conflict:
    nothing of it is written and the exit code is 5.
    """
    from jcli import operations

    read = read_workspace(session)
    _must_hold_documents(read)
    if read.compilation.bars_sync:
        return _refused(session, read, _barring(read))
    wanted = _known(keys, read) if keys else None
    with _planning(session) as store:
        plan = operations.make_plan(store, read.compilation, keys=wanted)
    _show(session, plan, form)
    code = exits.CONFLICT if plan.in_conflict else exits.DONE
    if dry_run or not plan.writes:
        session.say("Nothing was written." if dry_run else "There is nothing to write.")
        return code
    if not confirmed("Write this to the store?", yes=yes):
        session.say("Nothing was written.")
        return exits.INTERRUPTED
    with session.store(create=True) as store:
        commit = read.workspace.commit()
        result = operations.sync(
            store, clock, session.actor("sync"), read.compilation, commit=commit, keys=wanted, expected=plan
        )
    if result.refused:
        return _refused(session, read, result.findings)
    session.say(_done(result.plan))
    return code


@contextmanager
def _planning(session: Session) -> Iterator[Store]:
    """The store to plan against. Where there is none yet that is an empty one elsewhere, so that looking at a plan
    leaves nothing behind."""
    from tempfile import TemporaryDirectory

    from jcli.store import open_store

    if os.path.lexists(session.store_url().removeprefix("sqlite:///")):
        with session.store() as store:
            yield store
        return
    with TemporaryDirectory(prefix="jcli-") as folder:
        store = open_store(f"sqlite:///{folder}/empty.db")
        try:
            yield store
        finally:
            store.close()


def _must_hold_documents(read: Read) -> None:
    from jcli.errors import ConfigError

    if not read.loaded.documents and not read.loaded.findings:
        below = ", ".join(read.workspace.config.paths)
        raise ConfigError(
            f"there is no document below {below}; an empty workspace is not taken to mean that all shall go",
            hint="is this the right workspace and the right branch? `-C DIR` names another",
        )


def _known(keys: tuple[str, ...], read: Read) -> frozenset[str]:
    """The keys, each of a document here; what only the store knows is not synced by its key."""
    from jcli.commands.names import must_know

    known = {key for _, key in read.compilation.sources}
    for key in keys:
        must_know(key, known, f"no document of the workspace has the key `{key}`")
    return frozenset(keys)


def _show(session: Session, plan: Plan, form: str) -> None:
    from jcli.render import plans

    session.show(plans.as_json(plan) if form == "json" else plans.text(plan, session.ink()))


def _barring(read: Read) -> list[Finding]:
    """The findings because of which nothing can be synced; those of the graph bar publish alone."""
    from jcli.checks import adjustable_slugs

    publish = adjustable_slugs()
    return [finding for finding in read.compilation.findings if finding.code not in publish]


def _refused(session: Session, read: Read, findings: Sequence[Finding]) -> int:
    """Say on stderr which errors bar the sync; the exit code."""
    from jcli.findings import Severity
    from jcli.render import findings as render

    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    session.show(render.full(errors, read.workspace.lines, session.ink(err=True)), err=True)
    tell(f"{render.counted(len(errors), 'error')}; nothing was written")
    return exits.FINDINGS


def _done(plan: Plan) -> str:
    from jcli.plan import Outcome

    words = ((Outcome.CREATE, "created"), (Outcome.UPDATE, "changed"), (Outcome.ADOPT, "adopted"))
    counts = ((len(plan.of(outcome)), word) for outcome, word in words)
    return "Synced: " + ", ".join(f"{count} {word}" for count, word in counts if count)
