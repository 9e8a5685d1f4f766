"""Enrollments: those of a journey, one by itself, entering a person by hand, stopping."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.model import EnrollmentStatus
from server.answers import answer, listing
from server.auth import caller_of
from server.bodies import read_body, read_no_body
from server.dependencies import Query, path_id, server_of
from server.describe import link, operation
from server.once import write_once
from server.refusals import refused_body
from server.shapes import shown_enrollment, shown_whole_enrollment

router = APIRouter(prefix="/api", tags=["Enrollments"])

_ID = "$response.body#/data/id"
LINKS = {
    "Get": link("getEnrollment", "The enrollment itself.", id=_ID),
    "Stop": link("stopEnrollment", "End it by hand.", id=_ID),
}


@router.get(
    "/journeys/{id}/enrollments",
    summary="List Enrollments",
    openapi_extra=operation(
        "listEnrollments",
        "people:read",
        answer="EnrollmentList",
        query=("page", "limit", "cursor", "enrollmentStatus", "nodeId"),
        errors=(404,),
    ),
)
async def list_enrollments(request: Request) -> Response:
    """Everybody who is, or was, in the journey; who came last is first."""
    caller, server, query = await caller_of(request, "people:read"), server_of(request), Query(request)
    asked, status, node_id = query.page(), query.one_of("status", EnrollmentStatus), query.text("nodeId")
    journey_id = path_id(request)
    found = await server.reader.run(
        lambda: operations.list_enrollments(
            server.store, caller.actor, journey_id, asked.page, status=status, node_id=node_id
        )
    )
    return listing(found, asked, shown_enrollment)


@router.post(
    "/journeys/{id}/enrollments",
    summary="Enter a Person",
    openapi_extra=operation(
        "enterJourney",
        "events:write",
        body="EnrollmentCreate",
        answer="EnrollmentEnvelope",
        status=201,
        errors=(404, 409),
        location=True,
        once=True,
        links=LINKS,
    ),
)
async def enter_journey(request: Request) -> Response:
    """Enters a person at the MANUAL trigger of a PUBLISHED journey, from where they go on at once; 409 when re-entry
    does not allow it. `traits` are laid over those that are known of the person."""
    caller, server, body = await caller_of(request, "events:write"), server_of(request), await read_body(request)
    journey_id = path_id(request)

    def work() -> Response:
        entered = operations.enter_journey(server.store, server.clock, caller.actor, journey_id, body.value)
        if entered.enrollment is None:
            raise refused_body(entered.findings)
        shown = shown_enrollment((entered.enrollment, entered.person))
        return answer(shown, status=201, location=("api", "enrollments", entered.enrollment.id))

    return await write_once(request, caller, body.raw, work)


@router.get(
    "/enrollments/{id}",
    summary="Get Enrollment",
    openapi_extra=operation("getEnrollment", "people:read", answer="EnrollmentDetailEnvelope", errors=(404,)),
)
async def get_enrollment(request: Request) -> Response:
    """One person's way through one journey, with its ledger: each node that it stood on, how and why it left. The last
    one is where it stands, or ended."""
    caller, server = await caller_of(request, "people:read"), server_of(request)
    enrollment_id = path_id(request)
    enrollment, person, steps = await server.reader.run(
        lambda: operations.get_enrollment(server.store, caller.actor, enrollment_id)
    )
    return answer(shown_whole_enrollment((enrollment, person), steps))


@router.delete(
    "/enrollments/{id}",
    summary="Stop Enrollment",
    openapi_extra=operation(
        "stopEnrollment", "events:write", answer="EnrollmentEnvelope", errors=(400, 404, 413, 415, 422)
    ),
)
async def stop_enrollment(request: Request) -> Response:
    """Ends it as `stopped`, reason `manual`, and answers it. One that has ended already stays as it ended."""
    caller, server = await caller_of(request, "events:write"), server_of(request)
    await read_no_body(request)
    enrollment_id = path_id(request)
    ended = await server.writer.run(
        lambda: operations.stop_enrollment(server.store, server.clock, caller.actor, enrollment_id)
    )
    return answer(shown_enrollment(ended))
