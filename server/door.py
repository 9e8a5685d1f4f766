"""The outermost layer of the application: what is done for every request, whatever its path.

It gives the request an id (the client's own `X-Request-Id`, when it is a plain word), answers HEAD as GET without
the body, keeps an encoded slash within its path segment, and turns what nobody foresaw into a problem and a line in
the log. Plain ASGI, because a layer of `BaseHTTPMiddleware` costs more than a read of the store.
"""

from __future__ import annotations

import itertools
import logging
import re

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jcli.operations.context import NewId
from server.problems import REQUEST_ID, of_the_unforeseen

RAW_PATH = "jcli.raw_path"
"""Set in the scope when `path` is still percent-encoded, because a segment holds a slash."""

HEAD = "jcli.head"
"""Set in the scope when the request is a HEAD, for answers that would go on."""

_PLAIN = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
log = logging.getLogger("jcli.server")


class Door:
    def __init__(self, app: ASGIApp, new_id: NewId) -> None:
        self.app = app
        # Ids of one process share their beginning: random bits for each request would have to come from the system.
        self._beginning = new_id()[:-12]
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given.decode() if _PLAIN.fullmatch(given) else f"{self._beginning}{next(self._numbers):012x}"
        head = scope["method"] == "HEAD"
        # A copy, because the server below still needs to know that it was a HEAD.
        scope = {**scope, REQUEST_ID: request_id, HEAD: head, "method": "GET" if head else scope["method"]}
        _keep_slashes(scope)
        started = False

        async def out(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"].append((b"x-request-id", request_id.encode()))
            elif head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(scope, receive, out)
        except ClientDisconnect:
            log.info("the client of request %s went away", request_id)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if not started:
                await of_the_unforeseen(scope)(scope, receive, out)


def _keep_slashes(scope: Scope) -> None:
    raw: bytes = scope.get("raw_path") or b""
    if b"%2f" in raw.lower():
        scope["path"] = raw.decode("ascii")
        scope[RAW_PATH] = True
