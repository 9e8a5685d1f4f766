"""`jcli serve`: the HTTP API, and the worker, in this process or in several, which `processes.py` looks after. The only
module of jcli that imports the server."""

from __future__ import annotations

import copy
import os
import secrets
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

import click

from jcli.commands import exits
from jcli.commands.session import Session, clock, shared
from jcli.errors import ConfigError

if TYPE_CHECKING:
    from jcli.commands.processes import Inherited
    from jcli.runtime import RuntimeSettings
    from jcli.store import Store
    from server.settings import Settings

_DEV_TTL = 12 * 3_600_000
_GRACE_SECONDS = 10
_PART_SECONDS = 2.0
_SHARED = "_JCLI_DEV"
"""How processes that serve together with --dev come by the same secret."""
_POSTGRES = ("postgresql://", "postgres://")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option("--worker/--no-worker", default=True, help="Do timers and long work here (or leave it to `jcli worker`).")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256), help="Processes that serve.")
@click.option("--dev", is_flag=True, help="Make a secret for this run and print a token that may do everything.")
@shared
@click.pass_obj
def serve_command(session: Session, host: str, port: int, worker: bool, workers: int, dev: bool) -> int:
    """Serve the HTTP API.

    In the same process people move: events are worked in, waits end, backfills go on. With --no-worker only events are
    worked in here, and `jcli worker` does the rest.

    With --workers several processes serve on one socket; the store has to be a PostgreSQL. One that dies is replaced,
    and SIGHUP replaces them one after the other, without a request being refused.

    Tokens are checked with JCLI_JWT_SECRET, JCLI_JWT_PUBLIC_KEY or JCLI_JWKS; without one of them the server does
    not start, except with --dev. SIGTERM ends it once the requests at hand are answered.
    """
    from jcli.commands.engines import refuse_unusable
    from jcli.commands.processes import inherited
    from jcli.commands.retention import runtime_settings
    from jcli.store import open_store

    parent = inherited()
    secret = (os.environ.pop(_SHARED, None) or secrets.token_hex(32)) if dev else None
    settings = _settings(session, secret)
    runtime = runtime_settings(session, worker=worker)
    database = session.store_url(settings.store)
    if workers > 1 and not database.startswith(_POSTGRES):
        raise ConfigError(
            f"--workers {workers} needs a store in PostgreSQL; SQLite has one writer, so one process is all it can use",
            hint="leave --workers out, or move with `jcli db copy`, see docs/deployment.md",
        )
    listener = parent.listener if parent else _listen(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    store = open_store(database)
    try:
        refuse_unusable(store)
        if parent is None:
            many = f" with {workers} processes" if workers > 1 else ""
            click.echo(f"Serving {store.url} on {url}{many}", err=True)
            if secret is not None:
                _tell_token(secret, settings, url)
        if parent is None and workers > 1:
            store.close()
            return _look_after(session, listener, workers, worker=worker, secret=secret)
        signal.signal(signal.SIGTERM, _end)
        _serve(store, settings, runtime, listener, session, parent)
    finally:
        store.close()
        listener.close()
    return exits.DONE


def _look_after(session: Session, listener: socket.socket, many: int, *, worker: bool, secret: str | None) -> int:
    """Have processes of this very command serve, each by itself."""
    from jcli.commands.processes import Parent

    words = ["serve", "--worker" if worker else "--no-worker"]
    words += ["-C", session.directory] if session.directory is not None else []
    words += ["--target", session.target] if session.target is not None else []
    words += [*["-q"] * session.quiet, *["-v"] * session.verbose, *["--dev"] * (secret is not None)]
    command = [sys.executable, "-P", "-m", "jcli", *words]
    return Parent(command, listener, many, session.say, {_SHARED: secret} if secret is not None else {}).run()


def _serve(
    store: Store,
    settings: Settings,
    runtime: RuntimeSettings,
    listener: socket.socket,
    session: Session,
    parent: Inherited | None,
) -> None:
    from jcli.commands.engines import feeder
    from server.app import create_app

    app = create_app(store, settings, clock, lambda: str(uuid4()), feeder=feeder(store, runtime))
    _run(app, listener, session, parent)


def _settings(session: Session, secret: str | None) -> Settings:
    """The server's settings; those of `--dev` have a secret of their own and ask no other key."""
    from server.settings import read_settings

    workspace = session.workspace_or_none()
    section = dict(workspace.config.server) if workspace else {}
    environ = dict(os.environ)
    if secret is not None:
        environ = {name: value for name, value in environ.items() if not name.startswith("JCLI_JW")}
        environ["JCLI_JWT_SECRET"] = secret
        section.pop("auth", None)
    return read_settings(environ, section, root=workspace.root if workspace else None)


def _listen(host: str, port: int) -> socket.socket:
    """The socket to serve on, bound here so that an address in use is an error in words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {_reason(error)}") from None


def _reason(error: OSError) -> str:
    """Why, without the address, which Python adds and the message names already."""
    return (error.strerror or "").partition(" (while attempting")[0]


def _tell_token(secret: str, settings: Settings, url: str) -> None:
    from jcli.commands.minting import mint

    token = mint(secret, sub="dev", scope="*", ttl=_DEV_TTL, now=clock(), issuer=settings.issuer)
    click.echo(f"A token for this run, good for 12 hours:\n{token}", err=True)
    click.echo(f'Try: curl -H "Authorization: Bearer {token}" {url}/api/journeys', err=True)


def _run(app: Any, listener: socket.socket, session: Session, parent: Inherited | None) -> None:
    import uvicorn
    from uvicorn.config import LOGGING_CONFIG

    from server.running import Running

    logging = copy.deepcopy(LOGGING_CONFIG)
    logging["handlers"]["access"]["stream"] = "ext://sys.stderr"  # stdout is for results
    config = uvicorn.Config(
        app,
        log_config=logging,
        log_level="warning" if session.quiet else "info",
        access_log=session.verbose,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
    )
    if parent is None:
        running = Running(app, config)
    else:
        running = Running(app, config, ready=parent.tell_ready, part=_PART_SECONDS)
    running.run(sockets=[listener])


def _end(_signal: int, _frame: object) -> NoReturn:
    """What SIGTERM does once uvicorn has let go of it: end in order, the store closed."""
    raise SystemExit(exits.DONE)
