"""Deliveries for back ends that hold a token, under `/api`: all of a person's, and what came of one."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.model import DeliveryStatus
from server.answers import answer, listing
from server.auth import caller_of
from server.bodies import read_no_body
from server.deliveries.answers import shown_deliveries
from server.dependencies import Query, path_id, server_of
from server.describe import operation
from server.once import write_once

router = APIRouter(prefix="/api", tags=["Deliveries"])


@router.get(
    "/end-users/{id}/deliveries",
    summary="List Deliveries",
    openapi_extra=operation(
        "listDeliveries",
        "people:read",
        answer="DeliveryList",
        query=("page", "limit", "cursor", "deliveryStatus", "siteId"),
        errors=(404, 409),
    ),
)
async def list_deliveries(request: Request) -> Response:
    """All deliveries that the end user has had, the newest first."""
    caller, server, query = await caller_of(request, "people:read"), server_of(request), Query(request)
    asked, status, site_id = query.page(), query.one_of("status", DeliveryStatus), query.text("siteId")
    person_id = path_id(request)

    def read() -> Response:
        with server.store.read():
            person = operations.get_person(server.store, caller.actor, person_id, site_id=site_id)
            found = operations.list_deliveries(
                server.store, caller.actor, person.site_id, person.id, asked.page, status=status
            )
            shown = {one["id"]: one for one in shown_deliveries(server, caller.actor, found.rows)}
        return listing(found, asked, lambda delivery: shown[delivery.id])

    return await server.reader.run(read)


def _add_outcome(outcome: DeliveryStatus) -> None:
    described = operation(
        f"report{outcome.capitalize()}", "events:write", answer="DeliveryEnvelope", errors=(404, 409), once=True
    )

    @router.post(
        f"/deliveries/{{id}}/{outcome.value}", summary=f"Report {outcome.capitalize()}", openapi_extra=described
    )
    async def report(request: Request) -> Response:
        """Says what came of a delivery, and answers it as it is now. What has ended stays as it ended."""
        caller, server, raw = await caller_of(request, "events:write"), server_of(request), await read_no_body(request)
        delivery_id = path_id(request)

        def work() -> Response:
            delivery = operations.report_outcome(server.runtime, caller.actor, delivery_id, outcome)
            (shown,) = shown_deliveries(server, caller.actor, [delivery])
            return answer(shown)

        return await write_once(request, caller, raw, work)


for _outcome in (DeliveryStatus.SHOWN, DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED):
    _add_outcome(_outcome)
