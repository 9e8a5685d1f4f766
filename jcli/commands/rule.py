"""`jcli rule`: the checks, all in a table or one in full. It needs no workspace."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared


@click.command("rule")
@click.argument("slug", required=False, metavar="[SLUG]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to show it.",
)
@shared
@click.pass_obj
def rule_command(session: Session, slug: str | None, form: str) -> int:
    """Explain a check, or list them all.

    SLUG is what stands with every finding, as in `dead-end`. Its page says why the check is there, what it refuses and
    accepts, and what to do if you mean it.
    """
    from jcli.checks import CATALOGUE, check_of, known_slugs
    from jcli.commands.names import must_know
    from jcli.compiler.samples import said_of
    from jcli.render import rules

    if slug is None:
        tables = {"text": rules.table_text, "json": rules.table_json, "markdown": rules.table_markdown}
        session.show(tables[form](CATALOGUE))
        return exits.DONE
    check = check_of(slug)
    if check is None:
        must_know(slug, known_slugs(), f"there is no check `{slug}`")
        raise AssertionError("a slug that is known has a check")
    pages = {"text": rules.text, "json": rules.as_json, "markdown": rules.markdown}
    session.show(pages[form](check, said_of(check)))
    return exits.DONE
