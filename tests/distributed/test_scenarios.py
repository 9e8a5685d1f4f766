"""Every scenario case through Restate: events, timers and jobs by handlers; it must agree with the bare engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from jcli.runtime.distributed.feeding import DistributedRuntime
from tests.runtime.stage import RuntimeStage
from tests.runtime.world import Clock
from tests.scenarios.cases import Case, cases, play

CASES = list(cases(Path(__file__).resolve().parents[1] / "scenarios"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, runtime: DistributedRuntime, clock: Clock) -> None:
    play(case, RuntimeStage(runtime, clock))
