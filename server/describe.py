"""How a route is told to the OpenAPI document: its scope, what it takes, what it answers, what may go wrong.

`operation` makes the OpenAPI operation of one route; `server/openapi.py` gathers them. Shapes are named by their
definitions in `schema/`, examples come from `server/examples.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.examples import EXAMPLES
from server.problems import TITLES

Object = dict[str, Any]

_ALWAYS = (401, 403, 429, 500, 503)
_WITH_BODY = (400, 413, 415, 422)

QUERY: Mapping[str, Object] = {
    "page": {
        "description": "The page, counted from 1; not together with `cursor`.",
        "schema": {"type": "string", "pattern": "^0{0,9}[1-9][0-9]{0,8}$", "default": "1", "maxLength": 10},
        "example": "1",
    },
    "limit": {
        "description": "Items a page, 100 at most.",
        "schema": {"type": "string", "pattern": "^0{0,7}([1-9][0-9]?|100)$", "default": "20", "maxLength": 10},
        "example": "20",
    },
    "cursor": {
        "description": "Where the page begins: `meta.nextCursor` of the page before. Costs the same at any depth.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 2000},
    },
    "status": {
        "description": "Only those of this status.",
        "schema": {"$ref": "#/components/schemas/JourneyStatus"},
        "example": "PUBLISHED",
    },
    "enrollmentStatus": {
        "name": "status",
        "description": "Only those of this status.",
        "schema": {"type": "string", "enum": ["in_progress", "completed", "stopped", "abandoned"]},
        "example": "in_progress",
    },
    "deliveryStatus": {
        "name": "status",
        "description": "Only those of this status.",
        "schema": {"$ref": "#/components/schemas/DeliveryStatus"},
        "example": "pending",
    },
    "writeKey": {
        "description": "The site's write key, unless it is the user name of Basic authentication.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "c0ffee00c0ffee00c0ffee00c0ffee00",
    },
    "endUserId": {
        "description": "The end user.",
        "schema": {"$ref": "#/components/schemas/Id"},
        "example": "user-17",
    },
    "anonymousId": {
        "description": "The visitor, unless there is a person token.",
        "schema": {"$ref": "#/components/schemas/Id"},
        "example": "anon_789",
    },
    "token": {
        "description": "The person token, where the client cannot send it as `Authorization: Bearer`.",
        "schema": {"type": "string", "pattern": r"^[\w.-]{1,4096}$"},
    },
    "siteId": {
        "description": "The site that is meant.",
        "schema": {"$ref": "#/components/schemas/Id"},
        "example": "site_xyz",
    },
    "detail": {
        "description": "`full`: besides the fields of the summary everything but the canvas, and the version.",
        "schema": {"type": "string", "enum": ["full"]},
        "example": "full",
    },
    "nodes": {
        "description": "How findings name nodes: by their ids, or by the keys that a document gives them.",
        "schema": {"type": "string", "enum": ["id", "key"], "default": "id"},
        "example": "key",
    },
    "nodeId": {
        "description": "Only those who stand, or ended, on this node.",
        "schema": {"$ref": "#/components/schemas/Id"},
        "example": "3b0e9a6c-6a0c-4d39-9c3e-8f6b6d1f0a11",
    },
}

_IF_MATCH: Object = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of what was read before; a 412 when it has moved on since.",
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,10}")$'},
}
_IDEMPOTENCY_KEY: Object = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A word of the client's own: the same request with the same key, within 24 h, is made once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_ETAG: Object = {
    "description": "The version, for `If-Match`.",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}
_LOCATION: Object = {
    "description": "The path of what was made.",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
}
REQUEST_ID: Object = {
    "description": "The id of the request, as in the log.",
    "required": True,
    "schema": {"type": "string"},
}


def operation(
    operation_id: str,
    scope: str | None,
    *,
    answer: str | None = None,
    status: int = 200,
    also: Sequence[int] = (),
    body: str | None = None,
    query: Sequence[str] = (),
    errors: Sequence[int] = (),
    etag: bool = False,
    location: bool = False,
    if_match: bool = False,
    once: bool = False,
    links: Mapping[str, Object] | None = None,
) -> Object:
    """The OpenAPI operation of a route. `answer` and `body` name definitions; `also` are further good statuses that
    answer the same. `once` says that it takes an Idempotency-Key."""
    described: Object = {"operationId": operation_id}
    parameters: list[Object] = [{"name": name, "in": "query", **QUERY[name]} for name in query]
    parameters += [_IF_MATCH] if if_match else []
    parameters += [_IDEMPOTENCY_KEY] if once else []
    if parameters:
        described["parameters"] = parameters
    if body is not None:
        described["requestBody"] = {"required": True, "content": content(body)}
    good = _good(answer, etag, location, links)
    described["responses"] = {str(code): good for code in (status, *also)}
    found = {*errors, *(_ALWAYS if scope else (500,)), *(_WITH_BODY if body else ())}
    found |= {412, 400} if if_match else set()
    found |= {400, 413, 415, 422} if once else set()
    found |= {422} if query else set()
    described["responses"] |= {str(code): {"$ref": f"#/components/responses/{code}"} for code in sorted(found)}
    if scope is not None:
        described["security"] = [{"bearer": [scope]}]
    return described


def _good(answer: str | None, etag: bool, location: bool, links: Mapping[str, Object] | None) -> Object:
    headers = {"X-Request-Id": REQUEST_ID}
    headers |= {"ETag": _ETAG} if etag else {}
    headers |= {"Location": _LOCATION} if location else {}
    good: Object = {"description": "Done, and nothing to show." if answer is None else "Done.", "headers": headers}
    if answer is not None:
        good["content"] = content(answer)
    if links:
        good["links"] = dict(links)
    return good


def content(name: str) -> Object:
    """A body of this definition, with its example."""
    return {"application/json": {"schema": _ref(name), "example": EXAMPLES[name]}}


def link(operation_id: str, description: str, **parameters: str) -> Object:
    """A link to another operation; its parameters are runtime expressions."""
    return {"operationId": operation_id, "parameters": parameters, "description": description}


def problem_responses() -> Object:
    """`components.responses`: one for each status that something going wrong may have."""
    return {str(code): _problem_response(code, title) for code, title in TITLES.items()}


def _problem_response(code: int, title: str) -> Object:
    headers = {"X-Request-Id": REQUEST_ID}
    for name, codes in {"WWW-Authenticate": (401,), "Retry-After": (429, 503), "Allow": (405,)}.items():
        if code in codes:
            headers[name] = {"required": True, "description": f"See RFC 9110, {name}.", "schema": {"type": "string"}}
    body = {"schema": _ref("Problem"), "example": EXAMPLES[f"Problem{code}"]}
    return {"description": title + ".", "headers": headers, "content": {"application/problem+json": body}}


def _ref(name: str) -> Object:
    return {"$ref": f"#/components/schemas/{name}"}
