"""Another process of this program: split off from this one, so that it has all that this one has, and spoken to through
a pipe.

A process is split in two safely only where nothing else runs beside it, so whoever wants some starts them first. What
they do, and what is said, is the business of who starts them: `shares.py`, `players.py`, `populations.py`, `living.py`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jcli.errors import JcliError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess


def cores() -> int:
    """How many processes may work at once; one where a process cannot be split in two safely."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


class Fork:
    """A process that does `work` with its end of the pipe. `what` it does, in words, and a `hint` are for the error
    that is raised when it has died. Whoever starts one stops it."""

    def __init__(self, work: Callable[[Connection], None], what: str, hint: str) -> None:
        from multiprocessing import get_context

        context = get_context("fork")
        self._what, self._hint = what, hint
        self.pipe, end = context.Pipe()
        self._process: ForkProcess = context.Process(target=_begin, args=(work, end, self.pipe), daemon=True)
        self._process.start()
        end.close()

    def send(self, message: object) -> None:
        """JcliError when nobody is there any more."""
        try:
            self.pipe.send(message)
        except OSError:
            raise self._ended() from None

    def receive(self) -> Any:
        """The next that the process says, waiting for it. JcliError when it has died instead."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            raise self._ended() from None

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()
        self.pipe.close()

    def _ended(self) -> JcliError:
        self._process.join()
        code = self._process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return JcliError(f"a process that {self._what} {how}", hint=self._hint)


def _begin(work: Callable[[Connection], None], pipe: Connection, others_end: Connection) -> None:
    """What the other process does. Ctrl-C ends it in silence: the first process tells of it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    others_end.close()
    try:
        work(pipe)
    except (EOFError, BrokenPipeError):
        return  # nobody waits for it any more
