"""The sums of a comparison: for each journey how many people, nodes, ways and pieces of content on either side.

Sums of parts are the sum of the whole, so the work may be cut by person in any way (`Totals.add`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from jcli.backtest.differences import Change, Difference, Lived


@dataclass(slots=True)
class Tally:
    """Of one journey; counters are (before, after) where there are two. People count once however often they were in
    it; `nodes`, `ways` (node, label) and `contents` count every time. `parting` has where people part first."""

    people: int = 0
    differ: int = 0
    entered: tuple[int, int] = (0, 0)
    enrollments: tuple[int, int] = (0, 0)
    goals: tuple[int, int] = (0, 0)
    changes: Counter[Change] = field(default_factory=Counter)
    nodes: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    ways: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    contents: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    parting: Counter[str] = field(default_factory=Counter)

    @property
    def same(self) -> int:
        return self.people - self.differ

    def count(self, before: Collection[Lived], after: Collection[Lived], difference: Difference | None) -> None:
        """Somebody who was in the journey on one side at least."""
        self.people += 1
        self.entered = _sum(self.entered, (bool(before), bool(after)))
        self.enrollments = _sum(self.enrollments, (len(before), len(after)))
        self.goals = _sum(self.goals, (_met(before), _met(after)))
        for later, lives in enumerate((before, after)):
            for life in lives:
                self._count_life(later, life)
        if difference is not None:
            self.differ += 1
            self.changes.update(difference.changes)
            if difference.divergence.node is not None:
                self.parting[difference.divergence.node] += 1

    def _count_life(self, later: int, life: Lived) -> None:
        for step in life.path:
            self.nodes[later][step.node] += 1
            if step.label is not None and step.to is not None:
                self.ways[later][step.node, step.label] += 1
        self.contents[later].update(content for content, _, _ in life.content)

    def add(self, other: Tally) -> None:
        self.people += other.people
        self.differ += other.differ
        self.entered = _sum(self.entered, other.entered)
        self.enrollments = _sum(self.enrollments, other.enrollments)
        self.goals = _sum(self.goals, other.goals)
        self.changes.update(other.changes)
        self.parting.update(other.parting)
        for later in (0, 1):
            self.nodes[later].update(other.nodes[later])
            self.ways[later].update(other.ways[later])
            self.contents[later].update(other.contents[later])


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _met(lives: Iterable[Lived]) -> bool:
    return any(life.goal_met_at is not None for life in lives)


_MANY = 5_000
"""So many more differences than are kept may be at hand before those that are not wanted are let go."""


@dataclass(slots=True)
class Totals:
    """`people` are all of whom the log tells, in whatever journey or in none; `given_up` are those of them who go in
    circles and are not compared, `differ` those for whom anything is different. `journeys` are by id. Of `differences`
    only so many as `most` says are kept for each journey, those of the people whose names come first (None: all)."""

    people: int = 0
    given_up: int = 0
    differ: int = 0
    journeys: dict[str, Tally] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    most: int | None = None
    _room: int = field(default_factory=lambda: _MANY)

    def add(self, other: Totals) -> None:
        self.people += other.people
        self.given_up += other.given_up
        self.differ += other.differ
        self.differences += other.differences
        for journey_id, tally in other.journeys.items():
            self.journeys.setdefault(journey_id, Tally()).add(tally)
        if self.most is not None and len(self.differences) > self._room:
            self._let_go(self.most)
            self._room = len(self.differences) + _MANY

    def put_in_order(self, journey_ids: Collection[str]) -> None:
        """The differences by journey in this order, site and person, however the work was cut."""
        if self.most is not None:
            self._let_go(self.most)
        places = {journey_id: number for number, journey_id in enumerate(journey_ids)}
        self.differences.sort(key=lambda one: (places[one.journey_id], one.site_id, one.who))

    def _let_go(self, most: int) -> None:
        kept: Counter[str] = Counter()
        chosen = []
        for difference in sorted(self.differences, key=lambda one: (one.site_id, one.who)):
            kept[difference.journey_id] += 1
            if kept[difference.journey_id] <= most:
                chosen.append(difference)
        self.differences = chosen
