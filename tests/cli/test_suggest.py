"""`jcli test --suggest`: what it writes passes and covers, files are added to, and what is left is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_coverage import OTHER, TESTS, TOUR

Write = Callable[[str, str | bytes], Path]

IMPOSSIBLE = """\
journey: sizes
name: Sizes
site: main
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: rest}
  rest: {type: WAIT, config: {duration: 1d}, next: size}
  size:
    type: CONDITION
    config:
      branches:
        - {label: large, rules: {trait: seats, gte: 10}}
        - {label: huge, rules: {trait: seats, gte: 100}}
    next: {large: done, huge: call, default: done}
  call: {type: CONTENT, contentId: call, config: {contentType: modal}, next: done}
  done: {type: EXIT}
"""
BARRED = """\
journey: lost
name: Lost
site: main
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: done}
  done: {type: EXIT}
  island: {type: EXIT}
"""


@pytest.fixture
def toured(workspace: Path, write: Write) -> Path:
    write("journeys/tour.yaml", "# yaml-language-server: $schema=../schema.json\n" + TOUR)
    write("journeys/site.yaml", "site: main\n")
    return workspace


def test_what_is_suggested_is_a_test_document_that_passes(run: Run, toured: Path, write: Write) -> None:
    answer = run("test", "--suggest", "tour")
    assert answer.code == 0
    assert answer.out.startswith("test: tour\ncases:\n  - case: ")
    assert answer.err == "tour: 6 cases suggested, edges 0/7 → 7/7\n"
    write("journeys/tour.test.yaml", answer.out)
    again = run("test", "--fail-under", "100")
    assert again.code == 0
    assert "not covered" not in again.out


def test_only_what_is_missing_is_suggested(run: Run, toured: Path, write: Write) -> None:
    write("journeys/tour.test.yaml", TESTS)
    answer = run("test", "--suggest")
    assert answer.err == "tour: 4 cases suggested, edges 5/7 → 7/7\n"
    assert re.findall(r"- case: (.*)", answer.out) == [
        "arm b, meets the goal",
        "lets show time out",
        "is not known yet and stays out",
        "comes again and is not let in twice",
    ]


def test_nothing_is_suggested_where_nothing_is_missing(run: Run, toured: Path) -> None:
    run("test", "--suggest", "--write")
    answer = run("test", "--suggest")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "tour: nothing is missing, edges 7/7\n"


def test_a_new_document_lies_beside_its_journey(run: Run, toured: Path) -> None:
    answer = run("test", "--suggest", "--write")
    assert (answer.code, answer.out) == (0, "")
    assert "Wrote 6 cases into journeys/tour.test.yaml" in answer.err
    text = (toured / "journeys" / "tour.test.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../schema.json\ntest: tour\n")
    assert run("validate", "--fail-on", "warning").code == 0
    assert run("fmt", "--check").code == 0
    assert run("test", "--fail-under", "100").code == 0


def test_cases_are_added_and_nothing_else_changes(run: Run, toured: Path, write: Write) -> None:
    before = "# Ours.\n" + TESTS.replace("cases:", "cases: # in order").replace("steps:", "steps:  # two", 1)
    write("journeys/anything.yaml", before)
    assert "Added 4 cases to journeys/anything.yaml" in run("test", "--suggest", "--write").err
    after = (toured / "journeys" / "anything.yaml").read_text()
    assert after.startswith(before)
    assert after.count("- case:") == 6
    assert not (toured / "journeys" / "tour.test.yaml").exists()
    assert run("test", "--fail-under", "100").code == 0


def test_a_file_of_that_name_with_another_test_gets_a_document_more(run: Run, toured: Path, write: Write) -> None:
    write("journeys/other.yaml", OTHER)
    write("journeys/tour.test.yaml", "test: other\ncases:\n  - {case: enters, steps: [{event: go}]}")
    assert run("test", "--suggest", "--write", "tour").code == 0
    text = (toured / "journeys" / "tour.test.yaml").read_text()
    assert text.startswith("test: other\ncases:\n  - {case: enters, steps: [{event: go}]}\n---\ntest: tour\n")
    assert run("test", "tour", "--fail-under", "100").code == 0


def test_what_nobody_can_reach_is_told_as_the_checks_tell_it(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/sizes.yaml", IMPOSSIBLE)
    write("journeys/site.yaml", "site: main\n")
    answer = run("test", "--suggest")
    assert answer.code == 0
    assert (
        "not reached: edge size huge → call (shadowed-branch: `huge` of `size` can never be taken: `large` above takes"
        in answer.err
    )
    assert "not reached: edge call → done (behind: nobody came to `call`)" in answer.err
    left = json.loads(run("test", "--suggest", "--format", "json").out)["suggestions"][0]["left"]
    assert {"kind": "edges", "from": "size", "label": "huge", "to": "call"}.items() <= left[1].items()


def test_a_journey_that_cannot_be_published_has_no_cases(run: Run, toured: Path, write: Write) -> None:
    write("journeys/lost.yaml", BARRED)
    assert "lost is left out, it cannot be published: " in run("test", "--suggest").err
    answer = run("test", "--suggest", "lost")
    assert answer.code == 2
    assert "`lost` cannot be published" in answer.err


def test_a_misspelt_journey_is_no_journey(run: Run, toured: Path) -> None:
    answer = run("test", "--suggest", "tuor")
    assert answer.code == 2
    assert "did you mean `tour`" in answer.err


def test_json_has_the_cases_as_data(run: Run, toured: Path) -> None:
    answer = json.loads(run("test", "--suggest", "--format", "json").out)
    (suggestion,) = answer["suggestions"]
    assert (answer["formatVersion"], suggestion["journey"], suggestion["left"]) == ("1.0", "tour", [])
    assert len(suggestion["cases"]) == 6
    assert run("test", "--suggest", "--format", "junit").code == 2
