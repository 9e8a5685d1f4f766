"""Sites, audiences and contents. The three have the same five routes, so these are written once and made for each."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from jcli import operations
from jcli.model import Kind, Stored
from server.answers import answer, listing, nothing
from server.auth import caller_of
from server.bodies import read_body, read_no_body
from server.dependencies import Detail, Query, Server, if_match, path_id, server_of
from server.describe import Object, link, operation
from server.once import write_once
from server.refusals import refused_body
from server.shapes import shown_thing

READ, WRITE = "journeys:read", "journeys:write"


def routes_of(kind: Kind, path: str, name: str) -> APIRouter:
    """The routes below `/api/<path>` for things of this kind, whose definitions in `schema/` begin with `name`."""
    router = APIRouter(prefix=f"/api/{path}", tags=[f"{name}s"])
    _add_list(router, kind, name)
    _add_create(router, kind, path, name)
    _add_get(router, kind, name)
    _add_patch(router, kind, name)
    _add_delete(router, kind, name)
    return router


def _row(stored: Stored, write_key: str | None, detail: Detail | None) -> Object:
    shown = shown_thing(stored, write_key)
    return shown if detail is None else {**shown, "version": stored.version}


def _links(name: str) -> dict[str, Object]:
    made = "$response.body#/data/id"
    return {
        "Get": link(f"get{name}", "What was made.", id=made),
        "Update": link(f"update{name}", "Edit it.", id=made),
        "Delete": link(f"delete{name}", "Remove it.", id=made),
    }


def _add_list(router: APIRouter, kind: Kind, name: str) -> None:
    described = operation(f"list{name}s", READ, answer=f"{name}List", query=("page", "limit", "cursor", "detail"))

    @router.get("", summary=f"List {name}s", openapi_extra=described)
    async def list_things(request: Request) -> Response:
        """Those that the token's sites may see, the newest first."""
        caller, server, query = await caller_of(request, READ), server_of(request), Query(request)
        asked, detail = query.page(), query.one_of("detail", Detail)

        def read() -> Response:
            with server.store.read():
                found = operations.list_things(server.store, caller.actor, kind, asked.page)
                keys = operations.write_keys_of(server.store, found.rows)
            return listing(found, asked, lambda stored: _row(stored, keys.get(stored.item.id), detail))

        return await server.reader.run(read)


def _add_create(router: APIRouter, kind: Kind, path: str, name: str) -> None:
    described = operation(
        f"create{name}",
        WRITE,
        body=f"{name}Create",
        answer=f"{name}Envelope",
        status=201,
        errors=(409,),
        etag=True,
        location=True,
        once=True,
        links=_links(name),
    )

    @router.post("", summary=f"Create {name}", openapi_extra=described)
    async def create_thing(request: Request) -> Response:
        """A new one, under the id that the body gives; 409 (`id-taken`) when there is one with it already."""
        caller, server, body = await caller_of(request, WRITE), server_of(request), await read_body(request)

        def work() -> Response:
            saved = operations.create_thing(
                server.store, server.clock, caller.actor, kind, body.value, new_id=server.new_id
            )
            return _answer(server, saved, at=path)

        return await write_once(request, caller, body.raw, work)


def _add_get(router: APIRouter, kind: Kind, name: str) -> None:
    described = operation(f"get{name}", READ, answer=f"{name}Envelope", errors=(404,), etag=True)

    @router.get("/{id}", summary=f"Get {name}", openapi_extra=described)
    async def get_thing(request: Request) -> Response:
        """One by its id."""
        caller, server, thing_id = await caller_of(request, READ), server_of(request), path_id(request)

        def read() -> Response:
            with server.store.read():
                stored = operations.get_thing(server.store, caller.actor, kind, thing_id)
                return answer(_shown(server, stored), version=stored.version)

        return await server.reader.run(read)


