"""The parent of several processes, with children that only pretend to serve: who is begun, replaced and ended, when."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jcli.commands import exits
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import os, pathlib, signal, sys, time
from jcli.commands.processes import inherited
folder = pathlib.Path(sys.argv[1])
with (folder / "begun").open("a") as begun:
    print(time.monotonic(), os.getpid(), file=begun)
if (folder / "broken").exists():
    sys.exit(3)
if (folder / "stubborn").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
parent = inherited()
assert parent is not None and parent.listener.getsockname()[1] > 0
parent.tell_ready()
with (folder / "ready").open("a") as ready:
    print(os.getpid(), file=ready)
while True:
    time.sleep(0.02)
"""
PARENT = """
import socket, sys
from jcli.commands import processes
processes._END_SECONDS = float(sys.argv[2])
listener = socket.create_server(("127.0.0.1", 0))
command = [sys.executable, sys.argv[1] + "/child.py", sys.argv[1]]
sys.exit(processes.Parent(command, listener, 2, lambda text: print(text, flush=True)).run())
"""
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a parent of two."""
    begun: list[subprocess.Popen[str]] = []
    (tmp_path / "child.py").write_text(CHILD)

    def start_it(*, ready: int = 2, end_seconds: float = 20.0) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", PARENT, str(tmp_path), str(end_seconds)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        begun.append(subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, text=True))
        until(lambda: len(lines(tmp_path / "ready")) >= ready)
        return begun[-1]

    yield start_it
    for process in begun:
        process.kill()
        process.communicate(timeout=30)


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    give_up_at = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.01)


def gone(pid: str) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_one_that_dies_is_replaced_at_once(start: Start, tmp_path: Path) -> None:
    parent = start()
    first, second = lines(tmp_path / "ready")
    os.kill(int(first), signal.SIGKILL)
    until(lambda: len(lines(tmp_path / "ready")) == 3)
    assert gone(first)
    assert not gone(second)
    parent.terminate()
    out, _ = parent.communicate(timeout=30)
    assert (parent.returncode, out) == (
        exits.DONE,
        f"The process {first} was killed (SIGKILL); another one takes its place\n",
    )
    assert all(gone(pid) for pid in lines(tmp_path / "ready"))


def test_one_that_does_not_come_up_again_is_tried_later_and_later(start: Start, tmp_path: Path) -> None:
    start()
    (tmp_path / "broken").touch()
    first, second = lines(tmp_path / "ready")
    os.kill(int(first), signal.SIGKILL)
    until(lambda: len(lines(tmp_path / "begun")) == 5)
    began = [float(line.split()[0]) for line in lines(tmp_path / "begun")[2:]]
    assert began[1] - began[0] >= 1
    assert began[2] - began[1] >= 2
    assert not gone(second)
    (tmp_path / "broken").unlink()
    until(lambda: len(lines(tmp_path / "ready")) == 3)


def test_the_first_ones_must_come_up(start: Start, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    assert start(ready=0).wait(30) == 3


def test_a_restart_keeps_two_serving_all_the_time(start: Start, tmp_path: Path) -> None:
    parent = start()
    old = lines(tmp_path / "ready")
    parent.send_signal(signal.SIGHUP)
    least = 2

    def renewed() -> bool:
        nonlocal least
        alive = [pid for pid in lines(tmp_path / "ready") if not gone(pid)]
        least = min(least, len(alive))
        return len(alive) == 2 and not set(alive) & set(old)

    until(renewed)
    assert least == 2
    assert len(lines(tmp_path / "begun")) == 4


def test_a_restart_that_fails_leaves_everything_as_it_was(start: Start, tmp_path: Path) -> None:
    parent = start()
    (tmp_path / "broken").touch()
    parent.send_signal(signal.SIGHUP)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "Restarting the processes, one after the other\n"
    assert parent.stdout.readline() == (
        "The restart was given up: the new process did not come up; the others go on\n"
    )  # fmt: skip
    assert not any(gone(pid) for pid in lines(tmp_path / "ready"))


def test_one_that_does_not_end_is_killed(start: Start, tmp_path: Path) -> None:
    (tmp_path / "stubborn").touch()
    parent = start(end_seconds=0.3)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(30) == exits.INTERRUPTED
    assert all(gone(pid) for pid in lines(tmp_path / "ready"))


def test_children_end_when_their_parent_is_gone(start: Start, tmp_path: Path) -> None:
    parent = start()
    parent.kill()
    parent.wait()
    until(lambda: all(gone(pid) for pid in lines(tmp_path / "ready")))


def test_sqlite_has_one_writer_and_so_one_process(run: Run, ready: Path) -> None:
    answer = run("serve", "--workers", "2", "--dev")
    assert answer.code == exits.USAGE
    assert answer.err.splitlines()[0] == (
        "Error: --workers 2 needs a store in PostgreSQL; SQLite has one writer, so one process is all it can use"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        assert run("serve", "--workers", "1", "--port", str(free.getsockname()[1]), "--dev").code == exits.FAILED
