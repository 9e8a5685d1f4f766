"""Copies between kinds of databases, there and back: the same rows, the same life afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from jcli import operations
from jcli.errors import NotAllowed, Stale, StoreBusy, StoreError
from jcli.model import Content
from jcli.runtime import Runtime
from jcli.store import JobKind, Pause, Store, bucket_of, open_store
from tests import postgres
from tests.runtime.world import ACTOR, START, Clock, counting
from tests.upkeep.full import DAY, content, fill, tallies, tell

ROOT = Path(__file__).resolve().parents[2]
NOW = Clock(START + DAY)
PAIRS = [("sqlite", "postgres"), ("postgres", "sqlite"), ("postgres", "postgres")]
Open = Callable[..., Store]


class Databases:
    """Empty databases by name, of either kind; `url` tells where one is."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._urls: dict[str, str] = {}

    def url(self, kind: str, name: str) -> str:
        if name not in self._urls:
            self._urls[name] = f"sqlite:///{self._folder}/{name}.db" if kind == "sqlite" else self._postgres()
        return self._urls[name]

    def _postgres(self) -> str:
        """A database that other tests use again, without what a copy leaves in it."""
        url = self._stack.enter_context(postgres.database())
        self._stack.callback(_forget, url)
        return url

    def open(self, kind: str, name: str, *, filling: bool = False) -> Store:
        store = open_store(self.url(kind, name), filling=filling)
        self._stack.callback(store.close)
        return store


