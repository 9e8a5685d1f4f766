"""`jcli protect`: keep a journey from being changed until somebody says otherwise."""

from __future__ import annotations

import click

from jcli.commands import exits
from jcli.commands.session import Session, shared


@click.command("protect")
@click.argument("key", metavar="KEY")
@click.option("--reason", metavar="TEXT", help="Why, and until when: everybody who is refused reads it.")
@click.option("--off", is_flag=True, help="Take the protection away.")
@shared
@click.pass_obj
def protect_command(session: Session, key: str, reason: str | None, off: bool) -> int:
    """Keep a journey from being changed.

    Syncs, edits through the API, rollbacks, unpublish and archive are refused with the reason; a sync can be told to
    pass with `--allow protected=KEY`. Pausing is always allowed. The protection is kept in the store, not in the file.
    """
    from jcli.commands.names import known_journey
    from jcli.errors import ConfigError

    if off == (reason is not None):
        raise ConfigError("one of --reason and --off is expected", hint="as in `--reason 'the launch is on Monday'`")
    with session.open_target() as target:
        journey = known_journey(target, key)
        if reason is None:
            was = target.unprotect(journey.id)
            click.echo(f"{journey.name} is no longer protected" if was else f"{journey.name} was not protected")
        else:
            target.protect(journey.id, reason)
            click.echo(f"{journey.name} is protected: {reason.strip()}")
    return exits.DONE
