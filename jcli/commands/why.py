"""`jcli why`: why somebody is in a journey and where, or why not."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared


@click.command("why")
@click.argument("key", metavar="KEY")
@click.argument("person", metavar="PERSON")
@click.option("--anonymous", is_flag=True, help="PERSON is the anonymousId of a visitor.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def why_command(session: Session, key: str, person: str, anonymous: bool, form: str) -> int:
    """Tell why somebody is in a journey, or why not.

    Where they stand and what they wait for, and each step that led there, with its cause and what was read for it. For
    somebody who is not in the journey: what each of the entering rules says of them now. PERSON is an end user's id.
    """
    from jcli.commands.names import known_journey
    from jcli.render import why as render

    with session.open_target() as target:
        journey = known_journey(target, key)
        found = target.why(
            journey.id,
            end_user_id=None if anonymous else person,
            anonymous_id=person if anonymous else None,
        )
    account = render.Account(
        found.journey,
        journey.name,
        journey.nodes,
        found.person,
        found.known,
        found.enrollment,
        found.steps,
        found.answers,
    )
    session.show(render.as_json(account) if form == "json" else render.text(account, session.ink()))
    return exits.DONE
