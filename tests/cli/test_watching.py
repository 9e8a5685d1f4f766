"""`jcli test --watch`: a process that is started, sees files change, and ends with Ctrl-C."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.test_test import OTHER, TESTS, WELCOME

Write = Callable[[str, str | bytes], Path]
AT_MOST = 60.0
"""Seconds for what takes a fraction of one, on a machine that is busy."""
READY = "Waiting for changes; Ctrl-C ends it."
ALONE = "test: other\nlive: []\ncases:\n  - {case: alone, steps: [{event: signed_up}], expect: {status: completed}}\n"


class Watched:
    """The process; what it says comes line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jcli", "test", "--watch", *arguments],
            cwd=folder,
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            restore_signals=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def round(self) -> list[str]:
        """The lines of the next round."""
        lines: list[str] = []
        while (line := self._lines.get(timeout=AT_MOST)) != READY:
            assert line is not None, f"it has ended: {lines}"
            lines.append(line)
        return lines

    def interrupt(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(AT_MOST)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def watched(workspace: Path, write: Write) -> Iterator[Callable[..., Watched]]:
    """Begin to watch a workspace with two journeys, each with a test; the other one's is played alone."""
    write("journeys/welcome.yaml", WELCOME)
    write("journeys/other.yaml", OTHER)
    write("journeys/welcome.test.yaml", TESTS)
    write("journeys/other.test.yaml", ALONE)
    begun: list[Watched] = []

    def begin(*arguments: str) -> Watched:
        begun.append(Watched(workspace, *arguments))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


def played(lines: list[str]) -> set[str]:
    """The names of the cases that a round with `-v` played."""
    return {line.partition("::")[2].partition("  ")[0] for line in lines if "::" in line and "  " in line}


def test_a_change_plays_what_it_touches(watched: Callable[..., Watched], write: Write) -> None:
    process = watched("-v")
    assert played(process.round()) == {"an admin gets the tour", "others rest for a day", "alone"}

    write("journeys/other.test.yaml", ALONE + "# a word\n")
    lines = process.round()
    assert "Changed: journeys/other.test.yaml" in lines
    assert played(lines) == {"alone"}

    write("journeys/welcome.yaml", WELCOME.replace("{duration: 1d}", "{duration: 3d}"))
    lines = process.round()
    assert played(lines) == {"an admin gets the tour", "others rest for a day"}
    assert any(line.startswith("FAILED ") for line in lines)

    # What failed stays, whatever changes next.
    write("journeys/other.test.yaml", ALONE)
    assert played(process.round()) == {"others rest for a day", "alone"}

    write("journeys/welcome.yaml", WELCOME + "# nothing new\n")
    assert played(process.round()) == {"an admin gets the tour", "others rest for a day"}

    write("journeys/welcome.yaml", WELCOME)
    assert process.round()[-1] == "No case is touched by it."
    assert process.interrupt() == 130


def test_it_outlives_whatever_is_wrong_in_files(watched: Callable[..., Watched], write: Write) -> None:
    process = watched()
    process.round()
    write("journeys/welcome.test.yaml", TESTS + "bad: [\n")
    lines = process.round()
    assert any("error[syntax]" in line for line in lines)
    write("journeys/welcome.test.yaml", TESTS)
    assert process.round()[-1].startswith("2 passed in ")
    assert process.interrupt() == 130


def test_a_new_configuration_begins_anew(watched: Callable[..., Watched], write: Write) -> None:
    process = watched("-v")
    process.round()
    write("elsewhere/more.test.yaml", ALONE.replace("case: alone", "case: elsewhere"))
    write("jcli.yaml", "workspace: acme\npaths: [journeys, elsewhere]\n")
    assert "elsewhere" in played(process.round())
    write("elsewhere/more.test.yaml", ALONE.replace("case: alone", "case: moved"))
    assert played(process.round()) == {"moved"}
    assert process.interrupt() == 130
