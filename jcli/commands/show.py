"""`jcli show`: one journey, site, audience or content of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.model import Kind
    from jcli.targets import Target


@click.command("show")
@click.argument("key", metavar="KEY")
@click.option(
    "--kind",
    type=click.Choice(["journey", "site", "audience", "content"]),
    default="journey",
    show_default=True,
    help="What the KEY names.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def show_command(session: Session, key: str, kind: str, form: str) -> int:
    """Show one journey, site, audience or content.

    KEY is the key of a document, or an id. A journey is shown with its nodes, their ways out, and how many people
    stand on each now.
    """
    from jcli.model import Kind

    with session.open_target() as target:
        if kind == "journey":
            text = _journey(session, target, key, form)
        else:
            text = _thing(session, target, Kind(kind), key, form)
    session.show(text)
    return exits.DONE


def _journey(session: Session, target: Target, key: str, form: str) -> str:
    from jcli.commands.names import Names, known_id
    from jcli.model import Kind
    from jcli.render import things as render

    holdings = target.holdings()
    names, journey_id = Names(holdings.marks), known_id(holdings, Kind.JOURNEY, key)
    stored = target.journey(journey_id)
    base = target.base_of(Kind.JOURNEY, journey_id)
    if form == "json":
        return render.journey_json(stored, base, names.keys(Kind.JOURNEY))
    keys = {**names.keys(Kind.SITE), **names.keys(Kind.AUDIENCE)}
    return render.journey_text(stored, base, keys, target.people_on_nodes(journey_id), session.ink())


def _thing(session: Session, target: Target, kind: Kind, key: str, form: str) -> str:
    from jcli.commands.names import Names, known_id
    from jcli.render import things as render

    holdings = target.holdings()
    thing_id, keys = known_id(holdings, kind, key), Names(holdings.marks).keys(kind)
    stored, base = target.thing(kind, thing_id), target.base_of(kind, thing_id)
    return (
        render.thing_json(stored, base, keys)
        if form == "json"
        else render.thing_text(stored, base, keys, session.ink())
    )
