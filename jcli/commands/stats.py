"""`jcli stats`: a journey in numbers."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared


@click.command("stats")
@click.argument("key", metavar="KEY")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def stats_command(session: Session, key: str, form: str) -> int:
    """Show a journey in numbers.

    For each node, along the journey from its triggers: how often it was come to, who stands there now, by which ways
    people left it, and the median time on it. Besides, how often the goal was met, by label of each SPLIT, too.
    """
    from jcli.commands.names import known_journey
    from jcli.render import figures as render

    with session.open_target() as target:
        journey = known_journey(target, key)
        stored = target.journey(journey.id)
        stats = target.stats(journey.id)
    if form == "json":
        session.show(render.as_json(stats, journey.nodes))
    else:
        title = f"{journey.name}  {stored.journey.name}  {stored.status.value}"
        session.show(render.text(title, stats, journey.nodes, session.ink()))
    return exits.DONE
