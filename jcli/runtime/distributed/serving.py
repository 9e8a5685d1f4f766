"""Serves the handlers over HTTP, in a thread with an event loop of its own, until it is told to stop.

The thread is not the main one on purpose: Restate's SDK puts its own answer to SIGTERM into the loop of a main thread,
and the server would then never end. Here the main thread hears the signal and stops the server in order; what is not
done by then, Restate has other handlers do.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from types import TracebackType

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from restate import app

from jcli.runtime.distributed.handlers import Handlers
from jcli.runtime.distributed.records import Records

_GRACE = 10.0
"""Seconds to wait for the server to let go of its connections."""


class Serving:
    """The handlers at an address; within `with` they are served. `ended` is set when the server ends by itself, and
    `error` then says why. OSError for an address that cannot be listened on."""

    def __init__(self, handlers: Handlers, host: str, port: int, *, records: Records | None = None) -> None:
        address = _address(host, port)
        logging.getLogger("_granian").setLevel(logging.ERROR)
        self.ended = threading.Event()
        self.error: BaseException | None = None
        self._handlers = handlers
        self._loop = asyncio.new_event_loop()
        self._server = Server(
            app([*handlers.objects(), *([records.object()] if records else [])]),
            address=address,
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )
        self._thread = threading.Thread(target=self._live, name="jcli-handlers", daemon=True)

    def _live(self) -> None:
        try:
            self._loop.run_until_complete(self._server.serve())
        except BaseException as error:
            self.error = error
        finally:
            self.ended.set()

    def __enter__(self) -> Serving:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.ended.is_set():
            self._loop.call_soon_threadsafe(self._server.stop)
            self._thread.join(_GRACE)
        if not self._thread.is_alive():
            self._loop.close()
        self._handlers.close()


def _address(host: str, port: int) -> str:
    """The number of an address that handlers can listen on; the server understands no names. OSError in words for one
    that only others can: the server itself would tell it with a dump of its stack. Our handlers share a port."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
        with socket.socket(family, kind) as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            asked.bind(address)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on {host} port {port}: {error.strerror}") from None
    return str(address[0])
