"""`jcli serve`, as a child process on a free port of the loopback."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jcli.commands import exits
from tests.cli.conftest import Run

Start = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server; the process and the URL that it tells."""
    running: list[subprocess.Popen[str]] = []

    def start_it(*args: str, **environ: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "jcli", "serve", "--port", "0", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environ},
        )
        running.append(process)
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("Serving sqlite:///"), line + process.stderr.read()
        return process, line.split(" on ")[1].strip()

    yield start_it
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def _get(url: str, token: str | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def _lines(process: subprocess.Popen[str], number: int) -> list[str]:
    assert process.stderr is not None
    return [process.stderr.readline().rstrip("\n") for _ in range(number)]


def test_dev_prints_a_token_that_works(start: Start, synced: Path) -> None:
    process, url = start("--dev")
    _, token, curl = _lines(process, 3)
    assert curl == f'Try: curl -H "Authorization: Bearer {token}" {url}/api/journeys'
    status, answer = _get(f"{url}/api/journeys", token)
    assert status == 200
    assert [journey["name"] for journey in answer["data"]] == ["Welcome"]
    assert _get(f"{url}/api/journeys")[0] == 401
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == exits.DONE, err
    assert out == ""
    assert "Traceback" not in err


def test_dev_takes_no_key_of_the_environment(start: Start, synced: Path) -> None:
    secret = secrets.token_hex(32)
    process, url = start("--dev", JCLI_JWT_SECRET=secret, JCLI_JWT_ISSUER="acme", JCLI_JWT_AUDIENCE="journeys")
    _, token, _ = _lines(process, 3)
    assert _get(f"{url}/api/journeys", token)[0] == 200


def test_a_minted_token_opens_a_configured_server(start: Start, synced: Path, run: Run) -> None:
    environ = {"JCLI_JWT_SECRET": secrets.token_hex(32), "JCLI_JWT_ISSUER": "acme"}
    _, url = start(**environ)
    ends = {"JCLI_JWT_SECRET": environ["JCLI_JWT_SECRET"]}
    token = subprocess.run(
        [sys.executable, "-m", "jcli", "token", "--sub", "ci", "--scope", "journeys:read", "--sites", "main"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert _get(f"{url}/api/journeys", token)[0] == 200
    other = subprocess.run(
        [sys.executable, "-m", "jcli", "token", "--sub", "ci", "--scope", "journeys:read"],
        env={**os.environ, **ends},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert _get(f"{url}/api/journeys", other)[0] == 401


def test_a_request_at_hand_is_answered_before_the_end(start: Start, synced: Path) -> None:
    process, url = start("--dev")
    _, token, _ = _lines(process, 3)
    body = b'{"id": "site_xyz", "name": "Shop"}'
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=30) as client:
        head = f"POST /api/sites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        client.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        client.sendall(body[:10])
        assert process.stderr is not None
        while "startup complete" not in process.stderr.readline():
            pass
        assert _get(f"{url}/healthz")[0] == 200  # so the half of the request was taken in before
        process.send_signal(signal.SIGTERM)
        while "Waiting for" not in process.stderr.readline():
            pass
        client.sendall(body[10:])
        assert client.makefile("rb").readline() == b"HTTP/1.1 201 Created\r\n"
    process.communicate(timeout=30)
    assert process.returncode == exits.DONE


def test_ctrl_c_ends_it(start: Start, synced: Path) -> None:
    process, url = start("--dev")
    assert _get(f"{url}/healthz")[0] == 200
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == exits.INTERRUPTED, err
    assert "Traceback" not in err


def test_serves_without_a_workspace_when_the_store_is_named(start: Start, synced: Path, tmp_path: Path) -> None:
    os.chdir(tmp_path)
    _, url = start("--dev", JCLI_STORE=f"sqlite:///{synced}/.jcli/journeys.db")
    assert _get(f"{url}/readyz")[0] == 200


def test_refuses_to_start_without_a_key(run: Run, ready: Path) -> None:
    answer = run("serve")
    assert answer.code == exits.USAGE
    assert "JCLI_JWT_SECRET" in answer.err
    assert not (ready / ".jcli").exists()


def test_refuses_a_short_secret_and_does_not_show_it(run: Run, ready: Path) -> None:
    answer = run("serve", env={"JCLI_JWT_SECRET": "s3cret-and-short"})
    assert answer.code == exits.USAGE
    assert "s3cret" not in answer.err


def test_an_address_in_use_is_told(run: Run, ready: Path) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        answer = run("serve", "--dev", "--port", str(port))
    assert answer.code == exits.FAILED
    assert answer.err == f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use\n"


def test_settings_that_cannot_be_used_are_told_before_it_says_that_it_serves(run: Run, ready: Path) -> None:
    answer = run("serve", "--dev", "--port", "0", env={"JCLI_RESTATE": "http://127.0.0.1:1"})
    assert answer.code == exits.USAGE
    assert answer.err.startswith(
        "Error: with Restate several machines work on one store, and this one is no PostgreSQL\n"
    )


@pytest.mark.parametrize("args", [("--port", "70000"), ("--port", "http")])
def test_a_port_is_a_number(run: Run, ready: Path, args: tuple[str, ...]) -> None:
    assert run("serve", "--dev", *args).code == exits.USAGE
