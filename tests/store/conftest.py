"""The databases that the contract suite runs on: another one is another entry of `FACTORIES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jcli.store import Store, open_store
from tests import postgres

StoreFactory = Callable[..., Store]
"""Opens the one store of this test, again at every call; `busy_timeout` in seconds."""


@contextmanager
def _sqlite(folder: Path) -> Iterator[StoreFactory]:
    def open_again(busy_timeout: float = 5.0) -> Store:
        return open_store("sqlite:///store.db", base=folder, busy_timeout=busy_timeout)

    yield open_again


@contextmanager
def _postgres(folder: Path) -> Iterator[StoreFactory]:
    with postgres.database() as url:

        def open_again(busy_timeout: float = 5.0) -> Store:
            return open_store(url, busy_timeout=busy_timeout)

        yield open_again


FACTORIES = {"postgres": _postgres, "sqlite": _sqlite}


@pytest.fixture(params=sorted(FACTORIES))
def store_factory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreFactory]:
    opened: list[Store] = []
    with FACTORIES[request.param](tmp_path) as factory:

        def open_and_note(**options: float) -> Store:
            opened.append(factory(**options))
            return opened[-1]

        yield open_and_note
        for store in opened:
            store.close()


@pytest.fixture
def store(store_factory: StoreFactory) -> Store:
    return store_factory()
