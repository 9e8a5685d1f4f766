"""The server process: uvicorn, which ends the streams of the application before it waits for answers to end."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from server.streams import Streams


class Running(uvicorn.Server):
    """A server of an application that `create_app` made."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._streams: Streams = app.state.server.streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)
