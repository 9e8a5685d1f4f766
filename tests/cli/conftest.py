"""Runs commands: in this process (`run`) or as a child (`child`), always in a temporary folder.

`golden` compares text with a file of `golden/`; `UPDATE_GOLDEN=1` writes the files anew, for a person to read.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from jcli.commands import cli
from jcli.durations import parse_duration
from jcli.model import Kind
from jcli.runtime import Runtime
from jcli.store import Store, open_store

GOLDEN = Path(__file__).parent / "golden"
NOW_NS = 1_767_225_600_000_000_000  # 2026-01-01T00:00:00Z


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


def journey_named(store: Store, key: str) -> str:
    """The id of the journey that came from the document of this key."""
    with store.read() as tables:
        return tables.marks()[Kind.JOURNEY, key].id


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test works in its own folder: a command that takes the working directory for the workspace must never
    find one that somebody works in."""
    monkeypatch.chdir(tmp_path)
    yield
    assert Path.cwd().is_relative_to(tmp_path), "a test left its folder; it may have met somebody's store"


@pytest.fixture
def run() -> Run:
    """Run a command line in this process. A traceback, or an error that nobody foresaw, fails the test."""

    def run_it(*args: str, env: dict[str, str] | None = None, answer: str | None = None) -> Answer:
        result = CliRunner().invoke(cli, list(args), env=env, input=answer, prog_name="jcli")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "mistake in jcli" not in result.stderr, result.stderr
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run_it


@pytest.fixture
def child(tmp_path: Path) -> Run:
    """Run a command line as a child process."""

    def run_it(*args: str, env: dict[str, str] | None = None, answer: str = "") -> Answer:
        result = subprocess.run(
            [sys.executable, "-m", "jcli", *args],
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
        )
        assert "Traceback" not in result.stderr, result.stderr
        return Answer(result.returncode, result.stdout, result.stderr)

    return run_it


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file below the temporary folder."""

    def write_it(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_it


@pytest.fixture
def workspace(tmp_path: Path, write: Callable[[str, str], Path]) -> Path:
    """A workspace with no document yet, in the working directory."""
    write("jcli.yaml", "workspace: acme\n")
    (tmp_path / "journeys").mkdir()
    return tmp_path


@pytest.fixture
def ready(run: Run, tmp_path: Path) -> Path:
    """The workspace that `jcli init` makes, in the working directory."""
    folder = tmp_path / "acme"
    folder.mkdir()
    os.chdir(folder)
    assert run("init", "-q").code == 0
    return folder


@pytest.fixture
def synced(run: Run, ready: Path, frozen: None) -> Path:
    """The same, synced."""
    answer = run("sync", "--yes")
    assert answer.code == 0, answer.err
    return ready


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 2026-01-01T00:00:00Z for every command."""
    monkeypatch.setattr("time.time_ns", lambda: NOW_NS)


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare text with a file of `golden/`."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN") == "1":
            path.write_text(text)
        assert text == path.read_text()

    return compare


LIVED = """\
journey: lived
name: A lived one
site: main
goalConfig: {type: event, config: {eventName: won}, deadline: 30}
nodes:
  begin:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: begun}}
    next: paying
  by-hand:
    type: TRIGGER
    config: {triggerType: MANUAL}
    next: rest
  paying:
    type: CONDITION
    config:
      rules: {all: [{trait: plan, in: [pro, team]}, {event: used, count: {gte: 2}}]}
    next: {true: arms, false: rest}
  arms:
    type: SPLIT
    config: {weights: {one: 50, two: 50}}
    next: {one: rest, two: show}
  show:
    type: CONTENT
    contentId: welcome-tour
    config: {contentType: flow, timeout: 2d}
    next: {completed: rest, dismissed: rest, timeout: done}
  rest:
    type: WAIT
    config: {duration: 1d}
    next: reply
  reply:
    type: WAIT_FOR_EVENT
    config: {eventName: replied, timeout: 1w}
    next: {event: won, timeout: done}
  won:
    type: GOAL_CHECK
    next: {met: good, not_met: done}
  good:
    type: EXIT
    config: {outcome: good}
  done:
    type: EXIT
"""


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock of every command so long after 2026-01-01T00:00:00Z, and let a worker do what is due by then."""

    def move(after: str) -> None:
        now = NOW_NS + parse_duration(after) * 1_000_000
        monkeypatch.setattr("time.time_ns", lambda: now)
        store = open_store("sqlite:///.jcli/journeys.db")
        Runtime(store, lambda: now // 1_000_000, lambda: "unused").run_timers()
        store.close()

    return move


@pytest.fixture
def published(run: Run, synced: Path) -> Path:
    """The workspace with the journey `lived`, which is live."""
    (synced / "journeys" / "lived.yaml").write_text(LIVED)
    assert run("sync", "--yes", "-q").code == 0
    assert run("publish", "lived").code == 0
    return synced


@pytest.fixture
def lived(run: Run, published: Path, at: Callable[[str], None]) -> Path:
    """What happened since: ana and eli pay and come to the split, bo does not; ana wins and has left, bo has left not
    having won, eli is on her way, and cleo was only ever seen."""
    for number, line in enumerate(STORY.strip().splitlines()):
        when, _, rest = line.partition(" ")
        if when != "0h":
            at(when)
        answer = run("send", "--message-id", f"m-{number:02}", *rest.split())
        assert answer.code == 0, answer.out
    return published


STORY = """
0h --user ana --trait plan=pro
0h --user ana --event used
0h --user ana --event used
0h --user ana --event begun
1h --user eli --trait plan=team
1h --user eli --event used
1h --user eli --event used
1h --user eli --event begun
2h --user bo --event begun
3h --user cleo --trait plan=free
30h --user ana --event won
31h --user ana --event replied
40h --user bo --event replied
"""
