"""One server, spoken to over HTTP: requests that are safe to repeat are repeated, problems become our errors.

Every request that changes something carries an `Idempotency-Key`, or is one that may come twice, so an answer that got
lost is asked for again. The token stands in one header and in no message. Redirects are not followed: what they lead to
is not the server that the token is for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson

from jcli import __version__
from jcli.errors import ConfigError, JcliError, StoreBusy, StoreError
from jcli.targets.problems import error_of, problem_in

_BUSY = frozenset({429, 502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 8.0
_LONGEST_ASKED = 60.0
TRIES, PATIENT_TRIES = 4, 8
"""How often a request is sent: for about 2 seconds, and for about 24 where somebody has sent much already."""
_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: `data` and `meta` of a success, or the `problem` of a refusal that was expected."""

    data: Any
    meta: Mapping[str, Any]
    version: int
    problem: Mapping[str, Any] | None = None


def checked_url(url: str) -> str:
    """The address of a server, without a slash at its end. ConfigError for one that holds a secret, says more than a
    place, or would send the token readable for everybody on the way."""
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            f"the url of the target {parts.hostname} holds a user or a password",
            hint="a server is spoken to with a token: `token: env/NAME` in jcli.yaml",
        )
    if not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"{url} is not the address of a server", hint="write it as in https://journeys.example.com")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise ConfigError(
            f"{url} would send the token readable for everybody on the way",
            hint="use https://; http:// is for a server on this machine",
        )
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Connection:
    """`new_id` makes the keys by which a repeated request is told from a new one."""

    def __init__(
        self,
        url: str,
        token: str,
        new_id: Callable[[], str],
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url, self._new_id, self._pause = url, new_id, pause
        self._client = httpx.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "User-Agent": f"jcli/{__version__}",
            },
            timeout=httpx.Timeout(120, connect=10),
            follow_redirects=False,
            mounts={"http://": httpx.HTTPTransport()},  # this machine: a proxy would read the token
        )

    def close(self) -> None:
        self._client.close()

    def get(self, *path: str, **query: str | None) -> Answer:
        return self.ask("GET", path, query=query)

    def ask(
        self,
        method: str,
        path: Collection[str],
        body: Any = None,
        *,
        raw: bytes | None = None,
        query: Mapping[str, str | None] | None = None,
        expected: Collection[str] = (),
        tries: int = TRIES,
    ) -> Answer:
        """What the server answers below `/api`. A problem becomes an error, but for those whose code is `expected`."""
        content = raw if raw is not None else None if body is None else orjson.dumps(body)
        url = "/".join([self.url, "api", *(quote(segment, safe="") for segment in path)])
        headers = {"Content-Type": "application/json"} if content is not None else {}
        if method == "POST":
            headers["Idempotency-Key"] = self._new_id()
        params = {name: value for name, value in (query or {}).items() if value is not None}
        response = self._send(method, url, content, headers, params, tries)
        if response.is_success:
            return _answer(response, self.url)
        problem = problem_in(response)
        if problem is not None and problem.get("code") in expected:
            return Answer(None, {}, 0, problem)
        raise error_of(response, problem, self.url)

    def listed(self, *path: str, limit: int | None = None, **query: str | None) -> Iterator[Answer]:
        """A list page by page, until it ends or `limit` items have come."""
        cursor: str | None = None
        left = limit
        while left is None or left > 0:
            size = _A_PAGE if left is None else min(left, _A_PAGE)
            page = self.get(*path, **query, limit=str(size), cursor=cursor)
            yield page
            cursor = page.meta.get("nextCursor")
            if cursor is None:
                return
            left = None if left is None else left - len(page.data)

    def _send(
        self,
        method: str,
        url: str,
        content: bytes | None,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        tries: int,
    ) -> httpx.Response:
        wait = _FIRST_PAUSE
        for left in reversed(range(tries)):
            asked = 0.0
            try:
                response = self._client.request(method, url, content=content, headers=headers, params=params)
            except httpx.TransportError as error:
                if not left or _is_final(error):
                    raise _unreachable(self.url, error) from None
            else:
                if response.status_code not in _BUSY or not left:
                    return response
                asked = _asked_pause(response)
                if asked > _LONGEST_ASKED:
                    return response
            self._pause(max(wait, asked))
            wait = min(wait * 2, _LONGEST_PAUSE)
        raise StoreBusy(f"{self.url} is busy")  # not reached: the last try has returned or raised


def _answer(response: httpx.Response, url: str) -> Answer:
    if not response.content:
        return Answer(None, {}, 0)
    try:
        body = response.json()
        data = body["data"]
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            f"{url} answers, but not as a jcli server does", hint="is the url of the target that of the server?"
        ) from None
    tag = response.headers.get("ETag", "").strip('"')
    return Answer(data, body.get("meta") or {}, int(tag) if tag.isdigit() else 0)


def _asked_pause(response: httpx.Response) -> float:
    """For how long the server asks to be left alone, in seconds."""
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() else 0.0


def _is_final(error: httpx.TransportError) -> bool:
    """Whether trying again would change nothing."""
    return isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError) or "CERTIFICATE" in str(error).upper()


def _unreachable(url: str, error: httpx.TransportError) -> JcliError:
    if "CERTIFICATE" in str(error).upper():
        return StoreError(
            f"{url} cannot prove who it is: {error}",
            hint="for a certificate authority of your own, set SSL_CERT_FILE to its certificates",
        )
    reason = str(error) or type(error).__name__
    return StoreError(f"{url} cannot be reached: {reason}", hint="is the server running, and the url right?")
