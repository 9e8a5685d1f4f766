"""A small client that keeps a server busy: some connections, each sends the next request when its answer is there.

It reads no more of an answer than its status and length, so that on a machine with few cores the server and not the
client is what is measured. An answer other than 200 stops the run.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from typing import cast

import uvloop

_LAST_ANSWER_SECONDS = 30


class Connection(asyncio.Protocol):
    """One connection: write a request, wait for the whole answer, again, until told to stop."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.answered = 0
        self.stopping = False
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seen = bytearray()
        self._missing = -1
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is one in all but name
        self._transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._seen += data
            end = self._seen.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._seen[:end])
            if not head.startswith(b"HTTP/1.1 200 "):
                self._fail(head.decode("latin-1") + self._seen[end:].decode("utf-8", "replace"))
                return
            self._missing = _length(head) - (len(self._seen) - end - 4)
            self._seen.clear()
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._missing = -1
            self.answered += 1
            if self.stopping:
                self._transport.close()
            else:
                self._transport.write(next(self.requests))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.closed.done():
            if error is None and self.stopping:
                self.closed.set_result(None)
            else:
                self.closed.set_exception(error or ConnectionError("the server closed the connection"))

    def _fail(self, answer: str) -> None:
        self.closed.set_exception(RuntimeError(f"an answer was not 200:\n{answer[:1000]}"))
        self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    raise RuntimeError("an answer did not say its content-length")


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    opened = []
    for number in range(connections):
        start = number * len(requests) // connections
        order = itertools.cycle([*requests[start:], *requests[:start]])
        _, connection = await loop.create_connection(lambda order=order: Connection(order), "127.0.0.1", port)
        opened.append(connection)
    waiting = [connection.closed for connection in opened]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    answered, took = sum(connection.answered for connection in opened), time.perf_counter() - begin
    for connection in opened:
        connection.stopping = True
    await asyncio.wait_for(asyncio.gather(*waiting), timeout=_LAST_ANSWER_SECONDS)
    return answered / took


def load(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> float:
    """Answers a second from the loopback `port` while `connections` send the requests round and round."""
    return uvloop.run(_load(port, requests, connections, seconds))


def get(path: str, token: str) -> bytes:
    """The bytes of a GET request with a bearer token."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
