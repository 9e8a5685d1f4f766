"""Which documents a plan is narrowed to by the keys that somebody named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jcli.compiler import Compilation
from jcli.errors import InvalidRequest
from jcli.model import Kind, SyncMark
from jcli.operations.naming import named_by


def must_know(names: Collection[str], places: Collection[tuple[Kind, str]]) -> None:
    known = {key for _, key in places} | {f"{kind.value}/{key}" for kind, key in places}
    for name in sorted(names):
        if name not in known:
            raise InvalidRequest(
                f"no document that is synced has the key {name!r}", hint="see `jcli status`, or the files"
            )


def must_reach(names: Collection[str], wanted: Collection[tuple[Kind, str]]) -> None:
    """InvalidRequest for a decision about a document that is not looked at: it would be passed over in silence."""
    reached = {key for _, key in wanted} | {f"{kind.value}/{key}" for kind, key in wanted}
    for name in sorted(names):
        if name not in reached:
            raise InvalidRequest(
                f"{name!r} is decided about, but is not among the documents that were named", hint="name its key too"
            )


def closure(
    compilation: Compilation, keys: Collection[str], marks: Mapping[tuple[Kind, str], SyncMark]
) -> set[tuple[Kind, str]]:
    """The documents with these keys, the sites, audiences and contents that they name, and whatever else these go by:
    what was synced under another key is the same document."""
    places = {*compilation.sources, *marks}
    by_id: dict[tuple[Kind, str], set[tuple[Kind, str]]] = {}
    for place, source in compilation.sources.items():
        by_id.setdefault((place[0], source.item.id), set()).add(place)
    for place, mark in marks.items():
        by_id.setdefault((place[0], mark.id), set()).add(place)
    reached: set[tuple[Kind, str]] = set()
    ahead = {place for place in places if place[1] in keys or f"{place[0].value}/{place[1]}" in keys}
    while ahead:
        reached |= ahead
        named = {one for place in ahead for one in _reach(place, compilation, marks)}
        ahead = {place for one in named for place in by_id.get(one, ())} - reached
    return reached


def _reach(
    place: tuple[Kind, str], compilation: Compilation, marks: Mapping[tuple[Kind, str], SyncMark]
) -> Iterator[tuple[Kind, str]]:
    """Kind and id of a document, of what it was when it was synced, and of what it names."""
    if place in marks:
        yield place[0], marks[place].id
    if place in compilation.sources:
        item = compilation.sources[place].item
        yield place[0], item.id
        yield from named_by(item)
