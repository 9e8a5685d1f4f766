"""What whoever runs a plan has decided about it: which side to take, what to adopt, whether to prune, what to allow.

A document is named by its key, or by `<kind>/<key>` where a site and a journey share one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jcli.model import Kind


class Side(StrEnum):
    GIT = "git"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Choices:
    """`take`: document -> the side that has its way where the two differ. `adopt`: documents that git takes over from
    the API. `prune`: what git no longer has is archived (a thing: removed). `allow`: the rails that are waived, in the
    words in which a plan prints them (`archive=welcome`)."""

    take: Mapping[str, Side] = field(default_factory=dict)
    adopt: frozenset[str] = frozenset()
    prune: bool = False
    allow: frozenset[str] = frozenset()

    def side(self, kind: Kind, key: str) -> Side | None:
        return self.take.get(f"{kind.value}/{key}") or self.take.get(key)

    def adopts(self, kind: Kind, key: str) -> bool:
        return not self.adopt.isdisjoint({key, f"{kind.value}/{key}"})

    @property
    def named(self) -> frozenset[str]:
        """All documents that the choices name."""
        return frozenset(self.take) | self.adopt


NONE = Choices()
