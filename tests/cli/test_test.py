"""`jcli test`: which cases are played, how it shows what came of them, and what it ends with."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jcli.commands import testing
from tests.cli.conftest import Run

Write = Callable[[str, str | bytes], Path]
Golden = Callable[[str, str], None]

WELCOME = """\
journey: welcome
name: Welcome
site: main
goalConfig: {type: event, config: {eventName: invited}, deadline: 7}
nodes:
  begin:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}
    next: is-admin
  is-admin:
    type: CONDITION
    config: {rules: {trait: role, equals: admin}}
    next: {true: tour, false: rest}
  tour:
    type: CONTENT
    contentId: welcome-tour
    config: {contentType: flow, timeout: 3d}
    next: {completed: done, dismissed: rest, timeout: rest}
  rest:
    type: WAIT
    config: {duration: 1d}
    next: done
  done:
    type: EXIT
"""
OTHER = """\
journey: other
name: Other
site: main
nodes:
  begin:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}
    next: done
  done: {type: EXIT}
"""
TESTS = """\
test: welcome
people:
  ana: {traits: {role: admin}}
cases:
  - case: an admin gets the tour
    person: ana
    steps:
      - {event: signed_up, expect: {at: tour}}
      - {finish: tour}
    expect: {status: completed, path: [begin, is-admin true, tour completed, done]}
  - case: others rest for a day
    steps:
      - {event: signed_up, expect: {at: rest, due: 1d}}
      - {wait: 2d, expect: {status: completed}}
"""
WRONG = """\
test: welcome
people:
  ana: {traits: {role: admin}}
cases:
  - case: whoever waves the tour away is done
    person: ana
    steps:
      - {event: signed_up}
      - {wait: 1h}
      - {dismiss: welcome-tour}
    expect:
      at: done
      path: [begin, is-admin true, tour completed, done]
      deliveries: {welcome-tour: completed}
  - case: a step that nobody can take
    person: ana
    steps:
      - {event: signed_up}
      - {at: "2026-03-01T09:00:00Z"}
