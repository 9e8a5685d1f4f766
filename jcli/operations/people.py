"""End users of a site: (site, id). The same id on two sites is two people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from jcli.compiler import check_body
from jcli.engine import Event, EventType
from jcli.errors import InvalidRequest, NotAllowed, NotFound
from jcli.findings import Finding
from jcli.model import Actor, AuditEntry, Json, Person
from jcli.operations.context import Clock, must_see_site
from jcli.runtime import MOST_TRAITS, insist, open_work
from jcli.store import Listing, Page, PersonKey, Store, Tables

MAX_TRAITS_DEPTH = 16


@dataclass(frozen=True, slots=True)
class PersonSaved:
    """`person` is the person as it is now, None when `refused`; `created` says that it is new."""

    person: Person | None
    findings: list[Finding]
    refused: bool = False
    created: bool = False


def get_person(store: Store, actor: Actor, person_id: str, *, site_id: str | None = None) -> Person:
    """The known person of the site; without a site, of the one visible site that knows the id.

    NotFound; NotAllowed (`ambiguous-site`) when several sites know it.
    """
    with store.read() as tables:
        return _find(tables, actor, person_id, site_id)


def list_people(store: Store, actor: Actor, page: Page, *, site_id: str | None = None) -> Listing[Person]:
    with store.read() as tables:
        return tables.people(actor.sites, page, site_id=site_id)


def put_person(
    store: Store, clock: Clock, actor: Actor, person_id: str, body: Any, *, site_id: str | None = None
) -> PersonSaved:
    """Set a person's traits, all of them (one that is null is left out); the person is made when there is none, and
    enters journeys whose audience they come to match. The site comes from `site_id`, the
    body's `siteId`, the one visible site that knows the id, or the token's only site."""
    findings = check_body("PersonPut", body)
    if findings:
        return PersonSaved(None, findings, refused=True)
    check_traits(body["traits"])
    return insist(lambda beside: _put(store, clock, actor, person_id, body, site_id, beside))


def _put(
    store: Store, clock: Clock, actor: Actor, person_id: str, body: Any, site_id: str | None, beside: bool
) -> PersonSaved:
    with open_work(store, clock, beside=beside) as work:
        tables = work.tables
        site = _site_to_write(tables, actor, person_id, site_id, body.get("siteId"))
        present = work.person(PersonKey(site, person_id))
        created = present.before is None
        # An identify lays traits over those known; null takes one away.
        gone = dict.fromkeys(present.state.traits.keys() - body["traits"].keys())
        work.give(present, Event(EventType.IDENTIFY, work.now, traits={**gone, **body["traits"]}))
        work.save()
        return PersonSaved(tables.person(site, person_id), [], created=created)


def erase_person(store: Store, clock: Clock, actor: Actor, person_id: str, *, site_id: str | None = None) -> None:
    """Remove a person with everything kept of them. The log keeps that it happened, not to whom."""
    with store.write() as tables:
        person = _find(tables, actor, person_id, site_id)
        tables.erase_person(person.site_id, person.id)
        tables.log([AuditEntry(clock(), actor.name, actor.door, "erase", "person", person.site_id)])


def check_traits(traits: Json) -> None:
    """InvalidRequest for traits over 32 KiB or nested deeper than 16."""
    size = len(orjson.dumps(traits))
    if size > MOST_TRAITS:
        message = f"the traits take {size:,} bytes; the limit is {MOST_TRAITS:,}"
        raise InvalidRequest(message, pointer="/traits", code="wrong-value")
    if _depth(traits) > MAX_TRAITS_DEPTH:
        message = f"the traits are nested more than {MAX_TRAITS_DEPTH} deep"
        raise InvalidRequest(message, pointer="/traits", code="wrong-value")


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _find(tables: Tables, actor: Actor, person_id: str, site_id: str | None) -> Person:
    site = site_id if site_id is not None else _only_site(tables, actor, person_id)
    person = tables.person(site, person_id) if site is not None and actor.sees(site) else None
    if person is None:
        raise NotFound(f"there is no end user {person_id!r}")
    return person


def _only_site(tables: Tables, actor: Actor, person_id: str) -> str | None:
    sites = [site for site in tables.sites_knowing(person_id) if actor.sees(site)]
    if len(sites) > 1:
        raise NotAllowed(
            f"the end user {person_id!r} is known on several sites: {', '.join(sites)}",
            hint="name one with ?siteId=",
            code="ambiguous-site",
        )
    return sites[0] if sites else None


def _site_to_write(tables: Tables, actor: Actor, person_id: str, asked: str | None, in_body: str | None) -> str:
    if asked is not None and in_body is not None and asked != in_body:
        message = f"the body says {in_body!r}, the query {asked!r}"
        raise InvalidRequest(message, pointer="/siteId", code="wrong-value")
    site = asked or in_body or _only_site(tables, actor, person_id)
    if site is None and actor.sites is not None and len(actor.sites) == 1:
        (site,) = actor.sites
    if site is None:
        raise InvalidRequest("which site is the end user of? give siteId", pointer="/siteId", code="missing-field")
    must_see_site(actor, site)
    return site
