"""Every name in a test, a person or a model that must be known elsewhere in the workspace: one walk for all checks.

A case with `each` is walked once for each entry, with its values put in; a name that stands at one place is told once.
What an edit of the case brings into the journey is known there, so it is not asked; neither are the labels of a node
that an edit touches. Its input passed the shape checks, and nothing is judged here. Events and traits are the business
of `trial_mentions.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jcli.canonical import is_uuid
from jcli.checks.model_names import names_in_model
from jcli.checks.named import Named, Sort
from jcli.findings import Path
from jcli.model import Json, Kind
from jcli.parameters import Unfolded, unfolded

_BY_HAND = ("enter", "stop", "publish", "pause", "unpublish", "archive", "restore")
_OUTCOMES = ("show", "finish", "dismiss")
STRETCH = "..."
"""In a `path`: any nodes."""


@dataclass(frozen=True)
class Told:
    """A case of a document, as one entry of its `each` makes it."""

    index: int
    one: Unfolded
    journey: str

    def place(self, path: Path, *, of_key: bool = False) -> tuple[Path, bool]:
        """Where in the document a value of the case stands, or the key at the end of the path; and whether it is a key
        there as well."""
        found = self.one.source(path, of_key=of_key)
        return ("cases", self.index, *found), of_key and found[:1] != ("each",)

    def named(
        self,
        sort: Sort,
        text: str,
        path: Path,
        journey: str = "",
        *,
        name: str | None = None,
        label: str | None = None,
        of_key: bool = False,
        also: Iterable[str] = (),
    ) -> Named:
        """A name in the case: all of the text, or `name`, which is a part of it."""
        place, at_key = self.place(path, of_key=of_key)
        before, _, after = ("", "", "") if name is None else text.partition(name)
        loose = self.one.entry is not None and self._written(place) != text
        return Named(sort, name or text, place, journey, label, at_key, before, after, loose, tuple(also))

    def _written(self, place: Path) -> Any:
        value: Any = self.one.written
        for step in place[2:]:
            value = value[step]
        return value if isinstance(value, str) else place[-1]

    # What edits bring

    @cached_property
    def patches(self) -> list[Json]:
        """What the case lays over the nodes of the journey, node by node."""
        case = self.one.data
        laid = [case.get("revision"), *(step.get("edit") for step in case.get("steps", ()))]
        found = [patch.get("nodes") for patch in laid if isinstance(patch, Mapping)]
        return [nodes for nodes in found if isinstance(nodes, Mapping)]

    @cached_property
    def touched(self) -> frozenset[str]:
        return frozenset(key for nodes in self.patches for key in nodes)

    @cached_property
    def brought(self) -> frozenset[str]:
        """Keys of nodes, and ids of contents, that are there once the edits were made."""
        nodes = [(key, node) for patch in self.patches for key, node in patch.items() if isinstance(node, Mapping)]
        shown = (node.get("contentId") for _, node in nodes)
        return frozenset([*(key for key, _ in nodes), *(one for one in shown if isinstance(one, str))])


def cases_in(data: Json) -> Iterator[Told]:
    """The cases of a test, `each` unfolded. One that lacks a parameter's value is left out: it says nothing yet."""
    for index, case in enumerate(data["cases"]):
        for one in unfolded(case):
            if one.complete:
                yield Told(index, one, data["test"])


def names_in(kind: Kind, data: Json) -> tuple[Named, ...]:
    """The names in a test, a person or a model whose shape is right, each once, in the order in which they stand."""
    match kind:
        case Kind.TEST:
            found = _test(data)
        case Kind.MODEL:
            found = names_in_model(data)
        case _:
            found = _like(data, (), ())
    return tuple(dict.fromkeys(found))


def _test(data: Json) -> Iterator[Named]:
    people = data.get("people", {})
    yield Named(Sort.JOURNEY, data["test"], ("test",))
    yield from (Named(Sort.JOURNEY, key, ("live", index)) for index, key in enumerate(data.get("live", ())))
    for name, person in people.items():
        yield from _like(person, ("people", name), people)
    for told in cases_in(data):
        yield from _case(told, people)


def _like(person: Json, path: Path, own: Any) -> Iterator[Named]:
    if "like" in person and person["like"] not in own:
        yield Named(Sort.PERSON, person["like"], (*path, "like"), also=tuple(own))


