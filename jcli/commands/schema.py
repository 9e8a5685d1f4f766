"""`jcli schema`: the JSON Schema of the documents, as it came with this version. For editors and other validators."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared


@click.command("schema")
@click.option("--out", metavar="FILE", help="Write it to FILE instead, in the place of what is there.")
@shared
@click.pass_obj
def schema_command(session: Session, out: str | None) -> int:
    """Print the JSON Schema of the documents.

    With --out the copy that editors read is brought up to date after jcli was: `jcli schema --out
    schema/document.schema.json`.
    """
    from jcli.checks.schemas import schema_folder

    text = (schema_folder() / "document.schema.json").read_text("utf-8")
    if out is None:
        session.show(text)
        return exits.DONE
    path = session.path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    session.say(f"Wrote {path}")
    return exits.DONE
