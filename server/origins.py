"""Which pages may speak to the tracking API: CORS, for the domains of sites and nobody else.

A preflight comes without a key, so it asks whether any site has the domain; the request itself is held against the
domains of the site whose key it carries (`server/visitors.py`). Plain ASGI around the whole application, because also a
refusal must be readable for the page that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.key_ring import KeyRing

PREFIX = "/v1/"
_METHODS = b"GET, POST, OPTIONS"
_PLAIN = re.compile(rb"[A-Za-z0-9, _-]{1,500}")
_KEPT_SECONDS = b"600"


def is_of(origin: str, domains: Collection[str]) -> bool:
    """Whether a page of this origin is one of these domains: `app.acme.example`, `localhost:3000`, `*.acme.example`
    (whatever is below it). The port counts, as in the origin: the usual ones are left out."""
    scheme, _, host = origin.lower().partition("://")
    if scheme not in ("http", "https") or not host:
        return False
    return any(
        host.endswith(domain[1:].lower()) if domain.startswith("*.") else host == domain.lower() for domain in domains
    )


class Origins:
    """Lets pages of the sites' domains read the answers of `/v1`, and answers their preflights."""

    def __init__(self, app: ASGIApp, ring: KeyRing) -> None:
        self.app = app
        self._ring = ring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        origin = _header(scope, b"origin")
        allowed = origin is not None and is_of(origin.decode("latin-1"), await self._ring.domains())
        if origin is not None and scope["method"] == "OPTIONS" and _header(scope, b"access-control-request-method"):
            await _answer_preflight(scope, send, origin if allowed else None)
            return

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"vary", b"Origin"))
                if allowed and origin is not None:
                    message["headers"].append((b"access-control-allow-origin", origin))
                    message["headers"].append((b"access-control-expose-headers", b"Retry-After, X-Request-Id"))
            await send(message)

        await self.app(scope, receive, out)


async def _answer_preflight(scope: Scope, send: Send, origin: bytes | None) -> None:
    """204, with what the page may send when it is one of ours; without it the browser sends nothing."""
    headers = [(b"vary", b"Origin, Access-Control-Request-Headers"), (b"cache-control", b"no-store")]
    if origin is not None:
        headers += [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-max-age", _KEPT_SECONDS),
        ]
        asked = _header(scope, b"access-control-request-headers")
        if asked is not None and _PLAIN.fullmatch(asked):
            headers.append((b"access-control-allow-headers", asked))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)
