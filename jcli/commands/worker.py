"""`jcli worker`: timers, backfills and other long work, and pruning, without the HTTP API.

What it does is `jcli/runtime`'s; this starts it and waits for the signal that ends it.
"""

from __future__ import annotations

import signal
import threading
from uuid import uuid4

import click

from jcli.commands import exits
from jcli.commands.session import Session, clock, shared


@click.command("worker")
@shared
@click.pass_obj
def worker_command(session: Session) -> int:
    """Do timers and long work, without the HTTP API.

    For a server that was started with --no-worker, or for none at all: people whose time has come go on, backfills are
    brought to their end, and what has been kept for its time is forgotten. SIGTERM ends it once the slice at hand is
    done.
    """
    from jcli.commands.retention import runtime_settings
    from jcli.runtime import Runtime

    settings = runtime_settings(session, worker=True)
    ended = threading.Event()
    with session.store() as store:
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        with Runtime(store, clock, lambda: str(uuid4()), settings=settings):
            session.say(f"Working on {store.url}")
            ended.wait()
    return exits.DONE
