"""What was done to a journey, going back, protection, and the long work on its people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.compiler import check_body
from jcli.errors import NotFound
from jcli.model import Protection
from jcli.render.standing import entry_data
from server.answers import answer, instant, listing, nothing, shown_findings
from server.auth import caller_of
from server.bodies import read_body, read_no_body
from server.dependencies import Query, path_id, server_of
from server.describe import operation
from server.journeys.answers import journey_answer
from server.once import write_once
from server.refusals import Refusal, refused_body

router = APIRouter(prefix="/api/journeys", tags=["History"])


@router.get(
    "/{id}/log",
    summary="List What Was Done",
    openapi_extra=operation(
        "journeyLog", "journeys:read", answer="LogList", query=("page", "limit", "cursor"), errors=(404,)
    ),
)
async def get_log(request: Request) -> Response:
    """Who did what to the journey, by which door (`sync`, `cli`, `api`), the newest first."""
    caller, server, asked = await caller_of(request, "journeys:read"), server_of(request), Query(request).page()
    journey_id = path_id(request)
    found = await server.reader.run(
        lambda: operations.journey_log(server.store, caller.actor, journey_id, asked.page)
    )  # fmt: skip
    return listing(found, asked, entry_data)


@router.post(
    "/{id}/rollback",
    summary="Roll Back",
    openapi_extra=operation(
        "rollbackJourney",
        "journeys:write",
        body="RollbackAsk",
        answer="JourneyEnvelope",
        errors=(404, 409),
        etag=True,
        once=True,
    ),
)
async def roll_back(request: Request) -> Response:
    """Gives the journey the canvas of an earlier revision, as a new one; what stands beside the canvas stays. A 409
    (`rails`) when people would be stopped by it and `allow` does not say so."""
    caller, server, body = await caller_of(request, "journeys:write"), server_of(request), await read_body(request)
    findings = check_body("RollbackAsk", body.value)
    if findings:
        raise refused_body(findings)
    journey_id, asked = path_id(request), body.value

    def work() -> Response:
        done = operations.rollback(
            server.store, server.clock, caller.actor, journey_id, asked["to"], allow=asked.get("allow") or ()
        )
        if done.rails:
            told = "; ".join(f"{rail.message} (allow {rail.waiver!r} to let it pass)" for rail in done.rails)
            raise Refusal(409, "rails", told, more={"rails": [asdict(rail) for rail in done.rails]})
        if done.refused:
            detail = f"the journey is live and revision {asked['to']} has errors; nothing was changed"
            more = {"findings": shown_findings(done.findings)}
            raise refused_body(done.findings, code="checks-failed", detail=detail, more=more)
        return journey_answer(server, caller, done.stored, findings=done.findings)

    return await write_once(request, caller, body.raw, work)


@router.get(
    "/{id}/protection",
    summary="Get Protection",
    openapi_extra=operation("getProtection", "journeys:read", answer="ProtectionEnvelope", errors=(404,)),
)
async def get_protection(request: Request) -> Response:
    """Who protected the journey from being changed, and why; a 404 (`not-protected`) when nobody has."""
    caller, server, journey_id = await caller_of(request, "journeys:read"), server_of(request), path_id(request)
    protection = await server.reader.run(lambda: operations.protection_of(server.store, caller.actor, journey_id))
    if protection is None:
        raise _not_protected()
    return answer(_shown(protection))


@router.put(
    "/{id}/protection",
    summary="Protect Journey",
    openapi_extra=operation(
        "protectJourney", "journeys:publish", body="ProtectionAsk", answer="ProtectionEnvelope", errors=(404,)
    ),
)
async def protect(request: Request) -> Response:
    """Keeps syncs, edits, rollbacks, unpublish and archive from the journey; whoever is refused reads the reason.
    Pausing is always allowed."""
    caller, server, body = await caller_of(request, "journeys:publish"), server_of(request), await read_body(request)
    findings = check_body("ProtectionAsk", body.value)
    if findings:
        raise refused_body(findings)
    journey_id, reason = path_id(request), body.value["reason"]
    protection = await server.writer.run(
        lambda: operations.protect(server.store, server.clock, caller.actor, journey_id, reason)
    )
    return answer(_shown(protection))


@router.delete(
    "/{id}/protection",
    summary="Take Protection Away",
    openapi_extra=operation("unprotectJourney", "journeys:publish", status=204, errors=(400, 404, 413, 415, 422)),
)
async def unprotect(request: Request) -> Response:
    """The journey may be changed again; a 404 (`not-protected`) when it was not protected."""
    caller, server = await caller_of(request, "journeys:publish"), server_of(request)
    await read_no_body(request)
    journey_id = path_id(request)
    was = await server.writer.run(
        lambda: operations.unprotect(server.store, server.clock, caller.actor, journey_id)
    )  # fmt: skip
    if not was:
        raise _not_protected()
    return nothing()


@router.get(
    "/{id}/work",
    summary="Get Long Work",
    openapi_extra=operation("journeyWork", "journeys:read", answer="WorkEnvelope", errors=(404,)),
)
async def get_work(request: Request) -> Response:
    """What a worker is doing to the people of the journey, a slice at a time: entering those who match (`backfill`),
    waking, leading to a new canvas or stopping those who are in it; and how many are in it now."""
    caller, server, journey_id = await caller_of(request, "journeys:read"), server_of(request), path_id(request)
    found = await server.reader.run(lambda: operations.working_on(server.store, caller.actor, journey_id))
    running = [_long(one) for one in found.running]
    backfill = _long(found.backfill) if found.backfill else None
    return answer({"running": running, "backfill": backfill, "people": found.people})


def _not_protected() -> NotFound:
    return NotFound("this journey is not protected", code="not-protected")


def _shown(protection: Protection) -> dict[str, Any]:
    return {
        "journeyId": protection.journey_id,
        "reason": protection.reason,
        "actor": protection.actor,
        "at": instant(protection.at),
    }


def _long(work: operations.LongWork) -> dict[str, Any]:
    return {"id": work.id, "kind": work.kind, **asdict(work.progress)}
