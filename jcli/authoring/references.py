"""How a document names a site or an audience: by its key where a document declares it, else by its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jcli.model import Kind


@dataclass(frozen=True, slots=True)
class References:
    """Id -> key of the sites and the audiences that documents of the workspace declare."""

    sites: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)

    def named(self, kind: Kind, thing_id: str) -> tuple[str, str]:
        """Field and value that name the thing: `site`, `main`, or `siteId` and its id."""
        keys = self.sites if kind is Kind.SITE else self.audiences
        key = keys.get(thing_id)
        return (f"{kind.value}Id", thing_id) if key is None else (kind.value, key)
