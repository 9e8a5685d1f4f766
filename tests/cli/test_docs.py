"""`docs/cli.md`: its examples are run as printed, in order, and must answer what is printed below them.

It is 2026-01-01T00:00:00Z, until a comment `<!-- later: 25h -->` moves the clock and lets a worker do what is due. A
comment `<!-- api: {...} -->` is somebody who changes the welcome journey through the API, `<!-- content: completed -->`
a front end that shows all that there is to be shown and reports what came of it, and `<!-- file: NAME -->` says where
the YAML below it is put. A stopwatch shows 5 ms more at each look. `UPDATE_GOLDEN=1` writes the answers anew, for a
person to read.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from jcli import operations
from jcli.commands import cli
from jcli.durations import parse_duration
from jcli.model import Actor
from jcli.runtime import Runtime
from jcli.store import Page, Store, open_store
from tests.cli.conftest import NOW_NS, journey_named

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
STEP = re.compile(
    r"^```console\n(?P<session>.*?)^```$|^<!-- file: (?P<file>\S+) -->\n```yaml\n(?P<text>.*?)^```$"
    r"|^<!-- (?P<what>\w+): (?P<how>.*?) -->$",
    re.MULTILINE | re.DOTALL,
)
STORE = "sqlite:///.jcli/journeys.db"
SOMEBODY = Actor("somebody", "api")


class Terminal:
    """Runs the lines of an example; `code` is what `$?` would be."""

    def __init__(self) -> None:
        self.code = 0

    def run(self, line: str) -> str:
        if line.startswith("cd "):
            os.chdir(line.removeprefix("cd "))
            return ""
        if line == "echo $?":
            return f"{self.code}\n"
        if not line.startswith("jcli "):
            subprocess.run(line, shell=True, check=True)
            return ""
        result = CliRunner().invoke(cli, shlex.split(line)[1:], prog_name="jcli")
        self.code = result.exit_code
        return result.output


class Meanwhile:
    """What others do between two examples; `now` is the time in milliseconds."""

    def __init__(self) -> None:
        self.now = NOW_NS // 1_000_000

    def do(self, what: str, how: str) -> None:
        store = open_store(STORE)
        try:
            {"api": self._api, "content": self._content, "later": self._later}[what](store, how)
        finally:
            store.close()

    def _api(self, store: Store, how: str) -> None:
        journey_id = journey_named(store, "welcome")
        assert not operations.patch_journey(store, lambda: 1, SOMEBODY, journey_id, json.loads(how)).refused

    def _content(self, store: Store, how: str) -> None:
        with store.read() as tables:
            people = tables.people(None, Page(100)).rows
        shown = [
            delivery.id
            for person in people
            for delivery in operations.list_deliveries(store, SOMEBODY, person.site_id, person.id, Page(100)).rows
            if not delivery.status.final
        ]
        assert shown
        for delivery_id in shown:
            operations.report_outcome(self._runtime(store), SOMEBODY, delivery_id, how)

    def _later(self, store: Store, how: str) -> None:
        self.now += parse_duration(how)
        self._runtime(store).run_timers()

    def _runtime(self, store: Store) -> Runtime:
        return Runtime(store, lambda: self.now, lambda: "unused")


def test_the_examples_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text("utf-8")
    terminal, meanwhile = Terminal(), Meanwhile()
    monkeypatch.setattr("time.time_ns", lambda: meanwhile.now * 1_000_000)
    monkeypatch.setenv("LOGNAME", "ana")  # who runs the commands is told by the log
    ticks = count()
    for module in ("rounds", "testing"):
        monkeypatch.setattr(f"jcli.commands.{module}.perf_counter", lambda: next(ticks) * 0.005)

    def taken(step: re.Match[str]) -> str:
        if step["file"]:
            Path(step["file"]).write_text(step["text"], "utf-8")
            return step[0]
        if step["what"]:
            meanwhile.do(step["what"], step["how"])
            return step[0]
        lines = [line for line in step["session"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"{line}\n{terminal.run(line[2:])}" for line in lines) + "```"

    now = STEP.sub(taken, page)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        PAGE.write_text(now, "utf-8")
    assert now == PAGE.read_text("utf-8")


def test_the_links_lead_somewhere() -> None:
    page = PAGE.read_text("utf-8")
    titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#(.*?)\)", page)) <= anchors
    assert len(re.findall(r"\]\(#(.*?)\)", page)) == len(titles)
