"""The application: routes, what goes wrong, and what is done for every request, put together over one open store.

Whoever calls `create_app` opened the store and closes it. The application's own are the runtime, which is started and
ended with it, the streams that are open, and the tokens that were checked lately.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from jcli import __version__
from jcli.errors import JcliError
from jcli.operations.context import Clock, NewId
from jcli.runtime import Feeder, Runtime, RuntimeSettings
from jcli.store import Store
from server.auth import Authority
from server.canvases import Canvases
from server.dependencies import Server
from server.door import Door
from server.key_ring import KeyRing
from server.openapi import api_routes, document, document_bytes
from server.origins import Origins
from server.problems import of_error, of_no_path, of_refusal, of_wrong_method, problem
from server.reader import Reader
from server.refusals import Refusal
from server.settings import Settings
from server.streams import Streams
from server.writer import Writer

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def create_app(
    store: Store,
    settings: Settings,
    clock: Clock,
    new_id: NewId,
    *,
    runtime: RuntimeSettings | None = None,
    feeder: Feeder | None = None,
    background: bool = True,
) -> FastAPI:
    """The API over a store that is open and migrated. ConfigError when the keys of the settings cannot be used.

    Without `background` nothing happens between requests: each does its own work, and timers wait for somebody who asks
    for them, as tests with a clock of their own want it. `feeder` is the runtime, where it is not the embedded one
    with the settings in `runtime`; it is closed with the application.
    """
    feeding = feeder or Runtime(store, clock, new_id, settings=runtime)
    reader = Reader(store)
    streams, ring = Streams(), KeyRing(store, reader)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if background:
            feeding.start()
        leave = store.hear(lambda _: ring.forget())
        yield
        leave()
        streams.close()
        await asyncio.to_thread(feeding.close)
        reader.close()

    app = FastAPI(
        title="jcli",
        version=__version__,
        routes=list(api_routes()),
        lifespan=lifespan,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={Refusal: of_refusal, JcliError: of_error, HTTPException: _of_http},
    )
    app.state.server = Server(
        store, clock, new_id, feeding, reader, Writer(feeding, ring.forget), streams, Canvases(), ring
    )
    app.state.authority = Authority(settings, clock)
    app.add_middleware(Origins, ring=ring)
    app.add_middleware(Door, new_id=new_id)
    _serve_openapi(app)
    return app


def _serve_openapi(app: FastAPI) -> None:
    prepared = document_bytes()
    app.openapi = document  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:  # noqa: ARG001 - the same for everybody
        return Response(prepared, media_type="application/json")


async def _of_http(request: Request, error: Exception) -> Response:
    """What the router refuses: a path that nothing is at, or a method that the path does not take."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return of_no_path(request.scope)
    if error.status_code == 405:
        allowed = _allowed(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(allowed)})
        return of_wrong_method(request.scope, allowed)
    return problem(request.scope, error.status_code, "http", str(error.detail), headers=error.headers)


def _allowed(request: Request) -> list[str]:
    """All methods that the path takes, over all of its routes."""
    found: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, APIRoute) and route.matches(dict(request.scope))[0] is not Match.NONE:
            found |= route.methods or set()
    methods = [method for method in _METHODS if method in found]
    return [*methods, *(["HEAD"] if "GET" in found else []), "OPTIONS"]
