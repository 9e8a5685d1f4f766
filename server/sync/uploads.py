"""Workspaces that are too large for one request: told by the digests of their parts, then sent part by part.

A part that has come need not come again, after an interruption or in the next upload.
"""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.compiler import check_body
from server.answers import answer, instant
from server.auth import caller_of
from server.bodies import read_body
from server.dependencies import path_id, server_of
from server.describe import link, operation
from server.refusals import refused_body
from server.sync.reading import documents_of

router = APIRouter(prefix="/api/sync/uploads", tags=["Sync"])

_ID = "$response.body#/data/id"


@router.post(
    "",
    summary="Begin an Upload",
    openapi_extra=operation(
        "beginUpload",
        "journeys:read",
        body="UploadBegin",
        answer="UploadEnvelope",
        links={"Get": link("getUpload", "What is still missing.", id=_ID)},
    ),
)
async def begin_upload(request: Request) -> Response:
    """Names the parts of a workspace, in order, by the SHA-256 of their bytes, and answers which of them have to be
    sent. The same parts give the same upload. It is kept for 24 hours after it was last begun."""
    caller, server, body = await caller_of(request, "journeys:read"), server_of(request), await read_body(request)
    findings = check_body("UploadBegin", body.value)
    if findings:
        raise refused_body(findings)
    parts = body.value["parts"]
    state = await server.writer.run(
        lambda: operations.begin_upload(server.store, server.clock, caller.principal, parts)
    )
    return answer(_shown(state))


@router.get(
    "/{id}",
    summary="Get Upload",
    openapi_extra=operation("getUpload", "journeys:read", answer="UploadEnvelope", errors=(404,)),
)
async def get_upload(request: Request) -> Response:
    """Which parts have not come yet."""
    caller, server, upload_id = await caller_of(request, "journeys:read"), server_of(request), path_id(request)
    state = await server.reader.run(
        lambda: operations.upload_state(server.store, server.clock, caller.principal, upload_id)
    )
    return answer(_shown(state))


@router.put(
    "/{id}/parts/{digest}",
    summary="Send a Part",
    openapi_extra=operation("sendPart", "journeys:read", body="SyncDocuments", answer="UploadEnvelope", errors=(404,)),
)
async def send_part(request: Request) -> Response:
    """Some documents, as a list. The digest is of the bytes of this body; the same part twice is kept once."""
    caller, server, body = await caller_of(request, "journeys:read"), server_of(request), await read_body(request)
    findings = check_body("SyncDocuments", [] if isinstance(body.value, list) else body.value)
    if findings:
        raise refused_body(findings)
    await asyncio.to_thread(documents_of, body.value)
    upload_id, digest = path_id(request), path_id(request, "digest")
    state = await server.writer.run(
        lambda: operations.put_part(server.store, server.clock, caller.principal, upload_id, digest, body.raw)
    )
    return answer(_shown(state))


def _shown(state: operations.UploadState) -> dict[str, Any]:
    return {"id": state.id, "missing": list(state.missing), "expiresAt": instant(state.expires_at)}
