"""A store, a clock that is told the time, and a runtime that does everything at once, on the caller's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jcli.runtime import Runtime
from jcli.store import Store, open_store
from tests.databases import DATABASES, fresh
from tests.runtime.world import START, Clock, counting


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def new_id() -> Callable[[], str]:
    return counting("id")


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a store of the test's own, in each kind of database."""
    with fresh(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def runtime(store: Store, clock: Clock, new_id: Callable[[], str]) -> Runtime:
    return Runtime(store, clock, new_id)
