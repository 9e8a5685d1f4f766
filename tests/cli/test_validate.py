"""`jcli validate`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str | bytes], Path]
Golden = Callable[[str, str], None]

BROKEN = """\
journey: welcome
name: Welcome
site: mian
nodes:
  start:
    type: TRIGGER
    config: {triggerType: MANUAL, triggerConfig: {}}
    next: tuor
  tour:
    type: WAIT
    config: {duration: 2d}
    nxt: done
  done:
    type: EXIT
"""
REFERS = """\
journey: refers
site: mian
nodes:
  start:
    type: TRIGGER
    config: {triggerType: MANUAL, triggerConfig: {}}
    next: dnoe
  done:
    type: EXIT
"""
DEAD_END = """\
journey: short
site: main
nodes:
  start:
    type: TRIGGER
    config: {triggerType: MANUAL, triggerConfig: {}}
    next: rest
  rest:
    type: WAIT
    config: {duration: 2d}
"""
SITE = "site: main\nname: Main\n"


@pytest.fixture
def broken(workspace: Path, write: Write) -> Path:
    write("journeys/broken.yaml", BROKEN)
    write("journeys/refers.yaml", REFERS)
    write("journeys/site.yaml", SITE)
    write("journeys/short.yaml", DEAD_END)
    write("journeys/torn.yaml", "journey: [\n")
    return workspace


@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_says_everything_that_is_wrong_at_once(run: Run, broken: Path, golden: Golden, form: str) -> None:
    answer = run("validate", "--format", form)
    assert answer.code == 1
    assert answer.err == ""
    golden(f"validate.{form}.{'json' if form == 'json' else 'txt'}", answer.out)


def test_one_broken_file_hides_no_other(run: Run, broken: Path) -> None:
    found = json.loads(run("validate", "--format", "json").out)["findings"]
    assert {finding["file"] for finding in found} == {
        "journeys/broken.yaml",
        "journeys/refers.yaml",
        "journeys/short.yaml",
        "journeys/torn.yaml",
    }
    assert {finding["code"] for finding in found} >= {"unknown-field", "unknown-node", "unknown-site", "dead-end"}


def test_paths_narrow_what_is_told_not_what_is_read(run: Run, broken: Path) -> None:
    answer = run("validate", "journeys/short.yaml", "--format", "json")
    assert answer.code == 0
    found = json.loads(answer.out)
    assert [finding["code"] for finding in found["findings"]] == ["dead-end"]
    assert found["summary"] == {"files": 1, "documents": 1, "errors": 0, "warnings": 1}
    os.chdir("journeys")
    assert (
        run("validate", "short.yaml", "--format", "concise").out
        == run("validate", "../journeys/short.yaml", "--format", "concise").out
    )
    assert run("validate", ".").code == 1


@pytest.mark.parametrize("path", ["nowhere.yaml", "jcli.yaml", "/etc/hosts"])
def test_a_path_that_holds_no_document_is_a_mistake_in_the_call(run: Run, broken: Path, path: str) -> None:
    answer = run("validate", path)
    assert answer.code == 2
    assert answer.out == ""
    assert path in answer.err


def test_warnings_fail_when_asked(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/site.yaml", SITE)
    write("journeys/short.yaml", DEAD_END)
    assert run("validate").code == 0
    assert run("validate", "--fail-on", "warning").code == 1
    write("jcli.yaml", "workspace: acme\nrules: {dead-end: off}\n")
    answer = run("validate", "--fail-on", "warning")
    assert answer.code == 0
    assert answer.out == "no findings in 2 documents of 2 files\n"
    write("jcli.yaml", "workspace: acme\nrules: {dead-end: error}\n")
    assert run("validate").code == 1


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("dead-edn", "jcli.yaml:2:9: there is no check `dead-edn`; did you mean `dead-end`?"),
        ("syntax", "jcli.yaml:2:9: `syntax` is always an error"),
    ],
)
def test_rules_must_name_checks(run: Run, workspace: Path, write: Write, rule: str, expected: str) -> None:
    write("jcli.yaml", f"workspace: acme\nrules: {{{rule}: off}}\n")
    answer = run("validate")
    assert answer.code == 2
    assert expected in answer.err


def test_changes_nothing(run: Run, broken: Path) -> None:
    before = sorted(broken.rglob("*"))
    run("validate")
    assert sorted(broken.rglob("*")) == before


def test_an_empty_workspace_is_no_success(run: Run, workspace: Path) -> None:
    answer = run("validate", "--format", "json")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no document below journeys" in answer.err
