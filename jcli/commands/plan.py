"""`jcli plan`: what a sync would do, and to whom. Writes nothing to the store."""

from __future__ import annotations

import os
from typing import Any

import click

from jcli.commands import exits
from jcli.commands.planning import asked, deciding, plan_of, read_checked, save_plan, show_plan
from jcli.commands.reading import no_collecting
from jcli.commands.reviewing import show_review
from jcli.commands.session import Session, shared


@click.command("plan")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@deciding
@click.option("--out", metavar="FILE", help="Keep the plan for `sync --plan FILE`.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to show it; markdown is a comment for a pull request.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when anything is pending (changes, drift).")
@shared
@click.pass_obj
def plan_command(
    session: Session, /, keys: tuple[str, ...], out: str | None, form: str, detailed_exitcode: bool, **options: Any
) -> int:
    """Show what a sync would do, and to whom.

    Git, the store, and the base that they last agreed on are compared; people who are half way through a journey are
    counted on every node that goes or changes. With KEYs only those documents and what they refer to.
    """
    read, code = read_checked(session)
    if code is not None:
        if form == "markdown":
            show_review(session, read, None)
        return code
    wanted = asked(keys, options)
    with no_collecting():
        plan = plan_of(session, read, wanted)
    if form == "markdown":
        show_review(session, read, plan, os.path.basename(out) if out else None)
    else:
        show_plan(session, plan, form)
    if out is not None:
        save_plan(session, read, plan, wanted, out)
    if plan.in_conflict:
        return exits.CONFLICT
    return exits.CHANGES if detailed_exitcode and plan.is_pending else exits.DONE
