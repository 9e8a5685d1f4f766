"""Everything that one store holds brought into another, slice by slice, whatever databases they are.

The source is paused first: who writes is told to come again, and nobody's row is lost. Each slice goes into the target
in one transaction with the place after it, so that a copy that was killed goes on there and nothing comes twice. The
last step reads the target anew and compares rows and checksums, table by table. Until then the target is not whole, and
nobody but a copy may open it; the source stays as it was. Rows are described in `jcli/store/portable.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from jcli.errors import ConfigError, NotAllowed, Stale, StoreError
from jcli.operations.context import Clock, NewId
from jcli.store import TABLES, Filled, Filling, JobKind, Pause, Portable, Store, Tally

Moved = Callable[[int, int], None]
"""Told that `done` of `total` rows are done."""


def _nobody(done: int, total: int) -> None:
    pass


def copy_rows(
    source: Store, target: Store, clock: Clock, new_id: NewId, moved: Moved = _nobody, *, at_most: int = 5_000
) -> bool:
    """Copy, or go on with a copy that was begun; `compare_copy` comes next. The source stays paused. False: an earlier
    run has brought this very copy to its end, so there is nothing to do. `at_most` rows go in one transaction, fewer
    where they are large.

    NotAllowed for a target that holds something else, or a source in the middle of a backfill; Stale when the source
    may have been written since the copy began.
    """
    filling = _begun(source, target) or _begin(source, target, clock, new_id)
    if filling.whole:
        return False
    done, total = 0, _rows(source)
    for table in TABLES:
        for rows in _copy_table(source, target, table, min(table.slice, at_most)):
            done += rows
            moved(min(done, total), total)
    return True


def compare_copy(target: Store, moved: Moved = _nobody) -> Mapping[str, Tally]:
    """Read anew what was copied and hold it against what the source gave; where they agree the target is whole and
    anybody may open it. What each table holds; StoreError where they differ."""
    with target.read() as tables:
        given = {table.name: tables.filled(table.name).tally for table in TABLES}
    total, done = sum(tally.rows for tally in given.values()), 0
    for table in TABLES:
        tally, after = Tally(), None
        while True:
            with target.read() as tables:
                part = tables.export_rows(table.name, after, table.slice)
            tally, after, done = tally.plus(part.rows), part.next, done + len(part.rows)
            moved(min(done, total), total)
            if after is None:
                break
        _must_agree(table.name, given[table.name], tally)
    target.end_filling()
    return given


def _must_agree(table: str, given: Tally, there: Tally) -> None:
    if there != given:
        raise StoreError(
            f"The copy of {table} is not what was copied: {given.rows:,} rows were given, {there.rows:,} are there"
            + (", with other content." if there.rows == given.rows else "."),
            hint="Something else wrote to the target. Remove what is in it and copy again; the source is as it was.",
        )


def _begun(source: Store, target: Store) -> Filling | None:
    """The copy of this source that the target is in the middle of, or has seen the end of."""
    filling, pause = target.filling(), source.paused()
    if filling is None or (pause is not None and pause.token == filling.token):
        return filling
    if filling.whole:
        return None
    raise Stale(
        f"{source.url} may have been written since the copy into {target.url} began, so it cannot go on",
        hint="remove what is in the target and copy again; the source is left as it is until a copy is whole",
    )


def _begin(source: Store, target: Store, clock: Clock, new_id: NewId) -> Filling:
    pause = source.paused()
    ours = pause is None
    if pause is None:
        pause = Pause(new_id(), f"copied to {target.url}", clock())
        source.pause(pause)
    filling = Filling(pause.token, source.url, clock(), whole=False)
    try:
        if target.paused() == pause:  # by another spelling of its url
            raise ConfigError("SRC and DST are the same database", hint="name another one to copy into")
        _refuse_backfill(source)
        target.begin_filling(filling)
    except BaseException:
        if ours:
            source.resume()
        raise
    return filling


def _refuse_backfill(source: Store) -> None:
    """How far a backfill has come is told by numbers of rows, which are others in another store."""
    with source.read() as tables:
        job = next((job for job in tables.running_jobs() if job.kind is JobKind.BACKFILL), None)
    if job is not None:
        raise NotAllowed(
            f"people are being let into the journey {job.journey_id}: {job.progress.done:,} of {job.progress.total:,}",
            hint="let a worker bring the backfill to its end (`jcli worker`), then copy again",
            code="backfill",
        )


def _rows(store: Store) -> int:
    with store.read() as tables:
        return sum(table.rows for table in tables.table_facts())


def _copy_table(source: Store, target: Store, table: Portable, limit: int) -> Iterator[int]:
    """Give the rows of each slice, what an earlier run brought being the first."""
    with target.read() as tables:
        filled = tables.filled(table.name)
    yield filled.tally.rows
    while not filled.whole:
        with target.write() as tables:
            # Asked again under the lock: another run of the same copy may be at it.
            before = tables.filled(table.name)
            if not before.whole:
                with source.read() as there:
                    part = there.export_rows(table.name, before.after, limit)
                tables.import_rows(table.name, part.rows)
                filled = Filled(part.next, before.tally.plus(part.rows), part.next is None)
                tables.note_filled(table.name, filled)
            else:
                filled = before
        yield filled.tally.rows - before.tally.rows
