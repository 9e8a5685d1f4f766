"""The contract, transactions: all or nothing, snapshots, re-entry, several threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jcli.errors import StoreBusy
from jcli.model import Kind, Site
from jcli.store import Page, Store
from tests.store import samples
from tests.store.conftest import StoreFactory


def _names(store: Store) -> list[str]:
    with store.read() as tables:
        return sorted(stored.journey.id for stored in tables.journeys(None, Page(100)).rows)


class Stop(Exception):
    """What the blocks below raise."""


def _save_and_stop(store: Store, journey_id: str) -> None:
    with store.write() as tables:
        tables.save_journeys(samples.saves(samples.journey(journey_id)), author="a", door="api", now=1)
        tables.put_thing(Site("s", "S"), "f", 1)
        assert journey_id in _names(store)
        raise Stop


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    samples.save(store, samples.journey("kept"))
    with pytest.raises(Stop):
        _save_and_stop(store, "gone")
    assert _names(store) == ["kept"]
    with store.read() as tables:
        assert tables.thing(Kind.SITE, "s") is None
        samples.assert_counts_hold(tables)


def test_inner_blocks_join_the_outer_one(store: Store) -> None:
    def outer() -> None:
        with store.write():
            samples.save(store, samples.journey("inner"))
            assert _names(store) == ["inner"]
            raise Stop

    with pytest.raises(Stop):
        outer()
    assert _names(store) == []


def test_an_inner_write_that_fails_takes_back_its_own_part_only(store: Store) -> None:
    with store.write():
        samples.save(store, samples.journey("before"))
        with pytest.raises(Stop):
            _save_and_stop(store, "within")
        samples.save(store, samples.journey("after"))
    assert _names(store) == ["after", "before"]
    with store.read() as tables:
        assert tables.thing(Kind.SITE, "s") is None
        samples.assert_counts_hold(tables)


def test_reads_may_be_nested_and_a_read_within_a_write_sees_it(store: Store) -> None:
    with store.read() as outer, store.read() as inner:
        assert outer.journeys(None, Page()).total == inner.journeys(None, Page()).total == 0
    with store.write() as tables:
        tables.save_journeys(samples.saves(samples.journey("j")), author="a", door="api", now=1)
        with store.read() as reading:
            assert reading.journey("j") is not None


def test_a_write_within_a_read_is_a_mistake(store: Store) -> None:
    with store.read() as tables:
        with pytest.raises(RuntimeError, match="stale"), store.write():
            pass
        with pytest.raises(RuntimeError, match="rows are changed within"):
            tables.put_thing(Site("s", "S"), "f", 1)
    assert _names(store) == []
    samples.save(store, samples.journey("works-again"))
    assert _names(store) == ["works-again"]


def test_a_read_sees_one_snapshot_while_others_write(store: Store, store_factory: StoreFactory) -> None:
    other = store_factory()
    samples.save(store, samples.journey("old"))
    with store.read() as tables:
        assert tables.journeys(None, Page()).total == 1
        samples.save(other, samples.journey("new"), samples.journey("old", name="Renamed"), now=2_000)
        assert tables.journeys(None, Page()).total == 1
        assert tables.journey("new") is None
        old = tables.journey("old")
        assert old is not None
        assert old.journey.name == "A journey"
    assert _names(store) == ["new", "old"]


def test_a_second_writer_waits_and_then_is_told_that_the_store_is_busy(
    store: Store, store_factory: StoreFactory
) -> None:
    impatient = store_factory(busy_timeout=0.05)
    with store.write() as tables:
        with pytest.raises(StoreBusy, match="another writer") as caught, impatient.write():
            pass
        assert caught.value.code == "store-busy"
        with impatient.read() as reading:
            assert reading.journeys(None, Page()).total == 0
        tables.save_journeys(samples.saves(samples.journey("j")), author="a", door="api", now=1)
    samples.save(impatient, samples.journey("k"))
    assert _names(store) == ["j", "k"]


def test_threads_write_through_one_store_without_losing_anything(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    failures: list[BaseException] = []

    def enter(thread: int) -> None:
        try:
            for index in range(20):
                with store.write() as tables:
                    number = tables.enrollments("j", Page(1)).total
                    samples.enter(tables, samples.enrollment(f"{thread}-{index}", person=f"p{number}"))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.read() as tables:
        assert tables.enrollments("j", Page(1)).total == 80
        samples.assert_counts_hold(tables)


_ENTER = """
import sys
from jcli.store import Page, open_store
from tests.store import samples

url, process = sys.argv[1:]
store = open_store(url)
for index in range(20):
    with store.write() as tables:
        number = tables.enrollments("j", Page(1)).total
        samples.enter(tables, samples.enrollment(f"{process}-{index}", person=f"p{number}"))
"""


def test_processes_write_to_one_store_without_losing_anything(store: Store) -> None:
    samples.save(store, samples.journey("j"))
    root, url = Path(__file__).parents[2], _url(store)
    children = [subprocess.Popen([sys.executable, "-c", _ENTER, url, str(number)], cwd=root) for number in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    with store.read() as tables:
        assert tables.enrollments("j", Page(1)).total == 40
        samples.assert_counts_hold(tables)


def _url(store: Store) -> str:
    """A URL that another process can use, wherever it runs."""
    path = getattr(store, "path", None)
    return store.url if path is None else f"sqlite:///{path}"


def test_migrating_again_does_nothing_and_the_store_is_ready(store: Store) -> None:
    store.ready()
    assert store.migrate() == []
    store.ready()
