"""What every operation needs: the types of clock and new ids, and the guards of reading and editing a journey."""

from __future__ import annotations

from collections.abc import Callable

from jcli.errors import Forbidden, NotAllowed, NotFound, Stale
from jcli.model import Actor, Audience, AuditEntry, Instant, JourneyStatus, Json, Kind, ManagedBy, Site, StoredJourney
from jcli.store import Tables

Clock = Callable[[], Instant]
NewId = Callable[[], str]


def visible_journey(tables: Tables, actor: Actor, journey_id: str, *, canvas: bool = True) -> StoredJourney:
    """The journey, or NotFound: one of another site is absent for the actor, not forbidden."""
    stored = tables.journey(journey_id, canvas=canvas)
    if stored is None or not actor.sees(stored.journey.site_id):
        raise NotFound(f"there is no journey {journey_id!r}")
    return stored


def must_match(version: int, if_match: int | None, what: str) -> None:
    """Stale when the caller's ETag is not the current version."""
    if if_match is not None and if_match != version:
        made_from = f"was made from {if_match}" if if_match >= 0 else "names a version that it never had"
        raise Stale(
            f"{what} has moved on: its version is {version}, the request {made_from}",
            hint="read it again and repeat the change on what is there now",
        )


def must_be_editable(tables: Tables, stored: StoredJourney) -> None:
    """NotAllowed for a journey that git manages, that is archived or that somebody protected."""
    if stored.journey.managed_by is ManagedBy.GIT:
        base = tables.base_of(Kind.JOURNEY, stored.journey.id)
        where = f"the file {base.file}" if base else "its file in git"
        raise NotAllowed(
            f"this journey is managed by git: edit {where}",
            hint="change the file and sync it, or take `managedBy: git` out of it",
            code="managed-by-git",
        )
    if stored.status is JourneyStatus.ARCHIVED:
        raise NotAllowed("an archived journey cannot be edited", hint="restore it first", code="archived")
    must_not_be_protected(tables, stored.journey.id)


def must_not_be_protected(tables: Tables, journey_id: str) -> None:
    """NotAllowed for a journey that somebody protected, with the reason that they gave."""
    protection = tables.protections().get(journey_id)
    if protection is not None:
        raise NotAllowed(
            f"this journey is protected by {protection.actor}: {protection.reason}",
            hint="`jcli protect KEY --off` takes the protection away, or DELETE its protection",
            code="protected",
        )


def must_see_site(actor: Actor, site_id: str | None) -> None:
    """Forbidden when the actor would write to a site outside its token's list."""
    if site_id is not None and not actor.sees(site_id):
        raise Forbidden(f"the token does not cover the site {site_id!r}", code="site-not-covered")


def site_of(item: object) -> str | None:
    """The site that a thing belongs to: a site to itself, an audience to one or none, a content to none."""
    if isinstance(item, Site):
        return item.id
    return item.site_id if isinstance(item, Audience) else None


def entry(actor: Actor, now: Instant, verb: str, kind: Kind, subject: str, detail: Json | None = None) -> AuditEntry:
    return AuditEntry(now, actor.name, actor.door, verb, kind.value, subject, detail or {})
