"""What the store holds, by the keys of documents, and the bases on which git and the store last agreed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.errors import NotFound
from jcli.model import Kind, SyncBase, SyncMark
from jcli.operations.holdings import THINGS
from server.answers import answer, instant
from server.auth import caller_of
from server.dependencies import path_id, server_of
from server.describe import operation

router = APIRouter(prefix="/api/sync/documents", tags=["Sync"])


@router.get(
    "",
    summary="List Documents",
    openapi_extra=operation("listDocuments", "journeys:read", answer="HeldDocumentList"),
)
async def list_documents(request: Request) -> Response:
    """Everything that the store holds, in outline and all at once: journeys, sites, audiences and contents by their
    ids, with the key and the file of those that came from git."""
    caller, server = await caller_of(request, "journeys:read"), server_of(request)
    return answer(await server.reader.run(lambda: _shown(operations.holdings_of(server.store, caller.actor))))


@router.get(
    "/{kind}/{id}",
    summary="Get Base",
    openapi_extra=operation("getBase", "journeys:read", answer="BaseEnvelope", errors=(404,)),
)
async def get_base(request: Request) -> Response:
    """The form on which git and the store last agreed, and where it came from; 404 for what did not come from git."""
    caller, server = await caller_of(request, "journeys:read"), server_of(request)
    kind, thing_id = path_id(request, "kind"), path_id(request)
    if kind not in (Kind.JOURNEY, *THINGS):
        raise NotFound(f"{kind[:40]!r} is not a kind of document")
    base = await server.reader.run(
        lambda: operations.base_of_thing(server.store, caller.actor, Kind(kind), thing_id)
    )  # fmt: skip
    if base is None:
        raise NotFound(f"there is no base of a {kind} {thing_id!r}")
    return answer(_base(base))


def _shown(holdings: operations.Holdings) -> list[dict[str, Any]]:
    marks = {(mark.kind, mark.id): mark for mark in holdings.marks.values()}
    rows = [
        _row(kind, one, marks.pop((kind, one), None), present=True)
        for kind in THINGS
        for one in sorted(holdings.ids(kind))
    ]
    for journey in holdings.journeys.values():
        row = _row(Kind.JOURNEY, journey.id, marks.pop((Kind.JOURNEY, journey.id), None), present=True)
        rows.append({**row, "siteId": journey.site_id, "status": journey.status.value})
    return rows + [_row(kind, one, mark, present=False) for (kind, one), mark in marks.items()]


def _row(kind: Kind, thing_id: str, mark: SyncMark | None, *, present: bool) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "id": thing_id,
        "key": mark.key if mark else None,
        "file": mark.file if mark else None,
        "fingerprint": mark.fingerprint if mark else None,
        "present": present,
    }


def _base(base: SyncBase) -> dict[str, Any]:
    return {
        "kind": base.kind.value,
        "key": base.key,
        "id": base.id,
        "fingerprint": base.fingerprint,
        "form": base.form,
        "names": base.names,
        "file": base.file,
        "commit": base.commit,
        "syncedAt": instant(base.synced_at),
    }
