"""How verdicts show: instants, values side by side, the way that somebody went, and pieces of progress."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jcli.durations import parse_instant
from jcli.render.trials import Progress, failure
from jcli.render.trials.times import seconds, when
from jcli.render.trials.values import mismatches, one_line, shown
from jcli.trials.verdicts import Done, Mismatch, Outcome, Stood, Verdict, Way

START = parse_instant("2026-03-02T09:00:00Z")
HOUR, DAY = 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        ("2026-03-02T09:00:00Z", "start"),
        ("2026-03-02T10:30:00Z", "after 1h30m, Mon 10:30"),
        ("2026-03-02T09:00:05Z", "after 5s, Mon 09:00:05"),
        ("2026-03-03T08:00:00Z", "day 1, Tue 08:00"),
        ("2026-03-05T09:00:00Z", "day 3, Thu 09:00"),
        ("2026-03-01T09:00:00Z", "1d before"),
    ],
)
def test_instants_are_told_since_the_start(instant: str, text: str) -> None:
    assert when(START, parse_instant(instant)) == text


@pytest.mark.parametrize(
    ("taken", "text"), [(0.0004, "0 ms"), (0.0234, "23 ms"), (0.42, "0.4 s"), (1234.5, "1,234.5 s")]
)
def test_what_was_measured_is_told_in_its_unit(taken: float, text: str) -> None:
    assert seconds(taken) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("tour", "tour"),
        ("", '""'),
        (None, "nothing"),
        (True, "true"),
        (3, "3"),
        (["a", "b"], "[a, b]"),
        ({"tour": ["shown", "completed"], "plan": None}, "{tour: [shown, completed], plan: nothing}"),
        ("a\x1b[31m", "a\\x1b[31m"),
        ("x" * 500, "x" * 297 + "..."),
    ],
)
def test_values_are_told_as_documents_say_them(value: object, text: str) -> None:
    assert shown(value) == text


WALKED = ["begin", "is-admin true", "tour dismissed", "rest", "done"]


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        (
            ["begin", "is-admin true", "tour completed", "done"],
            ["  begin", "  is-admin true", "- tour completed", "+ tour dismissed", "+ rest", "  done"],
        ),
        (["begin", "is-admin Yes", "tour"], ["  begin", "  is-admin true", "  tour dismissed", "+ rest", "+ done"]),
        (
            ["...", "tour completed", "..."],
            ["  begin", "  is-admin true", "- tour completed", "- ...", "+ tour dismissed", "+ rest", "+ done"],
        ),
        (["...", "offer"], ["  begin", "  is-admin true", "  tour dismissed", "  rest", "  done", "- offer"]),
        ([], ["+ begin", "+ is-admin true", "+ tour dismissed", "+ rest", "+ done"]),
    ],
)
def test_a_path_is_told_from_where_it_parts(expected: list[str], lines: list[str]) -> None:
    told = mismatches([Mismatch((), "path", expected, WALKED)])
    assert [line.removeprefix("path").strip(" ") for line in told] == [
        *(line.strip(" ") for line in lines),
        "(- expected, + got)",
    ]


def test_fields_line_up_and_notes_stand_below() -> None:
    found = [
        Mismatch((), "at", "tour", "rest"),
        Mismatch((), "traits", {"plan": "pro", "role": "admin"}, {"plan": "free", "role": "admin"}, "says who?"),
    ]
    assert mismatches(found) == [
        "at      expected  tour",
        "        got       rest",
        "traits  - plan: pro",
        "        + plan: free",
        "          role: admin",
        "        (- expected, + got)",
        "        says who?",
    ]
    assert one_line(found[1]) == (
        "traits: expected {plan: pro, role: admin}, got {plan: free, role: admin} (says who?)"
    )


def _stood(node: str, kind: str, entered: int, left: int | None, cause: str, label: str | None = None) -> Stood:
    return Stood(node, kind, START + entered, None if left is None else START + left, label, cause, None, 1)


VERDICT = Verdict(
    "a.test.yaml",
    3,
    "welcome",
    "somebody comes",
    Outcome.FAILED,
    step=1,
    step_line=7,
    mismatches=(Mismatch((), "at", "done", "rest"),),
    done=(Done(0, "event signed_up", START), Done(1, "finish tour", START + HOUR)),
    ways=(
        Way(
            "welcome",
            "in_progress",
            None,
            START,
            None,
            START + HOUR,
            None,
            2,
            (
                _stood("begin", "TRIGGER", 0, 0, "event message-2"),
                _stood("tour", "CONTENT", 0, HOUR, "delivery 1af5", "completed"),
                replace(_stood("rest", "WAIT", HOUR, None, ""), due=START + DAY + HOUR),
            ),
        ),
        Way("other", "completed", "exit", START, START + HOUR, None, "won", 1, ()),
    ),
    traits={"role": "admin"},
    start=START,
    now=START + HOUR,
    person_id="ana",
)


def test_a_failure_tells_how_it_came_to_that() -> None:
    assert failure(VERDICT, title=False) == (
        "a.test.yaml:7: step 2: finish tour (after 1h, Mon 10:00)\n"
        "\n"
        "  at  expected  done\n"
        "      got       rest\n"
        "\n"
        "  person ana (role=admin)\n"
        "\n"
        "  what happened\n"
        "    start                step 1: event signed_up\n"
        "  > after 1h, Mon 10:00  step 2: finish tour\n"
        "\n"
        "  the path so far in welcome: in_progress, goal met (after 1h, Mon 10:00), revision 2\n"
        "    start                begin  TRIGGER\n"
        "                         |  by step 1\n"
        "    start                tour   CONTENT\n"
        "                         |  completed, by step 2, after 1h, Mon 10:00\n"
        "    after 1h, Mon 10:00  rest   WAIT  stands here until day 1, Tue 10:00\n"
        "\n"
        "  also in other: completed (exit: won) (after 1h, Mon 10:00)\n"
    )


def test_somebody_who_never_came_in_has_no_path() -> None:
    assert "  the path so far: never in welcome\n" in failure(replace(VERDICT, ways=()))


def test_a_long_way_is_told_by_its_ends() -> None:
    way = replace(VERDICT.ways[0], stood=(_stood("tour", "CONTENT", 0, 0, "delivery x"),) * 500)
    text = failure(replace(VERDICT, ways=(way,)))
    assert ": 440 more nodes" in text
    assert len(text.splitlines()) < 200


def test_progress_wraps_and_tells_the_share() -> None:
    passed = replace(VERDICT, outcome=Outcome.PASSED)
    progress = Progress(60, columns=40)
    verdicts = [replace(passed, file="a.yaml")] * 45 + [replace(passed, file="b.yaml")] * 5
    text = "".join(map(progress.of, verdicts)) + progress.end()
    assert text.splitlines() == [
        "a.yaml .......................... [ 43%]",
        "...................               [ 75%]",
        "b.yaml .....                      [ 83%]",
    ]
