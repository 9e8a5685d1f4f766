"""What the API's tests speak with: a client within this process, tokens, a clock, and a real server on the loopback."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
from fastapi import FastAPI

from jcli.store import Store
from tests.beside import url_of

ROOT = Path(__file__).resolve().parents[2]
SECRET = secrets.token_hex(32)
NOON = 1_767_261_600_000  # 2026-01-01T10:00:00Z


@dataclass
class StillClock:
    """A clock that moves when a test says so, in milliseconds."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now


def make_token(*, scope: str | None = "*", sites: list[str] | None = None, at: int = NOON, **claims: Any) -> str:
    """A token of the configured secret, good for an hour; a claim that is given as None is left out."""
    whole: dict[str, Any] = {"sub": "ada", "scope": scope, "sites": sites, "exp": at // 1000 + 3600, **claims}
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, SECRET, "HS256")


class InProcess:
    """Requests to an application of this process, one after the other; what `with` opens is its lifespan."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")
        self._life = app.router.lifespan_context(app)

    def __enter__(self) -> InProcess:
        self._runner.run(self._life.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self._life.__aexit__(None, None, None))
        self._runner.close()

    def request(self, method: str, path: str, **sent: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **sent))


@dataclass
class Api:
    """A client with a token, and everything behind it."""

    client: InProcess
    store: Store
    clock: StillClock
    token: str = field(default_factory=make_token)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """`If_Match="..."` gives the header If-Match; a body that is bytes is sent as it is."""
        sent = {
            "Authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        if isinstance(body, bytes):
            return self.client.request(method, path, content=body, headers={"Content-Type": "application/json", **sent})
        return self.client.request(method, path, json=body, headers=sent) if body is not None else self.client.request(
            method, path, headers=sent
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> httpx.Response:
        return self("DELETE", path, **headers)

    def with_token(self, token: str) -> Api:
        return Api(self.client, self.store, self.clock, token)

    def journey(self, *, publish: bool = False, **fields: Any) -> dict[str, Any]:
        """A journey that could be published, as Create Journey answers it."""
        made = self.post("/api/journeys", {"name": "Welcome", "siteId": "site_a", **canvas(), **fields})
        assert made.status_code == 201, made.text
        if publish:
            assert self.post(f"/api/journeys/{made.json()['data']['id']}/publish").status_code == 200
        data: dict[str, Any] = made.json()["data"]
        return data


def canvas(**last: Any) -> dict[str, Any]:
    """A MANUAL trigger, a wait and an exit, by names of the request's own."""
    return {
        "nodes": [
            {"id": "start", "type": "TRIGGER", "config": {"triggerType": "MANUAL", "triggerConfig": {}}},
            {"id": "wait", "type": "WAIT", "config": {"duration": "2d"}},
            {"id": "done", "type": "EXIT", **last},
        ],
        "edges": [
            {"sourceNodeId": "start", "targetNodeId": "wait"},
            {"sourceNodeId": "wait", "targetNodeId": "done"},
        ],
    }


@dataclass
class Live:
    """A server in a process of its own, over a store in a file or at a URL."""

    process: subprocess.Popen[str]
    url: str
    database: Path | str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {make_token(exp=4_102_444_800)}"}

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=60)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def start_live(database: Path | str) -> Live:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "JCLI_JWT_SECRET": SECRET}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "api" / "live.py"), url_of(database)],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    live = Live(process, f"http://127.0.0.1:{port}", database)
    with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
        assert client.get(live.url + "/readyz").status_code == 200
    return live


def end_live(live: Live) -> None:
    live.process.terminate()
    live.process.wait(20)
    assert live.process.stdout is not None
    live.process.stdout.close()
