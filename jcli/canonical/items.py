"""Sites, audiences and contents out of a document or the body of a request that passed the shape checks."""

from __future__ import annotations

from jcli.model import Audience, Content, Json, Kind, Site

Thing = Site | Audience | Content


def item_of_document(kind: Kind, key: str, data: Json, item_id: str, site_id: str | None) -> Thing:
    """The thing that a document of a kind other than journey describes. `site_id` is that of an audience's site."""
    if kind is Kind.CONTENT:
        return Content(key, data["contentType"], data.get("name"), data.get("body"))
    if kind is Kind.AUDIENCE:
        return Audience(item_id, data.get("name") or key, data["rules"], site_id)
    return Site(item_id, data.get("name") or key, tuple(data.get("domains") or ()))


def item_of_body(kind: Kind, item_id: str, body: Json) -> Thing:
    """The thing that the body of a create or replace request describes."""
    if kind is Kind.CONTENT:
        return Content(item_id, body["contentType"], body.get("name"), body.get("body"))
    if kind is Kind.AUDIENCE:
        return Audience(item_id, body["name"], body["rules"], body.get("siteId"))
    return Site(item_id, body["name"], tuple(body.get("domains") or ()))
