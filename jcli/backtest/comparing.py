"""People who live twice, and what is different for them.

The enrollments of a person in a journey are held against each other: those that began at the same instant, then those
that are left in their order; what is left after that is an entry on one side alone. Why there was none on the other
side is asked of the engine's entering rules, in a life that stops at that instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jcli.backtest.counting import Tally, Totals
from jcli.backtest.differences import Change, Difference, Divergence, Lived, Took, Walked
from jcli.backtest.diverging import changes_of
from jcli.backtest.happenings import Happening, Span
from jcli.backtest.living import Assumed, GivenUp, Life, live
from jcli.backtest.log import Crowd
from jcli.backtest.side import Compared, Pair
from jcli.engine import Cause, CauseKind, EnteringRule, EventType, Facts, Transition, why_not
from jcli.model import Instant
from jcli.rehearsal import Lived as Row
from jcli.rehearsal import Who

Known = tuple[list[Lived], list[Lived]]
"""The enrollments of a person in a journey, before and after, in the order of their rotations."""

_Because = tuple[str | None, Mapping[str, Any] | None]

_RANK = {change: number for number, change in enumerate(Change)}


@dataclass(frozen=True, slots=True)
class _Twice:
    """A crowd with both of its lives."""

    crowd: Crowd
    happenings: Sequence[Happening]
    lives: tuple[Life, Life]


class Backtest:
    """The two sides, ready to be lived in. `only` are the ids of the journeys that are reported; all are lived in, for
    what happens in one may meet the goal of another. `most` is how many people of each journey are wanted by name."""

    def __init__(
        self, pair: Pair, span: Span, assumed: Assumed, only: Iterable[str] | None = None, most: int | None = None
    ) -> None:
        self.pair, self.span, self._assumed = pair, span, assumed
        self._catalogues = [side.catalogues(pair.ids, span.start) for side in (pair.before, pair.after)]
        self.most = most
        self.only = pair.ids if only is None else frozenset(only)

    def twice(self, crowd: Crowd) -> tuple[Life, Life]:
        """The crowd's lives on both sides."""
        return self._twice(crowd).lives

    def _twice(self, crowd: Crowd) -> _Twice:
        happenings = crowd.happenings()
        before, after = self._catalogues
        lives = (
            live(crowd, happenings, before, self.span, self._assumed),
            live(crowd, happenings, after, self.span, self._assumed),
        )
        return _Twice(crowd, happenings, lives)

    def compare(self, crowd: Crowd) -> Totals:
        """The crowd's people on both sides, counted and held against each other."""
        totals = Totals(len(crowd.people))
        if crowd.idle:
            return totals
        try:
            twice = self._twice(crowd)
        except GivenUp:
            totals.given_up = totals.people
            return totals
        # Whoever turned out to be somebody known is that person, and counts once.
        people = {life.route(who) for life in twice.lives[:1] for who in crowd.people}
        totals.people = len(people)
        for (journey_id, who), known in sorted(self._known(twice).items()):
            journey = self.pair.journeys[journey_id]
            difference = self._difference(twice, journey, who, known)
            totals.journeys.setdefault(journey_id, Tally()).count(*known, difference)
            if difference is not None:
                totals.differences.append(difference)
        totals.differ = len({one.who for one in totals.differences})
        return totals

    def _known(self, twice: _Twice) -> dict[tuple[str, Who], Known]:
        known: dict[tuple[str, Who], Known] = {}
        for later, life in enumerate(twice.lives):
            for row in sorted(life.lives.values(), key=lambda row: row.rotation):
                if row.journey_id in self.only:
                    key = row.journey_id, life.route(row.who)
                    journey = self.pair.journeys[row.journey_id]
                    known.setdefault(key, ([], []))[later].append(_lived(life, row, journey, later=bool(later)))
        return known

    def _difference(self, twice: _Twice, journey: Compared, who: Who, known: Known) -> Difference | None:
        changes: set[Change] = set()
        first: tuple[Divergence, Lived | None, Lived | None] | None = None
        for before, after in _paired(*known):
            if before is not None and after is not None:
                found = changes_of(before, after)
            else:
                found = [self._one_sided(twice, journey, who, before, after, often=all(known))]
            changes |= {one.change for one in found}
            if found and first is None:
                first = found[0], before, after
        if first is None:
            return None
        changes |= _by_entry(*known)
        told = tuple(sorted(changes, key=_RANK.__getitem__))
        return Difference(twice.crowd.site_id, who, journey.id, told, *first)

    def _one_sided(
        self,
        twice: _Twice,
        journey: Compared,
        who: Who,
        before: Lived | None,
        after: Lived | None,
        *,
        often: bool,
    ) -> Divergence:
        lived = before or after
        assert lived is not None
        later = before is not None  # the side that has no such entry
        because, read = self._because(twice, journey, who, lived, later=later)
        change = Change.OFTEN if often else Change.STAYS_OUT if later else Change.ENTERS
        tooks = (Took(lived.path[0]), Took()) if later else (Took(), Took(lived.path[0]))
        return Divergence(change, lived.entered_at, lived.path[0].node, *tooks, because, read)

    def _because(self, twice: _Twice, journey: Compared, who: Who, lived: Lived, *, later: bool) -> _Because:
        """The entering rule that stood against it on the side that has no such entry; None when none did: the person
        met the conditions there, too, but did not come to meet them at that instant."""
        if (journey.after if later else journey.before) is None:
            return "the journey is not there", None
        caused = _causing(lived)
        happenings = [one for one in twice.happenings if one.at <= lived.entered_at]
        by = next(filter(caused, happenings), None) if lived.cause[0] == CauseKind.EVENT else None
        span = replace(self.span, end=min(self.span.end, lived.entered_at))
        life = live(twice.crowd, happenings, self._catalogues[later], span, self._assumed, until=caused)
        person = life.person(life.route(by.who if by is not None else who))
        # What tells who somebody is fires no trigger: they came to match the audience.
        event = (
            by.event if by is not None and by.event is not None and by.event.type is not EventType.IDENTIFY else None
        )
        answers = why_not(person, journey.id, life.catalogue, lived.entered_at, event)
        answer = next((answer for answer in answers if answer.allows is False), None)
        if answer is None:
            return None, None
        rule = life.catalogue.journeys[journey.id].journey.audience
        if answer.rule is not EnteringRule.AUDIENCE or rule is None:
            return answer.because, None
        return "the audience does not match", rule.read(Facts(person.traits, person.memory, lived.entered_at, {}))


