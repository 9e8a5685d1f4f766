"""`jcli db copy` and `jcli db resume`: everything from one database into another, and the pause that this takes.

What is copied, and how it is known to be whole, is in `jcli/operations/copying.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from jcli.commands import exits
from jcli.commands.session import Session, clock, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.store import Store, Tally


@click.command("copy")
@click.argument("source", metavar="SRC")
@click.argument("destination", metavar="DST")
@click.option("--resume", is_flag=True, help="Let SRC be written again once DST is whole.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def copy_command(session: Session, source: str, destination: str, resume: bool, form: str) -> int:
    """Copy everything from one database into another.

    SRC and DST are urls, or names of targets in jcli.yaml. DST must be empty, or be what a copy of SRC that was stopped
    has left: then it goes on. From now on nobody can write to SRC, so that nothing is in it that DST has not: point
    everybody at DST then, or pass --resume. In the end both are compared by counts and checksums.
    """
    from jcli.render import upkeep as render
    from jcli.store import open_store

    here, there = session.database_url(source), session.database_url(destination)
    if os.path.realpath(here) == os.path.realpath(there):
        raise ConfigError("SRC and DST are the same database", hint="name another one to copy into")
    with closing(open_store(here, create=False)) as old, closing(open_store(there, filling=True)) as new:
        source, destination = _named(source), _named(destination)
        try:
            tallies = _copied(session, old, new)
        except KeyboardInterrupt:
            if old.paused() is not None:
                session.say(f"{source} stays paused. Copy again to go on; `jcli db resume` lets it be written instead.")
            raise
        if resume:
            old.resume()
    if form == "json":
        session.show(render.copy_json(source, destination, tallies))
    elif tallies is None:
        session.show(f"{source} had been copied to {destination} before; nothing was done\n")
    else:
        rows = sum(tally.rows for tally in tallies.values())
        session.show(f"Copied {rows:,} rows to {destination}, and compared them\n")
    if not resume:
        session.say(f"{source} stays paused: nothing is written that is not in the copy. `jcli db resume` ends that.")
    return exits.DONE


def _named(name: str) -> str:
    """The database as it was named, but for a password."""
    from jcli.store import shown_url

    return shown_url(name)


def _copied(session: Session, old: Store, new: Store) -> Mapping[str, Tally] | None:
    """What was compared in the end, by table; None when an earlier run did it all."""
    from jcli.commands.progress import progress
    from jcli.operations import compare_copy, copy_rows

    with progress(session, "Copying", "rows") as moved:
        if not copy_rows(old, new, clock, lambda: str(uuid4()), moved):
            return None
    with progress(session, "Comparing", "rows") as moved:
        return compare_copy(new, moved)


@click.command("resume")
@shared
@click.pass_obj
def resume_command(session: Session) -> int:
    """Let a database be written again that a copy has paused.

    A copy that was stopped cannot go on after this, and what is written from now on is not in a copy that was made.
    """
    from jcli.store import open_store

    with closing(open_store(session.store_url(), create=False)) as store:
        was = store.resume()
    click.echo("The database can be written again" if was else "The database was not paused")
    return exits.DONE
