"""`jcli status`: how each document of the workspace stands to what the target holds."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.planning import read_checked
from jcli.commands.session import Session, shared


@click.command("status")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def status_command(session: Session, form: str) -> int:
    """Tell how each document stands to the store.

    In step, changed here, changed there, changed on both sides, in conflict, not synced, gone here, or only there; and
    how many people are in each journey now.
    """
    from jcli.render import standing as render

    read, code = read_checked(session)
    if code is not None:
        return code
    with session.open_target(missing="empty") as target:
        rows = target.status(read.checked)
    session.show(render.status_json(rows) if form == "json" else render.status(rows, session.ink()))
    return exits.DONE
