"""`jcli list`: what the store holds, as a table or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.commands.names import Names
    from jcli.model import StoredJourney
    from jcli.targets import Target


@click.command("list")
@click.option(
    "--kind",
    type=click.Choice(["journey", "site", "audience", "content"]),
    default="journey",
    show_default=True,
    help="What to list.",
)
@click.option(
    "--status",
    type=click.Choice(["DRAFT", "PUBLISHED", "PAUSED", "ARCHIVED"], case_sensitive=False),
    help="Only journeys in this status.",
)
@click.option("--site", metavar="KEY", help="Only journeys of this site (key or id).")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def list_command(session: Session, kind: str, status: str | None, site: str | None, form: str) -> int:
    """List what the store holds.

    The newest comes first; what came together is in the order of keys.
    """
    from jcli.commands.names import names_of
    from jcli.model import Kind
    from jcli.render import things as render

    if kind != "journey" and (status or site):
        raise click.UsageError("--status and --site are for journeys")
    with session.open_target() as target:
        names = names_of(target)
        keys = names.keys(Kind(kind))
        if kind == "journey":
            found = _journeys(target, names, status, site)
            # What one sync brought is equally new; by key it is found again.
            journeys = sorted(found, key=lambda row: (-row.created_at, keys.get(row.journey.id, row.journey.name)))
            text = (
                render.listing_json(kind, journeys, keys)
                if form == "json"
                else render.journeys(journeys, keys, session.ink())
            )
        else:
            rows = target.things(Kind(kind))
            text = render.listing_json(kind, rows, keys) if form == "json" else render.things(rows, keys, session.ink())
    session.show(text)
    return exits.DONE


def _journeys(target: Target, names: Names, status: str | None, site: str | None) -> list[StoredJourney]:
    from jcli.model import JourneyStatus, Kind

    wanted = JourneyStatus(status) if status else None
    return target.journeys(status=wanted, site_id=names.id(Kind.SITE, site) if site else None)
