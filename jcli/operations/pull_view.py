"""What a pull needs to know of the store: what to do about each document, and the items that go home.

This is all of it that a pull sees; `pull.py` makes files of it. `jcli/targets/homeward.py` gathers it, from a database
or a server alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from jcli.authoring import document_keys
from jcli.canonical import document_id
from jcli.compiler import Compilation
from jcli.model import Item, Kind
from jcli.operations.holdings import THINGS
from jcli.plan import Alone, Place, PullDecision

_KINDS = (*THINGS, Kind.JOURNEY)


@dataclass(frozen=True, slots=True)
class PullView:
    """`items` are what the store holds of what goes home, by kind and id; `names` the keys that the nodes of a journey
    had when it was last synced, by journey id."""

    decisions: tuple[PullDecision, ...]
    items: Mapping[Place, Item]
    names: Mapping[str, Mapping[str, str]]


def keyed(alone: Iterable[Alone], compilation: Compilation, workspace: str, marks: Iterable[Place]) -> list[Alone]:
    """The same with readable keys, which no document has or had. A site or an audience to which documents refer by a
    key that nothing declares gets that key; it is nobody else's. `workspace` is the slug from which ids are derived."""
    places = [*compilation.sources, *marks]
    lone = list(alone)
    keys: dict[Place, str] = {}
    for kind in _KINDS:
        named = {str(source.document.data.get(kind.value)) for source in compilation.sources.values()}
        meant = {document_id(workspace, kind, key): key for key in named} if kind in (Kind.SITE, Kind.AUDIENCE) else {}
        taken = {*named, *(key for other, key in places if other is kind)}
        of_kind = [(one.id, one.name) for one in lone if one.kind is kind]
        free = [(thing_id, name) for thing_id, name in of_kind if thing_id not in meant]
        keys |= {(kind, thing_id): meant[thing_id] for thing_id, _ in of_kind if thing_id in meant}
        keys |= {(kind, one): key for one, key in document_keys(kind, free, taken).items()}
    return [replace(one, key=keys[one.kind, one.id]) for one in lone]
