"""End users of sites. A person is (site, id), so the same id on two sites is two people."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from server.answers import answer, listing, nothing
from server.auth import caller_of
from server.bodies import read_body, read_no_body
from server.dependencies import Query, new_path_id, path_id, server_of
from server.describe import operation
from server.refusals import refused_body
from server.shapes import shown_person

router = APIRouter(prefix="/api/end-users", tags=["End users"])


@router.get(
    "",
    summary="List End Users",
    openapi_extra=operation(
        "listEndUsers", "people:read", answer="PersonList", query=("page", "limit", "cursor", "siteId")
    ),
)
async def list_people(request: Request) -> Response:
    """The people of the sites that the token covers, the newest first."""
    caller, server, query = await caller_of(request, "people:read"), server_of(request), Query(request)
    asked, site_id = query.page(), query.text("siteId")
    found = await server.reader.run(
        lambda: operations.list_people(server.store, caller.actor, asked.page, site_id=site_id)
    )
    return listing(found, asked, shown_person)


@router.get(
    "/{id}",
    summary="Get End User",
    openapi_extra=operation("getEndUser", "people:read", answer="PersonEnvelope", query=("siteId",), errors=(404, 409)),
)
async def get_person(request: Request) -> Response:
    """The person of the site; without `siteId`, of the one site that knows the id. 409 (`ambiguous-site`) names the
    sites when there are several."""
    caller, server = await caller_of(request, "people:read"), server_of(request)
    person_id, site_id = path_id(request), Query(request).text("siteId")
    found = await server.reader.run(
        lambda: operations.get_person(server.store, caller.actor, person_id, site_id=site_id)
    )
    return answer(shown_person(found))


@router.put(
    "/{id}",
    summary="Put End User",
    openapi_extra=operation(
        "putEndUser",
        "events:write",
        body="PersonPut",
        answer="PersonEnvelope",
        query=("siteId",),
        also=(201,),
        errors=(409,),
    ),
)
async def put_person(request: Request) -> Response:
    """Sets all traits of a person, who is made when there is none (201). The site comes from `siteId`, in the query or
    the body; without, it is the one that knows the id, or the only one that the token covers."""
    caller, server, body = await caller_of(request, "events:write"), server_of(request), await read_body(request)
    person_id, site_id = new_path_id(request), Query(request).text("siteId")
    saved = await server.writer.run(
        lambda: operations.put_person(server.store, server.clock, caller.actor, person_id, body.value, site_id=site_id)
    )
    if saved.person is None:
        raise refused_body(saved.findings)
    return answer(shown_person(saved.person), status=201 if saved.created else 200)


@router.delete(
    "/{id}",
    summary="Erase End User",
    openapi_extra=operation(
        "eraseEndUser",
        "events:write",
        status=204,
        query=("siteId",),
        errors=(400, 404, 409, 413, 415),
    ),
)
async def erase_person(request: Request) -> Response:
    """Removes the person with all traits and enrollments. This cannot be undone."""
    caller, server = await caller_of(request, "events:write"), server_of(request)
    await read_no_body(request)
    person_id, site_id = path_id(request), Query(request).text("siteId")
    await server.writer.run(
        lambda: operations.erase_person(server.store, server.clock, caller.actor, person_id, site_id=site_id)
    )
    return nothing()
