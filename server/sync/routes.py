"""Plan, apply, status: what `jcli plan`, `sync` and `status` do, for a workspace that is elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.model import Kind
from jcli.plan import Outcome, Plan, planned_of
from jcli.render import plans
from jcli.render.standing import status_data
from server.answers import answer
from server.auth import Caller, caller_of, must_have
from server.dependencies import server_of
from server.describe import operation
from server.once import write_once
from server.refusals import Refusal
from server.sync.reading import read_workspace, refused_findings

router = APIRouter(prefix="/api/sync", tags=["Sync"])


@router.post(
    "/plan",
    summary="Plan a Sync",
    openapi_extra=operation("planSync", "journeys:read", body="SyncPlan", answer="PlanEnvelope", errors=(404, 409)),
)
async def plan_sync(request: Request) -> Response:
    """What a sync of these documents would do, and to whom; nothing is written. The documents come in the body, or in
    parts before (`upload`). A token that is limited to sites plans documents of those sites alone."""
    caller, server = await caller_of(request, "journeys:read"), server_of(request)
    asked = await read_workspace(request, caller, "SyncPlan")
    plan = await asyncio.to_thread(
        operations.make_plan,
        server.store,
        asked.compilation,
        keys=asked.keys,
        choices=asked.choices,
        actor=caller.actor,
    )
    return answer(plans.data(plan))


@router.post(
    "/apply",
    summary="Carry Out a Sync",
    openapi_extra=operation(
        "applySync", "journeys:write", body="SyncApply", answer="PlanEnvelope", errors=(404, 409, 412), once=True
    ),
)
async def apply_sync(request: Request) -> Response:
    """Carries the plan out in one transaction: all of it, or nothing. `expected` is what was shown; a 412 when one of
    its documents has moved since. Conflicts are left as they are and stay in the answer. A 409 (`rails`) lists what
    does not happen by itself, a 422 (`findings`) the errors that bar it. Archiving journeys takes the scope
    journeys:publish besides."""
    caller, server = await caller_of(request, "journeys:write"), server_of(request)
    asked = await read_workspace(request, caller, "SyncApply")
    expected = asked.body.get("expected")

    def work() -> Response:
        result = operations.sync(
            server.store,
            server.clock,
            replace(caller.actor, door="sync"),
            asked.compilation,
            commit=asked.body.get("commit"),
            keys=asked.keys,
            choices=asked.choices,
            expected=None if expected is None else planned_of(expected),
            allowed=_may_archive(caller),
        )
        if result.refused:
            raise _rails(result.plan) if result.plan.rails else refused_findings(result.findings)
        return answer(plans.data(result.plan))

    return await write_once(request, caller, asked.raw, work)


def _may_archive(caller: Caller) -> Callable[[Plan], None]:
    """Asked of the plan before anything is written."""

    def ask(plan: Plan) -> None:
        if any(action.kind is Kind.JOURNEY for action in plan.of(Outcome.ARCHIVE)):
            must_have(caller, "journeys:publish")

    return ask


def _rails(plan: Plan) -> Refusal:
    told = "; ".join(f"{rail.message} (allow {rail.waiver!r} to let it pass)" for rail in plan.rails[:3])
    more = f"; and {len(plan.rails) - 3} more" if len(plan.rails) > 3 else ""
    return Refusal(409, "rails", told + more, more={"rails": [asdict(rail) for rail in plan.rails]})


@router.post(
    "/status",
    summary="Compare",
    openapi_extra=operation(
        "syncStatus", "journeys:read", body="SyncFiles", answer="DocumentStatusList", errors=(404, 409)
    ),
)
async def sync_status(request: Request) -> Response:
    """How each of these documents stands to the store, and what the store holds besides."""
    caller, server = await caller_of(request, "journeys:read"), server_of(request)
    asked = await read_workspace(request, caller, "SyncFiles")
    rows = await asyncio.to_thread(
        operations.workspace_status, server.store, asked.compilation, actor=caller.actor
    )  # fmt: skip
    return answer([status_data(row) for row in rows])
