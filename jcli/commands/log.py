"""`jcli log`: who did what to a journey, by which door, from which commit."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared


@click.command("log")
@click.argument("key", metavar="KEY")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many entries.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def log_command(session: Session, key: str, limit: int, form: str) -> int:
    """Tell who did what to a journey.

    The newest comes first: syncs with file and commit, edits through the API, lifecycle verbs, rollbacks.
    """
    from jcli.commands.names import known_journey
    from jcli.render import standing as render

    with session.open_target() as target:
        journey = known_journey(target, key)
        listing = target.log(journey.id, limit)
    session.show(
        render.log_json(journey.name, listing.rows) if form == "json" else render.log(listing.rows, session.ink())
    )
    if form != "json" and listing.total > len(listing.rows):
        session.say(f"{len(listing.rows)} of {listing.total} entries; --limit shows more.")
    return exits.DONE
