"""The floor of `api_read`: FastAPI routes with the server's own token check that answer bytes prepared beforehand.

`python -m benchmarks.bare PORT FILE`; the file is a JSON object from request target to answer. The server's settings
are those of `jcli serve`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request, Response

from server.auth import Authority, Caller, caller_of
from server.settings import read_settings


async def reader(request: Request) -> Caller:
    return await caller_of(request, "journeys:read")


def bare_app(prepared: dict[str, bytes]) -> FastAPI:
    app = FastAPI()
    app.state.authority = Authority(read_settings(os.environ), lambda: time.time_ns() // 1_000_000)

    @app.get("/api/journeys")
    async def many(_: Annotated[Caller, Depends(reader)], limit: str = "20") -> Response:
        return Response(prepared[f"/api/journeys?limit={limit}"], media_type="application/json")

    @app.get("/api/journeys/{journey_id}")
    async def one(journey_id: str, _: Annotated[Caller, Depends(reader)]) -> Response:
        return Response(prepared[f"/api/journeys/{journey_id}"], media_type="application/json")

    return app


def main(port: str, file: str) -> None:
    answers = json.loads(Path(file).read_text())
    app = bare_app({target: body.encode() for target, body in answers.items()})
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
