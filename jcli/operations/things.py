"""Sites, audiences and contents through the API: what journeys refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jcli.canonical import canonical, fingerprint, item_of_body, merge_patch
from jcli.compiler import check_body
from jcli.errors import NotAllowed, NotFound
from jcli.findings import Finding
from jcli.model import Actor, Kind, Stored
from jcli.operations.context import Clock, NewId, entry, must_match, must_see_site, site_of
from jcli.store import Listing, Page, Store, Tables

_NAMES = {Kind.SITE: "Site", Kind.AUDIENCE: "Audience", Kind.CONTENT: "Content"}


@dataclass(frozen=True, slots=True)
class ThingSaved:
    """`stored` is the thing as it is now, None when `refused`: then nothing was written and `findings` say why."""

    stored: Stored | None
    findings: list[Finding]
    refused: bool = False


def get_thing(store: Store, actor: Actor, kind: Kind, thing_id: str) -> Stored:
    """NotFound also for a thing of a site that the actor does not see."""
    with store.read() as tables:
        return _visible(tables, actor, kind, thing_id)


def list_things(store: Store, actor: Actor, kind: Kind, page: Page) -> Listing[Stored]:
    with store.read() as tables:
        return tables.things(kind, actor.sites, page)


def create_thing(store: Store, clock: Clock, actor: Actor, kind: Kind, body: Any, *, new_id: NewId) -> ThingSaved:
    """A new thing; `body.id` names it, else it gets a new id. NotAllowed (`id-taken`) when there is one already."""
    findings = check_body(f"{_NAMES[kind]}Create", body)
    if findings:
        return ThingSaved(None, findings, refused=True)
    thing_id = body.get("id") or new_id()
    must_see_site(actor, thing_id if kind is Kind.SITE else body.get("siteId"))
    with store.write() as tables:
        if tables.thing(kind, thing_id) is not None:
            raise NotAllowed(f"the {kind} {thing_id!r} is there already; patch it, or give another id", code="id-taken")
        return _put(tables, clock, actor, kind, thing_id, body, "create")


def patch_thing(
    store: Store, clock: Clock, actor: Actor, kind: Kind, thing_id: str, body: Any, *, if_match: int | None = None
) -> ThingSaved:
    """JSON merge patch: absent is untouched, null clears. An audience's `rules` and a content's `body` are replaced
    whole, because half a rule says nothing."""
    with store.write() as tables:
        stored = _visible(tables, actor, kind, thing_id)
        findings = check_body(f"{_NAMES[kind]}Patch", body)
        if findings:
            return ThingSaved(None, findings, refused=True)
        must_match(stored.version, if_match, f"the {kind}")
        must_see_site(actor, body.get("siteId"))
        form = {key: value for key, value in canonical(stored.item).items() if key != "id"}
        whole = {key: value for key, value in body.items() if key in ("rules", "body")}
        merged = {**merge_patch(form, {key: value for key, value in body.items() if key not in whole}), **whole}
        if fingerprint(canonical(item_of_body(kind, thing_id, merged))) == fingerprint(canonical(stored.item)):
            return ThingSaved(stored, [])
        return _put(tables, clock, actor, kind, thing_id, merged, "edit")


def delete_thing(
    store: Store, clock: Clock, actor: Actor, kind: Kind, thing_id: str, *, if_match: int | None = None
) -> None:
    """Remove a thing. Journeys that name it keep naming it; their findings say so."""
    with store.write() as tables:
        stored = _visible(tables, actor, kind, thing_id)
        must_match(stored.version, if_match, f"the {kind}")
        tables.remove_thing(kind, thing_id)
        tables.log([entry(actor, clock(), "delete", kind, thing_id)])


def _visible(tables: Tables, actor: Actor, kind: Kind, thing_id: str) -> Stored:
    stored = tables.thing(kind, thing_id)
    if stored is None or not actor.sees(site_of(stored.item)):
        raise NotFound(f"there is no {kind} {thing_id!r}")
    return stored


def _put(tables: Tables, clock: Clock, actor: Actor, kind: Kind, thing_id: str, body: Any, verb: str) -> ThingSaved:
    item = item_of_body(kind, thing_id, body)
    stored = tables.put_thing(item, fingerprint(canonical(item)), clock())
    tables.log([entry(actor, clock(), verb, kind, thing_id)])
    return ThingSaved(stored, [])