"""


@pytest.fixture
def tested(workspace: Path, write: Write) -> Path:
    """A workspace with a journey and its test, all of which passes."""
    write("journeys/welcome.yaml", WELCOME)
    write("journeys/welcome.test.yaml", TESTS)
    return workspace


@pytest.fixture
def failing(tested: Path, write: Write) -> Path:
    """The same with a test that fails and one that cannot be played."""
    write("journeys/wrong.test.yaml", WRONG)
    return tested


def timeless(text: str) -> str:
    """The text without what no two runs have in common."""
    return re.sub(r"\b[\d.,]+ m?s\b", "N s", text)


# What it shows, and what it ends with


def test_all_pass(run: Run, tested: Path) -> None:
    answer = run("test")
    assert answer.code == 0
    assert timeless(answer.out) == (
        "journeys/welcome.test.yaml ..                                             [100%]\n2 passed in N s\n"
    )
    assert answer.err == ""


def test_what_fails_is_told_with_all_that_led_to_it(run: Run, failing: Path, golden: Golden) -> None:
    answer = run("test")
    assert answer.code == 1
    golden("test-failing.txt", timeless(answer.out))


def test_a_line_for_each_case(run: Run, failing: Path) -> None:
    answer = run("test", "-v")
    lines = [line for line in timeless(answer.out).splitlines() if "::" in line][:4]
    assert lines == [
        "journeys/welcome.test.yaml::an admin gets the tour  passed  N s",
        "journeys/welcome.test.yaml::others rest for a day  passed  N s",
        "journeys/wrong.test.yaml::whoever waves the tour away is done  failed  N s",
        "journeys/wrong.test.yaml::a step that nobody can take  broken  N s",
    ]


def test_quiet_shows_only_what_failed(run: Run, failing: Path) -> None:
    answer = run("test", "-q")
    assert answer.out.startswith("---- welcome: whoever waves the tour away is done")
    assert run("test", "-q", "welcome.test.yaml", "-C", "journeys").out.count("\n") == 1


def test_colour_is_for_terminals_and_for_who_asks(run: Run, failing: Path) -> None:
    assert "\x1b[" not in run("test").out
    assert "\x1b[1;31mF\x1b[0m" in run("test", env={"FORCE_COLOR": "1"}).out
    assert "\x1b[" not in run("test", env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out


def test_the_slowest_cases(run: Run, tested: Path) -> None:
    answer = run("test", "--durations", "1")
    assert "---- slowest 1 case ---" in answer.out
    assert timeless(answer.out).count("N s   journeys/") + timeless(answer.out).count("N s  journeys/") == 1


def test_json_holds_everything(run: Run, failing: Path, golden: Golden) -> None:
    answer = run("test", "--format", "json")
    assert answer.code == 1
    told = json.loads(answer.out)
    assert told["formatVersion"] == "1.0"
    assert [case["outcome"] for case in told["cases"]] == ["passed", "passed", "failed", "broken"]
    for case in told["cases"]:
        assert case.pop("seconds") >= 0
    assert told["summary"].pop("seconds") > 0
    golden("test-failing.json", json.dumps(told, indent=2) + "\n")


def test_annotations_stand_at_the_lines_that_failed(run: Run, failing: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    (failing / "growth").mkdir()
    for name in ("jcli.yaml", "journeys"):
        (failing / name).rename(failing / "growth" / name)
    answer = run("-C", "growth", "test", "--format", "github")
    assert answer.code == 1
    first, second = answer.out.splitlines()
    file = "::error file=growth/journeys/wrong.test.yaml,line="
    assert first.startswith(f"{file}12,title=jcli test::welcome: whoever waves the tour away is done%0Aat the end")
    assert second.startswith(f"{file}19,title=jcli test::welcome: a step that nobody can take%0Astep 2: at ")
    assert "2 passed, 1 failed, 1 broken in" in answer.err


def test_junit_on_stdout_and_beside(run: Run, failing: Path) -> None:
    answer = run("test", "--format", "junit")
    suites = ElementTree.fromstring(answer.out)
    assert suites.attrib | {"time": ""} == {
        "name": "jcli test",
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "time": "",
    }
    assert [case.get("name") for case in suites.iter("testcase") if case.find("failure") is not None] == [
        "whoever waves the tour away is done"
    ]
    assert run("test", "--junit", "out.xml").code == 1
    beside = ElementTree.parse(failing / "out.xml").getroot()
    assert [case.get("name") for case in beside.iter("testcase")] == [
        case.get("name") for case in suites.iter("testcase")
    ]


def test_journeys_that_cannot_be_live_are_told_once(run: Run, tested: Path, write: Write) -> None:
    write("journeys/other.yaml", OTHER.replace("next: done", "next: begin"))
    answer = run("test")
    assert answer.code == 0
    assert answer.out.count("left out: other, which cannot be published: ") == 1


# Which cases are played


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), {"an admin gets the tour", "others rest for a day", "alone"}),
        (("journeys/welcome.test.yaml",), {"an admin gets the tour", "others rest for a day"}),
        (("journeys/welcome.yaml",), {"an admin gets the tour", "others rest for a day"}),
        (("welcome",), {"an admin gets the tour", "others rest for a day"}),
        (("other", "journeys/welcome.test.yaml::others rest for a day"), {"others rest for a day", "alone"}),
        (("journeys/welcome.test.yaml::welcome: others rest for a day",), {"others rest for a day"}),
        (("-C", "journeys", "welcome.test.yaml"), {"an admin gets the tour", "others rest for a day"}),
        (("-C", "journeys", "journeys/welcome.test.yaml::others rest for a day"), {"others rest for a day"}),
        (("journeys",), {"an admin gets the tour", "others rest for a day", "alone"}),
        (("-k", "admin or alone"), {"an admin gets the tour", "alone"}),
        (("-k", "not admin", "welcome"), {"others rest for a day"}),
    ],
)
def test_arguments_choose(run: Run, tested: Path, write: Write, arguments: tuple[str, ...], names: set[str]) -> None:
    write("journeys/other.yaml", OTHER)
    write("journeys/deeper/other.test.yaml", "test: other\ncases:\n  - {case: alone, expect: {not_enrolled: true}}\n")
    answer = run("test", "--list", *arguments)
    assert answer.code == 0, answer.err
    assert {line.partition("::")[2] for line in answer.out.splitlines()} == names


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-k", "nobody"), "`-k nobody` fits none of 2 cases"),
        (("-k", "admin and"), "the expression `admin and` cannot be read: a word is missing at the end"),
        (("welcom",), "there is no file, folder or journey `welcom`; did you mean `welcome`?"),
        (("other",), "the journey `other` has no test"),
        (
            ("journeys/welcome.test.yaml::others rest for day",),
            "journeys/welcome.test.yaml has no case `others rest for day`; did you mean `others rest for a day`?",
        ),
        (("nowhere.yaml::x",), "there is no file or folder nowhere.yaml"),
        (
            ("--watch", "--format", "json"),
            "--watch shows text, again and again; pass no --format and no --list with it",
        ),
    ],
)
def test_a_choice_of_nothing_is_a_mistake(
    run: Run, tested: Path, write: Write, arguments: tuple[str, ...], told: str
) -> None:
    write("journeys/other.yaml", OTHER)
    answer = run("test", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert f"Error: {told}\n" in answer.err


def test_a_workspace_without_a_test_says_how_to_write_one(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/welcome.yaml", WELCOME)
    answer = run("test")
    assert answer.code == 2
    assert "Error: there is no test in this workspace\n" in answer.err
    hint = answer.err.partition("as in welcome.test.yaml:\n")[2].replace("tour", "rest")
    write("journeys/welcome.test.yaml", "\n".join(line.removeprefix("  ") for line in hint.splitlines()))
    assert run("test").code == 0


def test_a_pipeline_may_be_content_without_any_test(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/welcome.yaml", WELCOME)
    answer = run("test", "--if-any", "--junit", "out.xml")
    assert (answer.code, answer.out, answer.err) == (0, "", "There is no test in this workspace.\n")
    write("journeys/welcome.test.yaml", TESTS)
    assert run("test", "--if-any", "-k", "nobody").code == 2


def test_it_stops_after_so_many(run: Run, failing: Path) -> None:
    assert "2 passed, 1 failed, 1 not played in" in run("test", "-x").out
    assert "2 passed, 1 failed, 1 broken in" in run("test", "--maxfail", "2").out


def test_what_failed_last_is_played_again_until_it_passes(run: Run, failing: Path, write: Write) -> None:
    assert run("test", "welcome").code == 1
    assert run("test", "--lf", "--list").out.count("\n") == 2
    fixed = WRONG[: WRONG.index("    expect:")] + "    expect: {at: rest}\n"
    write("journeys/wrong.test.yaml", fixed)
    assert "1 passed in" in run("test", "--last-failed").out
    again = run("test", "--last-failed")
    assert "3 passed in" in again.out
    assert again.err == "None of these cases failed when it was played last: all are played.\n"


def test_nothing_is_left_behind_when_all_passes(run: Run, tested: Path) -> None:
    run("test")
    assert not (tested / ".jcli").exists()


def test_a_damaged_memory_is_as_good_as_none(run: Run, failing: Path) -> None:
    run("test")
    (failing / ".jcli/cache/tests.json").write_bytes(b"nonsense")
    assert run("test", "--lf", "--list").out.count("\n") == 4


# With what, and how


def test_alone_leaves_all_other_journeys_out(run: Run, tested: Path, write: Write) -> None:
    write("journeys/other.yaml", OTHER)
    write(
        "journeys/both.test.yaml",
        "test: welcome\ncases:\n  - case: both\n    steps:\n      - event: signed_up\n"
        "        expect: {journeys: {other: {status: completed}}}\n",
    )
    assert run("test", "-k", "both").code == 0
    answer = run("test", "-k", "both", "--alone")
    assert answer.code == 1
    assert "`other` is not live here" in answer.out


def test_wrong_documents_are_told_and_the_others_are_played(run: Run, tested: Path, write: Write) -> None:
    write("journeys/bad.test.yaml", "test: welcome\ncases:\n  - case: x\n    stpes: []\n")
    write("journeys/unread.yaml", "test: [\n")
    answer = run("test")
    assert answer.code == 1
    assert "journeys/bad.test.yaml:4:5: error[unknown-field]" in answer.out
    assert "journeys/unread.yaml:2:1: error[syntax]" in answer.out
    assert "2 passed, 2 errors in documents in" in answer.out
    assert run("test", "journeys/welcome.test.yaml").code == 0
    assert run("test", "journeys/bad.test.yaml").code == 1
    suites = ElementTree.fromstring(run("test", "--format", "junit").out)
    assert [
        (case.get("file"), case.get("name")) for case in suites.iter("testcase") if case.find("error") is not None
    ] == [
        ("journeys/bad.test.yaml", "test welcome"),
        ("journeys/unread.yaml", "the file"),
    ]


def test_a_case_that_names_nobody_is_not_left_out(run: Run, tested: Path, write: Write) -> None:
    write("journeys/people.yaml", "person: mara\ntriats: {role: admin}\n")
    write(
        "journeys/mara.test.yaml",
        "test: welcome\ncases:\n  - {case: mara comes, person: mara, steps: [{event: signed_up}]}\n"
        "  - {case: somebody comes, steps: [{event: signed_up}], expect: {at: rest}}\n",
    )
    answer = run("test", "journeys/mara.test.yaml")
    assert answer.code == 1
    assert "journeys/people.yaml:2:1: error[unknown-field]" in answer.out
    assert "journeys/mara.test.yaml:3: could not be played\n\n  journeys/people.yaml:2:1: `triats` is not" in answer.out
    assert "1 passed, 1 broken, 1 error in documents in" in answer.out
    assert "mara comes" in run("test", "--list").out


def test_a_journey_that_is_wrong_breaks_its_cases(run: Run, tested: Path, write: Write) -> None:
    write("journeys/welcome.yaml", WELCOME.replace("next: done", "next: dnoe"))
    answer = run("test")
    assert answer.code == 1
    assert "journeys/welcome.yaml:22:11: error[unknown-node]" in answer.out
    assert "`welcome` cannot be published: " in answer.out
    assert "2 broken, 1 error in documents in" in answer.out


MANY = """\
test: welcome
cases:
  - case: the tour comes for admins alone
    person: {traits: {role: $role}}
    each: [%s]
    steps:
      - {event: signed_up}
      - {wait: 2d}
    expect: {status: $status}
