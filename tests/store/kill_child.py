"""The child of `test_kill.py`: for N = 1, 2, ... it copies the store, forks, and lets the copy's writer kill itself
before its N-th statement, until a writer comes through. Prints how many were killed.

Usage: kill_child.py OPERATION STORE FOLDER
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from jcli.model import JourneyStatus
from jcli.store.sqlite import SqliteStore
from tests.store import samples


def save_journeys(store: SqliteStore) -> None:
    journeys = [
        samples.journey("new"),
        samples.journey("j", nodes=2, site="other"),
        samples.journey("k", name="Renamed"),
    ]
    samples.save(store, *journeys, now=2_000)


def set_status(store: SqliteStore) -> None:
    with store.write() as tables:
        tables.set_status("j", JourneyStatus.ARCHIVED, 2_000)
        tables.stop_enrollments("j", "archived", 2_000)


OPERATIONS = {"save_journeys": save_journeys, "set_status": set_status}


def _run(operation: str, path: Path, deadly: int) -> None:
    store = SqliteStore(path, f"sqlite:///{path}")
    seen = 0

    def kill_at(statement: str) -> None:
        nonlocal seen
        seen += 1
        if seen == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    store.session().connection.set_trace_callback(kill_at)
    OPERATIONS[operation](store)


def main(operation: str, source: Path, folder: Path) -> int:
    """How many writers were killed; their stores are `1.db`, `2.db`, ..., the last is that of the one that was not."""
    number = 0
    while True:
        number += 1
        path = folder / f"{number}.db"
        shutil.copy(source, path)
        child = os.fork()
        if child == 0:
            _run(operation, path, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            return number - 1
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            raise SystemExit(f"the writer that was to be killed at {number} ended with {status}")


if __name__ == "__main__":
    sys.stdout.write(str(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
