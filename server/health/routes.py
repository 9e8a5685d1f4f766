"""`/healthz` says that the process answers; `/readyz` that it can read its store. Neither needs a token."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli.errors import StoreBusy, StoreError
from server.answers import answer
from server.dependencies import server_of
from server.describe import operation
from server.refusals import Refusal, words_of

router = APIRouter(tags=["Health"])


@router.get("/healthz", summary="Is it alive?", openapi_extra=operation("checkHealth", None, answer="Health"))
async def healthz(request: Request) -> Response:  # noqa: ARG001 - it looks at nothing
    """Answers as long as the process does. It does not look at the store."""
    return answer({"status": "ok"})


@router.get(
    "/readyz",
    summary="Is it ready?",
    openapi_extra=operation("checkReadiness", None, answer="Health", errors=(503,)),
)
async def readyz(request: Request) -> Response:
    """Answers 503 while the store cannot be read or its schema is not the one that this version needs."""
    server = server_of(request)
    try:
        await server.reader.run(server.store.ready)
    except StoreError as error:
        code = error.code if isinstance(error, StoreBusy) else "not-ready"
        raise Refusal(503, code, words_of(error), headers={"Retry-After": "5"}) from error
    return answer({"status": "ok"})
