"""The child of `test_copying.py`: copies one store into another, killed at a random statement, until a run comes
through. Prints how many were killed, and how many of these after the first row.

Usage: copy_child.py SOURCE TARGET
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from jcli import operations
from jcli.store.sqlite import SqliteStore
from tests.runtime.world import START, Clock, counting

MOST = 160
"""A run lives for at most so many statements, until enough of them were killed."""
ENOUGH = 30


def _run(source: Path, target: Path, deadly: int) -> None:
    left = deadly

    def kill(statement: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    old = SqliteStore(source, f"sqlite:///{source}")
    new = SqliteStore(target, f"sqlite:///{target}", filling=True)
    for store in (old, new):
        store.session().connection.set_trace_callback(kill)
    new.migrate()
    if operations.copy_rows(old, new, Clock(START), counting("token"), at_most=20):
        operations.compare_copy(new)


def _rows(target: Path) -> bool:
    """Whether anything has been copied yet."""
    with closing(sqlite3.connect(target)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return "_filled" in names and connection.execute("SELECT count(*) FROM _filled").fetchone()[0] > 0


def main(source: Path, target: Path) -> tuple[int, int]:
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
            return kills, begun
        assert os.WTERMSIG(status) == signal.SIGKILL
        kills += 1
        begun += _rows(target)


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*main(Path(sys.argv[1]), Path(sys.argv[2]))))
