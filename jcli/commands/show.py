"""`jcli show`: one journey, site, audience or content of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared

if TYPE_CHECKING:
    from jcli.commands.names import Names
    from jcli.model import Kind
    from jcli.store import Store


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
    from jcli.commands.names import names_of
    from jcli.model import Kind

    with session.store() as store:
        names = names_of(store)
        if kind == "journey":
            text = _journey(session, store, names, key, form)
        else:
            text = _thing(session, store, names, Kind(kind), key, form)
    session.show(text)
    return exits.DONE


def _journey(session: Session, store: Store, names: Names, key: str, form: str) -> str:
    from jcli.commands.names import must_know
    from jcli.model import Kind
    from jcli.operations import get_journey
    from jcli.render import things as render

    journey_id = names.id(Kind.JOURNEY, key)
    with store.read() as tables:
        known = {*names.keys(Kind.JOURNEY).values(), *tables.journey_states()}
        must_know(key, known, f"the store has no journey `{key}`")
        stored = get_journey(store, session.actor(), journey_id)
        people = tables.people_on_nodes(journey_id)
        base = tables.base_of(Kind.JOURNEY, journey_id)
    if form == "json":
        return render.journey_json(stored, base, names.keys(Kind.JOURNEY))
    keys = {**names.keys(Kind.SITE), **names.keys(Kind.AUDIENCE)}
    return render.journey_text(stored, base, keys, people, session.ink())


def _thing(session: Session, store: Store, names: Names, kind: Kind, key: str, form: str) -> str:
    from jcli.commands.names import must_know
    from jcli.operations import get_thing
    from jcli.render import things as render

    thing_id = names.id(kind, key)
    keys = names.keys(kind)
    with store.read() as tables:
        must_know(key, {*keys.values(), *tables.thing_states(kind)}, f"the store has no {kind.value} `{key}`")
        stored = get_thing(store, session.actor(), kind, thing_id)
        base = tables.base_of(kind, thing_id)
    return (
        render.thing_json(stored, base, keys)
        if form == "json"
        else render.thing_text(stored, base, keys, session.ink())
    )
