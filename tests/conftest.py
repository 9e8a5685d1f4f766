"""What holds for every test: nothing outside the temporary folder is written to a database, nothing beyond the
loopback is spoken to, and two runs do the same.

The two guards sit on Python's audit events, so that they also catch what a library does by itself. They reach
this process only; tests that start another one give it a store in `tmp_path` and a port of the loopback.
"""

from __future__ import annotations

import ipaddress
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# An offset that no mistake hides behind: who takes local time for UTC is off by 5:45. POSIX form: no tz database.
ZONE = "TST-5:45"

settings.register_profile(
    "ci", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", database=None, deadline=None, max_examples=2000)
settings.load_profile("ci")

_guarded = False
_temporary: list[Path] = [Path(tempfile.gettempdir()).resolve()]


def _refuse_store(database: object) -> None:
    """The default store is `.jcli/journeys.db` of the workspace at hand: in a test, somebody's own journeys."""
    name = os.fsdecode(database) if isinstance(database, str | bytes | os.PathLike) else ""
    if name.startswith("file:"):
        name = unquote(urlsplit(name).path)
    if name in ("", ":memory:"):
        return
    path = Path(name).resolve()
    inside = any(path.is_relative_to(folder) for folder in _temporary)
    kept = path.is_relative_to(ROOT) and not any(
        path.is_relative_to(folder) for folder in _temporary if folder.is_relative_to(ROOT)
    )
    if kept or not inside:
        raise PermissionError(f"a test opened the database {path}; use a store below tmp_path")


def _refuse_host(host: object) -> None:
    text = host.decode() if isinstance(host, bytes) else str(host)
    if text in ("", "None", "localhost", "0.0.0.0", "::", "testserver"):
        return
    try:
        loopback = ipaddress.ip_address(text).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise PermissionError(f"a test spoke to {text}; only the loopback is allowed")


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if not _guarded:
        return
    if event == "sqlite3.connect":
        _refuse_store(args[0])
    elif event in ("socket.connect", "socket.sendto"):
        if isinstance(args[1], tuple):
            _refuse_host(args[1][0])
    elif event == "socket.getaddrinfo":
        _refuse_host(args[0])


sys.addaudithook(_guard)


@pytest.fixture(scope="session", autouse=True)
def _guards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Both guards, for as long as tests run."""
    global _guarded
    _temporary.append(tmp_path_factory.getbasetemp().resolve())
    _guarded = True
    yield
    _guarded = False


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody's own settings, terminal, git configuration or time zone changes what a test sees."""
    for name in [name for name in os.environ if name.startswith("JCLI_")]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("TZ", ZONE)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
