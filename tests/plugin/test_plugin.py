"""The pytest plugin, in runs of pytest of their own: what it collects, how failures show, what its fixtures give."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.test_test import OTHER, TESTS, WELCOME, WRONG

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def elsewhere(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder whose runs of pytest load this plugin and none that happens to be installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.plugins = ["jcli.pytest_plugin"]
    return pytester


@pytest.fixture
def tested(elsewhere: pytest.Pytester) -> pytest.Pytester:
    """The same with a workspace in `growth/`: a journey, tests that pass, and Python tests beside."""
    put(elsewhere, "growth/jcli.yaml", "workspace: acme\n")
    put(elsewhere, "growth/journeys/welcome.yaml", WELCOME)
    put(elsewhere, "growth/journeys/welcome.test.yaml", TESTS)
    put(elsewhere, "test_python.py", "def test_python(): pass\n")
    return elsewhere


def put(folder: pytest.Pytester, name: str, text: str) -> None:
    path = folder.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(folder: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return folder.runpytest_subprocess("-W", "error", "--strict-markers", "--strict-config", *arguments)


def test_the_entry_point_names_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    name = project["entry-points"]["pytest11"]["jcli"]
    assert import_module(name).__name__ == "jcli.pytest_plugin"


# What is collected


def test_cases_are_tests_beside_python_tests(tested: pytest.Pytester) -> None:
    result = run(tested, "-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "growth/journeys/welcome.test.yaml::an admin gets the tour PASSED*",
            "growth/journeys/welcome.test.yaml::others rest for a day PASSED*",
            "test_python.py::test_python PASSED*",
        ]
    )


def test_a_failure_shows_as_jcli_test_shows_it(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/wrong.test.yaml", WRONG)
    result = run(tested)
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*_ welcome: whoever waves the tour away is done _*",
            "growth/journeys/wrong.test.yaml:12: at the end (after 1h, Mon 10:00)",
            "  at          expected  done",
            "              got       rest",
            "  the path so far in welcome: in_progress",
            "*_ welcome: a step that nobody can take _*",
            "growth/journeys/wrong.test.yaml:19: step 2: at 2026-03-01T09:00:00Z (1d before): could not be played",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (("-k", "admin"), 1),
        (("-k", "welcome"), 2),
        (("-m", "jcli"), 2),
        (("-m", "not jcli"), 1),
        (("growth/journeys/welcome.test.yaml::others rest for a day",), 1),
        (("growth",), 2),
        (("-o", "jcli_collect=false"), 1),
    ],
)
def test_they_are_chosen_as_all_tests_are(tested: pytest.Pytester, arguments: tuple[str, ...], passed: int) -> None:
    run(tested, *arguments).assert_outcomes(passed=passed, deselected=None)


def test_it_stops_and_remembers_as_pytest_does(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/wrong.test.yaml", WRONG)
    run(tested, "-x").assert_outcomes(passed=2, failed=1)
    run(tested, "--lf").assert_outcomes(failed=1)


def test_it_writes_junit(tested: pytest.Pytester) -> None:
    assert run(tested, "--junitxml", "out.xml").ret == 0
    cases = ElementTree.parse(tested.path / "out.xml").getroot().iter("testcase")
    assert ("growth.journeys.welcome.test.yaml", "an admin gets the tour") in [
        (case.get("classname"), case.get("name")) for case in cases
    ]


def test_processes_of_xdist_say_the_same(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/wrong.test.yaml", WRONG)
    result = run(tested, "-p", "xdist.plugin", "-n", "2")
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(["growth/journeys/wrong.test.yaml:12: at the end (after 1h, Mon 10:00)"])


def test_what_is_wrong_with_a_test_is_an_error_of_the_collection(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/bad.test.yaml", "test: welcome\ncases:\n  - case: x\n    stpes: []\n")
    result = run(tested)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*bad.test.yaml:4:5: error*unknown-field*"])
    run(tested, "--continue-on-collection-errors").assert_outcomes(passed=3, errors=1)


def test_a_workspace_that_is_not_usable_is_told(tested: pytest.Pytester) -> None:
    put(tested, "growth/jcli.yaml", "workspace: Not A Slug\n")
    result = run(tested)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*jcli.yaml*"])


def test_names_that_two_journeys_share_are_told_apart(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/other.yaml", OTHER)
    case = "cases: [{case: nobody comes, expect: {not_enrolled: true}}]\n"
    put(tested, "growth/journeys/two.test.yaml", f"test: welcome\n{case}---\ntest: other\n{case}")
    result = run(tested, "-v", "growth/journeys/two.test.yaml")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*two.test.yaml::welcome: nobody comes PASSED*", "*::other: nobody comes PASSED*"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("growth/other/stray.test.yaml", TESTS),
        ("stray.test.yaml", TESTS),
        ("growth/journeys/plain.yaml", "site: main\nname: Main\n"),
        ("growth/.github/workflows/test.yaml", "test: {}\n"),
    ],
)
def test_what_is_no_test_of_a_workspace_is_left_alone(tested: pytest.Pytester, name: str, text: str) -> None:
    put(tested, name, text)
    run(tested).assert_outcomes(passed=3)


def test_without_a_workspace_nothing_of_ours_is_imported(elsewhere: pytest.Pytester) -> None:
    put(elsewhere, "data.yaml", "tests: [1, 2]\nnot: a test\n")
    put(
        elsewhere,
        "test_python.py",
        "import sys\n\ndef test_modules():\n"
        "    assert {name for name in sys.modules if name.startswith('jcli')} <= {'jcli', 'jcli.pytest_plugin'}\n",
    )
    put(elsewhere, "more.txt", "test: x\n")
    run(elsewhere).assert_outcomes(passed=1)


def test_this_repository_collects_no_journeys_by_itself() -> None:
    """Its CI plays them with `jcli test`, once."""
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["testpaths"] == ["tests"]
    assert not any((ROOT / "tests").rglob("jcli.yaml"))


# Fixtures


FREE = """\
import pytest

