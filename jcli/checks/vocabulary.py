"""The vocabulary: which events and traits a workspace knows, and of which type their values are.

Made from the documents of the kind `vocabulary` that passed the shape checks; several add up. It is small and plain,
because `validate` hands it from process to process. It judges nothing: `unknown_event`, `unknown_trait`,
`unknown_property` and `wrong_trait_type` ask it, and `conflicting_type` tells where two documents say different things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from jcli.checks.nearest import nearest
from jcli.findings import Path
from jcli.model import Json

BUILT_IN = frozenset({"element_click"})
"""The events that the product itself gives a meaning; they need no declaration, and have properties of their own."""


class ValueType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    LIST = "list"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Definition:
    """What the values of a trait or a property are. `values` are all that there may be (of a list: its items), in the
    order of the document; empty: any of the type."""

    type: ValueType
    values: tuple[str | int | float, ...] = ()

    def agrees(self, other: Definition) -> bool:
        """Whether both say the same; the order of the values carries no meaning."""
        return self.type is other.type and set(self.values) == set(other.values)


ANY = Definition(ValueType.ANY)

Definitions = Mapping[str, Definition]


@dataclass(frozen=True)
class Vocabulary:
    """`events` are by name the properties of each, None where no document lists them; `traits` are by name. Either is
    None when no document lists any, and is not asked about then."""

    events: Mapping[str, Definitions | None] | None = None
    traits: Definitions | None = None

    @cached_property
    def event_names(self) -> frozenset[str]:
        """All events that a document may name."""
        return BUILT_IN.union(self.events or ())

    @cached_property
    def trait_names(self) -> frozenset[str]:
        return frozenset(self.traits or ())

    def properties(self, event: str | None) -> Definitions | None:
        """What is known of the properties of an event; None: nothing."""
        return self.events.get(event) if self.events is not None and event is not None else None


class Clash(NamedTuple):
    """A name of which a later document says something else: the so-many-th document, and where it stands there."""

    document: int
    path: Path
    first: Definition
    other: Definition


def vocabulary_of(data: Json) -> Vocabulary:
    """What one document says. It passed the shape checks."""
    events, traits = data.get("events"), data.get("traits")
    return Vocabulary(
        None if not events else {name: _properties(event) for name, event in events.items()},
        None if not traits else _definitions(traits),
    )


def _properties(event: Json | None) -> Definitions | None:
    listed = (event or {}).get("properties")
    return None if listed is None else _definitions(listed)


def _definitions(listed: Json) -> Definitions:
    return {name: _definition(said) for name, said in listed.items()}


def _definition(said: str | Json) -> Definition:
    if isinstance(said, str):
        return Definition(ValueType(said))
    return Definition(ValueType(said["type"]), tuple(said.get("values") or ()))


def add_up(vocabularies: Iterable[Vocabulary]) -> tuple[Vocabulary, list[Clash]]:
    """What several documents say together. What they contradict each other in may be anything, so that one mistake is
    told once."""
    events: dict[str, dict[str, Definition] | None] | None = None
    traits: dict[str, Definition] | None = None
    clashes: list[Clash] = []
    for number, vocabulary in enumerate(vocabularies):
        if vocabulary.events is not None:
            events = {} if events is None else events
            clashes += _add_events(events, vocabulary.events, number)
        if vocabulary.traits is not None:
            traits = {} if traits is None else traits
            clashes += _add(traits, vocabulary.traits, number, ("traits",))
    for clash in clashes:
        _forget(events or {}, traits or {}, clash.path)
    return Vocabulary(events, traits), clashes


def _add_events(
    known: dict[str, dict[str, Definition] | None], more: Mapping[str, Definitions | None], number: int
) -> Iterator[Clash]:
    for name, properties in more.items():
        listed = known.setdefault(name, None)
        if properties is None:
            continue
        if listed is None:
            listed = known[name] = {}
        yield from _add(listed, properties, number, ("events", name, "properties"))


def _add(known: dict[str, Definition], more: Definitions, number: int, path: Path) -> Iterator[Clash]:
    for name, definition in more.items():
        first = known.setdefault(name, definition)
        if not first.agrees(definition):
            yield Clash(number, (*path, name), first, definition)


def _forget(events: dict[str, dict[str, Definition] | None], traits: dict[str, Definition], path: Path) -> None:
    """Let a name be anything."""
    match path:
        case ("traits", str(name)):
            traits[name] = ANY
        case ("events", str(event), _, str(name)):
            (events[event] or {})[name] = ANY


@lru_cache(maxsize=1000)
def nearest_word(word: str, known: frozenset[str]) -> str | None:
    """The known word most like the given one. One wrong word is often in many journeys, so answers are kept."""
    return nearest(word, known)
