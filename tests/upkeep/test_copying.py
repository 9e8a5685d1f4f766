"""`copy_rows` and `compare_copy`: everything comes, nothing comes twice, and what goes wrong in between is known."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli import operations
from jcli.errors import NotAllowed, Stale, StoreBusy, StoreError
from jcli.model import Content, Site
from jcli.runtime import Runtime, RuntimeSettings
from jcli.store import TABLES, JobKind, Pause, PersonKey, Store, Tally, open_store
from jcli.store.portable import PERSON, Portable
from tests.engine.random_worlds import journeys
from tests.runtime.test_properties import Life, live, lives, quick
from tests.runtime.world import ACTOR, START, Clock, counting
from tests.upkeep.conftest import Open
from tests.upkeep.full import DAY, content, fill, tallies, tell

ROOT = Path(__file__).resolve().parents[2]
NOW = Clock(START + DAY)


def copy(source: Store, target: Store, at_most: int = 5_000) -> Any:
    assert operations.copy_rows(source, target, NOW, counting("token"), at_most=at_most)
    return operations.compare_copy(target)


def sound(store: Store) -> list[str]:
    return [fault.message for fault in operations.examine(store, NOW)]


def test_the_portable_tables_are_those_of_the_schema(open_named: Open, tmp_path: Path) -> None:
    """A column or a table that a migration adds must travel, too."""
    open_named("empty")
    with sqlite3.connect(tmp_path / "empty.db") as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} - {"row"} for name in names
        }
    connection.close()

    def of(table: Portable) -> set[str]:
        theirs = set(table.columns)
        return (theirs - set(PERSON)) | {"person"} if PERSON[0] in theirs else theirs

    del columns["_sqlite_migrations"], columns["catalogue"]
    assert {table.name: of(table) for table in TABLES} == columns


def test_the_sample_has_something_in_every_table(full: Store) -> None:
    assert [name for name, rows in content(full).items() if not rows] == []
    assert sound(full) == []


@pytest.mark.parametrize("at_most", [1, 3, 5_000])
def test_everything_comes(full: Store, open_named: Open, at_most: int) -> None:
    target = open_named("copy", filling=True)
    given = copy(full, target, at_most)
    assert content(target) == content(full)
    assert given == tallies(full)
    assert sound(open_named("copy")) == []


def test_who_was_copied_goes_on_there(full: Store, open_named: Open) -> None:
    """The same hours in both give the same rows."""
    copy(full, open_named("copy", filling=True))
    target = open_named("copy")
    full.resume()
    for store in (full, target):
        clock = Clock(START + 3 * DAY)
        runtime = Runtime(store, clock, counting("later"))
        runtime.run_timers()
        tell(runtime, ("new", "go"), ("p1", "paid"))
        operations.erase_person(store, clock, ACTOR, "p2")
    assert content(target) == content(full)
    assert sound(target) == []


def test_a_copy_that_was_stopped_goes_on(full: Store, open_named: Open) -> None:
    expected = content(full)
    for rows_until_stopped in (1, 3, 20, 21):
        target = open_named("copy", filling=True)
        with pytest.raises(KeyboardInterrupt):
            operations.copy_rows(full, target, NOW, counting("token"), _stopping(rows_until_stopped), at_most=2)
        assert target.filling() is not None
        target.close()
    target = open_named("copy", filling=True)
    copy(full, target, 2)
    assert content(target) == expected


def _stopping(after: int) -> Any:
    calls = iter(range(after))

    def moved(done: int, total: int) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt

    return moved


def test_two_runs_of_one_copy_share_the_work(full: Store, open_named: Open) -> None:
    """Each asks under the lock how far the other has come."""
    one, other = open_named("copy", filling=True), open_named("copy", filling=True)
    with pytest.raises(KeyboardInterrupt):
        operations.copy_rows(full, one, NOW, counting("token"), _stopping(4), at_most=2)

    def meanwhile(done: int, total: int) -> None:
        if done == 9:
            assert operations.copy_rows(full, other, NOW, counting("token"), at_most=2)

    assert operations.copy_rows(full, one, NOW, counting("token"), meanwhile, at_most=2)
    operations.compare_copy(one)
    assert content(one) == content(full)


def test_a_store_that_is_not_whole_is_not_opened(full: Store, open_named: Open) -> None:
    target = open_named("copy", filling=True)
    operations.copy_rows(full, target, NOW, counting("token"))
    with pytest.raises(StoreError, match="not whole") as refused:
        open_named("copy")
    assert "jcli db copy" in (refused.value.hint or "")
    operations.compare_copy(target)
    open_named("copy").ready()


def test_nobody_writes_to_what_is_copied(full: Store, open_named: Open) -> None:
    """Not even whoever had it open before, in any table, by any statement; readers go on."""
    neighbour = open_named("full")
    with neighbour.read() as tables:
        journey = tables.journey("live")
    before = content(full)
    copy(full, open_named("copy", filling=True))
    for write in (
        lambda tables: tables.put_thing(Content("new", "flow"), "f", 1),
        lambda tables: tables.put_thing(Site("main", "Renamed"), "f", 1),
        lambda tables: tables.set_status("live", journey.status.ARCHIVED, 1),
        lambda tables: tables.erase_person("main", "p1"),
        lambda tables: tables.prune_events(1 << 60, 100),
        lambda tables: tables.put_write_key("main", "k"),
        lambda tables: tables.unprotect("live"),
        lambda tables: tables.drop_uploads("ana", 1 << 60, keep=0),
        lambda tables: tables.postpone(1, 5),
    ):
        with pytest.raises(StoreBusy, match="paused") as refused, neighbour.write() as tables:
            write(tables)
        assert refused.value.code == "store-paused"
    assert content(full) == before
    assert neighbour.resume()
    assert not neighbour.resume()
    with full.write() as tables:
        assert tables.erase_person("main", "p1")


def test_a_pause_reaches_every_table(full: Store, tmp_path: Path) -> None:
    """SQLite itself refuses, so that a process of an older version is refused as well."""
    full.pause(Pause("t", "a test", 1))
    connection = sqlite3.connect(tmp_path / "full.db", isolation_level=None)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    names = [name for name in names if not name.startswith("_")]
    assert len(names) == len(TABLES) + 1, "the portable ones and the catalogue"
    for name in names:
        column = connection.execute(f"SELECT name FROM pragma_table_info('{name}')").fetchone()[0]
        for statement in (
            f"DELETE FROM {name}",
            f"UPDATE {name} SET {column} = {column}",
            f"INSERT OR IGNORE INTO {name} SELECT * FROM {name}",
            f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    connection.close()


def test_workers_and_events_wait_for_the_pause_to_end(full: Store) -> None:
    clock = Clock(START + 10 * DAY)
    with Runtime(full, clock, counting("later"), settings=RuntimeSettings(look_again=0.05)) as runtime:
        full.pause(Pause("t", "a test", 1))
        with pytest.raises(StoreBusy, match="paused"):
            tell(runtime, ("late", "go"))
        used = time.process_time()
        time.sleep(1)
        assert time.process_time() - used < 0.8, "a worker that may not write does not spin"
        full.resume()
        until = time.monotonic() + 10
        while _due(full, clock()):
            assert time.monotonic() < until, "the timers go on"
            time.sleep(0.05)
        tell(runtime, ("late", "go"))
    assert sound(full) == []


def _due(store: Store, now: int) -> int:
    with store.read() as tables:
        return tables.due_count(now)


def test_a_copy_is_not_gone_on_with_after_somebody_wrote(full: Store, open_named: Open) -> None:
    target = open_named("copy", filling=True)
    with pytest.raises(KeyboardInterrupt):
        operations.copy_rows(full, target, NOW, counting("token"), _stopping(5), at_most=2)
    full.resume()
    with full.write() as tables:
        tables.put_thing(Content("new", "flow"), "f", 1)
    with pytest.raises(Stale, match="may have been written"):
        operations.copy_rows(full, target, NOW, counting("token"))
    assert full.paused() is None


def test_what_holds_something_else_is_not_copied_into(full: Store, open_named: Open) -> None:
    target = open_named("other")
    with target.write() as tables:
        tables.put_thing(Content("theirs", "flow"), "f", 1)
    with pytest.raises(NotAllowed, match="is not empty: there are rows in contents"):
        operations.copy_rows(full, target, NOW, counting("token"))
    assert full.paused() is None, "what did not begin stops nobody"


def test_a_copy_that_is_done_is_done(full: Store, open_named: Open) -> None:
    copy(full, open_named("copy", filling=True))
    target = open_named("copy", filling=True)
    with target.write() as tables:
        tables.put_thing(Content("new", "flow"), "f", 1)
    assert not operations.copy_rows(full, target, NOW, counting("token"))
    full.resume()
    with pytest.raises(NotAllowed, match="not empty"):
        operations.copy_rows(full, target, NOW, counting("token"))
    assert full.paused() is None


def test_one_pause_serves_two_copies(full: Store, open_named: Open) -> None:
    for name in ("one", "two"):
        copy(full, open_named(name, filling=True))
    assert content(open_named("one")) == content(open_named("two"))


def test_there_and_back(full: Store, open_named: Open) -> None:
    copy(full, open_named("there", filling=True))
    copy(open_named("there"), open_named("back", filling=True))
    assert content(open_named("back")) == content(full)


def test_an_empty_store_can_be_copied(open_named: Open) -> None:
    given = copy(open_named("nothing"), open_named("copy", filling=True))
    assert set(given.values()) == {Tally()}
    assert sound(open_named("copy")) == []


def test_in_the_middle_of_a_backfill_nothing_is_copied(full: Store, open_named: Open) -> None:
    with full.write() as tables:
        tables.start_job(JobKind.BACKFILL, "live", 2_000, START, [3, 9])
    with pytest.raises(NotAllowed, match="live: 0 of 2,000") as refused:
        operations.copy_rows(full, open_named("copy", filling=True), NOW, counting("token"))
    assert "jcli worker" in (refused.value.hint or "")
    assert full.paused() is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM steps WHERE row = 3", "The copy of steps is not what was copied"),
        ("UPDATE people SET created_at = created_at + 1 WHERE row = 2", "are there, with other content"),
        ("INSERT INTO messages (id, site_id, received_at) VALUES ('x', 'main', 1)", "The copy of messages"),
        ("UPDATE nodes SET x = 1.5", "The copy of nodes"),
    ],
)
def test_what_did_not_come_whole_is_known(
    full: Store, open_named: Open, tmp_path: Path, statement: str, said: str
) -> None:
    target = open_named("copy", filling=True)
    operations.copy_rows(full, target, NOW, counting("token"))
    with sqlite3.connect(tmp_path / "copy.db") as connection:
        connection.execute(statement)
    connection.close()
    with pytest.raises(StoreError, match=said):
        operations.compare_copy(target)
    with pytest.raises(StoreError, match="not whole"):
        open_named("copy")


@quick
@given(st.tuples(journeys(), journeys()), lives, st.integers(1, 60))
def test_any_life_is_the_same_in_a_copy_and_sound(bodies: tuple[Any, ...], life: Life, at_most: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        source = open_store(f"sqlite:///{live(Path(made), bodies, life, 1_000)}")
        target = open_store(f"sqlite:///{made}/copy.db", filling=True)
        copy(source, target, at_most)
        assert content(target) == content(source)
        assert sound(target) == []
        with source.read() as ours, target.read() as theirs:
            for person in ("ana", "bo"):
                for state in ours.load_people([PersonKey("main", person)]).values():
                    same = theirs.load_people([PersonKey("main", person)])[PersonKey("main", person)]
                    assert (same.state, same.wake_at) == (state.state, state.wake_at)
        source.close()
        target.close()


def test_a_copy_that_is_killed_at_random_moments_comes_to_the_end(tmp_path: Path) -> None:
    """Each run is a process that kills itself at a random statement on either database; nothing comes twice."""
    source = open_store(f"sqlite:///{tmp_path}/source.db")
    fill(source, people=60)
    expected = content(source)
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("source", "copy")]
    command = [sys.executable, "-m", "tests.upkeep.copy_child", *urls]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    kills, begun = (int(word) for word in done.stdout.split())
    assert kills >= 25
    assert begun >= 15, "most of them in the midst of the rows"
    target = open_store(f"sqlite:///{tmp_path}/copy.db")
    assert content(target) == expected == content(source)
    assert sound(target) == []
    source.close()
    target.close()
