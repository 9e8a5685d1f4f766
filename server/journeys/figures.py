"""What a journey does to people: in numbers, and why one person is in it or is not."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.operations import JourneyStats, NodeStats, Why
from server.answers import answer
from server.auth import caller_of
from server.dependencies import Query, path_id, server_of
from server.describe import operation
from server.refusals import bad_parameter
from server.shapes import Shown, shown_whole_enrollment

router = APIRouter(prefix="/api/journeys", tags=["Figures"])


@router.get(
    "/{id}/stats",
    summary="Get Journey Stats",
    openapi_extra=operation("getJourneyStats", "journeys:read", answer="JourneyStatsEnvelope", errors=(404,)),
)
async def get_stats(request: Request) -> Response:
    """The journey in numbers, as of now: each node, the funnel, how often the goal was met, by label of each SPLIT. It
    costs the same however many enrollments there are."""
    caller, server, journey_id = await caller_of(request, "journeys:read"), server_of(request), path_id(request)
    return answer(
        _stats(await server.reader.run(lambda: operations.journey_stats(server.store, caller.actor, journey_id)))
    )


@router.get(
    "/{id}/why",
    summary="Explain",
    openapi_extra=operation(
        "explainJourney", "people:read", answer="WhyEnvelope", query=("endUserId", "anonymousId"), errors=(404,)
    ),
)
async def get_why(request: Request) -> Response:
    """Why a person is in the journey, where they stand and how they came there; or which of the entering rules keeps
    them out. Give `endUserId` or `anonymousId`."""
    caller, server, query = await caller_of(request, "people:read"), server_of(request), Query(request)
    end_user_id, anonymous_id = query.text("endUserId"), query.text("anonymousId")
    if (end_user_id is None) is (anonymous_id is None):
        raise bad_parameter("endUserId", "or `anonymousId` is needed, and not both")
    journey_id = path_id(request)

    def read() -> Shown:
        with server.store.read():
            found = operations.why(
                server.store,
                server.clock,
                caller.actor,
                journey_id,
                end_user_id=end_user_id,
                anonymous_id=anonymous_id,
            )
            enrollment = None
            if found.enrollment is not None:
                one, person, steps = operations.get_enrollment(server.store, caller.actor, found.enrollment.id)
                enrollment = shown_whole_enrollment((one, person), steps)
        return _why(found, enrollment)

    return answer(await server.reader.run(read))


def _stats(stats: JourneyStats) -> Shown:
    return {
        "journeyId": stats.journey_id,
        "enrollments": {**stats.enrollments, "total": stats.total},
        "goals": stats.goals,
        "goalRate": stats.goal_rate,
        "funnel": [{"nodeId": node_id, "entered": entered} for node_id, entered in stats.funnel],
        "nodes": [_node(node) for node in stats.nodes],
        "splits": [
            {
                "nodeId": node_id,
                "labels": [
                    {"label": one.label, "entered": one.entered, "goals": one.goals, "goalRate": one.goal_rate}
                    for one in labels
                ],
            }
            for node_id, labels in stats.splits.items()
        ],
    }


def _node(node: NodeStats) -> Shown:
    return {
        "nodeId": node.id,
        "type": None if node.type is None else node.type.value,
        "entered": node.entered,
        "here": node.here,
        "left": node.left,
        "ended": node.ended,
        "medianSeconds": None if node.median is None else node.median / 1000,
    }


def _why(found: Why, enrollment: Shown | None) -> Shown:
    person = found.person
    return {
        "journeyId": found.journey.journey.id,
        "endUserId": None if person.anonymous else person.id,
        "anonymousId": person.id if person.anonymous else None,
        "known": found.known,
        "inside": found.inside,
        "enrollment": enrollment,
        "answers": [{"rule": one.rule.value, "allows": one.allows, "because": one.because} for one in found.answers],
    }
