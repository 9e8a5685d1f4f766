"""`POST /api/events`: events of one site from a back end that holds a token."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli.compiler import check_body
from server.answers import answer
from server.auth import caller_of
from server.bodies import check_type, read_packed, read_quickly
from server.dependencies import server_of
from server.describe import operation
from server.intake import shown_rejections, take_events
from server.refusals import refused_body

router = APIRouter(prefix="/api", tags=["Events"])


@router.post(
    "/events",
    summary="Record Events",
    openapi_extra=operation(
        "recordEvents", "events:write", body="EventBatch", answer="EventsTakenEnvelope", status=202
    ),
)
async def record_events(request: Request) -> Response:
    """Takes a batch of events of one site, 1,000 at most, and answers once they are durable. A bad event is listed in
    `rejected` and bars none of the others; one whose `messageId` came before counts as a duplicate. The body may be
    packed (`Content-Encoding: gzip`)."""
    caller, server = await caller_of(request, "events:write"), server_of(request)
    check_type(request)
    body = read_quickly(await read_packed(request))
    findings = check_body("EventBatch", _envelope(body))
    if findings:
        raise refused_body(findings)
    recorded = await take_events(server, caller.actor, body["siteId"], body["batch"])
    taken = {
        "accepted": recorded.accepted,
        "duplicates": recorded.duplicates,
        "rejected": shown_rejections(recorded),
    }
    return answer(taken, status=202)


def _envelope(body: Any) -> Any:
    """What is refused or taken whole: the body without its events, which are judged one by one."""
    if isinstance(body, dict) and isinstance(body.get("batch"), list):
        return {**body, "batch": [None] * len(body["batch"])}
    return body
