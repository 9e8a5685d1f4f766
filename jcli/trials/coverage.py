"""How much of a journey its cases walk over: what there is to cover, and how many cases covered each thing.

An aim is one thing that there is to cover. What decides about a gate (`--fail-under`) is the edges; the other kinds of
aims say what edges cannot: where several outcomes share one way, where time ends a wait without any, what came of the
goal, and who was kept out. A case counts for the journey that it tests: what its person does in others besides, it
does not look at. Coverage of several processes is added up from their verdicts. Pure; pictures and tables of it are
made in `jcli/render/trials`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from jcli.engine import EnteringRule
from jcli.graph import outcomes
from jcli.model import Node, NodeType
from jcli.rehearsal import Live
from jcli.trials.verdicts import Taken, Verdict


class Aspect(StrEnum):
    """The kinds of things to cover, in the order in which they are shown."""

    NODES = "nodes"
    EDGES = "edges"
    LABELS = "labels"
    TIMEOUTS = "timeouts"
    GOALS = "goals"
    ENTRIES = "entries"


class Aim(NamedTuple):
    """One thing to cover. `name` is a node's key, a goal outcome (met, not_met, deadline) or, of an entry that must be
    refused, the entering rule; `label` and `target` belong to labels and edges."""

    aspect: Aspect
    name: str
    label: str | None = None
    target: str | None = None

    def __str__(self) -> str:
        match self.aspect:
            case Aspect.EDGES:
                return f"{self.name} {self.label or ''}".rstrip() + f" → {self.target}"
            case Aspect.LABELS:
                return f"{self.name} {self.label}"
            case Aspect.ENTRIES:
                return f"kept out: {self.name}" if self.label == KEPT_OUT else f"in by {self.name}"
            case _:
                return self.name.replace("_", " ") if self.aspect is Aspect.GOALS else self.name


KEPT_OUT = "kept out"
"""The label of an aim that is reached when an entering rule keeps somebody out."""

DEADLINE = Aim(Aspect.GOALS, "deadline")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A journey's aims, in the order of its file, each with the number of cases that reached it."""

    journey: str
    counts: Mapping[Aim, int]
    cases: int = 0

    def of(self, aspect: Aspect) -> tuple[int, int]:
        """How many aims of this kind were reached, and how many there are."""
        found = [count for aim, count in self.counts.items() if aim.aspect is aspect]
        return sum(count > 0 for count in found), len(found)

    @property
    def missing(self) -> tuple[Aim, ...]:
        return tuple(aim for aim, count in self.counts.items() if not count)


def coverage_of(journeys: Iterable[Live], verdicts: Iterable[Verdict]) -> list[Coverage]:
    """The coverage of these journeys, in their order, by the cases that test them."""
    reached: dict[str, Counter[Aim]] = {}
    cases: Counter[str] = Counter()
    for verdict in verdicts:
        cases[verdict.journey] += 1
        taken = verdict.taken.get(verdict.journey)
        if taken is not None:
            reached.setdefault(verdict.journey, Counter()).update(aims_in(taken))
    nothing = Counter[Aim]()
    return [
        Coverage(live.key, {aim: found[aim] for aim in aims_of(live)}, cases[live.key])
        for live in journeys
        for found in [reached.get(live.key, nothing)]
    ]


def covered(coverages: Iterable[Coverage], aspect: Aspect = Aspect.EDGES) -> tuple[int, int]:
    """How many aims of this kind were reached in all journeys together, and how many there are."""
    found = [coverage.of(aspect) for coverage in coverages]
    return sum(reached for reached, _ in found), sum(whole for _, whole in found)


def percent(reached: int, whole: int) -> float:
    """The share in per cent, cut to one place and never rounded up to what it is not; of nothing it is all."""
    return 100.0 if not whole else int(Fraction(1000 * reached, whole)) / 10


def falls_short(reached: int, whole: int, least: float) -> bool:
    """Whether the share is below so many per cent, exactly."""
    return bool(whole) and Fraction(100 * reached, whole) < Fraction(str(least))


# What there is


def aims_of(live: Live) -> tuple[Aim, ...]:
    """All there is to cover of a journey, kind by kind. The branches of a SPLIT that nobody is sent to are no aims."""
    journey, graph, name = live.journey, live.graph, live.name_of
    nodes = [Aim(Aspect.NODES, name(node.id)) for node in journey.nodes]
    edges = [
        Aim(Aspect.EDGES, name(node.id), graph.meaning(edge), name(edge.target))
        for node in journey.nodes
        for edge in graph.open_ways(node.id)
    ]
    labels = [Aim(Aspect.LABELS, name(node.id), label) for node in journey.nodes for label in _decides(live, node)]
    timeouts = [Aim(Aspect.TIMEOUTS, name(node.id)) for node in journey.nodes if "timeout" in (outcomes(node) or ())]
    return tuple(dict.fromkeys([*nodes, *edges, *labels, *timeouts, *_goal_aims(live), *_entry_aims(live)]))


def _decides(live: Live, node: Node) -> Iterator[str]:
    """What the node can decide, canonically, where its ways out ask for it. Of a CONDITION only what has a way of its
    own can be told apart afterwards."""
    known = live.graph.labels_of(node)
    answers = live.graph.answers(node.id)
    if not known or answers.isdisjoint(known):
        return
    parked = {label.casefold() for label, weight in (node.config.get("weights") or {}).items() if weight == 0}
    for label in known:
        if label not in parked and (node.type is not NodeType.CONDITION or label in answers):
            yield label


def _goal_aims(live: Live) -> Iterator[Aim]:
    goal = live.journey.goal_config
    if goal is not None:
        yield Aim(Aspect.GOALS, "met")
        yield Aim(Aspect.GOALS, "not_met")
        if goal.get("deadline") is not None:
            yield DEADLINE


def _entry_aims(live: Live) -> Iterator[Aim]:
    """Each trigger by which somebody comes in, and each rule of the author's that can keep somebody out."""
    journey, compiled = live.journey, live.compiled
    for node in live.graph.of_type(NodeType.TRIGGER):
        yield Aim(Aspect.ENTRIES, live.name_of(node.id))
    if journey.audience_id is not None:
        yield Aim(Aspect.ENTRIES, EnteringRule.AUDIENCE.value, KEPT_OUT)
    if not journey.allow_anonymous:
        yield Aim(Aspect.ENTRIES, EnteringRule.KNOWN.value, KEPT_OUT)
    if compiled.settings.reentry != "always" or compiled.settings.reentry_after:
        yield Aim(Aspect.ENTRIES, EnteringRule.REENTRY.value, KEPT_OUT)


# What was reached


def aims_in(taken: Taken) -> Iterator[Aim]:
    """The aims that one case reached, each once."""
    yield from (Aim(Aspect.NODES, node) for node in taken.nodes)
    yield from (Aim(Aspect.EDGES, *edge) for edge in taken.edges)
    yield from (Aim(Aspect.LABELS, *label) for label in taken.labels)
    yield from (Aim(Aspect.TIMEOUTS, node) for node in taken.timeouts)
    yield from (Aim(Aspect.GOALS, outcome) for outcome in taken.goals)
    yield from (Aim(Aspect.ENTRIES, node) for node in taken.entered)
    yield from (Aim(Aspect.ENTRIES, rule, KEPT_OUT) for rule in taken.refused)
