"""What documents are called: key <-> id, from what was synced."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.errors import NotFound
from jcli.model import Kind, SyncMark

if TYPE_CHECKING:
    from jcli.store import Store


@dataclass(frozen=True, slots=True)
class Names:
    """The documents that the store got from git."""

    marks: Mapping[tuple[Kind, str], SyncMark]

    def key(self, kind: Kind, thing_id: str) -> str | None:
        """The key of the thing with this id; None for one that did not come from git."""
        mark = self.mark(kind, thing_id)
        return mark.key if mark else None

    def mark(self, kind: Kind, thing_id: str) -> SyncMark | None:
        return next((mark for mark in self.marks.values() if mark.kind is kind and mark.id == thing_id), None)

    def keys(self, kind: Kind) -> Mapping[str, str]:
        """id -> key of all of a kind."""
        return {mark.id: mark.key for mark in self.marks.values() if mark.kind is kind}

    def id(self, kind: Kind, name: str) -> str:
        """The id that a key names; a name that is no key is taken for an id."""
        mark = self.marks.get((kind, name))
        return mark.id if mark else name


def names_of(store: Store) -> Names:
    with store.read() as tables:
        return Names(tables.marks())


def must_know(name: str, known: Collection[str], otherwise: str) -> None:
    """NotFound, with the nearest word, when a name is not among those known."""
    if name not in known:
        raise NotFound(otherwise + meant(name, known))


def meant(word: str, known: Collection[str]) -> str:
    """`; did you mean ...?` where a word is close, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
