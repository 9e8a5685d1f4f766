"""What a check is given: a document among all others, the world that references point into, the subject whose
graph is judged, the audience whose rules are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jcli.canonical import Outline, Places
from jcli.checks import mentions, trial_mentions, trial_names
from jcli.checks.mentions import Mention
from jcli.checks.named import Named
from jcli.checks.vocabulary import Vocabulary
from jcli.documents import Document
from jcli.findings import Path, Problem
from jcli.graph import JourneyGraph
from jcli.model import Audience, Edge, Journey, Json, Kind, NodeType

LONGEST_MESSAGE = 140
_SHOWN = 6
"""The most nodes of a cycle that a message names."""


@dataclass(frozen=True, slots=True)
class World:
    """What a journey's references can point to. `sites` and `audiences` map keys to ids (a workspace), the `_ids`
    are ids that a store knows; None: not asked, because none of the kind is declared. `content_types` are those of
    the contents whose documents say one; the `vocabulary` is a workspace's, and None where it has none. `named` are the
    documents that tests name, as in `journey welcome`: whether they are declared."""

    sites: Mapping[str, str] | None = None
    audiences: Mapping[str, str] = field(default_factory=dict)
    contents: frozenset[str] | None = None
    site_ids: frozenset[str] | None = None
    audience_ids: frozenset[str] | None = None
    content_types: Mapping[str, str] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None
    named: Mapping[str, bool] = field(default_factory=dict)


NOWHERE = World()
"""A world in which nothing is declared."""


@dataclass(frozen=True, slots=True)
class Referrer:
    """An outline with the world that its references point into. Besides journeys, audiences refer to a site; their
    outline has fields only."""

    outline: Outline
    world: World
    kind: Kind = Kind.JOURNEY


@dataclass(frozen=True, slots=True)
class Declaration:
    """A document that passed the shape checks, with the id that it pins or that is derived for it."""

    document: Document
    kind: Kind
    key: str
    id: str

    @property
    def place(self) -> str:
        """Where its head key stands, as `file:line`."""
        return f"{self.document.file}:{self.document.spans.key((self.kind.value,)).line}"


@dataclass(frozen=True)
class Subject:
    """A journey that passed the reference checks, its graph, where its parts stand in the source, and the world that
    it was written in. `node_map` is what its document says of nodes that go."""

    journey: Journey
    graph: JourneyGraph
    places: Places
    world: World = NOWHERE
    node_map: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The events, traits and properties that it names."""
        return mentions.of_journey(self.journey, self.places)

    def name(self, node_id: str, limit: int = 36) -> str:
        """What the author calls the node, as it is shown in messages; what is longer than a UUID is cut."""
        return short(self.places.name(node_id), limit)

    def way(self, cycle: Sequence[str], limit: int = 80) -> str:
        """A cycle of node ids as a message names it, back at its first node; a long one is cut in the middle."""
        names = [self.places.name(node_id) for node_id in cycle]
        shown = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], "..."]
        return short(" -> ".join([*shown, names[0]]), limit)

    def on_cycle(self, cycle: Sequence[str], message: str) -> Problem:
        """A problem of a whole cycle: it stands at the first node, the others are related."""
        related = tuple(map(self.places.node, cycle[1:]))
        return Problem(self.places.node(cycle[0]), message, related=related, at_key=True)

    def label_place(self, edge: Edge) -> tuple[Path, bool]:
        """Where the edge's label stands, and whether that is the key of the path's last step (`next: {label: to}`)."""
        path = self.places.edge(edge.id)
        if path and isinstance(path[-1], int) and edge.label:
            return (*path, "label"), False
        return path, True

    def target_place(self, edge: Edge) -> Path:
        """Where the edge says what it leads to."""
        path = self.places.edge(edge.id)
        if path and isinstance(path[-1], int):
            return (*path, "targetNodeId" if path[0] == "edges" else "to")
        return path


@dataclass(frozen=True)
class AudienceSubject:
    """An audience that passed the reference checks, its key, and the world that it was written in."""

    audience: Audience
    key: str
    world: World = NOWHERE

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The events and traits that it names."""
        return mentions.of_rules(self.audience.rules, ("rules",))


@dataclass(frozen=True)
class TrialSubject:
    """A test, a person or a model that passed the shape checks, and the world that it was written in."""

    kind: Kind
    data: Json
    world: World = NOWHERE

    @property
    def cases(self) -> Iterator[tuple[Path, Json]]:
        """The cases of a test with their places; persons and models have none."""
        for index, case in enumerate(self.data["cases"] if self.kind is Kind.TEST else ()):
            yield ("cases", index), case

    @cached_property
    def said(self) -> tuple[Mention, ...]:
        """The events, traits and properties that it names, with all that it says of them."""
        return trial_mentions.mentions_in(self.kind, self.data)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The same, each name at its place once."""
        return tuple({(one.about, one.name, one.place): one for one in self.said}.values())

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """What it names of the workspace."""
        return trial_names.names_in(self.kind, self.data)


def short(text: str, limit: int = 40) -> str:
    """A name from outside, cut so that a message stays one readable line."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def fitted(message: Callable[[int], str]) -> str:
    """A message with several names in it, which are cut at the limit that it is given: as little as it takes to make
    one readable line."""
    lines = (message(limit) for limit in (40, 28, 20, 16, 13, 10, 8))
    return next((line for line in lines if len(line) <= LONGEST_MESSAGE), message(6))


def without_goal(graph: JourneyGraph) -> set[str]:
    """The ids of the nodes that people can come to who have not met the goal: by all ways but `met` of a GOAL_CHECK."""

    def ways(node_id: str) -> list[Edge]:
        found = graph.ways_out(node_id)
        if graph.node(node_id).type is not NodeType.GOAL_CHECK:
            return found
        return [edge for edge in found if graph.meaning(edge) != "met"]

    return graph.reachable((node.id for node in graph.of_type(NodeType.TRIGGER)), ways)
