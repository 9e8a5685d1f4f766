"""`docs/testing.md`: its walk is walked as printed, in a copy of the example workspace without tests, and must answer
what is printed below each line. A YAML block behind `<!-- file: PATH -->` is what somebody writes into that file.
`UPDATE_GOLDEN=1` writes the answers anew, for a person to read."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_docs import Terminal

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "testing.md"
STEP = re.compile(
    r"^```console\n(?P<session>.*?)^```$|^<!-- file: (?P<file>\S+) -->\n```yaml\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Shell(Terminal):
    """A terminal that also shows what other commands print."""

    def run(self, line: str) -> str:
        if line.startswith(("jcli ", "echo $?")):
            return super().run(line)
        return subprocess.run(line, shell=True, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def untested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example workspace without its tests, and a clock that ticks five milliseconds whenever it is looked at."""
    shutil.copy(ROOT / "jcli.yaml", tmp_path)
    shutil.copytree(ROOT / "journeys", tmp_path / "journeys", ignore=shutil.ignore_patterns("*.test.yaml"))
    ticks = itertools.count()
    for module in ("rounds", "testing"):
        monkeypatch.setattr(f"jcli.commands.{module}.perf_counter", lambda: next(ticks) * 0.005)
    return tmp_path


def test_the_walk_is_true(untested: Path) -> None:
    page = PAGE.read_text("utf-8")
    before, walk, after = _parts(page)
    terminal = Shell()

    def taken(step: re.Match[str]) -> str:
        if step["file"]:
            (untested / step["file"]).write_text(step["text"], "utf-8")
            return step[0]
        lines = [line[2:] for line in step["session"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"$ {line}\n{terminal.run(line)}" for line in lines) + "```"

    now = before + STEP.sub(taken, walk) + after
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(now, "utf-8")
    assert now == PAGE.read_text("utf-8")
    assert terminal.code == 0


def _parts(page: str) -> tuple[str, str, str]:
    """The page up to the walk, the walk, and what comes after it."""
    begin = page.index("\n## A walk: ") + 1
    end = page.index("\n## ", begin) + 1
    return page[:begin], page[begin:end], page[end:]


def test_the_links_within_the_page_lead_somewhere() -> None:
    page = PAGE.read_text("utf-8")
    titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#(.*?)\)", page)) <= anchors