def _forget(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS _filling, _filled, _paused")
        connection.execute("DROP FUNCTION IF EXISTS _refuse_while_paused CASCADE")


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    with ExitStack() as stack:
        yield Databases(tmp_path, stack)


def copy(source: Store, target: Store, at_most: int = 5_000) -> None:
    assert operations.copy_rows(source, target, NOW, counting("token"), at_most=at_most)
    operations.compare_copy(target)


def sound(store: Store) -> list[str]:
    return [fault.message for fault in operations.examine(store, NOW)]


@pytest.mark.parametrize(("here", "there"), PAIRS)
@pytest.mark.parametrize("at_most", [3, 5_000])
def test_everything_comes(databases: Databases, here: str, there: str, at_most: int) -> None:
    source = databases.open(here, "source")
    fill(source)
    assert [name for name, rows in content(source).items() if not rows] == []
    copy(source, databases.open(there, "target", filling=True), at_most)
    target = databases.open(there, "target")
    assert content(target) == content(source)
    assert tallies(target) == tallies(source)
    assert sound(source) == sound(target) == []


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_life_goes_on_there_as_it_would_have_here(databases: Databases, here: str, there: str) -> None:
    """The same hours in both give the same rows; what was sent before is known in both."""
    source = databases.open(here, "source")
    fill(source)
    copy(source, databases.open(there, "target", filling=True))
    target = databases.open(there, "target")
    source.resume()
    for store in (source, target):
        clock = Clock(START + 3 * DAY)
        runtime = Runtime(store, clock, counting("later"))
        runtime.run_timers()
        tell(runtime, ("new", "go"), ("p1", "paid"), ("~w", "go"))
        known = [{"type": "track", "event": "go", "userId": "p3", "messageId": "p3 go"}]
        assert operations.record_events(runtime, ACTOR, "main", known).duplicates == 1
        operations.erase_person(store, clock, ACTOR, "p2")
        with store.write() as tables:
            job = tables.start_job(JobKind.THAW, "other", 0, START, None)
            tables.cancel_jobs("other", [JobKind.THAW], START)
        assert job.id == 2
    assert content(target) == content(source)
    assert sound(target) == []


def test_two_people_with_one_message_id_are_one_elsewhere(databases: Databases) -> None:
    """PostgreSQL keeps a message where its person is placed, SQLite once a site."""
    source = databases.open("postgres", "source")
    fill(source)
    runtime = Runtime(source, NOW, counting("later"))
    for who in ("p1", "p2", "p3"):
        event = {"type": "track", "event": "seen", "userId": who, "messageId": "the same"}
        assert operations.record_events(runtime, ACTOR, "main", [event]).accepted == 1
    target = databases.open("sqlite", "target", filling=True)
    copy(source, target)
    assert [row for row in content(target)["messages"] if row[0] == "the same"] == [("the same", "main", START + DAY)]
    assert content(target) == content(source)


@pytest.mark.parametrize(("here", "there"), PAIRS)
def test_a_copy_that_was_stopped_goes_on(databases: Databases, here: str, there: str) -> None:
    source = databases.open(here, "source")
    fill(source)
    calls = iter(range(25))

    def moved(done: int, total: int) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt

    target = databases.open(there, "target", filling=True)
    with pytest.raises(KeyboardInterrupt):
        operations.copy_rows(source, target, NOW, counting("token"), moved, at_most=2)
    with pytest.raises(StoreError, match="not whole"):
        databases.open(there, "target")
    again = databases.open(there, "target", filling=True)
    copy(source, again, 2)
    assert content(again) == content(source)
    assert not operations.copy_rows(source, again, NOW, counting("token"))


def test_nobody_writes_to_what_is_paused(databases: Databases) -> None:
    store, neighbour = databases.open("postgres", "source"), databases.open("postgres", "source")
    fill(store)
    with neighbour.read() as tables:
        journey = tables.journey("live")
    assert journey is not None
    before = content(store)
    store.pause(Pause("t", "a test", 5))
    assert neighbour.paused() == Pause("t", "a test", 5)
    for write in (
        lambda tables: tables.put_thing(Content("new", "flow"), "f", 1),
        lambda tables: tables.set_status("live", journey.status.ARCHIVED, 1),
        lambda tables: tables.erase_person("main", "p1"),
        lambda tables: tables.prune_events(1 << 60, 100),
        lambda tables: tables.put_write_key("main", "k"),
        lambda tables: tables.drop_uploads("ana", 1 << 60, keep=0),
    ):
        with pytest.raises(StoreBusy, match="paused") as refused, neighbour.write() as tables:
            write(tables)
        assert refused.value.code == "store-paused"
    with pytest.raises(StoreBusy, match="paused"):
        tell(Runtime(neighbour, NOW, counting("later")), ("late", "go"))
    assert content(neighbour) == before
    assert neighbour.resume()
    assert not neighbour.resume()
    tell(Runtime(neighbour, NOW, counting("later")), ("late", "go"))


def test_a_pause_reaches_every_table(databases: Databases) -> None:
    store = databases.open("postgres", "source")
    fill(store)
    store.pause(Pause("t", "a test", 5))
    with psycopg.connect(databases.url("postgres", "source"), autocommit=True) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND relname NOT LIKE '\\_%'"
        ).fetchall()
        assert len(names) > 30
        for (name,) in names:
            for statement in (f"DELETE FROM {name}", f"TRUNCATE {name}", f"INSERT INTO {name} SELECT * FROM {name}"):
                with pytest.raises(psycopg.Error) as refused:
                    connection.execute(statement.encode())
                assert refused.value.sqlstate in ("JC001", "0A000", "428C9")


def test_what_did_not_come_whole_is_known(databases: Databases) -> None:
    source = databases.open("sqlite", "source")
    fill(source)
    target = databases.open("postgres", "target", filling=True)
    operations.copy_rows(source, target, NOW, counting("token"))
    with psycopg.connect(databases.url("postgres", "target"), autocommit=True) as connection:
        connection.execute("UPDATE people SET created_at = created_at + 1 WHERE id = 'p4'")
    with pytest.raises(StoreError, match="The copy of people is not what was copied"):
        operations.compare_copy(target)


def test_what_holds_something_else_is_not_copied_into(databases: Databases) -> None:
    source, target = databases.open("sqlite", "source"), databases.open("postgres", "target")
    with target.write() as tables:
        tables.put_thing(Content("theirs", "flow"), "f", 1)
    with pytest.raises(NotAllowed, match="not empty: there are rows in contents"):
        operations.copy_rows(source, target, NOW, counting("token"))
    assert source.paused() is None


