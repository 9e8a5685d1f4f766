"""The sites by their write keys, at hand: an event comes with every other request, and asking the store each time would
wait for the writer's thread to let go.

What this process changes counts at once (`forget`), what another one changes within a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from jcli.model import Site
from jcli.operations import known_domains, site_of_write_key
from jcli.store import Store

_FRESH_SECONDS = 1.0
_MOST = 10_000


class KeyRing:
    def __init__(self, store: Store, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._ticks = ticks
        self._sites: dict[str, Site] = {}
        self._domains: frozenset[str] | None = None
        self._stale_at = 0.0

    def site(self, key: str) -> Site | None:
        """The site whose write key this is. A key of nobody is asked for each time, so that none is kept."""
        self._look()
        site = self._sites.get(key)
        if site is None:
            site = site_of_write_key(self._store, key)
            if site is not None and len(self._sites) < _MOST:
                self._sites[key] = site
        return site

    def domains(self) -> frozenset[str]:
        """The host names of all sites."""
        self._look()
        if self._domains is None:
            self._domains = known_domains(self._store)
        return self._domains

    def forget(self) -> None:
        """Something was changed: ask the store again."""
        self._sites.clear()
        self._domains = None

    def _look(self) -> None:
        now = self._ticks()
        if now >= self._stale_at:
            self.forget()
            self._stale_at = now + _FRESH_SECONDS
