"""`jcli rollback`: a new revision with the canvas of an old one."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.planning import waivers
from jcli.commands.session import Session, confirmed, shared, tell


@click.command("rollback")
@click.argument("key", metavar="KEY")
@click.option("--to", "number", type=click.IntRange(1), required=True, metavar="N", help="The revision to go back to.")
@click.option("--allow", multiple=True, metavar="RAIL", help="Let a rail pass, as it is printed.")
@click.option("--yes", "-y", is_flag=True, help="Go on without a question.")
@shared
@click.pass_obj
def rollback_command(session: Session, key: str, number: int, allow: tuple[str, ...], yes: bool) -> int:
    """Give a journey the canvas of an earlier revision.

    That makes a new revision; history is never rewritten. For git it is a change in the store like any other: it shows
    as drift until `jcli pull` takes it home.
    """
    from jcli.commands.names import known_journey
    from jcli.render import findings as render

    with session.open_target() as target:
        journey = known_journey(target, key)
        if not confirmed(f"Give {journey.name} the canvas of revision {number}?", yes=yes):
            session.say("Nothing was written.")
            return exits.INTERRUPTED
        done = target.rollback(journey.id, number, allow=waivers(allow))
    for rail in done.rails:
        tell(rail.message, f"--allow {rail.waiver} lets it pass")
    if done.rails:
        return exits.REFUSED
    if done.refused:
        session.show(render.concise(done.findings, session.ink(err=True)), err=True)
        tell(f"{journey.name} is live and revision {number} has errors; nothing was written")
        return exits.FINDINGS
    click.echo(f"{journey.name} is at revision {done.stored.revision}, the canvas of revision {number}")
    return exits.DONE
