"""A journey in numbers: each node, the funnel, how often the goal was met, by label of each SPLIT.

All of it comes from counters that are kept as people move, so it costs the same however many enrollments there are. A
node's median time is read from a histogram with eight buckets a doubling: at most 6 % off. What people erase of
themselves is taken out of the figures, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jcli.model import Actor, EnrollmentStatus, Journey, Node, NodeType
from jcli.operations.context import visible_journey
from jcli.store import Figures, Store, middle_of


@dataclass(frozen=True, slots=True)
class NodeStats:
    """`entered` counts visits; `here` enrollments that stand on the node now; `left` departures by label ("" is the
    plain way); `ended` enrollments that ended here by exit reason; `median` milliseconds from entering to leaving
    (None: nobody has left). `id` may be of a node that an edit has removed: `type` is then None."""

    id: str
    type: NodeType | None
    entered: int
    here: int
    left: Mapping[str, int]
    ended: Mapping[str, int]
    median: int | None


@dataclass(frozen=True, slots=True)
class LabelStats:
    """A branch of a SPLIT: enrollments that took it, and those of them whose goal was met."""

    label: str
    entered: int
    goals: int

    @property
    def goal_rate(self) -> float | None:
        return self.goals / self.entered if self.entered else None


@dataclass(frozen=True, slots=True)
class JourneyStats:
    """`enrollments` by status; `funnel` is (node id, visits) along the journey from its triggers."""

    journey_id: str
    total: int
    enrollments: Mapping[str, int]
    goals: int
    nodes: list[NodeStats]
    funnel: list[tuple[str, int]]
    splits: Mapping[str, list[LabelStats]] = field(default_factory=dict)

    @property
    def goal_rate(self) -> float | None:
        return self.goals / self.total if self.total else None


def journey_stats(store: Store, actor: Actor, journey_id: str) -> JourneyStats:
    with store.read() as tables:
        stored = visible_journey(tables, actor, journey_id)
        figures, here = tables.figures(journey_id), tables.people_on_nodes(journey_id)
    journey = stored.journey
    known: dict[str, Node] = {node.id: node for node in journey.nodes}
    touched = {*here, *(node_id for node_id, _, _ in figures.steps)}
    order = [*_from_triggers(journey), *sorted(touched - known.keys())]
    nodes = [_node(node_id, known.get(node_id), here.get(node_id, 0), figures) for node_id in order]
    statuses = {status.value: figures.statuses.get(status.value, 0) for status in EnrollmentStatus}
    return JourneyStats(
        journey_id,
        sum(statuses.values()),
        statuses,
        figures.goals,
        nodes,
        [(node.id, node.entered) for node in nodes if node.id in known],
        _splits(figures),
    )


def _node(node_id: str, node: Node | None, here: int, figures: Figures) -> NodeStats:
    left: dict[str, int] = {}
    ended: dict[str, int] = {}
    for (at, label, reason), n in figures.steps.items():
        if at == node_id and reason:
            ended[reason] = ended.get(reason, 0) + n
        elif at == node_id:
            left[label] = left.get(label, 0) + n
    times = sorted((bucket, n) for (at, bucket), n in figures.times.items() if at == node_id)
    entered = here + sum(left.values()) + sum(ended.values())
    return NodeStats(node_id, None if node is None else node.type, entered, here, left, ended, _median(times))


def _median(times: Iterable[tuple[int, int]]) -> int | None:
    counted = list(times)
    half = (sum(n for _, n in counted) + 1) // 2
    for bucket, n in counted:
        half -= n
        if half <= 0:
            return middle_of(bucket)
    return None


def _splits(figures: Figures) -> dict[str, list[LabelStats]]:
    splits: dict[str, list[LabelStats]] = {}
    for (node_id, label), (entered, goals) in sorted(figures.splits.items()):
        splits.setdefault(node_id, []).append(LabelStats(label, entered, goals))
    return splits


def _from_triggers(journey: Journey) -> list[str]:
    """The journey's nodes, breadth first from its triggers; what nothing leads to comes last."""
    ways: dict[str, list[str]] = {}
    for edge in journey.edges:
        ways.setdefault(edge.source, []).append(edge.target)
    order = [node.id for node in journey.nodes if node.type is NodeType.TRIGGER]
    seen = set(order)
    for node_id in order:
        for target in ways.get(node_id, ()):
            if target not in seen:
                seen.add(target)
                order.append(target)
    return order + [node.id for node in journey.nodes if node.id not in seen]
