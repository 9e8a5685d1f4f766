"""How far long work has come: a bar on a terminal, lines elsewhere, nothing with `-q`; lengths of time and causes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jcli.commands.progress import progress
from jcli.commands.session import Session
from jcli.durations import length
from jcli.engine import Answer, EnteringRule
from jcli.model import Counts, Enrollment, EnrollmentStatus, Journey, JourneyStatus, Node, NodeType, Step, StoredJourney
from jcli.render import why
from jcli.store import PersonKey

_SCRIPT = """
from jcli.commands.progress import progress
from jcli.commands.session import Session
with progress(Session(), "welcome: backfill", "people") as moved:
    moved(500, 1300)
    moved(1300, 1300)
"""


def test_lines_for_whoever_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session(), "Work", "people") as moved:
        for done in range(0, 2_001, 50):
            moved(done, 2_000)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [f"Work: {done:,} of 2,000 people" for done in range(200, 2_001, 200)]


def test_lines_where_nobody_knows_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session(), "Work", "events") as moved:
        for done in range(1_000, 250_000, 1_000):
            moved(done, 0)
    assert capsys.readouterr().err.splitlines() == ["Work: 10,000 events", "Work: 100,000 events"]


def test_nothing_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Session(quiet=True), "Work", "people") as moved:
        moved(1, 1)
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while chunk := os.read(ours, 4096):
                shown.append(chunk)
        except OSError:  # the terminal has been closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    process = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        timeout=60,
    )
    os.close(theirs)
    reader.join(30)
    os.close(ours)
    text = b"".join(shown).decode()
    assert process.returncode == 0
    assert process.stdout == b""
    assert "welcome: backfill" in text
    assert "1,300 of 1,300 people" in text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (999, "<1s"),
        (1_000, "1s"),
        (61_000, "1m1s"),
        (3_600_000, "1h"),
        (3_601_000, "1h"),
        (129_600_000, "1d12h"),
        (129_660_000, "1d12h"),
        (694_800_000, "1w1d"),
        (26 * 604_800_000, "26w"),
    ],
)
def test_lengths_of_time(milliseconds: int, text: str) -> None:
    assert length(milliseconds) == text


def _account(*steps: Step, status: EnrollmentStatus = EnrollmentStatus.IN_PROGRESS, **given: object) -> why.Account:
    nodes = (Node("w", NodeType.WAIT), Node("e", NodeType.WAIT_FOR_EVENT, {"eventName": "x"}))
    journey = Journey("j", "J", "s", goal_config={"type": "event", "config": {"eventName": "g"}}, nodes=nodes)
    stored = StoredJourney(journey, JourneyStatus.PUBLISHED, 1, 1, "", Counts(), 0, 0)
    fields: dict[str, object] = {"node_id": "e", **given}
    enrollment = Enrollment("1", "j", "s", "ana", False, 1, status, revision=1, enrolled_at=0, **fields)  # type: ignore[arg-type]
    answers = [Answer(EnteringRule.STATUS, True, "the journey is PUBLISHED")]
    return why.Account(stored, "j", {}, PersonKey("s", "ana"), True, enrollment, steps, answers)


@pytest.mark.parametrize(
    ("cause", "ref", "told"),
    [
        ("event", "m-1", "the event m-1"),
        ("timer", None, "time"),
        ("delivery", "d-1", "the delivery d-1"),
        ("audience", None, "the audience"),
        ("api", "dora", "hand: dora"),
        ("api", None, "hand"),
        ("canvas", None, "an edit of the canvas"),
        ("status", "ARCHIVED", "the journey's status ARCHIVED"),
        ("link", "m-1", "the link m-1"),
    ],
)
def test_every_cause_has_its_words(cause: str, ref: str | None, told: str) -> None:
    step = Step(1, "w", NodeType.WAIT, 0, 1_000, None, "e", cause, ref, 1)
    assert why.text(_account(step)).splitlines()[-1].endswith(f"1970-01-01T00:00:01Z       {told}")


def test_a_wait_for_an_event_with_no_end_says_no_time() -> None:
    assert "They stand on e and wait for the event x.\n" in why.text(_account())
    assert "until 1970-01-01T00:00:09Z" in why.text(_account(due_at=9_000))


def test_what_was_met_and_what_was_not() -> None:
    assert "The goal is not met yet.\n" in why.text(_account())
    assert "The goal was met at 1970-01-01T00:00:02Z.\n" in why.text(_account(goal_met_at=2_000))
    ended = _account(status=EnrollmentStatus.STOPPED, exit_reason="manual", ended_at=3_000)
    assert "The goal was not met.\n" in why.text(ended)
