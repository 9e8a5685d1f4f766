"""What a picture of a journey shows, before any format: nodes with words, edges with labels, findings, changes.

`drawing_of` makes it from a journey, `jcli/render/graphs/comparing.py` from two. Every format is written from a
`Drawing` alone, so that all show the same. Words are not cut here; formats cut as their room asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from jcli.findings import Finding, Severity
from jcli.graph import JourneyGraph, layout
from jcli.model import Journey, NodeType, Position
from jcli.render.graphs.wording import label_of, words_of


class Direction(StrEnum):
    """Which way the picture reads: left to right, or from the top down."""

    LR = "LR"
    TB = "TB"


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"

    @property
    def sign(self) -> str:
        """`+`, `-` or `~`: what tells the changes apart without colour."""
        return {"added": "+", "removed": "-", "changed": "~"}[self.value]

    @property
    def bold(self) -> bool:
        """Whether it is drawn with bold lines; what was removed has dashed ones."""
        return self is not Change.REMOVED


class Reach(StrEnum):
    """How much of something its tests walked over; `PARTLY` is a node of which an outcome is left."""

    COVERED = "covered"
    PARTLY = "partly"
    MISSED = "missed"

    @property
    def sign(self) -> str:
        return {"covered": "+", "partly": "~", "missed": "-"}[self.value]

    @property
    def bold(self) -> bool:
        return self is not Reach.MISSED


Mark = Change | Reach
"""What a part of a picture is marked with: a sign, a colour, and bold lines or dashed ones."""


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """`words` say what the node does; `was` what it did before, where that is what changed. `position` is where a
    builder draws it. `change` is its mark. `findings` are those that are about this node. `idle` says that nobody comes
    there."""

    id: str
    key: str
    type: NodeType
    words: tuple[str, ...] = ()
    position: Position = Position(0, 0)  # noqa: RUF009 (a frozen value)
    findings: tuple[Finding, ...] = ()
    change: Mark | None = None
    was: tuple[str, ...] = ()
    idle: bool = False

    @property
    def severity(self) -> Severity | None:
        """The worst of what was found; None when nothing was."""
        found = {finding.severity for finding in self.findings}
        return next((severity for severity in Severity if severity in found), None)

    @property
    def slugs(self) -> tuple[str, ...]:
        """The checks that found something, each once."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """`source` and `target` are node ids, `label` what stands on the way (empty: nothing), `was` what stood there.
    `width` is how wide the line is, in pixels, where that means something; `idle` says that nobody goes there."""

    id: str
    source: str
    target: str
    label: str = ""
    change: Mark | None = None
    was: str = ""
    width: float | None = None
    idle: bool = False

    @property
    def text(self) -> str:
        """The label, after the sign of a change, with the old one where the label is what changed. Of two shares of one
        label the label is said once: `mail 45% → 40%`."""
        label = self.label
        if self.change is Change.CHANGED:
            (old, _, _), (new, _, share) = self.was.rpartition(" "), label.rpartition(" ")
            now = share if share.endswith("%") and old == new else label
            label = f"{self.was or '(plain)'} → {now or '(plain)'}"
        return " ".join(part for part in (self.change.sign if self.change else "", label) if part)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A journey as a picture shows it. `findings` are all that are about the journey. `since` names what it is compared
    with; None: nothing is compared. `notes` stand below the title."""

    key: str
    name: str
    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    findings: tuple[Finding, ...] = ()
    change: Change | None = None
    since: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What the journey is called: `Welcome (welcome)`."""
        return self.key if self.name == self.key else f"{self.name} ({self.key})"

    @property
    def title(self) -> str:
        """The heading, with what the journey is compared with."""
        return f"{self.heading}, compared with {self.since}" if self.since else self.heading

    def counted(self) -> Mapping[Change, tuple[int, int]]:
        """How many nodes and edges were added, removed and changed."""
        return {
            change: (
                sum(node.change is change for node in self.nodes),
                sum(edge.change is change for edge in self.edges),
            )
            for change in Change
        }


def drawing_of(journey: Journey, key: str, names: Mapping[str, str], findings: Iterable[Finding] = ()) -> Drawing:
    """The picture of a journey. `names` maps node ids to keys, `findings` may be of other journeys too; those of this
    one are taken."""
    found = tuple(finding for finding in findings if finding.journey == key)
    by_node: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.node is not None:
            by_node.setdefault(finding.node, []).append(finding)
    places = layout(journey)
    graph = JourneyGraph(journey)
    nodes = []
    for node in journey.nodes:
        name = names.get(node.id, node.id)
        nodes.append(
            DrawnNode(
                node.id,
                name,
                node.type,
                words_of(node, journey),
                places[node.id],
                tuple(by_node.get(name, ())),
            )
        )
    edges = [
        DrawnEdge(edge.id, edge.source, edge.target, label_of(edge, graph.node(edge.source))) for edge in journey.edges
    ]
    return Drawing(key, journey.name, tuple(nodes), tuple(edges), found)
