"""Words between processes on one PostgreSQL: who hears what, how soon, and what happens when the line breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from jcli.model import Audience
from jcli.store import CATALOGUE, Store, open_store
from tests import postgres


@pytest.fixture
def stores() -> Iterator[tuple[Store, Store]]:
    """One database, as two processes have it."""
    with postgres.database() as url:
        one, other = open_store(url), open_store(url)
        yield one, other
        one.close()
        other.close()


class Heard:
    """What a store hears."""

    def __init__(self, store: Store) -> None:
        self.words: list[Sequence[str]] = []
        first = not store.hears
        self.leave = store.hear(self.words.append)
        until(lambda: store.hears and (not first or () in self.words))
        self.words.clear()


def until(true: Callable[[], bool], seconds: float = 20.0) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds, "it did not happen"
        time.sleep(0.005)
    return time.monotonic() - began


def test_others_hear_and_who_speaks_does_not(stores: tuple[Store, Store]) -> None:
    one, other = stores
    here, there = Heard(one), Heard(other)
    one.tell(["ada", "grace", "ada"])
    assert until(lambda: there.words == [["ada", "grace"]]) < 5
    other.tell(["alan"])
    assert until(lambda: here.words == [["alan"]]) < 5
    assert there.words == [["ada", "grace"]]


def test_many_words_come_in_several_parcels(stores: tuple[Store, Store]) -> None:
    one, other = stores
    there = Heard(other)
    said = [f"{number:040}" for number in range(1_000)]
    one.tell(said)
    until(lambda: sum(map(len, there.words)) == len(said))
    assert [word for words in there.words for word in words] == said


def test_what_was_told_just_before_the_end_is_said(stores: tuple[Store, Store]) -> None:
    one, other = stores
    there = Heard(other)
    one.tell(["last"])
    one.close()
    until(lambda: there.words == [["last"]])


def test_everybody_hears_of_an_audience_that_changed_once_it_is_committed(stores: tuple[Store, Store]) -> None:
    one, other = stores
    here, there = Heard(one), Heard(other)
    with one.write() as tables:
        tables.put_thing(Audience("a", "All", {}), "f", 1)
        time.sleep(0.1)
        assert there.words == []
    until(lambda: here.words == [(CATALOGUE,)] and there.words == [(CATALOGUE,)])


def test_who_left_hears_no_more(stores: tuple[Store, Store]) -> None:
    one, other = stores
    gone, there = Heard(other), Heard(other)
    gone.leave()
    gone.words.clear()
    one.tell(["ada"])
    until(lambda: there.words == [["ada"]])
    assert gone.words == []


def test_a_line_that_broke_comes_back_and_says_that_words_were_missed() -> None:
    server = postgres.start()
    try:
        server.ask("CREATE DATABASE journeys")
        one, other = open_store(server.url("journeys")), open_store(server.url("journeys"))
        there = Heard(other)
        postgres.end(server)
        until(lambda: not other.hears)
        one.tell(["lost"])  # and nobody is held up
        server = postgres.restart(server)
        until(lambda: other.hears and () in there.words)
        there.words.clear()
        one.tell(["ada"])
        until(lambda: any("ada" in words for words in there.words))
        one.close()
        other.close()
    finally:
        postgres.stop(server)
