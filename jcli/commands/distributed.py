"""`jcli distributed`: the handlers of the distributed engine, and how it stands.

Where Restate's admin API is, `--admin` says, else JCLI_RESTATE_ADMIN. What the handlers do is told in
`jcli/runtime/distributed`.
"""

from __future__ import annotations

import os
import signal
from typing import Any

import click

from jcli.commands import exits
from jcli.commands.engines import must_be_shared, needs_extra
from jcli.commands.session import Session, clock, shared
from jcli.errors import ConfigError

_ADMIN = "JCLI_RESTATE_ADMIN"


@click.group("distributed")
@shared
def distributed_command() -> None:
    """Run journeys on several machines, with Restate.

    Restate is installed and run by yourself; see docs/distributed.md for what goes where.
    """


@distributed_command.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=9080, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Lanes at work at a time.")
@shared
@click.pass_obj
def serve_command(session: Session, host: str, port: int, threads: int) -> int:
    """Serve the handlers, which move people.

    Restate calls them over HTTP. Several may be started, also on one port of one machine, and each may end at any time:
    what it had begun, Restate has another one do. SIGTERM ends it once the transactions at hand are done.
    """
    from jcli.commands.retention import runtime_settings

    with needs_extra("distributed"):
        from jcli.runtime.distributed.handlers import Handlers
        from jcli.runtime.distributed.records import Records
        from jcli.runtime.distributed.serving import Serving
    from jcli.operations import read_record
    from jcli.runtime.distributed.settings import read_lanes
    from jcli.runtime.distributed.working import Workshop

    keep_events = runtime_settings(session, worker=True).keep_events
    with session.store() as store:
        must_be_shared(store)
        workshop = Workshop(store, clock, keep_events)
        store.hear(workshop.hear)
        handlers = Handlers(workshop, threads=threads)
        serving = Serving(handlers, host, port, records=Records(read_record, read_lanes(os.environ), clock))
        signal.signal(signal.SIGTERM, lambda *_: serving.ended.set())
        with serving:
            session.say(f"Working on {store.url} at http://{f'[{host}]' if ':' in host else host}:{port}")
            serving.ended.wait()
    if serving.error is not None:
        raise serving.error
    return exits.DONE


def _administered(function: Any) -> Any:
    """The option `--admin`."""
    text = f"Where Restate's admin API is; {_ADMIN} says it too."
    return click.option("--admin", "url", metavar="URL", help=text)(function)


@distributed_command.command("register")
@click.argument("uri")
@_administered
@shared
@click.pass_obj
def register_command(session: Session, uri: str, url: str | None) -> int:
    """Tell Restate where the handlers are.

    URI is their address as Restate sees it, such as http://handlers:9080; behind it there may be any number of them. To
    be done once, and again when the version of jcli changes.
    """
    from jcli.runtime.distributed.admin import Admin

    found = Admin(_admin(url)).register(uri)
    session.say(f"Restate finds the handlers at {found.uri}: {', '.join(sorted(found.services))}")
    return exits.DONE


@distributed_command.command("status")
@_administered
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to show it.",
)
@shared
@click.pass_obj
def status_command(session: Session, url: str | None, form: str) -> int:
    """Tell how the distributed engine stands.

    Where the handlers are, what Restate has not done yet, what it tries again and again, and who should have been woken
    by now. Exit code 1 when something is stuck or late, or when no handlers are known.
    """
    from jcli.render import engines as render
    from jcli.runtime.distributed.admin import Admin

    standing = Admin(_admin(url)).standing()
    now = clock()
    with session.store() as store, store.read() as tables:
        due = tables.next_due()
    lag = 0 if due is None else max(0, now - due)
    session.show(render.standing_json(standing, lag) if form == "json" else render.standing(standing, lag))
    return exits.DONE if standing.well and lag < render.LATE else exits.FINDINGS


def _admin(given: str | None) -> str:
    """The address of the admin API, of which the first counts."""
    from jcli.runtime.distributed.settings import urls

    found = given or os.environ.get(_ADMIN, "")
    if not found.strip():
        raise ConfigError(
            "it is not known where Restate's admin API is",
            hint=f"say --admin http://restate:9070, or set {_ADMIN}",
        )
    return urls("--admin" if given else _ADMIN, found)[0]