def test_a_copy_is_not_gone_on_with_after_somebody_wrote(databases: Databases) -> None:
    source = databases.open("postgres", "source")
    fill(source)
    target = databases.open("sqlite", "target", filling=True)
    operations.copy_rows(source, target, NOW, counting("token"))
    source.resume()
    with pytest.raises(Stale):
        operations.copy_rows(source, target, NOW, counting("token"))


@pytest.mark.parametrize(
    ("rule", "statement"),
    [
        ("people-counts", "UPDATE people_counts SET n = n + 1"),
        ("step-times", "UPDATE step_times SET bucket = bucket + 1 WHERE node_id = 's'"),
        ("step-counts", "UPDATE step_counts SET n = n + 1 WHERE node_id = 's'"),
        ("split-counts", "UPDATE split_counts SET entered = entered + 1 WHERE label = 'a'"),
        ("ledger-gap", "UPDATE steps SET seq = 9 WHERE seq = 2"),
        ("not-woken", "UPDATE people SET due_at = NULL WHERE id = 'p1'"),
        ("event-without-person", "UPDATE events SET person = person + 1024 * 1000"),
        ("integrity", "UPDATE enrollments SET shard = (shard + 1) % 1024 WHERE person_id = 'p0'"),
        ("integrity", "UPDATE events SET shard = (shard + 1) % 1024"),
    ],
)
def test_rules_find_what_breaks_them(databases: Databases, rule: str, statement: str) -> None:
    """The statements of the rules are those of SQLite, where each is tested; this is about the database's words."""
    store = databases.open("postgres", "source")
    fill(store)
    with psycopg.connect(databases.url("postgres", "source"), autocommit=True) as connection:
        assert connection.execute(statement.encode()).rowcount > 0
    assert rule in {fault.rule for fault in operations.examine(store, NOW)}


def test_buckets_of_times_are_the_same_in_the_database(databases: Databases) -> None:
    """Any time that a step may take."""
    store = databases.open("postgres", "source")
    fill(store)
    times = [*range(70), 255, 256, 257, 1_000, 65_535, 65_536, 10 * 365 * DAY]
    runtime = Runtime(store, clock := Clock(START + DAY), counting("later"))
    for number, took in enumerate(times):
        clock.now += 1
        tell(runtime, (f"t{number}", "go"))
        with psycopg.connect(databases.url("postgres", "source"), autocommit=True) as connection:
            connection.execute(
                "UPDATE steps SET left_at = entered_at + %s WHERE node_id = 's' AND enrollment_id ="
                " (SELECT id FROM enrollments WHERE person_id = %s)",
                (took, f"t{number}"),
            )
            connection.execute(
                "UPDATE step_times SET n = n - 1 WHERE node_id = 's' AND bucket = 0 AND slot <> 31",
            )
            connection.execute(
                "INSERT INTO step_times (journey_id, node_id, bucket, slot, n) VALUES ('live', 's', %s, 31, 1)"
                " ON CONFLICT (journey_id, node_id, bucket, slot) DO UPDATE SET n = step_times.n + 1",
                (bucket_of(took),),
            )
    assert [fault for fault in operations.examine(store, NOW) if fault.rule == "step-times"] == []


def test_a_copy_that_is_killed_comes_to_the_end(databases: Databases, tmp_path: Path) -> None:
    source = databases.open("sqlite", "source")
    fill(source, people=60)
    urls = [databases.url("sqlite", "source"), databases.url("postgres", "target")]
    done = subprocess.run(
        [sys.executable, "-m", "tests.upkeep.copy_child", *urls], cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    kills, begun = (int(word) for word in done.stdout.split())
    assert kills >= 25
    assert begun >= 15, "most of them in the midst of the rows"
    target = databases.open("postgres", "target")
    assert content(target) == content(source)
    assert sound(target) == []
