"""Two ways to the API: `api`, within this process and with a clock that stands still, and `live`, a real server."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from jcli.store import Store, open_store
from server.app import create_app
from server.settings import Settings
from tests.api.client import SECRET, Api, InProcess, Live, StillClock, end_live, start_live
from tests.api.visiting import Site, make_site


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/journeys.db")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def make_api(store: Store, clock: StillClock) -> Iterator[Callable[..., Api]]:
    """An API over the test's store, with settings of the test's own."""
    with ExitStack() as opened:

        def make(settings: Settings | None = None) -> Api:
            settings = settings or Settings(secret=SecretStr(SECRET))
            app = create_app(store, settings, clock, lambda: str(uuid.uuid4()))
            return Api(opened.enter_context(InProcess(app)), store, clock)

        yield make


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    return make_api()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    live = start_live(tmp_path / "live.db")
    yield live
    end_live(live)


@pytest.fixture
def site(api: Api) -> Site:
    return make_site(api)
