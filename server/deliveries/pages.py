"""Deliveries for pages and apps, under `/v1`: what to show one person now, as a list and as a stream, and its outcome.

Ids of deliveries follow from what they are of, so knowing one proves nothing: each route asks whose it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from jcli import operations
from jcli.errors import NotFound
from jcli.model import Delivery, DeliveryStatus
from jcli.store import Page, PersonKey
from server.answers import MEDIA_TYPE, answer
from server.bodies import read_bytes
from server.deliveries.answers import shown_deliveries
from server.deliveries.stream import LOOK_SECONDS, RARE_LOOK_SECONDS, events, told_until
from server.dependencies import Query, Server, path_id, server_of
from server.describe import REQUEST_ID, Object, operation
from server.door import HEAD
from server.shapes import Shown
from server.visitors import Visitor, Who, key_of_header, person_of, visitor_of

router = APIRouter(prefix="/v1/deliveries", tags=["Deliveries"])

_SECURITY: list[Object] = [{"writeKey": []}, {"personToken": []}, {}]
_TOLD_EXAMPLE = 'id: eyJkLTEiOiJwZW5kaW5nIn0\nevent: delivery\ndata: {"id":"d-1","status":"pending"}\n\n'
_MOST_TOLD = 8_192
_MOST_OPEN = 100


def _described(operation_id: str, shape: str, *errors: int) -> Object:
    return {
        **operation(
            operation_id,
            None,
            answer=shape,
            query=("writeKey", "anonymousId", "token"),
            errors=(400, 401, 403, 429, 503, *errors),
        ),
        "security": _SECURITY,
    }


async def _asked(request: Request) -> tuple[Visitor, Who]:
    query = Query(request)
    visitor = await visitor_of(request, key_of_header(request) or query.text("writeKey"))
    return visitor, await person_of(request, visitor, query)


def _open(server: Server, visitor: Visitor, who: Who) -> list[Shown]:
    """What is pending or shown, the oldest first. Who was a visitor and is known now has nothing as a visitor any more:
    anybody can say to be the known one, who is shown by a token alone."""
    found: list[Delivery] = []
    with server.store.read():
        for status in (DeliveryStatus.PENDING, DeliveryStatus.SHOWN):
            found += operations.list_deliveries(
                server.store,
                visitor.actor,
                visitor.site.id,
                who.person_id,
                Page(_MOST_OPEN),
                anonymous=who.anonymous,
                status=status,
            ).rows
        mine = [delivery for delivery in found if _is_of(delivery, visitor, who)]
        mine.sort(key=lambda delivery: (delivery.created_at, delivery.id))
        return shown_deliveries(server, visitor.actor, mine)


def _is_of(delivery: Delivery, visitor: Visitor, who: Who) -> bool:
    return (delivery.site_id, delivery.person_id, delivery.anonymous) == (visitor.site.id, who.person_id, who.anonymous)


@router.get("", summary="List Open Deliveries", openapi_extra=_described("listOpenDeliveries", "OpenDeliveries"))
async def open_deliveries(request: Request) -> Response:
    """What to show this person now: what is pending or shown, the oldest first. The person is that of the person token,
    else the visitor with this `anonymousId`."""
    visitor, who = await _asked(request)
    server = server_of(request)
    found = await server.reader.run(lambda: _open(server, visitor, who))
    body = orjson.dumps({"data": found})
    return Response(body, 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)


def _stream_described() -> Object:
    described = _described("streamDeliveries", "OpenDeliveries")
    described["responses"]["200"] = {
        "description": "Server-sent events: `delivery` with a delivery that is new or has changed, `gone` with the id "
        "of one that is no longer open.",
        "headers": {"X-Request-Id": REQUEST_ID},
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _TOLD_EXAMPLE}},
    }
    return described


@router.get("/stream", summary="Stream Deliveries", openapi_extra=_stream_described())
async def stream_deliveries(request: Request) -> Response:
    """The same as it changes, as server-sent events: first what is open, then each change. With `Last-Event-ID`, what
    changed since that event."""
    server = server_of(request)
    visitor, who = await _asked(request)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.scope.get(HEAD):
        return Response(None, 200, headers, "text/event-stream")
    last = request.headers.get("last-event-id", "")
    told = told_until(last) if len(last) <= _MOST_TOLD else {}
    loop = asyncio.get_running_loop()

    def subscribe(something: asyncio.Event) -> Callable[[], None]:
        key = PersonKey(visitor.site.id, who.person_id, who.anonymous)
        return server.runtime.subscribe(key, lambda: _wake(loop, something))

    async def look() -> list[Shown]:
        return await server.reader.run(lambda: _open(server, visitor, who))

    def patience() -> float:
        return RARE_LOOK_SECONDS if server.store.hears else LOOK_SECONDS

    body = events(server.streams, told, look, subscribe, patience)
    return StreamingResponse(body, 200, headers, "text/event-stream")


def _wake(loop: asyncio.AbstractEventLoop, something: asyncio.Event) -> None:
    """From the writer's thread; a loop that has ended needs no waking."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(something.set)


def _add_outcome(outcome: DeliveryStatus) -> None:
    described = _described(f"reportDelivery{outcome.capitalize()}", "DeliveryEnvelope", 404, 409, 413)

    @router.post(f"/{{id}}/{outcome.value}", summary=f"Report {outcome.capitalize()}", openapi_extra=described)
    async def report(request: Request) -> Response:
        """Says what came of a delivery of this person, and answers it as it is now. What has ended stays as it
        ended."""
        server = server_of(request)
        visitor, who = await _asked(request)
        await read_bytes(request)  # whatever a beacon sends along means nothing
        delivery_id = path_id(request)

        def work() -> Response:
            if not _is_of(operations.get_delivery(server.store, visitor.actor, delivery_id), visitor, who):
                raise NotFound(f"there is no delivery {delivery_id!r}")
            delivery = operations.report_outcome(server.runtime, visitor.actor, delivery_id, outcome)
            (shown,) = shown_deliveries(server, visitor.actor, [delivery])
            return answer(shown)

        return await server.writer.run(work)


for _outcome in (DeliveryStatus.SHOWN, DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED):
    _add_outcome(_outcome)