from jcli.engine import Event, EventType

DAY = 86_400_000
ANA = (False, "ana")  # a known person; (True, ...) is somebody anonymous


def test_everybody_has_gone_home_after_a_week(jcli_world, jcli_setting):
    welcome = jcli_setting.journeys["welcome"]
    jcli_world.feed(ANA, Event(EventType.TRACK, jcli_world.now, "signed_up"))
    jcli_world.advance(jcli_world.now + 7 * DAY)
    [life] = jcli_world.lived(ANA, welcome.journey.id)
    assert (life.status, life.reason) == ("completed", "exit")
    assert [welcome.name_of(step.node_id) for step in life.steps] == ["begin", "is-admin", "rest", "done"]


@pytest.mark.jcli(live=["other"], start="2026-05-01T00:00:00Z")
def test_only_the_other_one_is_live(jcli_world, jcli_setting, jcli_workspace):
    assert jcli_workspace.config.workspace == "acme"
    assert jcli_world.now == 1_777_593_600_000
    jcli_world.feed(ANA, Event(EventType.TRACK, jcli_world.now, "signed_up"))
    assert {life.journey_id for life in jcli_world.lives.values()} == {jcli_setting.journeys["other"].journey.id}
"""


def test_python_tests_live_in_the_journeys(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/other.yaml", OTHER)
    put(tested, "growth/test_free.py", FREE)
    run(tested).assert_outcomes(passed=5)


def test_the_example_of_the_docs_is_true(tested: pytest.Pytester) -> None:
    page = (ROOT / "docs" / "testing.md").read_text("utf-8").partition("## In pytest")[2]
    put(tested, "growth/test_docs.py", page.partition("```python\n")[2].partition("```")[0])
    run(tested, "growth/test_docs.py").assert_outcomes(passed=2)


def test_the_workspace_may_be_elsewhere(tested: pytest.Pytester) -> None:
    put(tested, "growth/journeys/other.yaml", OTHER)
    put(tested, "checks/test_free.py", FREE)
    result = run(tested, "checks")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*there is no jcli.yaml in *checks or above it; name the workspace's folder*"])
    run(tested, "checks", "-o", "jcli_workspace=growth").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("live", "told"),
    [
        ("['welcom']", "`welcom` cannot be live: there is no such journey"),
        ("['bad']", "`bad` cannot be live: *"),
        ("None", "a world is of one site, and these are 2 journeys of 2 sites; name those of one*"),
        ("'welcom'", "`welcom` cannot be live: there is no such journey"),
        ("['welcome'], start='soon'", "the `start` of the marker `jcli`: `soon` is not an instant; *"),
        ("['welcome'], from_='now'", "the marker `jcli` takes `live` and `start`, and no `from_`"),
    ],
)
def test_a_world_that_cannot_be_is_told(tested: pytest.Pytester, live: str, told: str) -> None:
    put(tested, "growth/journeys/other.yaml", OTHER.replace("site: main", "siteId: elsewhere"))
    put(tested, "growth/journeys/bad.yaml", OTHER.replace("journey: other", "journey: bad").replace("next: done", ""))
    put(tested, "growth/test_it.py", f"import pytest\n@pytest.mark.jcli(live={live})\ndef test_it(jcli_world): pass\n")
    result = run(tested, "growth/test_it.py")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
