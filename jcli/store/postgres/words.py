"""Short words between all processes on one database, by NOTIFY and LISTEN: that something has changed, never what.

Words are gathered for some milliseconds and said together after the commit that they are about, in a transaction of
their own: a NOTIFY within it would make the commits of all processes wait for each other. So a word may get lost with
the process that had it to say, and while the connection is away; whoever hears is told so by no words at all, and looks
for itself. Nothing may depend on a word but how soon something is noticed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

import psycopg

from jcli.errors import JcliError
from jcli.store.postgres.connecting import Connection
from jcli.store.protocol import CATALOGUE

CHANNEL = "jcli"
Hearing = Callable[[Sequence[str]], None]
_LOG = logging.getLogger(__name__)
_GATHER_SECONDS = 0.01
_LOOK_SECONDS = 5.0
"""How long the line is silent before it is asked whether it still stands."""
_AGAIN_SECONDS = 0.5
_MOST_BYTES = 7_000
"""Of one notification; PostgreSQL takes 8,000."""
_MARK = b"SELECT left(gen_random_uuid()::text, 8)"
"""What a process begins its words with, so that it does not follow its own; made by the database: numbers of processes
are the same in many containers."""
_SAY = b"SELECT pg_notify($1, said) FROM unnest($2::text[]) AS said"


class Words:
    """The line of one store. `connect` makes a connection of its own, `ask` runs a statement on one of the pool's. Its
    two threads are begun by who first speaks and by who first listens. CATALOGUE is said by `queries/running.sql`, in
    the transaction that changes it."""

    def __init__(self, connect: Callable[[], Connection], ask: Callable[[bytes, Sequence[object]], None]) -> None:
        self._connect = connect
        self._ask = ask
        self._mark = "-"
        self._waiting: dict[str, None] = {}
        self._something = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._hearing: list[Hearing] = []
        self._threads: list[threading.Thread] = []
        self._speaker: threading.Thread | None = None
        self.open = False
        """Whether words of other processes come in."""

    def tell(self, words: Iterable[str]) -> None:
        """Have the words said soon, without waiting for it."""
        with self._lock:
            self._waiting.update(dict.fromkeys(words))
            if not self._waiting or self._closing.is_set():
                return
            if self._speaker is None:
                self._speaker = self._begin(self._speak, "jcli-telling")
        self._something.set()

    def hear(self, hearing: Hearing) -> Callable[[], None]:
        with self._lock:
            first = not self._hearing
            self._hearing.append(hearing)
            if first and all(thread.name != "jcli-hearing" for thread in self._threads):
                self._begin(self._listen, "jcli-hearing")

        def leave() -> None:
            with self._lock, suppress(ValueError):
                self._hearing.remove(hearing)

        return leave

    def close(self) -> None:
        """Say what waits, and hang up."""
        self._closing.set()
        self._something.set()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join()

    def _begin(self, work: Callable[[], None], name: str) -> threading.Thread:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    # Speaking

    def _speak(self) -> None:
        while not self._closing.is_set():
            self._something.wait()
            self._closing.wait(_GATHER_SECONDS)
            self._say()
        self._say()

    def _say(self) -> None:
        with self._lock:
            self._something.clear()
            words, self._waiting = list(self._waiting), {}
        if not words:
            return
        try:
            self._ask(_SAY, (CHANNEL, list(_parcels(self._mark, words))))
        except JcliError as error:
            _LOG.info("%s words to other processes got lost: %s", len(words), error)

    # Hearing

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"LISTEN {CHANNEL}".encode(), prepare=False)
                    row = connection.execute(_MARK, prepare=False).fetchone()
                    self._mark = row[0] if row else "-"
                    self.open = True
                    self._pass_on(())
                    self._hear_on(connection)
            except (JcliError, psycopg.Error) as error:
                if self.open:
                    _LOG.warning("words of other processes do not come in: %s", str(error).strip().partition("\n")[0])
            finally:
                self.open = False
            self._closing.wait(_AGAIN_SECONDS)

    def _hear_on(self, connection: Connection) -> None:
        asked_at = time.monotonic()
        while not self._closing.is_set():
            for notify in connection.notifies(timeout=_AGAIN_SECONDS, stop_after=1):
                mark, *words = notify.payload.split()
                if mark == CATALOGUE:
                    self._pass_on((CATALOGUE,))
                elif mark != self._mark:
                    self._pass_on(words)
            if time.monotonic() >= asked_at + _LOOK_SECONDS:
                connection.execute(b"SELECT 1", prepare=False)
                asked_at = time.monotonic()

    def _pass_on(self, words: Sequence[str]) -> None:
        with self._lock:
            hearing = list(self._hearing)
        for hear in hearing:
            try:
                hear(words)
            except JcliError as error:
                _LOG.info("a word of another process was not followed: %s", error)


def _parcels(mark: str, words: Iterable[str]) -> Iterator[str]:
    """The words, in texts that a notification can hold; each begins with the mark of who says them."""
    parcel = mark
    for word in words:
        if len(parcel) + 1 + len(word) > _MOST_BYTES:
            yield parcel
            parcel = mark
        parcel = f"{parcel} {word}"
    yield parcel
