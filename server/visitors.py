"""Who speaks to `/v1`: the site whose write key the request carries, and the one person whose deliveries it may see.

A write key is public, so it opens only what a browser may do. A known person is shown by a person token, a JWT that the
site's own back end makes; a visitor by the anonymous id, which nobody can guess. The rules in words: `docs/events.md`,
`docs/deliveries.md`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from starlette.requests import Request

from jcli.model import Actor, Site
from server.auth import Authority
from server.dependencies import LONGEST_ID, Query, server_of
from server.origins import is_of
from server.refusals import Refusal, bad_parameter

_MOST_KEY = 255


@dataclass(frozen=True, slots=True)
class Visitor:
    """A site's page or app; `actor` sees that site alone."""

    site: Site
    actor: Actor


@dataclass(frozen=True, slots=True)
class Who:
    """One person of a site."""

    person_id: str
    anonymous: bool


def key_of_header(request: Request) -> str | None:
    """The write key as the user name of Basic authentication, as Segment's libraries send it."""
    header = request.headers.get("authorization", "")
    kind, _, words = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(words, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return pair.partition(":")[0]


async def visitor_of(request: Request, key: object) -> Visitor:
    """The site of a write key. Refusal: 401 for a key of no site, 403 for a page elsewhere, 429 above the limit."""
    server = server_of(request)
    site = await server.ring.site(key) if isinstance(key, str) and 0 < len(key) <= _MOST_KEY else None
    if site is None:
        raise Refusal(
            401,
            "invalid-write-key",
            "there is no site with this write key" if key else "this needs the write key of a site",
            headers={"WWW-Authenticate": 'Basic realm="write key"'},
        )
    origin = request.headers.get("origin")
    if origin is not None and not is_of(origin, site.domains):
        raise Refusal(403, "origin-not-allowed", f"the site {site.id!r} does not have the domain of {origin[:255]}")
    authority: Authority = request.app.state.authority
    authority.take_for_key(site.id)
    return Visitor(site, Actor(f"the write key of {site.id}", "v1", frozenset({site.id})))


async def person_of(request: Request, visitor: Visitor, query: Query) -> Who:
    """The person that the request is about: of the person token, else the visitor of `anonymousId`.

    The token comes as `Authorization: Bearer`, or as `token` where a browser cannot send headers (`EventSource`).
    """
    token = query.text("token", 4_096)
    header = request.headers.get("authorization", "")
    if token is None and header.lower().startswith("bearer "):
        token = header[7:].strip()
    anonymous_id = query.text("anonymousId", LONGEST_ID)
    if token is None:
        if anonymous_id is None:
            raise bad_parameter("anonymousId", "is needed, unless there is a person token")
        return Who(anonymous_id, anonymous=True)
    authority: Authority = request.app.state.authority
    return Who(await authority.person(token, visitor.site.id), anonymous=False)
