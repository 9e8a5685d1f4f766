"""Restate's admin API: making the handlers known, and asking how it stands.

Only the command `jcli distributed` comes here; servers and handlers need the ingress alone. The SQL is asked of
Restate's own tables about itself.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from jcli.errors import StoreError
from jcli.runtime.distributed.names import EVENTS, JOBS, KEEPER, LANES, SHARES

_SECONDS = 10.0
_TRIES, _AGAIN = 6, 0.5
_OURS = f"('{LANES}', '{JOBS}', '{SHARES}', '{KEEPER}', '{EVENTS}')"
_STATUSES = (
    "SELECT target_service_name AS service, status, count(*) AS number, min(created_at) AS since"
    f" FROM sys_invocation WHERE target_service_name IN {_OURS} AND status <> 'completed' GROUP BY 1, 2 ORDER BY 1, 2"
)
_STUCK = (
    "SELECT target, status, retry_count AS tries, last_failure AS trouble FROM sys_invocation"
    f" WHERE target_service_name IN {_OURS} AND (status IN ('backing-off', 'paused') OR retry_count > 3)"
    " ORDER BY retry_count DESC LIMIT 20"
)
_NO_STUCK: Sequence[tuple[str, Any]] = (("target", ""), ("status", ""), ("tries", 0), ("trouble", ""))
_ARMED = f"SELECT count(*) AS number FROM state WHERE service_name = '{LANES}' AND key = 'armed'"


class EngineError(StoreError):
    """Restate's admin API does not answer, or refuses."""

    code = "engine"


class EngineFailure(EngineError):
    """Restate could not answer at that moment."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where handlers are, as Restate knows it."""

    id: str
    uri: str
    created_at: str
    services: Sequence[str]


@dataclass(frozen=True, slots=True)
class Invocations:
    """Messages for an object that are not done: in which status, how many, since when the oldest."""

    service: str
    status: str
    number: int
    since: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that is tried again and again, and what goes wrong."""

    target: str
    status: str
    tries: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands. `armed` lanes have a timer."""

    deployments: Sequence[Deployment]
    invocations: Sequence[Invocations]
    stuck: Sequence[Stuck]
    armed: int

    @property
    def well(self) -> bool:
        """Whether there are handlers, and nothing is stuck."""
        return bool(self.deployments) and not self.stuck


class Admin:
    """The admin API at an address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def register(self, uri: str) -> Deployment:
        """Make the handlers at `uri` known. Again is no harm: what has changed in them is noticed. They are spoken to
        by HTTP/1.1, a request for each message: whatever divides connections among handlers divides the work."""
        answer = self._ask("POST", "/deployments", {"uri": uri, "force": True, "use_http_11": True})
        return self._deployment(self._ask("GET", f"/deployments/{answer['id']}"))

    def standing(self) -> Standing:
        found = self._ask("GET", "/deployments")["deployments"]
        deployments = [self._deployment(each) for each in found]
        (armed,) = self._query(_ARMED)
        return Standing(
            [each for each in deployments if LANES in each.services],
            [Invocations(**row) for row in self._query(_STATUSES)],
            [Stuck(**{name: row.get(name) or default for name, default in _NO_STUCK}) for row in self._query(_STUCK)],
            int(armed["number"]),
        )

    @staticmethod
    def _deployment(data: Mapping[str, Any]) -> Deployment:
        services = [each["name"] for each in data.get("services", ())]
        return Deployment(data["id"], data.get("uri", ""), data.get("created_at", ""), services)

    def _query(self, sql: str) -> list[Mapping[str, Any]]:
        """Rows of Restate's tables. A node that has just been started, or given a partition, asks to come again."""
        for _ in range(_TRIES - 1):
            with suppress(EngineFailure):
                return self._rows(sql)
            time.sleep(_AGAIN)
        return self._rows(sql)

    def _rows(self, sql: str) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = self._ask("POST", "/query", {"query": sql})["rows"]
        return rows

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            answer = httpx.request(
                method, self.url + path, json=body, headers={"Accept": "application/json"}, timeout=_SECONDS
            )
        except httpx.HTTPError as error:
            raise EngineError(
                f"Restate's admin API at {self.url} does not answer: {error or type(error).__name__}",
                hint="start Restate, or say where it is with JCLI_RESTATE_ADMIN or --admin",
            ) from error
        if not answer.is_success:
            kind = EngineFailure if answer.is_server_error else EngineError
            raise kind(f"Restate's admin API at {self.url} refused: {_said(answer)}")
        return answer.json()


def _said(answer: httpx.Response) -> str:
    try:
        told = answer.json().get("message", answer.text)
    except (ValueError, AttributeError):
        told = answer.text
    return f"{answer.status_code} {str(told).strip()[:300]}"
