"""What the other documents of a workspace need to know of a document to be compared with it: its facts.

Facts are small and plain, so that they can be made in one process and compared in another, or kept from the last run.
They hold no lines: those are asked of the document itself, and only where there is something to tell. A check of the
stage `workspace` sees the facts of all documents that passed the stages up to references.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from jcli.canonical import Places
from jcli.checks.named import Named, Sort
from jcli.checks.subject import TrialSubject
from jcli.findings import Path
from jcli.graph import JourneyGraph, outcomes
from jcli.model import Audience, Content, Journey, Json, Kind, Node, NodeType


class NodeFacts(NamedTuple):
    """A node: its key and type, the labels by which people can leave it, and what it shows. Whoever leaves by a plain
    way leaves without a label, whatever happened."""

    key: str
    type: str
    labels: tuple[str, ...] = ()
    content: str | None = None


class TriggerFacts(NamedTuple):
    """A TRIGGER: its key, `triggerType` and `triggerConfig`."""

    node: str
    type: str
    config: Json

    @property
    def path(self) -> Path:
        """Where it stands in its document."""
        return ("nodes", self.node)


@dataclass(frozen=True, slots=True)
class Facts:
    """`file` and `index` say which document it is (counted in its file from 0). `site` and `audience` are the ids that
    a journey or an audience refers to, `rules` those of an audience, `draft`, `triggers` and `contents` (the ids of
    what it shows or has for its goal) are a journey's, and so are its `nodes`, which only one has that a test names.
    `named` are the names in a test or a person; of a journey or a person that is not declared, see `missing`."""

    kind: Kind
    key: str
    id: str
    file: str
    index: int
    site: str | None = None
    audience: str | None = None
    rules: Json | None = None
    draft: bool = False
    triggers: tuple[TriggerFacts, ...] = ()
    contents: tuple[str, ...] = ()
    nodes: tuple[NodeFacts, ...] = ()
    named: tuple[Named, ...] = ()
    missing: frozenset[str] = frozenset()

    def knows(self, kind: Kind, key: str) -> bool:
        """Whether a document is declared that is named here; one with an error of its own is declared all the same."""
        return f"{kind.value} {key}" not in self.missing


@dataclass(frozen=True)
class Together:
    """The facts of all documents that passed the stages up to references. `complete` says that these are all documents
    of the workspace: that no error of those stages keeps one out."""

    documents: Sequence[Facts]
    complete: bool = True

    @cached_property
    def trials(self) -> list[Facts]:
        """Those of tests, of whom they are about, and of models."""
        return [one for one in self.documents if one.kind.rehearses]

    @cached_property
    def journeys(self) -> Mapping[str, Facts]:
        """Those of journeys, by key."""
        return {one.key: one for one in self.documents if one.kind is Kind.JOURNEY}


def facts_of_journey(
    journey: Journey,
    places: Places,
    key: str,
    file: str,
    index: int,
    *,
    draft: bool,
    graph: JourneyGraph | None = None,
) -> Facts:
    """With the `graph`, the nodes are told as well."""
    triggers = tuple(
        TriggerFacts(places.name(node.id), node.config["triggerType"], node.config.get("triggerConfig") or {})
        for node in journey.nodes
        if node.type is NodeType.TRIGGER
    )
    return Facts(
        Kind.JOURNEY,
        key,
        journey.id,
        file,
        index,
        site=journey.site_id,
        audience=journey.audience_id,
        draft=draft,
        triggers=triggers,
        contents=_contents(journey),
        nodes=() if graph is None else tuple(_node(node, graph, places) for node in journey.nodes),
    )


def _node(node: Node, graph: JourneyGraph, places: Places) -> NodeFacts:
    ways = graph.answers(node.id)
    told = (*ways, *(outcomes(node) or ())) if None not in ways or node.type is NodeType.SPLIT else ways
    labels = tuple(sorted({label for label in told if label is not None}))
    return NodeFacts(places.name(node.id), node.type.value, labels, node.content_id)


def _contents(journey: Journey) -> tuple[str, ...]:
    shown = dict.fromkeys(node.content_id for node in journey.nodes if node.content_id is not None)
    goal = journey.goal_config
    if goal is not None and goal["type"] == "flow_completed":
        shown[goal["config"]["flowId"]] = None
    return tuple(shown)


def facts_of_audience(audience: Audience, key: str, file: str, index: int) -> Facts:
    return Facts(Kind.AUDIENCE, key, audience.id, file, index, site=audience.site_id, rules=audience.rules)


def facts_of_content(content: Content, file: str, index: int) -> Facts:
    return Facts(Kind.CONTENT, content.id, content.id, file, index)


def facts_of_trial(subject: TrialSubject, key: str, own_id: str, file: str, index: int) -> Facts:
    """Of a test or a person: what it names, which is compared with all that there is."""
    missing = frozenset(name for name, declared in subject.world.named.items() if not declared)
    mine = frozenset(name for name in named_documents(subject.named) if name in missing)
    return Facts(subject.kind, key, own_id, file, index, named=subject.named, missing=mine)


def named_documents(names: Iterable[Named]) -> frozenset[str]:
    """The documents that a test names, as in `journey welcome`."""
    persons = (f"person {item.name}" for item in names if item.sort is Sort.PERSON)
    journeys = (f"journey {item.journey}" for item in names if item.journey)
    heads = (f"journey {item.name}" for item in names if item.sort is Sort.JOURNEY)
    return frozenset([*persons, *journeys, *heads])
