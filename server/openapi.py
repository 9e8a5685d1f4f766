"""The OpenAPI 3.1 document: from the routes, and from the definitions in `schema/`, which it embeds.

`python -m server.openapi > schema/openapi.json` writes the committed copy; a test holds it equal to what is served
at `/openapi.json`. What a route says of itself is in its decorator, see `server/describe.py`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from fastapi.routing import APIRoute

from jcli import __version__
from jcli.checks.schemas import api_schema, document_schema
from server.describe import Object, problem_responses
from server.routers import ROUTERS

_ABOUT = """Journeys take people through a canvas of nodes: triggers, contents, waits, conditions, goals.

Every path below `/api` takes a bearer token (JWT); the scope that an operation asks for stands at the operation. What
goes well is `{"data": ...}`, lists with `meta`; what goes wrong is `application/problem+json`. Paths below `/v1` are
for browsers and apps, which hold the public write key of their site; the tracking calls answer as Segment's do.
Parameters of the query that are not listed are ignored; fields of a body that are not listed are refused."""

_PATH_PARAMETERS: dict[str, Object] = {
    "id": {"schema": {"$ref": "#/components/schemas/Id"}, "example": "5d0c3f1e-0d51-4a53-b1f5-2f0f6a0f7c21"},
    "key": {
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "c0ffee00c0ffee00c0ffee00c0ffee00",
    },
    "kind": {"schema": {"type": "string", "enum": ["journey", "content", "audience", "site"]}, "example": "journey"},
    "digest": {
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "example": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
    },
    "number": {"schema": {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}, "example": "1"},
}
_HEALTH: Object = {
    "type": "object",
    "description": "That all is well.",
    "properties": {
        "data": {
            "type": "object",
            "description": "What was asked for.",
            "properties": {"status": {"const": "ok", "description": "Always `ok`; otherwise this is a 503."}},
            "required": ["status"],
            "additionalProperties": False,
        }
    },
    "required": ["data"],
    "additionalProperties": False,
}

_FOR_EDITORS = frozenset({"defaultSnippets", "doNotSuggest"})


def api_routes() -> list[APIRoute]:
    """All routes, in the order in which they are looked through."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def document() -> Object:
    """The whole document, as plain data."""
    routes = [route for route in api_routes() if route.include_in_schema]
    paths: dict[str, Object] = {}
    for route in routes:
        for method in sorted(route.methods or ()):
            paths.setdefault(route.path, {})[method.lower()] = _operation(route)
    tags = list(dict.fromkeys(tag for route in routes for tag in route.tags))
    described: Object = {
        "openapi": "3.1.0",
        "info": {"title": "jcli", "version": __version__, "description": _ABOUT},
        "servers": [{"url": "/", "description": "This server."}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
    }
    responses = problem_responses()
    described["components"] = {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "writeKey": {"type": "http", "scheme": "basic", "description": "The write key of a site as the user name."},
            "personToken": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "A JWT with the audience `jcli:person`, whose `sub` is the end user.",
            },
        },
        "responses": responses,
        "schemas": _schemas([paths, responses]),
    }
    return described


def document_bytes() -> bytes:
    """The document as it is served and committed: UTF-8 JSON, indented, keys in order, one line break at the end."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _operation(route: APIRoute) -> Object:
    described = dict(route.openapi_extra or {})
    names = re.findall(r"{(\w+)}", route.path)
    parameters = [{"name": name, "in": "path", "required": True, **_PATH_PARAMETERS[name]} for name in names]
    parameters += described.get("parameters", [])
    return {
        **described,
        "tags": route.tags,
        "summary": route.summary,
        "description": " ".join((inspect.getdoc(route.endpoint) or "").split()),
        "parameters": parameters,
    }


def _schemas(roots: Sequence[Any]) -> Object:
    """The definitions that the document needs, and those that they need, under their own names."""
    known: Object = {"Health": _HEALTH}
    for schema in (document_schema(), api_schema()):
        for name, definition in schema["$defs"].items():
            assert name not in known, f"two definitions are called {name}"
            known[name] = _local(definition)
    needed: Object = {}
    waiting = [name for root in roots for name in _named(root)]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = known[name]
            waiting.extend(_named(known[name]))
    return needed


def _local(value: Any) -> Any:
    """The same definition without what is for editors alone, its references turned to the components of this
    document."""
    if isinstance(value, dict):
        return {
            key: _turned(inner) if key == "$ref" else _local(inner)
            for key, inner in value.items()
            if key not in _FOR_EDITORS
        }
    return [_local(inner) for inner in value] if isinstance(value, list) else value


def _turned(reference: str) -> str:
    return "#/components/schemas/" + reference.partition("#/$defs/")[2]


def _named(value: Any) -> Iterator[str]:
    """The names of the components that are referred to somewhere in the value."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            yield reference.split("/")[3]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _named(inner)


if __name__ == "__main__":
    sys.stdout.buffer.write(document_bytes())
