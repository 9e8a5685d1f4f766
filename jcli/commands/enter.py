"""`jcli enter`: somebody into a journey, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from jcli.commands import exits
from jcli.commands.pairs import pairs
from jcli.commands.session import Session, shared, tell


@click.command("enter")
@click.argument("key", metavar="KEY")
@click.argument("person", metavar="PERSON")
@click.option("--anonymous", is_flag=True, help="PERSON is the anonymousId of a visitor.")
@click.option("--trait", "traits", multiple=True, metavar="NAME=VALUE", help="What the person is. May be repeated.")
@shared
@click.pass_obj
def enter_command(session: Session, key: str, person: str, anonymous: bool, traits: Sequence[str]) -> int:
    """Enter somebody into a journey by hand.

    The journey must be PUBLISHED and have a MANUAL trigger; its audience is not asked. PERSON is an end user's id.
    """
    from jcli.commands.names import known_journey
    from jcli.render import findings
    from jcli.render import people as render

    body: dict[str, Any] = {"anonymousId" if anonymous else "endUserId": person}
    if traits:
        body["traits"] = pairs("--trait", traits)
    with session.open_target() as target:
        journey = known_journey(target, key)
        entered = target.enter(journey.id, body)
    if entered.refused or entered.enrollment is None:
        session.show(findings.concise(entered.findings, session.ink(err=True)), err=True)
        tell(f"{person} was not entered")
        return exits.FINDINGS
    session.show(render.enrollments([(entered.enrollment, entered.person)], journey.nodes, session.ink()))
    return exits.DONE
