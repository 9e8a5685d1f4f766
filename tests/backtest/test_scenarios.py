"""What the report says of typical edits: `scenarios/<edit>.yaml` has both sides and a log, `<edit>.txt` the report.

`UPDATE_GOLDEN=1` writes the reports anew, for a person to read.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from jcli.backtest import Assumed
from jcli.durations import parse_instant
from jcli.model import DeliveryStatus
from jcli.render.backtests import text
from tests.backtest.stage import backtested

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_report_tells_what_the_edit_does(path: Path) -> None:
    # given
    scenario = yaml.safe_load(path.read_text("utf-8"))
    status = scenario.get("outcomes")
    assumed = Assumed(DeliveryStatus(status) if status else None, 3_600_000)
    since = scenario.get("since")

    # when
    report = backtested(
        scenario["before"],
        scenario["after"],
        scenario["log"].splitlines(),
        assumed=assumed,
        start=parse_instant(since) if since else None,
    )

    # then
    shown = text(report, 10)
    expected = path.with_suffix(".txt")
    if os.environ.get("UPDATE_GOLDEN") == "1":
        expected.write_text(shown, "utf-8")
    assert shown == expected.read_text("utf-8")
