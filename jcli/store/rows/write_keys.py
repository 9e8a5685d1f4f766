"""The write keys of sites. The database makes one for each site that comes in, by whatever door: see the trigger
`sites_have_a_write_key`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import orjson

from jcli.model import Site
from jcli.store.rows.group import TableGroup


class WriteKeyTables(TableGroup):
    """The public keys by which events come in."""

    __slots__ = ()

    def write_keys(self, site_ids: Collection[str]) -> Mapping[str, str]:
        return dict(self._session.rows(self._sql["write_keys.keys_of"], (self._session.among(site_ids),)))

    def site_of_key(self, key: str) -> Site | None:
        row = self._session.row(self._sql["write_keys.site_of"], (key,))
        return None if row is None else Site(row[0], row[1], tuple(orjson.loads(row[2])))

    def put_write_key(self, site_id: str, key: str) -> None:
        self._session.run(self._sql["write_keys.put"], (key, site_id))

    def all_domains(self) -> frozenset[str]:
        return frozenset(
            domain
            for (domains,) in self._session.rows(self._sql["write_keys.all_domains"])
            for domain in orjson.loads(domains)
        )
