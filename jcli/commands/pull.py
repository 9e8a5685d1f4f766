"""`jcli pull`: what was changed through the API becomes changes of the files. Writes nothing to the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, confirmed, shared, tell

if TYPE_CHECKING:
    from jcli.commands.pulling import Desk
    from jcli.plan import Pull


@click.command("pull")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option(
    "--take",
    nargs=2,
    multiple=True,
    metavar="git|store KEY",
    help="Where both sides changed a document: whose side the file gets.",
)
@click.option("--diff", is_flag=True, help="Show the change as a unified diff and write nothing.")
@click.option("--branch", metavar="NAME", help="Commit the change on a branch, and leave the files here as they are.")
@click.option("--dirty", is_flag=True, help="Write also to files with changes that nobody committed.")
@click.option("--yes", "-y", is_flag=True, help="Go on without a question.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when there is something to take home.")
@shared
@click.pass_obj
def pull_command(
    session: Session,
    /,
    keys: tuple[str, ...],
    take: tuple[tuple[str, str], ...],
    diff: bool,
    branch: str | None,
    dirty: bool,
    yes: bool,
    form: str,
    detailed_exitcode: bool,
) -> int:
    """Take home into the files what the store changed.

    Only the lines that say something else change; comments, order and quotes stay. What only the store has gets new
    files. With KEYs only those documents (or things of the store, by id). The store itself is never written.
    """
    from jcli.commands.planning import refused, sides
    from jcli.commands.pulling import desk_of
    from jcli.plan import PullChoices

    desk = desk_of(session)
    if desk.read.compilation.bars_sync:
        return refused(session, desk.read, desk.read.compilation.barring)
    pulled = desk.pull(PullChoices(frozenset(keys), sides(take)))
    _show(session, pulled, form, diff=diff, aside=branch is not None)
    code = _code(pulled, detailed=detailed_exitcode)
    if diff or not pulled.files:
        session.say("Nothing was written." if pulled.files else "There is nothing to take home.")
        return code
    if not _may_be_written(session, desk, pulled, branch, dirty):
        return exits.REFUSED
    if not confirmed("Commit this on the branch?" if branch else "Write this to the files?", yes=yes):
        session.say("Nothing was written.")
        return exits.INTERRUPTED
    if branch is not None:
        desk.commit(pulled, branch)
    else:
        desk.write(pulled)
    return code


def _show(session: Session, pulled: Pull, form: str, *, diff: bool, aside: bool) -> None:
    """The diff on stdout, or what goes home; with `aside` on stderr, since stdout is for the name of the branch."""
    from jcli.render import pulls as render
    from jcli.render.diffs import unified

    if diff:
        session.show("".join(unified(one.file, one.before, one.after) for one in pulled.files))
    text = render.as_json(pulled) if form == "json" else render.text(pulled, session.ink(err=diff or aside))
    if diff or aside:
        session.say(text.rstrip("\n"))
    else:
        session.show(text)
    for one in pulled.taken:
        for place in one.anew:
            session.say(f"{one.file}: `{place}` was written anew as a whole; look for comments that were in there")


def _code(pulled: Pull, *, detailed: bool) -> int:
    if pulled.in_conflict:
        return exits.CONFLICT
    if pulled.barred:
        return exits.FINDINGS
    return exits.CHANGES if detailed and pulled.files else exits.DONE


def _may_be_written(session: Session, desk: Desk, pulled: Pull, branch: str | None, dirty: bool) -> bool:
    """Whether nothing is lost by writing: what a file holds besides can be had back from git."""
    from jcli.errors import ConfigError

    unsaved = desk.uncommitted(pulled, everything=branch is not None)
    if unsaved is None:
        if branch is not None:
            raise ConfigError("there is no git checkout here, so there can be no branch")
        session.say("This is no git checkout: what the files say now cannot be had back afterwards.")
        return True
    if unsaved and (branch is not None or not dirty):
        shown = ", ".join(unsaved[:3]) + (f" and {len(unsaved) - 3} more" if len(unsaved) > 3 else "")
        way_out = "commit or stash them first" + ("" if branch else ", or `--dirty` writes all the same")
        tell(f"there are changes that nobody committed in {shown}; nothing was written", way_out)
        return False
    return True