"""


@pytest.fixture
def many(tested: Path, write: Write) -> Path:
    """Ninety cases, some of which fail."""
    entries = [
        f"{{role: {'admin' if number % 2 else 'viewer'}, status: {'completed' if number % 7 else 'stopped'}, "
        f"name: number {number}}}"
        for number in range(90)
    ]
    write("journeys/many.test.yaml", MANY % ", ".join(entries))
    return tested


def test_any_number_of_processes_says_the_same(run: Run, many: Path) -> None:
    alone = run("test", "--jobs", "1")
    assert alone.code == 1
    for jobs in ("2", "5", "200"):
        together = run("test", "--jobs", jobs)
        assert (together.code, timeless(together.out)) == (1, timeless(alone.out))


def test_it_stops_in_any_number_of_processes(run: Run, many: Path) -> None:
    alone = run("test", "--jobs", "1", "--maxfail", "3")
    assert timeless(run("test", "-n", "4", "--maxfail", "3").out) == timeless(alone.out)


def test_a_process_that_is_ended_is_told(run: Run, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, played = os.getpid(), testing.Trials.play

    def end(trials: testing.Trials, case: object, **how: bool) -> object:
        if os.getpid() != first:
            os.kill(os.getpid(), 9)
        return played(trials, case, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(testing.Trials, "play", end)
    answer = run("test", "-n", "2")
    assert answer.code == 3
    assert "a process that played part of the cases was ended by signal 9" in answer.err
