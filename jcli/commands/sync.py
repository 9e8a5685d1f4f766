"""`jcli sync`: shows the plan, then carries it out in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jcli.commands import exits
from jcli.commands.planning import (
    Asked,
    asked,
    commit_of,
    deciding,
    plan_of,
    railed,
    read_checked,
    refused,
    saved_plan,
    show_plan,
)
from jcli.commands.reading import no_collecting
from jcli.commands.session import Session, confirmed, shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jcli.commands.reading import Read
    from jcli.plan import Plan, Planned


@click.command("sync")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@deciding
@click.option("--plan", "file", metavar="FILE", help="Carry out a plan that `plan --out FILE` kept, and nothing else.")
@click.option("--yes", "-y", is_flag=True, help="Go on without a question.")
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@shared
@click.pass_obj
def sync_command(
    session: Session, /, keys: tuple[str, ...], file: str | None, yes: bool, dry_run: bool, form: str, **options: Any
) -> int:
    """Bring the workspace into the store.

    The plan is shown first. With KEYs only those documents and what they refer to are synced. What was changed
    through the API since the last sync is reported and left alone; where git changed it too, in another place, both
    are kept; where both changed the same, that is a conflict: nothing of it is written and the exit code is 5.
    """
    from jcli.plan import only_shown

    read, code = read_checked(session)
    if code is not None:
        return code
    wanted, expected = _wanted(session, read, keys, file, options)
    with no_collecting():
        plan = plan_of(session, read, wanted)
    if expected is not None:
        plan = only_shown(plan, expected, wanted.choices.allow)
    show_plan(session, plan, form)
    code = exits.CONFLICT if plan.in_conflict else exits.DONE
    if dry_run or not (plan.writes or expected):
        session.say("Nothing was written." if dry_run else "There is nothing to write.")
        return code
    if plan.rails:
        return railed(plan)
    if not confirmed("Write this to the store?", yes=yes):
        session.say("Nothing was written.")
        return exits.INTERRUPTED
    return _carry_out(session, read, plan, wanted, expected) or code


def _wanted(
    session: Session, read: Read, keys: tuple[str, ...], file: str | None, options: Mapping[str, Any]
) -> tuple[Asked, tuple[Planned, ...] | None]:
    """What is asked for, and what was shown when it comes from a saved plan."""
    from dataclasses import replace

    from jcli.errors import ConfigError

    wanted = asked(keys, options)
    if file is None:
        return wanted, None
    if keys or wanted.choices.take or wanted.choices.adopt or wanted.choices.prune:
        raise ConfigError("a saved plan has its keys and choices already", hint="leave them out, or make a new plan")
    plan = saved_plan(session, read, file)
    allow = plan.choices.allow | wanted.choices.allow
    return Asked(plan.keys, replace(plan.choices, allow=allow)), plan.actions


def _carry_out(
    session: Session, read: Read, plan: Plan, wanted: Asked, expected: tuple[Planned, ...] | None
) -> int | None:
    """Write what was shown; the exit code when nothing was written."""
    from jcli.plan import planned

    with no_collecting(), session.open_target(missing="make") as target:
        result = target.sync(
            read.checked,
            commit=commit_of(read),
            keys=frozenset(wanted.keys) or None,
            choices=wanted.choices,
            expected=planned(plan) if expected is None else expected,
        )
    if result.refused:
        return railed(result.plan) if result.plan.rails else refused(session, read, result.findings)
    session.say(_done(result.plan))
    return None


def _done(plan: Plan) -> str:
    from jcli.plan import Outcome

    words = (
        (Outcome.CREATE, "created"),
        (Outcome.UPDATE, "changed"),
        (Outcome.MERGE, "merged"),
        (Outcome.ADOPT, "adopted"),
        (Outcome.ARCHIVE, "archived"),
        (Outcome.RELEASE, "released"),
    )
    counts = ((len(plan.of(outcome)), word) for outcome, word in words)
    return "Synced: " + (", ".join(f"{count} {word}" for count, word in counts if count) or "nothing")
