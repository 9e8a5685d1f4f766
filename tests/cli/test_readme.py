"""The tour of the README, taken: each command is run as printed and must answer what is printed below it.

A line `...` stands for any lines. What differs from run to run (times, tokens, ids of requests, the folder) is made
the same on both sides first. `curl` is done here, so that the machine needs none.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PRETTY = " | python3 -m json.tool"


@dataclass(slots=True)
class Tour:
    """A terminal in the folder of the tour."""

    folder: Path
    port: int
    env: dict[str, str]
    server: subprocess.Popen[str] | None = None
    code: int = 0
    answers: list[tuple[str, str, str]] = field(default_factory=list)

    def run(self, command: str) -> str:
        """What the command prints, stdout before stderr."""
        line = command.replace("\\\n", " ").replace(":8000", f":{self.port}").strip()
        if found := re.fullmatch(r"(?:export )?([A-Z]+)=(\S+)", line):
            if found[1] != "TOKEN":  # the reader pastes it; `serve` has told us
                self.env[found[1]] = found[2]
            return ""
        if line == "echo $?":
            return f"{self.code}\n"
        if line == "jcli serve --dev":
            return self._serve()
        if line.startswith("curl "):
            return self._curl(line)
        done = subprocess.run(line, shell=True, cwd=self.folder, env=self.env, capture_output=True, text=True)
        self.code = done.returncode
        return done.stdout + done.stderr

    def _serve(self) -> str:
        self.server = subprocess.Popen(
            ["jcli", "serve", "--dev", "--port", str(self.port)],
            cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.server.stderr is not None
        said = []
        for line in self.server.stderr:
            said.append(line)
            if line.startswith("eyJ"):
                self.env["TOKEN"] = line.strip()
            if "startup complete" in line:
                break
        return "".join(said)

    def _curl(self, line: str) -> str:
        shown, pretty, _ = line.partition(PRETTY)
        for name, value in self.env.items():
            shown = shown.replace(f"${name}", value)
        parser = argparse.ArgumentParser()
        parser.add_argument("-s", action="store_true")
        parser.add_argument("-i", action="store_true")
        parser.add_argument("-X", default="GET")
        parser.add_argument("-H", action="append", default=[])
        parser.add_argument("-d")
        parser.add_argument("url")
        asked = parser.parse_args(shlex.split(shown)[1:])
        url = urlsplit(asked.url)
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=30)
        headers = dict(header.split(": ", 1) for header in asked.H)
        connection.request(asked.X, f"{url.path}?{url.query}", asked.d, headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        head = f"HTTP/1.1 {answer.status} {answer.reason}\n" if asked.i else ""
        head += "".join(f"{name}: {value}\n" for name, value in answer.getheaders()) + "\n" if asked.i else ""
        return head + (json.dumps(json.loads(body), indent=4) if pretty else body) + "\n"


@pytest.fixture
def tour(tmp_path: Path) -> Iterator[Tour]:
    shutil.copy(ROOT / "jcli.yaml", tmp_path)
    shutil.copytree(ROOT / "journeys", tmp_path / "journeys")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    tour = Tour(tmp_path, port, {**os.environ, "PATH": path})
    yield tour
    if tour.server is not None:
        tour.server.terminate()
        assert tour.server.wait(20) == 0
        tour.server.stderr.close()  # type: ignore[union-attr]


def steps() -> list[tuple[str, str]]:
    """(command, what is printed below it), in the order of the page."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command = re.match(r"(?:.*\\\n)*.*", step)
            assert command is not None
            found.append((command[0], step[command.end() + 1 :]))
    return found


def same_everywhere(text: str, tour: Tour) -> str:
    for pattern, word in (
        (re.escape(str(tour.folder.resolve())), "/tmp/tour"),
        (str(tour.port), "8000"),
        (r"eyJ[\w.-]+", "TOKEN"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"(?<=[dD]ate: ).*", "DATE"),
        (r'((?<="requestId": ")|(?<=x-request-id: ))[\w-]+', "REQUEST"),
        (r"(?<= in )[\d.,]+ m?s$", "A MOMENT"),
        (r"[ \t]+$", ""),
        (r"(?<=\S) {2,}", "  "),  # a time of a whole second is shorter, and with it its column
    ):
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text


def matches(printed: str, given: str) -> bool:
    """Whether the text is the printed one, in which a line `...` stands for any lines."""
    parts = re.split(r"^ *\.\.\.\n", printed, flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, given) is not None


def test_the_tour_answers_as_printed(tour: Tour) -> None:
    for command, printed in steps():
        given = tour.run(command)
        expected, answer = same_everywhere(printed, tour), same_everywhere(given, tour)
        assert matches(expected, answer), f"$ {command}\nprinted:\n{printed}\ngiven:\n{given}"


def test_a_wrong_line_would_be_seen() -> None:
    assert matches("a\n...\nd\n", "a\nb\nc\nd\n")
    assert matches("a\n", "a\n")
    assert not matches("a\n...\nd\n", "a\nb\nc\n")
    assert not matches("b\n", "a\nb\n")
    assert not matches("", "a\n")


def test_the_sample_is_out_of_the_example() -> None:
    samples = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    files = [path.read_text("utf-8") for path in (ROOT / "journeys").glob("*.yaml")]
    assert samples
    assert all(any(sample in file for file in files) for sample in samples)
