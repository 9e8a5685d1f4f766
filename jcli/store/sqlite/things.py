"""The rows of sites, audiences and contents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from jcli.model import Audience, Content, Instant, Kind, Site, Stored
from jcli.store.protocol import Listing, Page, Sites
from jcli.store.sqlite.counters import count_things
from jcli.store.sqlite.group import TableGroup, json_text
from jcli.store.sqlite.paging import Order, Stretch, listing, page_rows
from jcli.store.sqlite.queries import load
from jcli.store.sqlite.session import Row

_SQL = load("things")
_RUNNING = load("running")
_TABLES = {Kind.SITE: "sites", Kind.AUDIENCE: "audiences", Kind.CONTENT: "contents"}
_NAMING = {
    Kind.SITE: _SQL["naming_site"],
    Kind.AUDIENCE: _SQL["naming_audience"],
    Kind.CONTENT: _SQL["naming_content"],
}
_ORDERS = {kind: Order(_SQL[table], table) for kind, table in _TABLES.items()}


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


def _values(item: Site | Audience | Content) -> tuple[Kind, str, dict[str, Any]]:
    """The kind, the statement that puts it and its own values."""
    match item:
        case Site():
            return Kind.SITE, "put_site", {"name": item.name, "domains": json_text(item.domains)}
        case Audience():
            values = {"name": item.name, "rules": json_text(item.rules), "site_id": item.site_id}
            return Kind.AUDIENCE, "put_audience", values
        case Content():
            body = None if item.body is None else json_text(item.body)
            return Kind.CONTENT, "put_content", {"content_type": item.content_type, "name": item.name, "body": body}


def _site_of(item: Site | Audience | Content) -> str | None:
    """The site that it is counted for: a site is listed by its own id and counted as one of all."""
    return item.site_id if isinstance(item, Audience) else None


class ThingTables(TableGroup):
    """Sites, audiences, contents: one table each, one shape for the store's callers."""

    __slots__ = ()

    def thing(self, kind: Kind, thing_id: str) -> Stored | None:
        row = self._session.row(f"{_SQL[_TABLES[kind]]} WHERE id = ?", (thing_id,))
        return None if row is None else _stored(kind, row)

    def things(self, kind: Kind, sites: Sites, page: Page) -> Listing[Stored]:
        if kind is Kind.CONTENT or sites is None:
            stretches, total = [Stretch()], self._scalar(_SQL["total"], (kind,))
        elif kind is Kind.AUDIENCE:
            stretches = [Stretch("site_id = ? AND ", (site,)) for site in sorted(sites)]
            stretches.append(Stretch("site_id IS NULL AND "))
            total = self._scalar(_SQL["total_of_sites"], (kind, json_text(["", *sites])))
        else:
            known = [row[0] for row in self._session.rows(_SQL["known_sites"], (json_text(list(sites)),))]
            stretches, total = [Stretch("id = ? AND ", (site,)) for site in known], len(known)
        rows = page_rows(self._session, _ORDERS[kind], stretches, page)
        return listing(rows, page, total, lambda row: _stored(kind, row))

    def thing_states(self, kind: Kind) -> Mapping[str, tuple[str, int]]:
        return {row[1]: (row[3], row[2]) for row in self._session.rows(_SQL[_TABLES[kind]])}

    def put_thing(self, item: Site | Audience | Content, fingerprint: str, now: Instant) -> Stored:
        kind, statement, values = _values(item)
        before = self.thing(kind, item.id)
        self._session.run(_SQL[statement], {**values, "id": item.id, "fingerprint": fingerprint, "now": now})
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
        rows = self._session.rows(_NAMING[kind], (thing_id,))
        return [(Kind(namer), namer_id, name) for namer, namer_id, name in rows]

    def _tell_runtimes(self, kind: Kind) -> None:
        """Audiences are part of what the engine was compiled from."""
        if kind is Kind.AUDIENCE:
            self._session.run(_RUNNING["catalogue_changed"])
