"""Every scenario case through the HTTP API, in each database, with a controlled clock: it must agree with the bare
engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from jcli.store import Store, open_store
from server.app import create_app
from server.settings import Settings
from tests.api.client import ROOT, SECRET, Api, InProcess, StillClock
from tests.api.stage import HttpStage, Ids
from tests.databases import DATABASES, fresh
from tests.scenarios.cases import Case, cases, play

CASES = list(cases(ROOT / "tests" / "scenarios"))


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with fresh(request.param, tmp_path) as url:
        opened = open_store(url)
        yield opened
        opened.close()


@pytest.fixture
def stage(store: Store, clock: StillClock) -> Iterator[HttpStage]:
    ids = Ids()
    app = create_app(store, Settings(secret=SecretStr(SECRET)), clock, ids, background=False)
    with InProcess(app) as client:
        yield HttpStage(Api(client, store, clock), ids)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, stage: HttpStage) -> None:
    play(case, stage)
