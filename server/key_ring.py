"""The sites by their write keys, at hand: an event comes with every other request, and asking the store each time would
wait for the writer's thread to let go.

What this process changes counts at once (`forget`), what another one changes within a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from jcli.errors import StoreError
from jcli.model import Site
from jcli.operations import known_domains, site_of_write_key
from jcli.store import Store
from server.reader import Reader

_FRESH_SECONDS = 1.0
_MOST = 10_000


class KeyRing:
    def __init__(self, store: Store, reader: Reader, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._reader = reader
        self._ticks = ticks
        self._sites: dict[str, Site] = {}
        self._domains: frozenset[str] = frozenset()
        self._domains_known = False
        self._stale_at = 0.0

    async def site(self, key: str) -> Site | None:
        """The site whose write key this is. A key of nobody is asked for each time, so that none is kept."""
        self._look()
        site = self._sites.get(key)
        if site is None:
            site = await self._reader.run(lambda: site_of_write_key(self._store, key))
            if site is not None and len(self._sites) < _MOST:
                self._sites[key] = site
        return site

    async def domains(self) -> frozenset[str]:
        """The host names of all sites; while the store is away those that it had, so that pages may read why they are
        refused."""
        self._look()
        if not self._domains_known:
            self._domains_known = True
            try:
                self._domains = await self._reader.run(lambda: known_domains(self._store))
            except StoreError:
                self._domains_known = False
        return self._domains

    def forget(self) -> None:
        """Something was changed: ask the store again."""
        self._sites.clear()
        self._domains_known = False

    def _look(self) -> None:
        now = self._ticks()
        if now >= self._stale_at:
            self.forget()
            self._stale_at = now + _FRESH_SECONDS
