"""The same command lines on two targets, a database and a server, each with a workspace of its own.

The server is a real one, on a port of the loopback. What differs by nature is written alike before it is compared:
instants, and the door by which somebody came.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path

import pytest
from click.testing import CliRunner

from jcli.commands import cli
from tests.api.client import Live, end_live, make_token, start_live

FOREVER = 4_102_444_800
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_COLUMN = re.compile(r"T +")


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@dataclass
class Place:
    """A workspace with its target. `run` runs a command line in it, in this process."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str, env: dict[str, str] | None = None, answer: str | None = None) -> Answer:
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            environ = {**self.environ, **(env or {})}
            result = CliRunner().invoke(cli, list(args), env=environ, input=answer, prog_name="jcli")
        finally:
            os.chdir(before)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "mistake in jcli" not in result.stderr, result.stderr
        return Answer(result.exit_code, result.stdout, result.stderr)

    def file(self, name: str) -> Path:
        return self.folder / "journeys" / name

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text()
        assert old in text
        self.file(name).write_text(text.replace(old, new, 1))


@dataclass
class Both:
    """A database and a server. What is done to one is done to the other, and they answer the same."""

    local: Place
    remote: Place

    def run(self, *args: str, **extra: str | None) -> Answer:
        """The answer of both. Fails when they differ."""
        here, there = self.local.run(*args, **extra), self.remote.run(*args, **extra)  # type: ignore[arg-type]
        assert _alike(there) == _alike(here)
        return here

    def edit(self, name: str, old: str, new: str) -> None:
        for place in (self.local, self.remote):
            place.edit(name, old, new)

    def write(self, name: str, text: str) -> None:
        for place in (self.local, self.remote):
            place.file(name).write_text(text)

    def remove(self, name: str) -> None:
        for place in (self.local, self.remote):
            place.file(name).unlink()


def _alike(answer: Answer) -> Answer:
    return Answer(answer.code, _told(answer.out), _told(answer.err))


def _told(text: str) -> str:
    """Instants as T, and the columns after them as wide as one space; who came by `cli` came by `api`."""
    told = _COLUMN.sub("T ", _INSTANT.sub("T", text))
    told = re.sub(r"-{3,}", "---", re.sub(r" {2,}", "  ", told))
    return told.replace('"door": "cli"', '"door": "api"').replace(" cli ", " api ").replace("(cli,", "(api,")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    live = start_live(tmp_path / "live.db")
    yield live
    end_live(live)


@pytest.fixture
def token() -> str:
    """A token that may do everything, of the same name as whoever runs the tests."""
    return make_token(exp=FOREVER, sub=getuser())


@pytest.fixture
def make_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Place]:
    """A workspace as `jcli init` makes it, with a target of its own: a server when its url is given."""
    monkeypatch.chdir(tmp_path)

    def make(name: str, url: str | None = None, token: str = "") -> Place:
        folder = tmp_path / name / "acme"
        folder.mkdir(parents=True)
        place = Place(folder, {"ACME_TOKEN": token} if url else {})
        assert place.run("init", "-q").code == 0
        if url:
            target = f"target: there\ntargets:\n  there: {{url: {url!r}, token: env/ACME_TOKEN}}\n"
            text = (folder / "jcli.yaml").read_text()
            head = "\n".join(line for line in text.splitlines() if not line.startswith(("target", "  local")))
            (folder / "jcli.yaml").write_text(f"{head}\n{target}")
        return place

    return make


@pytest.fixture
def both(make_place: Callable[..., Place], live: Live, token: str) -> Both:
    return Both(make_place("here"), make_place("there", live.url, token))


@pytest.fixture
def synced(both: Both) -> Both:
    both.run("sync", "--yes")
    return both
