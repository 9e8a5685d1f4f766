"""`jcli test --coverage` and `--fail-under`: what is covered, what is missing, and what the command ends with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str | bytes], Path]

TOUR = """\
journey: tour
name: Tour
site: main
goalConfig: {type: event, config: {eventName: invited}}
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: show}
  show:
    type: CONTENT
    contentId: first-steps
    config: {contentType: flow, timeout: 3d}
    next: {completed: arm, dismissed: rest, timeout: rest}
  arm: {type: SPLIT, config: {weights: {a: 50, b: 50, c: 0}}, next: {a: done, b: rest, c: rest}}
  rest: {type: WAIT, config: {duration: 2d}, next: done}
  done: {type: EXIT}
"""
OTHER = """\
journey: other
name: Other
site: main
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: done}
  done: {type: EXIT}
"""
TESTS = """\
test: tour
cases:
  - case: somebody finishes the tour
    split: {arm: a}
    steps:
      - {event: go}
      - {finish: show}
  - case: somebody waves it away
    steps:
      - {event: go}
      - {dismiss: show}
      - {wait: 2d, expect: {at: done}}
"""


@pytest.fixture
def toured(workspace: Path, write: Write) -> Path:
    """A journey of which its tests leave something out, and one without tests."""
    write("journeys/tour.yaml", TOUR)
    write("journeys/other.yaml", OTHER)
    write("journeys/tour.test.yaml", TESTS)
    write("journeys/site.yaml", "site: main\n")
    return workspace


def test_the_table_counts_journeys_and_names_what_is_missing(run: Run, toured: Path) -> None:
    answer = run("test", "--coverage")
    assert answer.code == 0
    assert answer.out.partition("\n\n")[2] == (
        "coverage  cases  nodes  edges  labels  timeouts  goals  entries  edges %\n"
        "other         0    0/2    0/1       -         -      -      0/3        0\n"
        "tour          2    5/5    5/7     3/5       0/1    1/2      1/3     71.4\n"
        "total         2    5/7    5/8     3/5       0/1    1/2      1/6     62.5\n"
        "\n"
        "not covered in other\n"
        "  nodes     come\n"
        "  edges     come → done\n"
        "  entries   in by come, kept out: known, kept out: reentry\n"
        "not covered in tour\n"
        "  edges     show timeout → rest, arm b → rest\n"
        "  goals     met\n"
        "  entries   kept out: known, kept out: reentry\n"
    )


def test_only_the_journeys_that_are_named_are_shown(run: Run, toured: Path) -> None:
    assert re.findall(r"^(\w+)  .*/", run("test", "tour", "--coverage").out, re.MULTILINE) == ["tour"]
    assert re.findall(r"^(\w+)  .*/", run("test", "journeys", "--coverage").out, re.MULTILINE) == [
        "other",
        "tour",
        "total",
    ]


@pytest.mark.parametrize(("least", "code"), [("71", 0), ("71.42", 0), ("71.43", 1), ("100", 1), ("0", 0)])
def test_too_few_edges_fail_the_run(run: Run, toured: Path, least: str, code: int) -> None:
    answer = run("test", "tour", "--fail-under", least)
    assert answer.code == code
    assert ("5 of 7 edges are covered, which is 71.4 %" in answer.err) is bool(code)


def test_failing_cases_fail_the_run_whatever_is_covered(run: Run, toured: Path, write: Write) -> None:
    write("journeys/wrong.test.yaml", "test: tour\ncases:\n  - {case: wrong, expect: {at: done}}\n")
    assert run("test", "tour", "--fail-under", "10").code == 1


def test_json_holds_the_coverage(run: Run, toured: Path, tmp_path: Path) -> None:
    answer = json.loads(run("test", "tour", "--coverage", "--format", "json").out)
    (journey,) = answer["coverage"]["journeys"]
    assert journey["covered"]["edges"] == {"reached": 5, "of": 7, "percent": 71.4}
    assert {"kind": "edges", "from": "arm", "label": "b", "to": "rest", "cases": 0} in journey["aims"]
    assert {"kind": "entries", "trigger": "come", "cases": 2} in journey["aims"]
    assert run("test", "tour", "--coverage-json", "coverage.json").code == 0
    assert json.loads((tmp_path / "coverage.json").read_text())["journeys"] == [journey]
    assert "coverage" not in json.loads(run("test", "--format", "json").out)


def test_other_formats_have_the_table_on_stderr(run: Run, toured: Path) -> None:
    answer = run("test", "tour", "--coverage", "--format", "junit")
    assert ElementTree.fromstring(answer.out).tag == "testsuites"
    assert "not covered in tour" in answer.err


def test_the_coverage_of_several_processes_is_added_up(run: Run, toured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jcli.commands.players.cores", lambda: 2)
    one, two = (json.loads(run("test", "--coverage", "--format", "json", "-n", count).out) for count in ("1", "2"))
    assert one["coverage"] == two["coverage"]


def test_pictures_show_what_is_covered(run: Run, toured: Path, tmp_path: Path) -> None:
    answer = run("test", "--coverage-svg", "pictures", "--coverage-mermaid", "pictures")
    assert answer.code == 0
    assert "not covered" not in answer.out
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == [
        "other.mmd",
        "other.svg",
        "tour.mmd",
        "tour.svg",
    ]
    svg = (tmp_path / "pictures" / "tour.svg").read_text()
    assert "2 cases covered 5 of 7 edges (71.4 %) and 5 of 5 nodes" in svg
    assert "+ completed (1)" in svg
    assert "- timeout (0)" in svg
    flowchart = (tmp_path / "pictures" / "tour.mmd").read_text()
    assert "classDef partly" in flowchart
    assert re.search(r'n_show -\.->\|"#45; timeout \(0\)"\| n_rest', flowchart)


def test_options_that_make_no_sense_together_are_refused(run: Run, toured: Path) -> None:
    assert run("test", "--watch", "--coverage").code == 2
    assert run("test", "--write").code == 2
    assert run("test", "--fail-under", "101").code == 2
    assert run("test", "--fail-under", "nan").code == 2
