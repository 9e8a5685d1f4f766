"""`jcli enrollments`: who is in a journey, and who was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.commands.names import Known
    from jcli.model import Enrollment, Person
    from jcli.store import Listing, Store

_A_PAGE = 500


@click.command("enrollments")
@click.argument("key", metavar="KEY")
@click.option(
    "--status",
    type=click.Choice(["in_progress", "completed", "stopped", "abandoned"]),
    help="Only enrollments in this status.",
)
@click.option("--node", metavar="NODE", help="Only those that stand, or ended, on this node (key or id).")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most to show.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def enrollments_command(session: Session, key: str, status: str | None, node: str | None, limit: int, form: str) -> int:
    """List who is in a journey, and who was.

    The newest comes first. KEY is the key of a document, or the id of a journey.
    """
    from jcli.commands.names import known_journey
    from jcli.render import people as render

    with session.store() as store:
        journey = known_journey(store, key)
        rows, total = _rows(session, store, journey, status, node, limit)
    if form == "json":
        session.show(render.enrollments_json(rows, total, journey.nodes))
        return exits.DONE
    session.show(render.enrollments(rows, journey.nodes, session.ink()))
    if total > len(rows):
        session.say(f"These are {len(rows):,} of {total:,}; --limit shows more.")
    return exits.DONE


def _rows(
    session: Session, store: Store, journey: Known, status: str | None, node: str | None, limit: int
) -> tuple[list[tuple[Enrollment, Person | None]], int]:
    """Up to `limit` enrollments, and how many there are."""
    from jcli.model import EnrollmentStatus
    from jcli.operations import list_enrollments
    from jcli.store import Page

    node_id = None if node is None else _node(session, store, journey, node)
    wanted = EnrollmentStatus(status) if status else None

    def listed(page: Page) -> Listing[tuple[Enrollment, Person | None]]:
        return list_enrollments(store, session.actor(), journey.id, page, status=wanted, node_id=node_id)

    listing = listed(Page(min(limit, _A_PAGE)))
    rows = list(listing.rows)
    while listing.next is not None and len(rows) < limit:
        listing = listed(Page(min(limit - len(rows), _A_PAGE), after=listing.next))
        rows += listing.rows
    return rows, listing.total


def _node(session: Session, store: Store, journey: Known, name: str) -> str:
    from jcli.commands.names import must_know
    from jcli.operations import get_journey

    nodes = [node.id for node in get_journey(store, session.actor(), journey.id).journey.nodes]
    must_know(name, {*nodes, *journey.nodes.values()}, f"the journey {journey.name} has no node `{name}`")
    return journey.node_id(name)
