"""A tally as answers: shares with their intervals, in the order in which people come to the nodes.

Plain data without a line of text, by the keys that authors write; `jcli/render/simulations` shows it. An interval says
how far chance alone may have moved a share among so many people. It says nothing of how true the model is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jcli.graph import layout
from jcli.model import Node, NodeType
from jcli.rehearsal import Live, Setting
from jcli.simulation.counting import JourneyTally, Quantiles, Tally, quantile, quantiles
from jcli.simulation.estimating import Needed, Question, Share, needed, share_of
from jcli.simulation.model import Model


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a simulation, besides the model: all that its answers depend on."""

    people: int
    seed: int
    confidence: float = 0.95
    cap: int = 3
    question: Question = field(default_factory=Question)


@dataclass(frozen=True, slots=True)
class NodeResult:
    """A node: how many of the enrollments `reached` it, how often it was visited in all, who stands there at the end;
    by which labels it was left (empty: the plain way), and for which reasons people ended on it."""

    id: str
    name: str
    type: NodeType
    reached: Share
    visits: int
    here: int
    left: Mapping[str, int]
    ended: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LabelResult:
    """A branch of a SPLIT. `goals` are of those who took it. `needed` is what it takes to compare it with the
    baseline, in people of the two branches; None for the baseline, and where nothing would do."""

    label: str
    enrollments: int
    goals: Share
    needed: Needed | None


