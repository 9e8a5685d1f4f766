"""The world of a request: which of the sites, audiences and contents that it names the store knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jcli.checks import World
from jcli.model import Journey, Kind
from jcli.store import Page, Tables


def world_for(tables: Tables, source: Journey | Mapping[str, Any]) -> World:
    """The world for a journey or the body of a request. A kind of which the store holds none is not asked about,
    because then it is managed elsewhere."""
    site: str | None
    audience: str | None
    contents: set[str | None]
    if isinstance(source, Journey):
        site, audience = source.site_id, source.audience_id
        contents = {node.content_id for node in source.nodes}
    else:
        site, audience = source.get("siteId"), source.get("audienceId")
        contents = {node.get("contentId") for node in source.get("nodes") or ()}
    return World(
        site_ids=_known(tables, Kind.SITE, [site]),
        audience_ids=_known(tables, Kind.AUDIENCE, [audience]),
        contents=_known(tables, Kind.CONTENT, contents),
    )


def _known(tables: Tables, kind: Kind, asked: Iterable[str | None]) -> frozenset[str] | None:
    if tables.things(kind, None, Page(limit=1)).total == 0:
        return None
    return frozenset(one for one in asked if one is not None and tables.thing(kind, one) is not None)
