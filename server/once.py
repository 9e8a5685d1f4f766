"""Changes, made once: a POST with an `Idempotency-Key` that comes again gets the first answer again.

The answer is kept in the same transaction as its effect, so there is never one without the other. Only what went
well is kept: after a refusal the same key may be tried again. Keys are each caller's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from jcli.store import Answer
from server.auth import Caller
from server.dependencies import Server, idempotency_key, server_of
from server.refusals import Refusal

KEPT_MS = 24 * 3_600_000
_KEPT_HEADERS = ("content-type", "etag", "location", "cache-control")


async def write_once(request: Request, caller: Caller, raw: bytes, work: Callable[[], Response]) -> Response:
    """What `work`, run by the writer, answers; or what it answered to this key before.

    Refusal (422, `idempotency-key-reused`) when the key came with another request.
    """
    server = server_of(request)
    key = idempotency_key(request)
    if key is None:
        return await server.writer.run(work)
    digest = _digest(request, raw)
    return await server.writer.run(lambda: _once(server, caller.principal, key, digest, work))


def _once(server: Server, principal: str, key: str, digest: str, work: Callable[[], Response]) -> Response:
    with server.store.write() as tables:
        now = server.clock()
        known = tables.answer(principal, key)
        if known is not None and now - known.created_at < KEPT_MS:
            if known.request != digest:
                raise Refusal(
                    422, "idempotency-key-reused", f"the Idempotency-Key {key!r} came with another request before"
                )  # fmt: skip
            return Response(known.body, known.status, {**known.headers, "Idempotency-Replayed": "true"})
        response = work()
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        body = bytes(response.body)
        tables.remember(principal, key, Answer(digest, response.status_code, headers, body, now))
        return response


def _digest(request: Request, raw: bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in (request.method.encode(), request.scope["path"].encode(), request.scope["query_string"], raw):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
