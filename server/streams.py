"""Answers that go on: how many there are, and the word that ends them when the server ends.

A server that is told to end waits for the answers that it is giving; one that goes on for hours would hold it up.
`Running` tells the streams first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from jcli.errors import StoreBusy

_MOST = 10_000


class Streams:
    """Who is listening, in this process. Used from the event loop alone."""

    def __init__(self, *, most: int = _MOST) -> None:
        self._most = most
        self._listening: set[asyncio.Event] = set()
        self.closing = False

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """An event of one's own that is set by `close`, and by whoever has something to tell. StoreBusy when there are
        too many already."""
        if self.closing or len(self._listening) >= self._most:
            raise StoreBusy(f"{len(self._listening)} streams are open already")
        told = asyncio.Event()
        self._listening.add(told)
        try:
            yield told
        finally:
            self._listening.discard(told)

    def close(self) -> None:
        """End all streams: each wakes up and finds that this is `closing`."""
        self.closing = True
        for told in self._listening:
            told.set()

    def __len__(self) -> int:
        return len(self._listening)
