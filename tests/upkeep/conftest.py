"""Stores by name in the test's folder, closed at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jcli.store import Store, open_store
from tests.upkeep.full import fill

Open = Callable[..., Store]


@pytest.fixture
def open_named(tmp_path: Path) -> Iterator[Open]:
    """Open, or make, the store of that name."""
    opened: list[Store] = []

    def open_it(name: str, *, filling: bool = False, create: bool = True) -> Store:
        opened.append(open_store(f"sqlite:///{tmp_path}/{name}.db", filling=filling, create=create))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def full(open_named: Open) -> Store:
    store = open_named("full")
    fill(store)
    return store
