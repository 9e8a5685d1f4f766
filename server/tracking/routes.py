"""The tracking API of Segment: `POST /v1/track` and its kind, one event or a batch, with a site's write key.

It answers as Segment's does, because libraries read it: 200 `{"success": true}` once the events are durable, 400 for
what cannot be read or is too much, and never a word about the bad events of a batch except `rejected`, which no library
looks at. The short paths (`/v1/t`) are those of its library for browsers.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli.errors import JcliError
from server.answers import MEDIA_TYPE
from server.bodies import read_packed, read_quickly
from server.dependencies import path_id, server_of
from server.intake import MOST_EVENTS, shown_rejections, take_events
from server.problems import BUSY_SECONDS, status_of
from server.refusals import Refusal, words_of
from server.tracking.description import BATCH, SETTINGS, described
from server.visitors import Visitor, key_of_header, visitor_of

router = APIRouter(prefix="/v1", tags=["Tracking"])

TYPES = ("track", "identify", "page", "screen", "alias", "group")
Route = Callable[[Request], Awaitable[Response]]


def as_segment(route: Route) -> Route:
    """What goes wrong in the form that Segment's libraries read: `code` and `message`. They try again after a 413,
    which would not help: that is a 400 here, as it is at Segment's."""

    @functools.wraps(route)
    async def wrapped(request: Request) -> Response:
        try:
            return await route(request)
        except Refusal as refusal:
            status = 400 if refusal.status in (413, 415, 422) else refusal.status
            return _failed(status, refusal.code, refusal.detail, refusal.headers)
        except JcliError as error:
            status = status_of(error)
            if status == 500:
                raise
            headers = {"Retry-After": str(BUSY_SECONDS)} if status == 503 else {}
            return _failed(status, error.code, words_of(error), headers)

    return wrapped


def _failed(status: int, code: str, message: str, headers: dict[str, str]) -> Response:
    body = orjson.dumps({"success": False, "code": code, "message": message})
    return Response(body, status, {"Cache-Control": "no-store", **headers}, MEDIA_TYPE)


def _taken(**more: Any) -> Response:
    return Response(orjson.dumps({"success": True, **more}), 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)


async def _read(request: Request) -> tuple[Visitor, dict[str, Any]]:
    """Whose key it is, and the body. The Content-Type says nothing here: browsers send `text/plain`."""
    body = read_quickly(await read_packed(request))
    if not isinstance(body, dict):
        raise Refusal(400, "malformed-json", "the body is not a JSON object")
    return await visitor_of(request, key_of_header(request) or body.get("writeKey")), body


def _add_call(kind: str) -> None:
    """The route of one type of event, by its whole name and its short one."""

    @router.post(f"/{kind}", summary=kind.capitalize(), openapi_extra=described(kind))
    @router.post(f"/{kind[0]}", include_in_schema=False)
    @as_segment
    async def call(request: Request) -> Response:
        """One event of the type that the path says, as Segment's libraries send it. It answers once the event is
        durable."""
        visitor, body = await _read(request)
        recorded = await take_events(server_of(request), visitor.actor, visitor.site.id, [{**body, "type": kind}])
        if not recorded.rejected:
            return _taken()
        if recorded.accepted:  # the event counts, only its link was refused: a browser that two people share
            return _taken(rejected=shown_rejections(recorded))
        bad = recorded.rejected[0]
        raise Refusal(400, bad.code, bad.message)


for _kind in TYPES:
    _add_call(_kind)


@router.post("/batch", summary="Batch", openapi_extra=BATCH)
@router.post("/b", include_in_schema=False)
@as_segment
async def batch(request: Request) -> Response:
    """Events of any type, 1,000 at most, as Segment's libraries send them. A bad event bars none of the others; those
    that were not taken come back in `rejected`. The body may be packed (`Content-Encoding: gzip`)."""
    visitor, body = await _read(request)
    events = body.get("batch")
    if not isinstance(events, list):
        raise Refusal(400, "invalid", "the body has no `batch`, which is a list of events")
    if len(events) > MOST_EVENTS:
        raise Refusal(400, "too-large", f"a batch may have {MOST_EVENTS:,} events, and this one has {len(events):,}")
    around = body.get("context")
    if isinstance(around, dict):
        events = [{"context": around, **event} if isinstance(event, dict) else event for event in events]
    recorded = await take_events(server_of(request), visitor.actor, visitor.site.id, events)
    return _taken(rejected=shown_rejections(recorded)) if recorded.rejected else _taken()


@router.get("/projects/{key}/settings", summary="Get Browser Settings", openapi_extra=SETTINGS)
@as_segment
async def browser_settings(request: Request) -> Response:
    """What Segment's library for browsers asks for first, when its `cdnURL` is this server: send here, and nowhere
    else."""
    key = path_id(request, "key")
    await visitor_of(request, key)
    here = {"apiKey": key, "apiHost": f"{request.url.netloc}/v1", "protocol": request.url.scheme}
    body = orjson.dumps({"integrations": {"Segment.io": here}})
    return Response(body, 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)
