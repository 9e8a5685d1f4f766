"""The world of a request: which of the sites, audiences and contents that it names the store knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jcli.checks import World
from jcli.model import Actor, Audience, Content, Journey, Kind, Site
from jcli.operations.context import site_of
from jcli.store import Page, Tables

Thing = Site | Audience | Content


def world_for(tables: Tables, actor: Actor, source: Journey | Mapping[str, Any]) -> World:
    """The world for a journey or the body of a request, as far as the actor sees it: whether a site of others knows an
    id is not told. A kind of which there is none is not asked about, because then it is managed elsewhere."""
    site: str | None
    audience: str | None
    contents: set[str | None]
    if isinstance(source, Journey):
        site, audience = source.site_id, source.audience_id
        contents = {node.content_id for node in source.nodes}
    else:
        site, audience = source.get("siteId"), source.get("audienceId")
        contents = {node.get("contentId") for node in source.get("nodes") or ()}
    shown = _known(tables, actor, Kind.CONTENT, contents)
    return World(
        site_ids=_ids(_known(tables, actor, Kind.SITE, [site])),
        audience_ids=_ids(_known(tables, actor, Kind.AUDIENCE, [audience])),
        contents=_ids(shown),
        content_types={item.id: item.content_type for item in shown or () if isinstance(item, Content)},
    )


def _known(tables: Tables, actor: Actor, kind: Kind, asked: Iterable[str | None]) -> list[Thing] | None:
    if tables.things(kind, actor.sites, Page(limit=1)).total == 0:
        return None
    found = (tables.thing(kind, one) for one in asked if one is not None)
    return [stored.item for stored in found if stored is not None and actor.sees(site_of(stored.item))]


def _ids(things: Iterable[Thing] | None) -> frozenset[str] | None:
    return None if things is None else frozenset(thing.id for thing in things)
