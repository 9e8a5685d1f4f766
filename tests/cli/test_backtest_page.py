"""`docs/backtest.md`: its walk is walked as printed and must answer what is printed below each line. What stands behind
`<!-- file: PATH -->` is what somebody writes into that file. `UPDATE_GOLDEN=1` writes the answers anew, for a person
to read."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.cli.test_docs import Terminal

PAGE = Path(__file__).resolve().parents[2] / "docs" / "backtest.md"
STEP = re.compile(
    r"^```console\n(?P<session>.*?)^```$|^<!-- file: (?P<file>\S+) -->\n```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def test_the_walk_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text("utf-8")
    terminal = Terminal()
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ana")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ana@acme.example")

    def taken(step: re.Match[str]) -> str:
        if step["file"]:
            Path(step["file"]).write_text(step["text"], "utf-8")
            return step[0]
        lines = [line[2:] for line in step["session"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"$ {line}\n{terminal.run(line)}" for line in lines) + "```"

    now = STEP.sub(taken, page)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(now, "utf-8")
    assert now == PAGE.read_text("utf-8")
    assert terminal.code == 0