@dataclass(frozen=True, slots=True)
class SplitResult:
    """A SPLIT of a journey with a goal. `baseline` is its holdout, else its first label; `rate` the goal rate there.
    `people` is how many have to come to the SPLIT, so that every comparison gets its people."""

    node: str
    baseline: str
    labels: tuple[LabelResult, ...]
    people: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from a node to another by the way with this label (None: the plain one)."""

    source: str
    label: str | None
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class JourneyResult:
    """One journey. `people` is the share of all people who entered it; shares of nodes are of `enrollments`. `goals` is
    None for a journey without a goal. `never` are the nodes to which nobody came."""

    key: str
    name: str
    people: Share
    enrollments: int
    statuses: Mapping[str, int]
    outcomes: Mapping[str, int]
    goals: Share | None
    to_goal: Quantiles
    to_complete: Quantiles
    nodes: tuple[NodeResult, ...]
    flows: tuple[Flow, ...]
    splits: tuple[SplitResult, ...]

    @property
    def never(self) -> tuple[str, ...]:
        return tuple(node.name for node in self.nodes if node.reached.count == 0)


@dataclass(frozen=True, slots=True)
class Meeting:
    """How many people got content of both journeys within a day."""

    journeys: tuple[str, str]
    people: Share


@dataclass(frozen=True, slots=True)
class Pressure:
    """How much content people get, of all journeys together, in weeks that are counted from when each arrived.

    `ninetieth` is of all weeks. `weeks_above` is the share of weeks with more than `cap` deliveries; `people_above` of
    people who had such a week."""

    deliveries: int
    weeks: int
    mean: float | None
    ninetieth: int | None
    most: int
    cap: int
    weeks_above: float | None
    people_above: Share
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """All answers. `live` are the journeys that were published, `barred` those that could not be, with the reason."""

    model: str
    asked: Asked
    days: int
    anonymous: int
    linked: int
    live: tuple[str, ...]
    barred: Mapping[str, str]
    journeys: tuple[JourneyResult, ...]
    pressure: Pressure


def result_of(
    tally: Tally, model: Model, asked: Asked, setting: Setting, lives: Sequence[Live], keys: Sequence[str]
) -> Result:
    """What the tally of these live journeys says of those named in `keys`."""
    by_key = {live.key: live for live in lives}
    journeys = tuple(_journey(by_key[key], tally, asked) for key in keys)
    return Result(
        model.key,
        asked,
        model.days,
        tally.anonymous,
        tally.linked,
        tuple(by_key),
        dict(setting.barred),
        journeys,
        _pressure(tally, asked, setting),
    )


def _journey(live: Live, tally: Tally, asked: Asked) -> JourneyResult:
    counted = tally.journeys.get(live.journey.id, JourneyTally())
    goal = live.journey.goal_config is not None
    flows = [
        Flow(live.name_of(source), label, live.name_of(target), count)
        for (source, label, target), count in counted.ways.items()
    ]
    return JourneyResult(
        live.key,
        live.journey.name,
        share_of(counted.people, tally.people, asked.confidence),
        counted.enrollments,
        dict(sorted(counted.statuses.items())),
        dict(sorted(counted.outcomes.items())),
        share_of(counted.goals, counted.enrollments, asked.confidence) if goal else None,
        quantiles(counted.won_after),
        quantiles(counted.completed),
        tuple(_nodes(live, counted, asked)),
        tuple(sorted(flows, key=lambda flow: (flow.source, flow.label or "", flow.target))),
        tuple(_splits(live, counted, asked)) if goal else (),
    )


def _nodes(live: Live, counted: JourneyTally, asked: Asked) -> list[NodeResult]:
    """In the order of the picture: by layer, then from the top."""
    places = layout(live.journey)
    left: dict[str, dict[str, int]] = {}
    for (source, label, _), count in sorted(counted.ways.items(), key=lambda item: (item[0][1] or "", item[0][2])):
        ways = left.setdefault(source, {})
        ways[label or ""] = ways.get(label or "", 0) + count
    ended: dict[str, dict[str, int]] = {}
    for (node_id, reason), count in sorted(counted.ends.items()):
        ended.setdefault(node_id, {})[reason] = count
    return [
        NodeResult(
            node.id,
            live.name_of(node.id),
            node.type,
            share_of(counted.reached[node.id], counted.enrollments, asked.confidence),
            counted.visits[node.id],
            counted.here[node.id],
            left.get(node.id, {}),
            ended.get(node.id, {}),
        )
        for node in sorted(live.journey.nodes, key=lambda node: (places[node.id].x, places[node.id].y))
    ]


def _splits(live: Live, counted: JourneyTally, asked: Asked) -> list[SplitResult]:
    return [
        _split(live, node, labels, counted, asked)
        for node in live.journey.nodes
        if node.type is NodeType.SPLIT and (labels := live.graph.labels_of(node))
    ]


def _split(live: Live, node: Node, labels: Sequence[str], counted: JourneyTally, asked: Asked) -> SplitResult:
    """The branches, compared with one of them. Of how many people there are for each of the baseline the weights
    speak, not who happened to come."""
    came = {label: counted.chosen[node.id, label] for label in labels}
    won = {label: share_of(counted.won[node.id, label], came[label], asked.confidence) for label in labels}
    weights = {label.casefold(): weight for label, weight in (node.config.get("weights") or {}).items()}
    parts = {label: weights.get(label, 0) if weights else 1 for label in labels}
    holdout = str(node.config.get("holdout") or "").casefold()
    baseline = holdout if holdout in labels else labels[0]
    rate, found, asks = won[baseline].share or 0.0, [], []
    for label in labels:
        compared = label != baseline and parts[baseline] > 0
        need = needed(rate, asked.question, parts[label] / parts[baseline]) if compared else None
        found.append(LabelResult(label, came[label], won[label], need))
        if need is not None:
            asks.append(-(-need.baseline * sum(parts.values()) // parts[baseline]))
    return SplitResult(live.name_of(node.id), baseline, tuple(found), max(asks, default=None))


def _in_order(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _pressure(tally: Tally, asked: Asked, setting: Setting) -> Pressure:
    weeks = {0: tally.watched - sum(tally.weeks.values()), **tally.weeks}
    above = sum(count for number, count in tally.weeks.items() if number > asked.cap)
    people = sum(count for number, count in tally.busiest.items() if number > asked.cap)
    meetings = [
        Meeting(
            _in_order(setting.by_id[one].key, setting.by_id[other].key), share_of(count, tally.people, asked.confidence)
        )
        for (one, other), count in tally.meetings.items()
    ]
    meetings.sort(key=lambda meeting: (-meeting.people.count, meeting.journeys))
    return Pressure(
        tally.deliveries,
        tally.watched,
        tally.deliveries / tally.watched if tally.watched else None,
        quantile(weeks, 0.9) if tally.watched else None,
        max(tally.weeks, default=0),
        asked.cap,
        above / tally.watched if tally.watched else None,
        share_of(people, tally.people, asked.confidence),
        tuple(meetings),
    )
