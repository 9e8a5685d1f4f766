"""One Restate for all tests of this folder, and handlers in this process that work on the store of the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import uuid4

import pytest

from jcli.runtime.distributed.admin import Admin
from jcli.runtime.distributed.feeding import DistributedRuntime
from jcli.runtime.distributed.handlers import Handlers
from jcli.runtime.distributed.serving import Serving
from jcli.runtime.distributed.settings import DistributedSettings
from jcli.runtime.distributed.working import Workshop
from jcli.store import Store, open_store
from tests import postgres, restate
from tests.runtime.world import START, Clock

DAY = 86_400_000


class Bench:
    """The workshop of the test that runs: handlers are served once, and work on one store after the other."""

    def __init__(self) -> None:
        self.workshop: Workshop | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.workshop, name)


@pytest.fixture(scope="session")
def engine() -> Iterator[restate.Restate]:
    server = restate.start()
    yield server
    restate.stop(server)


@pytest.fixture(scope="session")
def bench(engine: restate.Restate) -> Iterator[Bench]:
    """Handlers that do nothing but what a test asks for."""
    found, (port,) = Bench(), restate.free_ports(1)
    with Serving(Handlers(cast(Workshop, found), threads=2, background=False), "127.0.0.1", port):
        Admin(engine.admin).register(f"http://127.0.0.1:{port}")
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def store() -> Iterator[Store]:
    with postgres.database() as url:
        opened = open_store(url)
        yield opened
        opened.close()


@pytest.fixture
def runtime(engine: restate.Restate, bench: Bench, store: Store, clock: Clock) -> Iterator[DistributedRuntime]:
    """A runtime that answers when events are worked in, and says what became of them."""
    bench.workshop = Workshop(store, clock, 30 * DAY)
    settings = DistributedSettings((engine.ingress,), lanes=4, wait=True)
    found = DistributedRuntime(store, clock, lambda: str(uuid4()), settings)
    yield found
    found.close()
