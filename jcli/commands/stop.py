"""`jcli stop`: the end of single enrollments, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared, tell

if TYPE_CHECKING:
    from jcli.targets import Target


@click.command("stop")
@click.argument("enrollments", nargs=-1, required=True, metavar="ENROLLMENT...")
@shared
@click.pass_obj
def stop_command(session: Session, enrollments: tuple[str, ...]) -> int:
    """Stop enrollments by hand.

    An ENROLLMENT is an id, as `jcli enrollments` shows it. It ends as stopped (manual); one that has ended already
    stays as it ended.
    """
    with session.open_target() as target:
        return exits.worst([_stop(target, enrollment_id) for enrollment_id in dict.fromkeys(enrollments)])


def _stop(target: Target, enrollment_id: str) -> int:
    """Stop one, and say how it stands; the exit code."""
    from jcli.errors import NotFound
    from jcli.render.people import ending

    try:
        enrollment, _ = target.stop(enrollment_id)
    except NotFound as error:
        tell(error.message, error.hint)
        return exits.code_of(error)
    click.echo(f"{enrollment.id} is {ending(enrollment)}")
    return exits.DONE
