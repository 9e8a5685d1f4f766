"""`jcli worker`, and `jcli serve` with and without one: who lets people go on when their time has come."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jcli.commands import exits
from jcli.commands.retention import runtime_settings
from jcli.commands.session import Session
from jcli.errors import ConfigError
from jcli.store import PersonKey, open_store
from tests.cli.conftest import Run

Start = Callable[..., "subprocess.Popen[str]"]
STORE = "sqlite:///.jcli/journeys.db"
DAY = 86_400_000
JOURNEY = """\
journey: short
site: main
nodes:
  begin:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: begun}}
    next: rest
  rest:
    type: WAIT
    config: {duration: 1s}
    next: done
  done:
    type: EXIT
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that stays, and wait for its first line."""
    running: list[subprocess.Popen[str]] = []

    def start_it(*args: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "jcli", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "sqlite:///" in line, line + process.stderr.read()
        return process

    yield start_it
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


@pytest.fixture
def waiting(run: Run, ready: Path) -> Path:
    """Somebody waits for a second, on the machine's own clock."""
    (ready / "journeys" / "short.yaml").write_text(JOURNEY)
    assert run("sync", "--yes", "-q").code == 0
    assert run("publish", "short").code == 0
    assert run("send", "--user", "ana", "--event", "begun").code == 0
    return ready


def _status(run: Run) -> str:
    status = json.loads(run("enrollments", "short", "--format", "json").out)["items"][0]["status"]
    assert isinstance(status, str)
    return status


def _goes_on(run: Run) -> bool:
    """Whether the person goes on within half a minute; nobody is that slow."""
    until = time.monotonic() + 30
    while _status(run) == "in_progress":
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def test_a_worker_lets_people_go_on(start: Start, waiting: Path, run: Run) -> None:
    process = start("worker")
    assert _goes_on(run)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (exits.DONE, ""), err
    assert "Traceback" not in err


def test_ctrl_c_ends_a_worker(start: Start, waiting: Path) -> None:
    process = start("worker")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == exits.INTERRUPTED
    assert "Traceback" not in err


def test_serve_lets_people_go_on(start: Start, waiting: Path, run: Run) -> None:
    start("serve", "--dev", "--port", "0")
    assert _goes_on(run)


def test_serve_without_a_worker_leaves_them_to_one(start: Start, waiting: Path, run: Run) -> None:
    start("serve", "--dev", "--port", "0", "--no-worker")
    time.sleep(2.5)  # a second of waiting, and more than the quarter in which a worker looks again
    assert _status(run) == "in_progress"
    start("worker")
    assert _goes_on(run)


def test_a_worker_needs_a_store(run: Run, ready: Path) -> None:
    answer = run("worker")
    assert answer.code == exits.FAILED
    assert "jcli sync" in answer.err


@pytest.mark.parametrize(
    ("environ", "configured", "days"),
    [(None, None, 30), (None, "12w", 84), ("5d", "12w", 5), ("86400", None, 1), ("", 172_800, 2)],
)
def test_events_are_kept_as_configured(
    ready: Path, monkeypatch: pytest.MonkeyPatch, environ: str | None, configured: str | int | None, days: int
) -> None:
    if environ is not None:
        monkeypatch.setenv("JCLI_KEEP_EVENTS", environ)
    if configured is not None:
        with (ready / "jcli.yaml").open("a") as file:
            file.write(f"server: {{keepEvents: {configured}}}\n")
    settings = runtime_settings(Session(), worker=False)
    assert (settings.keep_events, settings.worker) == (days * DAY, False)


@pytest.mark.parametrize("configured", ["soon", "0s", "[1d]", "true"])
def test_what_is_no_duration_is_told(run: Run, ready: Path, configured: str) -> None:
    with (ready / "jcli.yaml").open("a") as file:
        file.write(f"server: {{keepEvents: {configured}}}\n")
    for command in (("worker",), ("serve", "--dev", "--port", "0")):
        answer = run(*command)
        assert answer.code == exits.USAGE
        assert "server.keepEvents" in answer.err
    with pytest.raises(ConfigError):
        runtime_settings(Session(), worker=True)


def test_a_worker_forgets_old_events(start: Start, waiting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JCLI_KEEP_EVENTS", "1s")
    assert _kept() == 1
    time.sleep(1.1)  # a worker that starts looks at once, and then once a minute
    start("worker")
    until = time.monotonic() + 30
    while _kept():
        assert time.monotonic() < until
        time.sleep(0.1)


def _kept() -> int:
    """How many of ana's events the store keeps."""
    store = open_store(STORE)
    try:
        with store.read() as tables:
            (site,) = tables.sites_knowing("ana")
            key = next(iter(tables.person_rows([PersonKey(site, "ana")]).values()))
            return len(tables.events_of(key, 0, 100))
    finally:
        store.close()
