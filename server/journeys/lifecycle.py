"""The life of a journey: publish, unpublish, pause, archive, restore. The table is in `docs/journeys.md`.

The same verb twice is a no-op that answers 200; a verb that the status does not allow is a 409.
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.findings import has_errors
from jcli.model import Actor
from jcli.operations.context import Clock
from jcli.store import Store
from server.answers import shown_findings
from server.auth import caller_of
from server.bodies import read_no_body
from server.dependencies import Query, if_match, path_id, server_of
from server.describe import operation
from server.journeys.answers import saved_answer
from server.once import write_once
from server.refusals import refused_body

router = APIRouter(prefix="/api/journeys", tags=["Lifecycle"])

SCOPE = "journeys:publish"


class Verb(Protocol):
    """One of `operations.publish`, `pause`, `unpublish`, `archive`, `restore`."""

    def __call__(
        self, store: Store, clock: Clock, actor: Actor, journey_id: str, *, if_match: int | None = None
    ) -> operations.Saved: ...


class Named(StrEnum):
    """How findings name the nodes of a journey."""

    BY_ID = "id"
    BY_KEY = "key"


def _described(operation_id: str, *, once: bool = True, query: tuple[str, ...] = ()) -> dict[str, Any]:
    return operation(
        operation_id,
        SCOPE,
        answer="JourneyEnvelope",
        errors=(400, 404, 409, 413, 415, 422),
        etag=True,
        if_match=True,
        once=once,
        query=query,
    )


async def _change(request: Request, verb: Verb, *, published: bool = False) -> Response:
    caller, server, raw = await caller_of(request, SCOPE), server_of(request), await read_no_body(request)
    journey_id, version = path_id(request), if_match(request)

    def work() -> Response:
        saved = verb(server.store, server.clock, caller.actor, journey_id, if_match=version)
        if has_errors(saved.findings):
            raise refused_body(
                saved.findings,
                code="checks-failed",
                detail="the journey does not pass the checks, so its status stays as it was",
                more={"findings": shown_findings(saved.findings)},
            )
        return saved_answer(server, caller, saved, published=published)

    return await write_once(request, caller, raw, work)


@router.delete("/{id}", summary="Archive Journey", openapi_extra=_described("archiveJourney", once=False))
async def archive_journey(request: Request) -> Response:
    """Puts the journey away: its status becomes ARCHIVED and everybody in it is stopped for good. Nothing is
    deleted; restore brings the journey back."""
    return await _change(request, operations.archive)


@router.post("/{id}/publish", summary="Publish Journey", openapi_extra=_described("publishJourney", query=("nodes",)))
async def publish_journey(request: Request) -> Response:
    """Makes a DRAFT or PAUSED journey live, provided that it passes all checks; a 422 lists what they found. A journey
    that is entered by its audience begins to enter everybody who matches: `meta.backfill` says how far that has come,
    and Get Journey repeats it until it is done."""
    nodes = Query(request).one_of("nodes", Named)
    publish = partial(operations.publish, by_key=nodes is Named.BY_KEY)
    return await _change(request, publish, published=True)


@router.post("/{id}/unpublish", summary="Unpublish Journey", openapi_extra=_described("unpublishJourney"))
async def unpublish_journey(request: Request) -> Response:
    """Takes the journey back to DRAFT. Nobody enters any more; who is in it stays where they are."""
    return await _change(request, operations.unpublish)


@router.post("/{id}/pause", summary="Pause Journey", openapi_extra=_described("pauseJourney"))
async def pause_journey(request: Request) -> Response:
    """Lets nobody in any more, while those who are in it go on."""
    return await _change(request, operations.pause)


@router.post("/{id}/restore", summary="Restore Journey", openapi_extra=_described("restoreJourney"))
async def restore_journey(request: Request) -> Response:
    """Brings an archived journey back as a DRAFT. Enrollments that were stopped stay stopped."""
    return await _change(request, operations.restore)