def _add_patch(router: APIRouter, kind: Kind, name: str) -> None:
    described = operation(
        f"update{name}",
        WRITE,
        body=f"{name}Patch",
        answer=f"{name}Envelope",
        errors=(404, 409),
        etag=True,
        if_match=True,
    )

    @router.patch("/{id}", summary=f"Update {name}", openapi_extra=described)
    async def patch_thing(request: Request) -> Response:
        """A JSON merge patch: a field that is absent stays as it is, null clears one that may be empty. `rules` and
        `body` are replaced whole."""
        caller, server, body = await caller_of(request, WRITE), server_of(request), await read_body(request)
        thing_id, version = path_id(request), if_match(request)

        def work() -> Response:
            saved = operations.patch_thing(
                server.store, server.clock, caller.actor, kind, thing_id, body.value, if_match=version
            )
            return _answer(server, saved)

        return await server.writer.run(work)


def _add_delete(router: APIRouter, kind: Kind, name: str) -> None:
    described = operation(f"delete{name}", WRITE, status=204, errors=(400, 404, 409, 413, 415, 422), if_match=True)

    @router.delete("/{id}", summary=f"Delete {name}", openapi_extra=described)
    async def delete_thing(request: Request) -> Response:
        """Removes it. Journeys that name it go on naming it; their findings say so."""
        caller, server = await caller_of(request, WRITE), server_of(request)
        await read_no_body(request)
        thing_id, version = path_id(request), if_match(request)
        await server.writer.run(
            lambda: operations.delete_thing(server.store, server.clock, caller.actor, kind, thing_id, if_match=version)
        )
        return nothing()


def _answer(server: Server, saved: operations.ThingSaved, *, at: str | None = None) -> Response:
    """The thing after a change; `at` is the path below which it was made. Refusal (422) when there was no change."""
    if saved.stored is None:
        raise refused_body(saved.findings)
    return answer(
        _shown(server, saved.stored),
        status=200 if at is None else 201,
        findings=saved.findings,
        version=saved.stored.version,
        location=() if at is None else ("api", at, saved.stored.item.id),
    )


def _shown(server: Server, stored: Stored) -> Object:
    return shown_thing(stored, operations.write_keys_of(server.store, [stored]).get(stored.item.id))


sites = routes_of(Kind.SITE, "sites", "Site")
audiences = routes_of(Kind.AUDIENCE, "audiences", "Audience")
contents = routes_of(Kind.CONTENT, "contents", "Content")


@sites.post(
    "/{id}/write-key",
    summary="Rotate Write Key",
    openapi_extra=operation(
        "rotateWriteKey",
        WRITE,
        answer="SiteEnvelope",
        errors=(400, 404, 413, 415, 422),
        etag=True,
        once=True,
    ),
)
async def rotate_write_key(request: Request) -> Response:
    """Gives the site another write key. What still sends with the one before is refused from now on."""
    caller, server, raw = await caller_of(request, WRITE), server_of(request), await read_no_body(request)
    site_id = path_id(request)

    def work() -> Response:
        stored = operations.rotate_write_key(
            server.store, server.clock, caller.actor, site_id, new_id=server.new_id
        )  # fmt: skip
        return answer(_shown(server, stored), version=stored.version)

    return await write_once(request, caller, raw, work)


@audiences.post(
    "/{id}/count",
    summary="Count Audience",
    openapi_extra=operation(
        "countAudience", "people:read", answer="AudienceCountEnvelope", errors=(400, 404, 413, 415, 422)
    ),
)
async def count_audience(request: Request) -> Response:
    """How many known people match the audience now. Everybody is asked, so it takes its time when they are many."""
    caller, server = await caller_of(request, "people:read"), server_of(request)
    await read_no_body(request)
    audience_id = path_id(request)
    counted = await asyncio.to_thread(
        operations.count_audience, server.store, server.clock, caller.actor, audience_id
    )  # fmt: skip
    return answer({"count": counted.count, "total": counted.total})
