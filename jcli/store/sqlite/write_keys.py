"""The write keys of sites. SQLite makes one for each site that comes in, by whatever door: see the trigger
`sites_have_a_write_key`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson

from jcli.model import Site
from jcli.store.sqlite.group import TableGroup, json_text
from jcli.store.sqlite.queries import load

_SQL = load("write_keys")


class WriteKeyTables(TableGroup):
    """The public keys by which events come in."""

    __slots__ = ()

    def write_keys(self, site_ids: Collection[str]) -> Mapping[str, str]:
        return dict(self._session.rows(_SQL["keys_of"], (json_text(list(site_ids)),)))

    def site_of_key(self, key: str) -> Site | None:
        row = self._session.row(_SQL["site_of"], (key,))
        return None if row is None else Site(row[0], row[1], tuple(orjson.loads(row[2])))

    def put_write_key(self, site_id: str, key: str) -> None:
        self._session.run(_SQL["put"], (key, site_id))

    def all_domains(self) -> frozenset[str]:
        return frozenset(
            domain for (domains,) in self._session.rows(_SQL["all_domains"]) for domain in orjson.loads(domains)
        )
