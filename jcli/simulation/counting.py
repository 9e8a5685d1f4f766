"""Lives counted: what of each is kept, so that a hundred thousand of them take no more room than a hundred.

A tally is sums alone, by ids; two tallies add up, in any order, to what one would have been. So it does not matter how
many processes count. Lengths of time are kept with three digits, which bounds how many different ones there can be.
`results.py` makes shares and intervals of a tally.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import combinations

from jcli.engine import Catalogue
from jcli.model import EnrollmentStatus, Instant, NodeType
from jcli.rehearsal import Lived, World
from jcli.simulation.living import DAY, Life
from jcli.simulation.model import Model

WEEK = 7 * DAY


def three_digits(length: int) -> int:
    """The length with its first three digits: less than half a percent from what it was."""
    scale: int = 10 ** max(0, len(str(length)) - 3)
    return (length + scale // 2) // scale * scale


@dataclass(slots=True)
class JourneyTally:
    """One journey. `people` have entered it, `enrollments` times. By node: `visits`, `reached` (enrollments that came
    to it at least once), `here` (those that stand there at the end of watching), `ways` (source, label, target)
    and `ends` (node, reason). `chosen` and `won` are enrollments, and those that met the goal, by (SPLIT, label);
    `completed` and `won_after` lengths of time."""

    people: int = 0
    enrollments: int = 0
    goals: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    here: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)
    won: Counter[tuple[str, str]] = field(default_factory=Counter)
    completed: Counter[int] = field(default_factory=Counter)
    won_after: Counter[int] = field(default_factory=Counter)

    def add(self, life: Lived, standing: str | None) -> None:
        """An enrollment; `standing` is the node on which it stands at the end, None for one that has ended."""
        self.enrollments += 1
        self.statuses[life.status.value] += 1
        met = life.goal_met_at
        if met is not None:
            self.goals += 1
            self.won_after[three_digits(met - life.enrolled_at)] += 1
        chosen = self._walk(life)
        if standing is not None:
            self.visits[standing] += 1
            self.here[standing] += 1
        reached = {step.node_id for step in life.steps}
        if standing is not None:
            reached.add(standing)
        self.reached.update(reached)
        for branch in chosen:
            self.chosen[branch] += 1
            self.won[branch] += met is not None
        if life.ended_at is not None and life.status is EnrollmentStatus.COMPLETED:
            self.completed[three_digits(life.ended_at - life.enrolled_at)] += 1
            if life.outcome is not None:
                self.outcomes[life.outcome] += 1

    def _walk(self, life: Lived) -> set[tuple[str, str]]:
        """The ledger; answers the branches that were taken."""
        chosen = set()
        for step in life.steps:
            self.visits[step.node_id] += 1
            if step.ended is not None:
                self.ends[step.node_id, step.ended] += 1
            elif step.target is not None:
                self.ways[step.node_id, step.label, step.target] += 1
                if step.node_type is NodeType.SPLIT and step.label is not None:
                    chosen.add((step.node_id, step.label))
        return chosen


@dataclass(slots=True)
class Tally:
    """Many lives. `weeks` counts weeks of people by the number of deliveries in them (those without any are not in it:
    `watched` is how many weeks there were), `busiest` people by that of their fullest week. `meetings` are people who
    got content of both journeys within a day, by the pair of journey ids, in order."""

    people: int = 0
    anonymous: int = 0
    linked: int = 0
    watched: int = 0
    deliveries: int = 0
    journeys: dict[str, JourneyTally] = field(default_factory=dict)
    weeks: Counter[int] = field(default_factory=Counter)
    busiest: Counter[int] = field(default_factory=Counter)
    meetings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, life: Life, world: World) -> None:
        """One life that was lived, in its world."""
        self.people += 1
        self.anonymous += life.anonymous
        self.linked += life.anonymous and not life.who[0]
        self.watched += -(-life.model.days // 7)
        if world.lives:
            standing = {item.id: item.node_id for item in world.people[life.who].enrollments.values()}
            for lived in world.lives.values():
                self._of(lived.journey_id).add(lived, standing.get(lived.id))
            for journey_id in {lived.journey_id for lived in world.lives.values()}:
                self._of(journey_id).people += 1
        self._count_content([(item.created_at, item.journey_id) for item in world.deliveries.values()], life.arrived)

    def _of(self, journey_id: str) -> JourneyTally:
        found = self.journeys.get(journey_id)
        if found is None:
            found = self.journeys[journey_id] = JourneyTally()
        return found

    def _count_content(self, received: list[tuple[Instant, str]], arrived: Instant) -> None:
        if not received:
            self.busiest[0] += 1
            return
        self.deliveries += len(received)
        weeks = Counter((at - arrived) // WEEK for at, _ in received)
        self.weeks.update(weeks.values())
        self.busiest[max(weeks.values())] += 1
        met = set()
        if len({journey_id for _, journey_id in received}) > 1:
            for (at, one), (then, other) in combinations(sorted(received), 2):
                if one != other and then - at < DAY:
                    met.add((min(one, other), max(one, other)))
        self.meetings.update(met)

    def merge(self, other: Tally) -> None:
        """Add what another has counted."""
        for journey_id, theirs in other.journeys.items():
            _add_up(self._of(journey_id), theirs)
        _add_up(self, other)


def _add_up(mine: Tally | JourneyTally, theirs: Tally | JourneyTally) -> None:
    for each in fields(mine):
        value, more = getattr(mine, each.name), getattr(theirs, each.name)
        if isinstance(value, Counter):
            value.update(more)
        elif not isinstance(value, Mapping):
            setattr(mine, each.name, value + more)


def tally_of(model: Model, catalogue: Catalogue, site_id: str, seed: int, numbers: Iterable[int]) -> Tally:
    """The lives of these people, counted."""
    tally = Tally()
    for number in numbers:
        life = Life(model, catalogue, site_id, seed, number)
        tally.add(life, life.live())
    return tally


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Of lengths of time: how many, the middle one, and the one below which nine of ten are (None: there are none)."""

    count: int
    median: int | None
    ninetieth: int | None


def quantiles(lengths: Mapping[int, int]) -> Quantiles:
    """The value that half (nine tenths) of all do not exceed."""
    count = sum(lengths.values())
    return Quantiles(count, quantile(lengths, 0.5), quantile(lengths, 0.9))


def quantile(counted: Mapping[int, int], share: float) -> int | None:
    """The least value that at least this share of all does not exceed; None where nothing was counted."""
    left = share * sum(counted.values())
    for value in sorted(counted):
        left -= counted[value]
        if left <= 1e-9:
            return value
    return None
