"""Journeys: list, create, read, edit, save the canvas, look back. Their life is in `lifecycle.py` beside this."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.model import JourneyStatus
from server.answers import answer, listing, shown_findings
from server.auth import caller_of
from server.bodies import read_body
from server.dependencies import Detail, Query, if_match, path_id, path_number, server_of
from server.describe import link, operation
from server.journeys.answers import read_answer, saved_answer
from server.once import write_once
from server.shapes import shown_revision, shown_revision_summary, shown_row, shown_summary

router = APIRouter(prefix="/api/journeys", tags=["Journeys"])

_ID = "$response.body#/data/id"
LINKS = {
    "Get": link("getJourney", "The journey itself.", id=_ID),
    "Update": link("updateJourney", "Edit what it is called and whom it is for.", id=_ID),
    "SaveCanvas": link("saveCanvas", "Give it another canvas.", id=_ID),
    "Publish": link("publishJourney", "Make it live.", id=_ID),
    "Enter": link("enterJourney", "Enter a person by hand.", id=_ID),
    "Archive": link("archiveJourney", "Put it away.", id=_ID),
}


@router.get(
    "",
    summary="List Journeys",
    openapi_extra=operation(
        "listJourneys",
        "journeys:read",
        answer="JourneyList",
        query=("page", "limit", "cursor", "status", "siteId", "detail"),
    ),
)
async def list_journeys(request: Request) -> Response:
    """Journeys without their canvases, the newest first."""
    caller, server, query = await caller_of(request, "journeys:read"), server_of(request), Query(request)
    asked, status, site_id = query.page(), query.one_of("status", JourneyStatus), query.text("siteId")
    detail = query.one_of("detail", Detail)
    found = await server.reader.run(
        lambda: operations.list_journeys(server.store, caller.actor, asked.page, status=status, site_id=site_id)
    )
    return listing(found, asked, shown_summary if detail is None else shown_row)


@router.post(
    "",
    summary="Create Journey",
    openapi_extra=operation(
        "createJourney",
        "journeys:write",
        body="JourneyCreate",
        answer="JourneyEnvelope",
        status=201,
        errors=(409,),
        etag=True,
        location=True,
        once=True,
        links=LINKS,
    ),
)
async def create_journey(request: Request) -> Response:
    """A new journey, as a DRAFT. Its canvas may be incomplete: what publishing would find comes back in
    `meta.findings`. Node ids that are UUIDs are kept; any other id is a name for the edges of this request to use,
    and is replaced."""
    caller, server, body = await caller_of(request, "journeys:write"), server_of(request), await read_body(request)

    def work() -> Response:
        saved = operations.create_journey(
            server.store, server.clock, caller.actor, body.value, new_id=server.new_id
        )  # fmt: skip
        return saved_answer(server, caller, saved, created=True)

    return await write_once(request, caller, body.raw, work)


@router.get(
    "/{id}",
    summary="Get Journey",
    openapi_extra=operation("getJourney", "journeys:read", answer="JourneyEnvelope", errors=(404,), etag=True),
)
async def get_journey(request: Request) -> Response:
    """The journey with its nodes, edges, audience and counts."""
    caller, server, journey_id = await caller_of(request, "journeys:read"), server_of(request), path_id(request)
    return await server.reader.run(lambda: read_answer(server, caller, journey_id))


@router.patch(
    "/{id}",
    summary="Update Journey",
    openapi_extra=operation(
        "updateJourney",
        "journeys:write",
        body="JourneyPatch",
        answer="JourneyEnvelope",
        errors=(404, 409),
        etag=True,
        if_match=True,
    ),
)
async def patch_journey(request: Request) -> Response:
    """A JSON merge patch of everything but the canvas: a field that is absent stays as it is, null clears one that
    may be empty."""
    caller, server, body = await caller_of(request, "journeys:write"), server_of(request), await read_body(request)
    journey_id, version = path_id(request), if_match(request)

    def work() -> Response:
        saved = operations.patch_journey(
            server.store, server.clock, caller.actor, journey_id, body.value, if_match=version
        )
        return saved_answer(server, caller, saved)

    return await server.writer.run(work)


@router.put(
    "/{id}/canvas",
    summary="Save Canvas",
    openapi_extra=operation(
        "saveCanvas",
        "journeys:write",
        body="CanvasSave",
        answer="JourneyEnvelope",
        errors=(404, 409),
        etag=True,
        if_match=True,
    ),
)
async def save_canvas(request: Request) -> Response:
    """Replaces all nodes and edges at once, or nothing. A DRAFT may be incomplete; a canvas with errors is refused for
    a journey that is PUBLISHED or PAUSED. The canvas before is kept as a revision. Node ids that the journey has are
    kept, and so are the people who stand on them; `nodeMap` says where those on a node that goes are to go on."""
    caller, server, body = await caller_of(request, "journeys:write"), server_of(request), await read_body(request)
    journey_id, version = path_id(request), if_match(request)

    def work() -> Response:
        saved = operations.save_canvas(
            server.store,
            server.clock,
            caller.actor,
            journey_id,
            body.value,
            new_id=server.new_id,
            if_match=version,
        )
        return saved_answer(server, caller, saved)

    return await server.writer.run(work)


@router.get(
    "/{id}/findings",
    summary="Check Journey",
    openapi_extra=operation("checkJourney", "journeys:read", answer="FindingList", errors=(404,)),
)
async def get_findings(request: Request) -> Response:
    """What publishing the journey would find, now; an empty list for nothing."""
    caller, server, journey_id = await caller_of(request, "journeys:read"), server_of(request), path_id(request)
    found = await server.reader.run(lambda: operations.journey_findings(server.store, caller.actor, journey_id))
    return answer(shown_findings(found))


@router.get(
    "/{id}/revisions",
    summary="List Revisions",
    openapi_extra=operation(
        "listRevisions",
        "journeys:read",
        answer="RevisionList",
        query=("page", "limit", "cursor"),
        errors=(404,),
    ),
)
async def list_revisions(request: Request) -> Response:
    """The canvases that the journey has had, the newest first, without their nodes and edges."""
    caller, server, asked = await caller_of(request, "journeys:read"), server_of(request), Query(request).page()
    journey_id = path_id(request)
    found = await server.reader.run(
        lambda: operations.list_revisions(server.store, caller.actor, journey_id, asked.page)
    )
    return listing(found, asked, shown_revision_summary)


@router.get(
    "/{id}/revisions/{number}",
    summary="Get Revision",
    openapi_extra=operation("getRevision", "journeys:read", answer="RevisionEnvelope", errors=(404,)),
)
async def get_revision(request: Request) -> Response:
    """A canvas that the journey has, or has had. Revisions never change."""
    caller, server = await caller_of(request, "journeys:read"), server_of(request)
    journey_id, number = path_id(request), path_number(request, "number")
    found = await server.reader.run(lambda: operations.get_revision(server.store, caller.actor, journey_id, number))
    return answer(shown_revision(found))
