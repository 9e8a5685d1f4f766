"""`docs/cli.md`: its examples are run as printed, in order, and must answer what is printed below them.

It is always 2026-01-01T00:00:00Z. A comment `<!-- api: {...} -->` is somebody who changes the welcome journey through
the API. `UPDATE_GOLDEN=1` writes the answers anew, for a person to read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from jcli import operations
from jcli.commands import cli
from jcli.model import Actor
from jcli.store import open_store

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
STEP = re.compile(r"^```console\n(?P<session>.*?)^```$|^<!-- api: (?P<body>.*) -->$", re.MULTILINE | re.DOTALL)


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
        result = CliRunner().invoke(cli, line.split()[1:], prog_name="jcli")
        self.code = result.exit_code
        return result.output


def _patch(body: str) -> None:
    store = open_store("sqlite:///.jcli/journeys.db")
    journey_id = operations.resolve_journey(store, "welcome")
    saved = operations.patch_journey(store, lambda: 1, Actor("somebody", "api"), journey_id, json.loads(body))
    store.close()
    assert not saved.refused


def test_the_examples_are_true(frozen: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text("utf-8")
    terminal = Terminal()

    def taken(step: re.Match[str]) -> str:
        if step["body"]:
            _patch(step["body"])
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
