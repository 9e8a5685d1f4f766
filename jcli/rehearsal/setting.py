"""The journeys of a workspace, ready to be lived in: compiled, by key, with what their authors call their nodes.

A journey with graph errors could not be published, so nobody lives in it; `Setting.barred` says why. Audiences keep
the order of the documents, and so do journeys, because a person who could enter two enters them in that order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jcli.canonical import Places
from jcli.checks import World as References
from jcli.compiler import Compilation, Source, check_shapes, world_of
from jcli.documents import Document
from jcli.engine import Catalogue, CompiledJourney, Listed, NotRunnable, Zones, compile_journey
from jcli.graph import JourneyGraph
from jcli.model import Audience, Instant, Journey, JourneyStatus, Kind

_MOST_KEPT = 64


@dataclass(frozen=True)
class Live:
    """A journey that people can live in. `name_of` is what its author calls a node, `node_id` the other way round."""

    key: str
    journey: Journey
    compiled: CompiledJourney
    document: Document
    places: Places

    def name_of(self, node_id: str) -> str:
        return self.places.name(node_id)

    def node_id(self, name: str) -> str | None:
        return self._ids.get(name)

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return {self.places.name(node.id): node.id for node in self.journey.nodes}

    @cached_property
    def graph(self) -> JourneyGraph:
        return JourneyGraph(self.journey)


@dataclass(frozen=True)
class Setting:
    """`journeys` by key, in the order of the documents; `barred` are those that could not be published, by key, with
    the first reason. `documents` are all of the workspace: the world into which a new revision of a journey would
    have to fit."""

    workspace: str
    journeys: Mapping[str, Live]
    audiences: Mapping[str, Audience]
    barred: Mapping[str, str]
    zones: Zones
    documents: Sequence[Document] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Live]:
        """The journeys by their ids."""
        return {live.journey.id: live for live in self.journeys.values()}

    @cached_property
    def drafts(self) -> Catalogue:
        """All journeys as DRAFTs, in their first revisions: what a world begins with. A world never changes a
        catalogue, so many can share it."""
        return self.catalogue()

    @cached_property
    def world(self) -> References:
        """What the references of a journey can point to."""
        return world_of(check_shapes(self.documents, (), self.workspace).heads)

    def published(self, keys: Collection[str], since: Instant) -> Catalogue:
        """All journeys, these PUBLISHED since that instant and the others DRAFTs. Kept for the next who asks."""
        asked = (frozenset(keys), since)
        found = self._published.get(asked)
        if found is None:
            if len(self._published) >= _MOST_KEPT:
                self._published.clear()
            listed = [
                Listed(live.compiled, JourneyStatus.PUBLISHED if key in asked[0] else JourneyStatus.DRAFT, since)
                for key, live in self.journeys.items()
            ]
            found = self._published[asked] = Catalogue(listed, self.audiences.values(), self.zones)
        return found

    @cached_property
    def _published(self) -> dict[tuple[frozenset[str], Instant], Catalogue]:
        return {}

    def catalogue(
        self, keys: Iterable[str] | None = None, status: JourneyStatus = JourneyStatus.DRAFT, since: Instant = 0
    ) -> Catalogue:
        """A catalogue of these journeys (None: of all), each in its first revision. KeyError for a key that is not
        among `journeys`."""
        chosen = self.journeys.values() if keys is None else [self.journeys[key] for key in keys]
        listed = [Listed(live.compiled, status, since) for live in chosen]
        return Catalogue(listed, self.audiences.values(), self.zones)


def setting_of(compilation: Compilation, workspace: str, zones: Zones, documents: Sequence[Document] = ()) -> Setting:
    """What a workspace's documents come to. `zones` finds a time zone by its IANA name; without the `documents` nothing
    can be revised."""
    items = list(compilation.sources.values())
    audiences = {item.item.id: item.item for item in items if isinstance(item.item, Audience)}
    journeys: dict[str, Live] = {}
    barred: dict[str, str] = {}
    for source in items:
        if source.kind is not Kind.JOURNEY:
            continue
        errors = compilation.graph_errors.get(source.key)
        if errors:
            barred[source.key] = errors[0].message
            continue
        try:
            journeys[source.key] = _live(source, audiences)
        except NotRunnable as error:
            barred[source.key] = str(error)
    return Setting(workspace, journeys, audiences, barred, zones, documents)


def _live(source: Source, audiences: Mapping[str, Audience]) -> Live:
    assert isinstance(source.item, Journey)
    audience = audiences.get(source.item.audience_id or "")
    compiled = compile_journey(source.item, 1, audience)
    return Live(source.key, source.item, compiled, source.document, source.places)
