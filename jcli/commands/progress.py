"""How far long work has come, on stderr: a bar on a terminal, a line for each tenth elsewhere, nothing with `-q`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jcli.commands.session import Session

Moved = Callable[[int, int], None]
"""Tell that `done` of `total` are done; a total of 0 says that nobody knows how many there are."""


@contextmanager
def progress(session: Session, what: str, unit: str) -> Iterator[Moved]:
    """Show the progress of `what`, counted in `unit` (a plural), for as long as the block lasts."""
    if session.quiet:
        yield _nothing
    elif sys.stderr.isatty():
        with _bar(what, unit) as moved:
            yield moved
    else:
        yield _Lines(session, what, unit)


def _nothing(done: int, total: int) -> None:
    pass


@contextmanager
def _bar(what: str, unit: str) -> Iterator[Moved]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[counted]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as bar:
        task = bar.add_task(what, total=None, counted="")

        def moved(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, counted=_counted(done, total, unit))

        yield moved


class _Lines:
    """A line whenever another tenth is done, and one at the end; of an unknown total a line for each power of ten."""

    def __init__(self, session: Session, what: str, unit: str) -> None:
        self._session = session
        self._what = what
        self._unit = unit
        self._told = 0

    def __call__(self, done: int, total: int) -> None:
        reached = done * 10 // total if total else len(str(done)) if done >= 10_000 else 0
        if reached > self._told:
            self._told = reached
            self._session.say(f"{self._what}: {_counted(done, total, self._unit)}")


def _counted(done: int, total: int, unit: str) -> str:
    return f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}"