def compare(backtest: Backtest, crowds: Iterable[Crowd]) -> Totals:
    """All of the crowds, in one process."""
    totals = Totals(most=backtest.most)
    for crowd in crowds:
        totals.add(backtest.compare(crowd))
    totals.put_in_order(list(backtest.pair.journeys))
    return totals


def _causing(lived: Lived) -> Callable[[Happening], bool]:
    """Whether a happening is the one by which an enrollment began."""
    message_id = lived.cause[1]

    def causing(happening: Happening) -> bool:
        return happening.at == lived.entered_at and (message_id is None or happening.message_id == message_id)

    return causing


def _paired(before: list[Lived], after: list[Lived]) -> list[tuple[Lived | None, Lived | None]]:
    """Enrollments that are the same entry, by when they began; then those that are left, in their order."""
    others = list(after)
    pairs: list[tuple[Lived | None, Lived | None]] = []
    left: list[Lived] = []
    for life in before:
        place = next((n for n, other in enumerate(others) if other.entered_at == life.entered_at), None)
        if place is None:
            left.append(life)
        else:
            pairs.append((life, others.pop(place)))
    for number in range(max(len(left), len(others))):
        pairs.append((left[number] if number < len(left) else None, others[number] if number < len(others) else None))
    return sorted(pairs, key=lambda pair: min(life.entered_at for life in pair if life is not None))


def _by_entry(before: list[Lived], after: list[Lived]) -> set[Change]:
    """Goals and content that a person has or has not because of an entry on one side alone."""
    changes = set()
    met = [any(life.goal_met_at is not None for life in lives) for lives in (before, after)]
    if met[0] is not met[1]:
        changes.add(Change.GOAL_MET if met[1] else Change.GOAL_MISSED)
    got = [[content for life in lives for content, _, _ in life.content] for lives in (before, after)]
    if got[0] != got[1]:
        changes.add(Change.CONTENT)
    return changes


def _lived(life: Life, row: Row, journey: Compared, *, later: bool) -> Lived:
    """What comparing asks of an enrollment. `life` is the world in which it was."""
    path = [_walked(step, journey, later=later) for step in row.steps]
    if not row.ended and path:
        last = path[-1]
        assert last.to is not None
        assert last.to_name is not None
        path.append(Walked(last.to, last.to_name, row.steps[-1].left_at, None))
    content = [
        (item.content_id or "", journey.node(item.node_id, later=later), item.created_at)
        for item in life.deliveries.values()
        if item.enrollment_id == row.id
    ]
    cause = life.begun.get(row.id, Cause(CauseKind.EVENT))
    return Lived(
        row.enrolled_at,
        row.status.value,
        row.reason,
        row.outcome,
        row.ended_at,
        row.goal_met_at,
        tuple(path),
        tuple(content),
        (cause.kind.value, cause.ref),
    )


def _walked(step: Transition, journey: Compared, *, later: bool) -> Walked:
    left: Instant = step.left_at
    return Walked(
        journey.node(step.node_id, later=later),
        journey.name(step.node_id, later=later),
        step.entered_at,
        left,
        step.label,
        None if step.target is None else journey.node(step.target, later=later),
        None if step.target is None else journey.name(step.target, later=later),
        step.ended,
        step.detail,
    )
