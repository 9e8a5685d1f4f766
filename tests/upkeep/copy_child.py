"""The child of the tests of copies: copies one store into another, killed at a random statement, until a run comes
through. Prints how many were killed, and how many of these after the first row.

Usage: copy_child.py SOURCE TARGET (urls)
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

from jcli import operations
from jcli.errors import StoreError
from jcli.store import TABLES, Store, open_store
from jcli.store.postgres.session import Session as PostgresSession
from jcli.store.sqlite.store import SqliteStore
from tests.runtime.world import START, Clock, counting

MOST = 160
"""A run lives for at most so many statements, until enough of them were killed."""
ENOUGH = 30


def _killing(deadly: int) -> Callable[..., None]:
    left = deadly

    def kill(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


def _watch(store: Store, kill: Callable[..., None]) -> None:
    """Let it be asked before each statement; in PostgreSQL before and after each commit, too."""
    if isinstance(store, SqliteStore):
        store.session().connection.set_trace_callback(kill)
        return
    for name in ("_execute", "run_many", "begin", "commit"):
        plain = getattr(PostgresSession, name)

        def watched(self: Any, *args: Any, plain: Any = plain) -> Any:
            kill()
            done = plain(self, *args)
            kill()
            return done

        setattr(PostgresSession, name, watched)


def _run(source: str, target: str, deadly: int) -> None:
    kill = _killing(deadly)
    old, new = open_store(source), open_store(target, filling=True)
    for store in (old, new):
        _watch(store, kill)
    if operations.copy_rows(old, new, Clock(START), counting("token"), at_most=20):
        operations.compare_copy(new)


def _begun(target: str) -> bool:
    """Whether anything has been copied yet."""
    try:
        store = open_store(target, filling=True, create=False)
    except StoreError:
        return False
    with closing(store), store.read() as tables:
        return store.filling() is not None and tables.filled(TABLES[0].name).whole


def main(source: str, target: str) -> tuple[int, int]:
    chance, kills, begun = random.Random(11), 0, 0
    while True:
        deadly = chance.randrange(1, MOST) if kills < ENOUGH else 1 << 30
        child = os.fork()
        if child == 0:
            _run(source, target, deadly)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, f"the run that was to die at {deadly} failed"
            if deadly == 1 << 30:
                return kills, begun
            raise AssertionError("a copy came to its end before it was killed often enough")
        assert os.WTERMSIG(status) == signal.SIGKILL
        kills += 1
        begun += _begun(target)


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*main(sys.argv[1], sys.argv[2])))
