"""Comments that silence, as `jcli validate`, `sync` and `publish` see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jcli.commands import checking
from tests.cli.conftest import Run

Write = Callable[[str, str], Path]

SITE = "site: main\nname: Main\n"
SHORT = """\
journey: {key}
site: main
nodes:
  start: {{type: TRIGGER, config: {{triggerType: MANUAL}}, next: rest}}
  rest: {{type: WAIT, config: {{duration: 2d}}}}{comment}
"""
IGNORE = " # jcli: ignore[dead-end] they come back by themselves"


def test_a_silenced_warning_is_not_shown_and_does_not_count(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/site.yaml", SITE)
    write("journeys/short.yaml", SHORT.format(key="short", comment=IGNORE))
    answer = run("validate", "--fail-on", "warning")
    assert (answer.code, answer.out) == (0, "no findings in 2 documents of 2 files\n")


def test_a_comment_that_silences_nothing_is_a_warning(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/site.yaml", SITE + "# jcli: ignore[dead-end]\n")
    answer = run("validate", "--format", "concise")
    assert answer.code == 0
    assert answer.out == (
        "journeys/site.yaml:3:1: warning unused-ignore `dead-end` has nothing to say here; remove it from the comment\n"
    )
    assert run("validate", "--fail-on", "warning").code == 1


@pytest.mark.parametrize(("severity", "code", "word"), [("error", 1, "error"), ("off", 0, "no findings")])
def test_its_severity_can_be_changed(
    run: Run, workspace: Path, write: Write, severity: str, code: int, word: str
) -> None:
    write("jcli.yaml", f"workspace: acme\nrules: {{unused-ignore: {severity}}}\n")
    write("journeys/site.yaml", SITE + "# jcli: ignore[dead-end]\n")
    answer = run("validate")
    assert answer.code == code
    assert word in answer.out


def test_it_bars_neither_sync_nor_publish_even_as_an_error(run: Run, workspace: Path, write: Write) -> None:
    write("jcli.yaml", "workspace: acme\nrules: {unused-ignore: error}\n")
    write("journeys/site.yaml", SITE)
    text = SHORT.format(key="short", comment="\n  # jcli: ignore[missing-way]\n  done: {type: EXIT}")
    write("journeys/short.yaml", text.replace("2d}}", "2d}, next: done}"))
    assert run("validate").code == 1
    assert run("sync", "--yes").code == 0
    assert run("publish", "short").code == 0


def test_several_processes_silence_the_same(
    run: Run, workspace: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("journeys/site.yaml", SITE)
    for number in range(220):
        comment = [IGNORE, "", " # jcli: ignore[missing-way]"][number % 3]
        write(f"journeys/j-{number:03}.yaml", SHORT.format(key=f"j-{number}", comment=comment))
    answers = []
    for processes in (1, 2):
        monkeypatch.setattr(checking, "cores", lambda processes=processes: processes)
        answers.append(json.loads(run("validate", "--no-cache", "--format", "json").out))
    assert answers[0] == answers[1]
    assert answers[0]["summary"]["warnings"] == 73 + 2 * 73
