"""The digests of all files, made by another process while this one gets ready: importing the checks takes as long.

Where a process cannot be split in two safely, where there is one core alone, or where anything goes wrong over there,
they are made here when they are asked for.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jcli.commands.forks import cores
from jcli.commands.shares import digest_of

if TYPE_CHECKING:
    from jcli.workspace import Entry

_SIZE = 32
_NONE = b"-" * _SIZE


class Digests:
    """Digests on their way. `process` makes them and writes them to the pipe's end `source`."""

    def __init__(self, entries: Sequence[Entry], process: int | None = None, source: int = -1) -> None:
        self._entries, self._process, self._source = entries, process, source

    def all(self) -> list[str | None]:
        """Of each entry, in order; None for what cannot be read."""
        made = b"" if self._process is None else self._received()
        if len(made) != _SIZE * len(self._entries):
            made = b"".join(map(_digest, self._entries))
        found = [made[start : start + _SIZE] for start in range(0, len(made), _SIZE)]
        return [None if one == _NONE else one.decode() for one in found]

    def _received(self) -> bytes:
        parts = []
        while part := os.read(self._source, 1 << 20):
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        if self._process is not None:
            os.close(self._source)
            os.kill(self._process, signal.SIGKILL)  # it has nothing to lose, and is not reaped yet
            os.waitpid(self._process, 0)
            self._process = None


@contextmanager
def digests_of(entries: Sequence[Entry]) -> Iterator[Digests]:
    """Begin with the digests."""
    digests = _elsewhere(entries) if cores() > 1 else Digests(entries)
    try:
        yield digests
    finally:
        digests.close()


def _elsewhere(entries: Sequence[Entry]) -> Digests:
    source, end = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(source)
        os.close(end)
        return Digests(entries)
    if process == 0:
        _work(entries, end)
    os.close(end)
    return Digests(entries, process, source)


def _work(entries: Sequence[Entry], end: int) -> None:
    """What the other process does. It ends here, whatever happens, and says nothing."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with os.fdopen(end, "wb") as pipe:
            pipe.write(b"".join(map(_digest, entries)))
    finally:
        os._exit(0)


def _digest(entry: Entry) -> bytes:
    from jcli.workspace import open_entry

    content = open_entry(entry)
    return digest_of(content).encode() if isinstance(content, bytes) else _NONE
