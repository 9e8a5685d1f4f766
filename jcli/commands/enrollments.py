"""`jcli enrollments`: who is in a journey, and who was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.commands.names import Known
    from jcli.targets import Target


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
    from jcli.model import EnrollmentStatus
    from jcli.render import people as render

    with session.open_target() as target:
        journey = known_journey(target, key)
        rows, total = target.enrollments(
            journey.id,
            limit,
            status=EnrollmentStatus(status) if status else None,
            node_id=None if node is None else _node(target, journey, node),
        )
    if form == "json":
        session.show(render.enrollments_json(rows, total, journey.nodes))
        return exits.DONE
    session.show(render.enrollments(rows, journey.nodes, session.ink()))
    if total > len(rows):
        session.say(f"These are {len(rows):,} of {total:,}; --limit shows more.")
    return exits.DONE


def _node(target: Target, journey: Known, name: str) -> str:
    from jcli.commands.names import must_know

    nodes = [node.id for node in target.journey(journey.id).journey.nodes]
    must_know(name, {*nodes, *journey.nodes.values()}, f"the journey {journey.name} has no node `{name}`")
    return journey.node_id(name)
