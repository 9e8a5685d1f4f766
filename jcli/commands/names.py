"""What documents are called: key <-> id, from what was synced."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jcli.errors import NotFound
from jcli.model import Kind, SyncMark

if TYPE_CHECKING:
    from jcli.operations import Holdings
    from jcli.targets import Target


@dataclass(frozen=True, slots=True)
class Names:
    """The documents that the target got from git."""

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


def names_of(target: Target) -> Names:
    return Names(target.holdings().marks)


@dataclass(frozen=True, slots=True)
class Known:
    """A journey of the store with what its document calls it. `nodes` maps node ids to keys, and is empty for a journey
    that did not come from git."""

    id: str
    name: str
    nodes: Mapping[str, str]

    def node_id(self, name: str) -> str:
        """The id that a node's key names; a name that is no key is taken for an id."""
        return next((node_id for node_id, key in self.nodes.items() if key == name), name)


def known_journey(target: Target, key: str) -> Known:
    """The journey that a document key (or an id) names; NotFound with the nearest key."""
    journey_id = known_id(target.holdings(), Kind.JOURNEY, key)
    base = target.base_of(Kind.JOURNEY, journey_id)
    return Known(journey_id, base.key if base else journey_id, base.names if base else {})


def known_id(holdings: Holdings, kind: Kind, key: str) -> str:
    """The id of the thing that a document key, or an id, names; NotFound with the nearest key."""
    names = Names(holdings.marks)
    known = {*names.keys(kind).values(), *holdings.ids(kind)}
    listed = "jcli list" if kind is Kind.JOURNEY else f"jcli list --kind {kind.value}"
    hint = f"`{listed}` shows all; what did not come from git, or was pruned, goes by its id"
    must_know(key, known, f"the store has no {kind.value} `{key}`", hint)
    return names.id(kind, key)


def must_know(name: str, known: Collection[str], otherwise: str, hint: str | None = None) -> None:
    """NotFound, with the nearest word, or else the hint, when a name is not among those known."""
    if name not in known:
        near = meant(name, known)
        raise NotFound(otherwise + near, hint=None if near else hint)


def meant(word: str, known: Collection[str]) -> str:
    """`; did you mean ...?` where a word is close, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
