"""What a store offers to those who look after it: what it holds, whether it is sound, a pause, a copy.

The part of `Store` and `Tables` behind `jcli db`. A store that is **paused** refuses every write of everybody with
StoreBusy until `resume`; the database itself sees to that, so that it holds for processes that run already, too. One
that is being **filled** with the rows of another is not whole: whoever opens it without `filling` is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jcli.model import Enrollment, Instant
from jcli.store.feeding import Job
from jcli.store.portable import Filled, PortableRow, Slice
from jcli.store.states import PersonKey

Moved = Callable[[int, int], None]
"""Told that `done` of `total` are done."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The migrations of a store: those it has had, those that it lacks, and those that only a newer version knows."""

    applied: tuple[str, ...]
    pending: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """In bytes: all of the store, what of it is free to be used again, and the log of what was written last (None where
    a store has no such thing of its own)."""

    whole: int
    free: int | None = None
    log: int | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table: how many rows, and when the oldest and the newest were written (None: no rows, or no instants)."""

    name: str
    rows: int
    oldest: Instant | None = None
    newest: Instant | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Nobody writes while it lasts, so two readings under one token read the same."""

    token: str
    reason: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Filling:
    """Where the rows of the store come from: from which url, while it was paused under which token; `whole` once all
    of them are there, and were compared."""

    token: str
    source: str
    at: Instant
    whole: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a worker still has to do: people whose time has come, when the next one's comes, and long work."""

    due: int
    next_due: Instant | None
    jobs: Sequence[Job]


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What there is to know of a store. `waiting` is None where the schema must be brought up to date before anybody
    can tell."""

    schema: Schema
    size: Size
    tables: Sequence[TableFacts]
    waiting: Waiting | None
    pause: Pause | None
    filling: Filling | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a store that must not be: by which rule, in which table, whom or what it is about, and a sentence.
    A value, as findings are, and never raised."""

    rule: str
    table: str
    subject: str
    message: str


class UpkeepTables(Protocol):
    """What is read, and moved, within one transaction."""

    def table_facts(self) -> list[TableFacts]:
        """All tables that are there. Where counters are kept they are asked, all else is counted."""
        ...

    def due_count(self, until: Instant) -> int:
        """How many people were to be woken before the instant."""
        ...

    def integrity(self, limit: int) -> list[str]:
        """What the database itself finds wrong with its pages, indexes and references, a sentence each."""
        ...

    def unsound(self, rule: str, limit: int) -> list[tuple[Any, ...]]:
        """The rows that break one of the `RULES` of `rows/upkeep.py`, at most `limit` of them."""
        ...

    def places(self) -> list[tuple[Any, ...]]:
        """(journey, revision, node, enrollments, those of them in progress) of all places of anybody."""
        ...

    def enrollments_with(self, asked: Sequence[tuple[PersonKey, str]]) -> dict[str, Enrollment]:
        """Those of the people's enrollments that are there, by their ids."""
        ...

    def delivery_statuses(self, asked: Sequence[tuple[PersonKey, str]]) -> dict[str, str]: ...
    def export_rows(self, table: str, after: str | None, limit: int) -> Slice:
        """Rows of a portable table in an order of the store's own, after the place that the last slice ended with."""
        ...

    def import_rows(self, table: str, rows: Sequence[PortableRow]) -> None:
        """Insert rows that another store gave. StoreError when one is there already, or refers to what is not."""
        ...

    def filled(self, table: str) -> Filled:
        """How far the table has been filled."""
        ...

    def note_filled(self, table: str, filled: Filled) -> None: ...


class Upkeep(Protocol):
    """What concerns a store as a whole. None of it may be called within a transaction."""

    def schema(self) -> Schema: ...
    def size(self) -> Size: ...
    def pause(self, pause: Pause) -> None:
        """From when this returns nobody writes a row. Whoever is in a transaction is waited for."""
        ...

    def resume(self) -> bool:
        """Let the store be written again. False: it was not paused."""
        ...

    def paused(self) -> Pause | None: ...
    def begin_filling(self, filling: Filling) -> None:
        """Mark the store as not whole. NotAllowed when anything is in it."""
        ...

    def filling(self) -> Filling | None: ...
    def end_filling(self) -> None:
        """It is whole: whoever wants may open it. Every catalogue that was made of it before is out of date."""
        ...

    def dump_command(self, path: Path) -> str | None:
        """The command of the database's own tool that writes a backup to the file; None: `backup` does. It holds no
        password."""
        ...

    def backup(self, path: Path, moved: Moved) -> None:
        """Write a consistent copy to a new file while the store is in use, and look the copy through. `moved` counts
        pages. StoreError for a store that leaves this to another tool."""
        ...
