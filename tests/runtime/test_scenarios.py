"""Every scenario case through the operations and the runtime, in each database: it must agree with the bare engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from jcli.runtime import Runtime
from tests.runtime.stage import RuntimeStage
from tests.runtime.world import Clock, recount
from tests.scenarios.cases import Case, cases, play

CASES = list(cases(Path(__file__).resolve().parents[1] / "scenarios"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, runtime: Runtime, clock: Clock) -> None:
    play(case, RuntimeStage(runtime, clock))
    recount(runtime.store, splits="nodeMap" not in str(case.data))
