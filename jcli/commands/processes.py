"""Several processes that serve on one socket, and the parent that begins, replaces and ends them.

The parent bound the socket and serves nothing itself. Each child is this very program, started anew (so after an
upgrade a restart runs what is installed then), and inherits the socket: whoever is free takes the next connection, and
a process that goes leaves none behind in a queue of its own, as it would if each had its own socket. A child that dies
is replaced; SIGHUP replaces all, one after the other, each when its successor serves; SIGTERM ends them. A child ends
itself when its parent is gone. What a child does is in `serve.py`.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread

from jcli.commands import exits

VARIABLE = "_JCLI_SERVING"
"""How a child knows that it is one: the numbers of the files that it inherited. Nobody else sets it."""

_READY_SECONDS = 60.0
_END_SECONDS = 20.0
_LONGEST_PAUSE = 10.0
_TICK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a child has of its parent."""

    listener: socket.socket
    ready: int

    def tell_ready(self) -> None:
        os.write(self.ready, b"1")


def inherited() -> Inherited | None:
    """What this process has of its parent; None when nobody began it. It will end when the parent does."""
    numbers = os.environ.pop(VARIABLE, None)
    if numbers is None:
        return None
    listener, ready, life = map(int, numbers.split(","))
    Thread(target=_end_with, args=(life,), name="jcli-parent", daemon=True).start()
    return Inherited(socket.socket(fileno=listener), ready)


def _end_with(life: int) -> None:
    os.read(life, 1)  # nobody ever writes: it comes back when the parent is gone
    os.kill(os.getpid(), signal.SIGTERM)


@dataclass(slots=True)
class Child:
    """One process that serves, or is about to."""

    process: subprocess.Popen[bytes]
    ready_end: int
    began: float = field(default_factory=time.monotonic)
    ready: bool = False
    kill_at: float | None = None

    def look(self) -> None:
        if not self.ready and self.ready_end >= 0 and select.select([self.ready_end], [], [], 0)[0]:
            self.ready = bool(os.read(self.ready_end, 1))

    def end(self) -> None:
        if self.kill_at is None:
            self.kill_at = time.monotonic() + _END_SECONDS
            self.process.terminate()

    def ended(self) -> bool:
        if self.kill_at is not None and time.monotonic() > self.kill_at:
            self.process.kill()
        if self.process.poll() is None:
            return False
        if self.ready_end >= 0:
            os.close(self.ready_end)
            self.ready_end = -1
        return True


class Parent:
    """Keeps `many` processes of a command serving on a socket. `say` tells whoever runs it what happens."""

    def __init__(
        self,
        command: Sequence[str],
        listener: socket.socket,
        many: int,
        say: Callable[[str], None],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._command = list(command)
        self._listener = listener
        self._many = many
        self._say = say
        self._environ = {**os.environ, **(environ or {})}
        self._life = os.pipe()
        self._children: list[Child] = []
        self._leaving: list[Child] = []
        self._renew: deque[Child] = deque()
        self._successor: Child | None = None
        self._failures = 0
        self._begin_at = 0.0
        self._served = False
        self._asked: set[int] = set()

    def run(self) -> int:
        """Until a signal ends it; the exit code. When the first processes do not come up, theirs."""
        waker, wakes = os.pipe()
        os.set_blocking(wakes, False)
        before = signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda number, _: self._asked.add(number))
        code: int | None = None
        try:
            while code is None and not self._asked & {signal.SIGTERM, signal.SIGINT}:
                code = self._tick()
                if select.select([waker, *self._awaited()], [], [], _TICK_SECONDS)[0]:
                    _drain(waker)
        finally:
            self._end_all()
            signal.set_wakeup_fd(before)
            for end in (waker, wakes, *self._life):
                os.close(end)
        if code is not None:
            return code
        return exits.INTERRUPTED if signal.SIGINT in self._asked else exits.DONE

    def _awaited(self) -> list[int]:
        expected = [*self._children, *([self._successor] if self._successor else [])]
        return [child.ready_end for child in expected if not child.ready]

    def _tick(self) -> int | None:
        for child in (*self._children, *([self._successor] if self._successor else [])):
            child.look()
        self._served = self._served or any(child.ready for child in self._children)
        self._leaving = [child for child in self._leaving if not child.ended()]
        for child in [child for child in self._children if child.ended()]:
            self._children.remove(child)
            if not self._served:
                return child.process.returncode if child.process.returncode > 0 else exits.FAILED
            self._miss(child)
        if signal.SIGHUP in self._asked:
            self._asked.discard(signal.SIGHUP)
            self._say("Restarting the processes, one after the other")
            self._renew = deque(self._children)
        self._go_on_renewing()
        while len(self._children) < self._many and time.monotonic() >= self._begin_at:
            self._children.append(self._begin())
        return None

    def _miss(self, child: Child) -> None:
        """One died. Its successor begins at once, unless this one never served: then a moment later, ever longer."""
        code = child.process.returncode
        how = f"ended with {code}" if code >= 0 else f"was killed ({signal.Signals(-code).name})"
        self._say(f"The process {child.process.pid} {how}; another one takes its place")
        self._failures = 0 if child.ready else self._failures + 1
        pause = min(2.0 ** (self._failures - 1), _LONGEST_PAUSE) if self._failures else 0.0
        self._begin_at = time.monotonic() + pause

    def _go_on_renewing(self) -> None:
        """One step: begin a successor, or let the old one go once its successor serves, or give up."""
        successor = self._successor
        if successor is None:
            while self._renew and self._renew[0] not in self._children:
                self._renew.popleft()  # died, and was replaced, meanwhile
            if self._renew and not self._leaving:
                self._successor = self._begin()
            return
        if successor.ready:
            old = self._renew.popleft() if self._renew else None
            self._children.append(successor)
            self._successor = None
            if old in self._children:
                self._children.remove(old)
                old.end()
                self._leaving.append(old)
            else:
                self._many_only()
        elif successor.process.poll() is not None or time.monotonic() > successor.began + _READY_SECONDS:
            self._say("The restart was given up: the new process did not come up; the others go on")
            successor.end()
            self._leaving.append(successor)
            self._successor = None
            self._renew.clear()

    def _many_only(self) -> None:
        """The old one of a successor had died and been replaced already: one too many serves."""
        while len(self._children) > self._many:
            extra = self._children.pop(0)
            extra.end()
            self._leaving.append(extra)

    def _begin(self) -> Child:
        ready, told = os.pipe()
        passed = (self._listener.fileno(), told, self._life[0])
        process = subprocess.Popen(
            self._command,
            env={**self._environ, VARIABLE: ",".join(map(str, passed))},
            stdin=subprocess.DEVNULL,
            pass_fds=passed,
            process_group=0,  # a Ctrl-C is the parent's to pass on
        )
        os.close(told)
        return Child(process, ready)

    def _end_all(self) -> None:
        self._listener.close()  # so that nobody is let into a queue that nobody serves
        going = [*self._children, *self._leaving, *([self._successor] if self._successor else [])]
        for child in going:
            child.end()
        while going := [child for child in going if not child.ended()]:
            time.sleep(0.02)


def _drain(waker: int) -> None:
    if select.select([waker], [], [], 0)[0]:
        os.read(waker, 4_096)
