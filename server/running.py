"""The server process: uvicorn, which ends the streams of the application before it waits for answers to end.

Where others serve on the same socket it parts from its clients: no connection is taken any more, each answer says that
it is the last on its connection, and only then are those closed that nobody used meanwhile. Without that, a client that
sends its next request at that very moment would find a connection closed that was good when it looked.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from server.streams import Streams


class Running(uvicorn.Server):
    """A server of an application that `create_app` made. `ready` is called when it takes requests; `part` is for
    how many seconds clients may use their connections for one more request when it ends."""

    def __init__(
        self, app: FastAPI, config: uvicorn.Config, *, ready: Callable[[], None] | None = None, part: float = 0.0
    ) -> None:
        super().__init__(config)
        self._streams: Streams = app.state.server.streams
        self._ready = ready
        self._part = part

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        if self._part:
            await self._part_from_clients()
        await super().shutdown(sockets)

    async def _part_from_clients(self) -> None:
        for server in self.servers:
            server.close()
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        loop = asyncio.get_running_loop()
        until = loop.time() + self._part
        while state.connections and loop.time() < until and not self.force_exit:
            await asyncio.sleep(0.02)
