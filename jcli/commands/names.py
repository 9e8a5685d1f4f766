"""What documents are called: key <-> id, from what was synced."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.errors import NotFound
from jcli.model import Kind, SyncBase

if TYPE_CHECKING:
    from jcli.store import Store


@dataclass(frozen=True, slots=True)
class Names:
    """The documents that the store got from git."""

    bases: Mapping[tuple[Kind, str], SyncBase]

    def key(self, kind: Kind, thing_id: str) -> str | None:
        """The key of the thing with this id; None for one that did not come from git."""
        base = self.base(kind, thing_id)
        return base.key if base else None

    def base(self, kind: Kind, thing_id: str) -> SyncBase | None:
        return next((base for base in self.bases.values() if base.kind is kind and base.id == thing_id), None)

    def keys(self, kind: Kind) -> Mapping[str, str]:
        """id -> key of all of a kind."""
        return {base.id: base.key for base in self.bases.values() if base.kind is kind}

    def id(self, kind: Kind, name: str) -> str:
        """The id that a key names; a name that is no key is taken for an id."""
        base = self.bases.get((kind, name))
        return base.id if base else name


def names_of(store: Store) -> Names:
    with store.read() as tables:
        return Names(tables.bases())


def must_know(name: str, known: Collection[str], otherwise: str) -> None:
    """NotFound, with the nearest word, when a name is not among those known."""
    if name not in known:
        raise NotFound(otherwise + meant(name, known))


def meant(word: str, known: Collection[str]) -> str:
    """`; did you mean ...?` where a word is close, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
