"""Write keys: public, one a site. With one, browsers and apps may send events of that site and read what is to be shown
to one person; it opens nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jcli.model import Actor, Kind, Site, Stored
from jcli.operations.context import Clock, NewId, entry
from jcli.operations.things import get_thing
from jcli.store import Store


def write_keys_of(store: Store, things: Iterable[Stored]) -> Mapping[str, str]:
    """Site id -> its write key, for those of the things that are sites."""
    sites = [stored.item.id for stored in things if isinstance(stored.item, Site)]
    if not sites:
        return {}
    with store.read() as tables:
        return tables.write_keys(sites)


def site_of_write_key(store: Store, key: str) -> Site | None:
    with store.read() as tables:
        return tables.site_of_key(key)


def known_domains(store: Store) -> frozenset[str]:
    """The host names of all sites."""
    with store.read() as tables:
        return tables.all_domains()


def rotate_write_key(store: Store, clock: Clock, actor: Actor, site_id: str, *, new_id: NewId) -> Stored:
    """Give the site another key. The one before opens nothing from now on; NotFound for a site unseen."""
    with store.write() as tables:
        stored = get_thing(store, actor, Kind.SITE, site_id)
        tables.put_write_key(site_id, new_id().replace("-", ""))
        tables.log([entry(actor, clock(), "rotate-write-key", Kind.SITE, site_id)])
        return stored