def _case(told: Told, people: Json) -> Iterator[Named]:
    case = told.one.data
    entry = told.one.entry
    place = ("cases", told.index, "case") if entry is None else ("cases", told.index, "each", entry)
    yield Named(Sort.CASE, told.one.name, place, told.journey)
    for index, key in enumerate(case.get("live", ())):
        yield told.named(Sort.JOURNEY, key, ("live", index))
    person = case.get("person")
    if isinstance(person, str) and person not in people:
        yield told.named(Sort.PERSON, person, ("person",), also=people)
    elif isinstance(person, dict) and person.get("like", "") not in ("", *people):
        yield told.named(Sort.PERSON, person["like"], ("person", "like"), also=people)
    for where, label in case.get("split", {}).items():
        yield from _split(told, where, label)
    for index, step in enumerate(case.get("steps", ())):
        yield from _step(told, step, ("steps", index))
    yield from _expectation(told, case.get("expect", {}), ("expect",), told.journey)


def _split(told: Told, where: str, label: str) -> Iterator[Named]:
    """A label that a case forces: at `node`, or at `journey/node`."""
    other, _, node = where.rpartition("/")
    path = ("split", where)
    if other:
        yield told.named(Sort.JOURNEY, where, path, name=other, of_key=True)
    yield from _node(told, Sort.SPLIT, where, path, other or told.journey, name=node, label=label, of_key=True)


def _step(told: Told, step: Json, path: Path) -> Iterator[Named]:
    for verb in _BY_HAND:
        if verb in step:
            yield told.named(Sort.JOURNEY, step[verb], (*path, verb))
    for verb in _OUTCOMES:
        if verb in step:
            yield from _shown(told, step[verb], (*path, verb))
    for old, new in step.get("nodeMap", {}).items():
        where = (*path, "nodeMap", old)
        if not is_uuid(old):
            yield from _node(told, Sort.NODE, old, where, told.journey, of_key=True)
        yield from _node(told, Sort.NODE, new, where, told.journey)
    yield from _expectation(told, step.get("expect", {}), (*path, "expect"), told.journey)


def _shown(told: Told, text: str, path: Path) -> Iterator[Named]:
    """What a step is about: a content id, `node`, or `journey/node`."""
    if text in told.brought:
        return
    other, _, node = text.partition("/")
    if not node:
        yield told.named(Sort.SHOWN, text, path, told.journey)
    elif other != told.journey or node not in told.brought:
        yield told.named(Sort.SHOWN, text, path, other, name=node)


def _node(
    told: Told,
    sort: Sort,
    text: str,
    path: Path,
    journey: str,
    *,
    name: str | None = None,
    label: str | None = None,
    of_key: bool = False,
) -> Iterator[Named]:
    """A node; of one that an edit of the case touches the label is not asked."""
    key = name or text
    tested = journey == told.journey
    if tested and key in told.brought:
        return
    if tested and key in told.touched:
        sort, label = Sort.NODE, None
    also = sorted(told.brought) if tested else ()
    yield told.named(sort, text, path, journey, name=name, label=label, of_key=of_key, also=also)


def _expectation(told: Told, fields: Json, path: Path, journey: str) -> Iterator[Named]:
    if "at" in fields:
        yield from _node(told, Sort.NODE, fields["at"], (*path, "at"), journey)
    for field in ("path", "passed", "avoided"):
        for index, text in enumerate(fields.get(field, ())):
            name, _, label = text.strip().partition(" ")
            if text.strip() != STRETCH:
                where = (*path, field, index)
                yield from _node(told, Sort.NODE, text, where, journey, name=name, label=label.strip() or None)
    for node, label in fields.get("split", {}).items():
        yield from _node(told, Sort.SPLIT, node, (*path, "split", node), journey, label=label, of_key=True)
    yield from _deliveries(told, fields.get("deliveries", ()), (*path, "deliveries"), journey)
    for key, others in fields.get("journeys", {}).items():
        where = (*path, "journeys", key)
        yield told.named(Sort.JOURNEY, key, where, of_key=True)
        yield from _expectation(told, others, where, key)


def _deliveries(told: Told, said: Any, path: Path, journey: str) -> Iterator[Named]:
    brought = told.brought if journey == told.journey else frozenset()
    steps: Iterable[str | int] = said if isinstance(said, dict) else range(len(said))
    for name, step in zip(said, steps, strict=True):
        if name not in brought:
            yield told.named(Sort.SHOWS, name, (*path, step), journey, of_key=isinstance(said, dict))
