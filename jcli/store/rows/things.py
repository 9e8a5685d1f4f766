"""The rows of sites, audiences and contents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from jcli.model import Audience, Content, Instant, Kind, Site, Stored
from jcli.store.protocol import Listing, Page, Sites
from jcli.store.rows.counters import count_things
from jcli.store.rows.group import Row, TableGroup, json_text
from jcli.store.rows.paging import Order, Stretch, listing, page_rows

_TABLES = {Kind.SITE: "sites", Kind.AUDIENCE: "audiences", Kind.CONTENT: "contents"}
_NAMING = {
    Kind.SITE: "things.naming_site",
    Kind.AUDIENCE: "things.naming_audience",
    Kind.CONTENT: "things.naming_content",
}
_ORDERS = {kind: Order(f"things.{table}", table, "things.row") for kind, table in _TABLES.items()}


def _site(row: Row) -> Site:
    return Site(row[1], row[5], tuple(orjson.loads(row[6])))


def _audience(row: Row) -> Audience:
    return Audience(row[1], row[5], orjson.loads(row[6]), row[7])


def _content(row: Row) -> Content:
    return Content(row[1], row[5], row[6], None if row[7] is None else orjson.loads(row[7]))


_ITEMS: Mapping[Kind, Callable[[Row], Site | Audience | Content]] = {
    Kind.SITE: _site,
    Kind.AUDIENCE: _audience,
    Kind.CONTENT: _content,
}


def _stored(kind: Kind, row: Row) -> Stored:
    return Stored(_ITEMS[kind](row), row[2], row[3], row[0], row[4])


def _values(item: Site | Audience | Content) -> tuple[Kind, str, tuple[object, ...]]:
    """The kind, the statement that puts it and its own values."""
    match item:
        case Site():
            return Kind.SITE, "things.put_site", (item.name, json_text(item.domains))
        case Audience():
            return Kind.AUDIENCE, "things.put_audience", (item.name, json_text(item.rules), item.site_id)
        case Content():
            body = None if item.body is None else json_text(item.body)
            return Kind.CONTENT, "things.put_content", (item.content_type, item.name, body)


def _site_of(item: Site | Audience | Content) -> str | None:
    """The site that it is counted for: a site is listed by its own id and counted as one of all."""
    return item.site_id if isinstance(item, Audience) else None


class ThingTables(TableGroup):
    """Sites, audiences, contents: one table each, one shape for the store's callers."""

    __slots__ = ()

    def thing(self, kind: Kind, thing_id: str) -> Stored | None:
        row = self._session.row(f"{self._sql[_ORDERS[kind].select]} WHERE id = ?", (thing_id,))
        return None if row is None else _stored(kind, row)

    def things(self, kind: Kind, sites: Sites, page: Page) -> Listing[Stored]:
        if kind is Kind.CONTENT or sites is None:
            stretches, total = [Stretch()], self._scalar(self._sql["things.total"], (kind,))
        elif kind is Kind.AUDIENCE:
            stretches = [Stretch("site_id = ? AND ", (site,)) for site in sorted(sites)]
            stretches.append(Stretch("site_id IS NULL AND "))
            total = self._scalar(self._sql["things.total_of_sites"], (kind, self._session.among(["", *sites])))
        else:
            known = [
                row[0] for row in self._session.rows(self._sql["things.known_sites"], (self._session.among(sites),))
            ]
            stretches, total = [Stretch("id = ? AND ", (site,)) for site in known], len(known)
        rows = page_rows(self._session, _ORDERS[kind], stretches, page)
        return listing(rows, page, total, lambda row: _stored(kind, row))

    def thing_states(self, kind: Kind) -> Mapping[str, tuple[str, int]]:
        return {row[1]: (row[3], row[2]) for row in self._session.rows(self._sql[_ORDERS[kind].select])}

    def put_thing(self, item: Site | Audience | Content, fingerprint: str, now: Instant) -> Stored:
        kind, statement, values = _values(item)
        before = self.thing(kind, item.id)
        self._session.run(self._sql[statement], (item.id, fingerprint, now, *values))
        changes = {(kind.value, _site_of(item)): 1}
        if before is not None:
            key = (kind.value, _site_of(before.item))
            changes[key] = changes.get(key, 0) - 1
        count_things(self._session, changes)
        self._tell_runtimes(kind)
        version, created_at = (1, now) if before is None else (before.version + 1, before.created_at)
        return Stored(item, version, fingerprint, created_at, now)

    def remove_thing(self, kind: Kind, thing_id: str) -> bool:
        before = self.thing(kind, thing_id)
        if before is None:
            return False
        self._session.run(f"DELETE FROM {_TABLES[kind]} WHERE id = ?", (thing_id,))
        count_things(self._session, {(kind.value, _site_of(before.item)): -1})
        self._tell_runtimes(kind)
        return True

    def naming(self, kind: Kind, thing_id: str) -> list[tuple[Kind, str, str]]:
        rows = self._session.rows(self._sql[_NAMING[kind]], (thing_id,))
        return [(Kind(namer), namer_id, name) for namer, namer_id, name in rows]

    def _tell_runtimes(self, kind: Kind) -> None:
        """Audiences are part of what the engine was compiled from."""
        if kind is Kind.AUDIENCE:
            self._session.run(self._sql["running.catalogue_changed"])
