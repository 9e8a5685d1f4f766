"""Everything that goes wrong as `application/problem+json` (RFC 9457): the one place that knows which error is which
status.

`Refusal`s bring their status along; `JcliError`s are looked up in `STATUSES`, nearest class first. What nobody
foresaw is a 500 that tells the request's id and nothing of the inside; the log has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from jcli.errors import Forbidden, InvalidRequest, JcliError, NotAllowed, NotFound, Stale, StoreBusy
from server.refusals import Fault, Refusal, words_of

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "jcli.request_id"
"""Where the id of a request stands in its ASGI scope."""

STATUSES: Mapping[type[JcliError], int] = {
    InvalidRequest: 422,
    NotFound: 404,
    Forbidden: 403,
    NotAllowed: 409,
    Stale: 412,
    StoreBusy: 503,
    JcliError: 500,
}

TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Not a method of this path",
    409: "Not possible as things stand",
    412: "Changed in the meantime",
    413: "Body too large",
    415: "Content type not supported",
    422: "Well-formed but not valid",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not possible at the moment",
}

BUSY_SECONDS = 1


def problem(
    scope: Mapping[str, Any],
    status: int,
    code: str,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The answer for something that went wrong in the request of this ASGI scope. `more` are its further members."""
    body: dict[str, Any] = {
        "type": f"urn:jcli:problem:{code}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "code": code,
        "requestId": scope.get(REQUEST_ID, ""),
    }
    body |= more or {}
    if faults:
        body["errors"] = [_fault(fault) for fault in faults]
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def _fault(fault: Fault) -> dict[str, str]:
    shown = {"pointer": fault.pointer, "code": fault.code, "message": fault.message}
    if fault.suggestion is not None:
        shown["suggestion"] = fault.suggestion
    return shown


async def of_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(
        request.scope,
        error.status,
        error.code,
        error.detail,
        faults=error.faults,
        headers=error.headers,
        more=error.more,
    )


async def of_error(request: Request, error: Exception) -> Response:
    """A `JcliError`; one that is nobody's fault but ours goes on to the log and becomes a 500 there."""
    assert isinstance(error, JcliError)
    status = status_of(error)
    if status == 500:
        raise error
    message = words_of(error)
    detail = f"{message.rstrip('.')}; {error.hint}" if error.hint else message
    headers = {"Retry-After": str(BUSY_SECONDS)} if status == 503 else None
    faults = [Fault(error.code, error.message, error.pointer)] if isinstance(error, InvalidRequest) else []
    return problem(request.scope, status, error.code, detail, faults=faults, headers=headers, more=_hinted(error))


def _hinted(error: JcliError) -> dict[str, str]:
    return {"hint": error.hint} if error.hint else {}


def status_of(error: JcliError) -> int:
    """The status of an error: that of the nearest of its classes that has one."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def of_the_unforeseen(scope: Mapping[str, Any]) -> Response:
    return problem(scope, 500, "internal", "this is our fault, not yours; the log tells more under the request's id")


def of_no_path(scope: Mapping[str, Any]) -> Response:
    return problem(scope, 404, "no-such-path", f"there is nothing at {scope['path']}")


def of_wrong_method(scope: Mapping[str, Any], allowed: Sequence[str]) -> Response:
    detail = f"{scope['path']} takes {', '.join(allowed)}, not {scope['method']}"
    return problem(scope, 405, "wrong-method", detail, headers={"Allow": ", ".join(allowed)})
