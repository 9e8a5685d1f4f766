"""Few ways through a journey that together reach what is wanted, each as short as it can be and still reach its part.

From the nearest spot that reaches something wanted somebody goes on to the next such spot, for as long as there is one,
and then to the end. What they needed not to do is taken out again, and what could have been so from the beginning
(traits, past events) becomes so. Where they are is `exploring.py`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from jcli.durations import parse_instant
from jcli.model import Instant, Json, NodeType
from jcli.rehearsal import Live
from jcli.trials.coverage import DEADLINE, KEPT_OUT, Aim
from jcli.trials.script import Past, Step, Verb
from jcli.trials.suggesting.exploring import Explorer, Spot

_DAY = 86_400_000
_EARLIER = 3_600_000
_ENTERING = (Verb.EVENT, Verb.PAGE, Verb.CLICK, Verb.ENTER)


@dataclass(frozen=True, slots=True)
class Found:
    """A way that reaches something: who somebody is at first, what happens to them, and where that leads. `fresh` is
    what no way before it reaches."""

    spot: Spot
    fresh: frozenset[Aim]
    traits: Json = field(default_factory=dict)
    past: tuple[Past, ...] = ()


def ways(explorer: Explorer, wanted: Set[Aim], start: Instant) -> Iterator[Found]:
    """Ways that reach all that is wanted, as far as it was found. Who is kept out is not looked for here."""
    left = {aim for aim in wanted if aim.label != KEPT_OUT}
    passing = {aim for aim in left if aim == DEADLINE}  # time must pass for it: only the unhurried are likely to
    for begin in starts(explorer.live, start):
        for unhurried in (False, True) if passing else (False,):
            while sought := left if unhurried else left - passing:
                spot = _way(explorer, explorer.outside(begin), sought, unhurried=unhurried)
                if spot is None:
                    break
                found = _tidied(explorer, spot, frozenset(left & spot.reached))
                left -= found.spot.reached
                yield found


def starts(live: Live, start: Instant) -> list[Instant]:
    """When a case may begin: a day before an instant that is waited for, else when cases do."""
    until = [
        parse_instant(node.config["until"]) for node in live.graph.of_type(NodeType.WAIT) if node.config.get("until")
    ]
    return [*sorted({instant - _DAY for instant in until if instant > start + _DAY}), start]


def _way(explorer: Explorer, spots: Sequence[Spot], wanted: Set[Aim], *, unhurried: bool) -> Spot | None:
    spot = explorer.nearest(spots, wanted, unhurried=unhurried)
    following = spot
    while following is not None:
        spot = following
        following = explorer.nearest([spot], wanted - spot.reached, unhurried=unhurried)
    return None if spot is None else explorer.end(spot) or spot


def _tidied(explorer: Explorer, spot: Spot, fresh: frozenset[Aim]) -> Found:
    """The way without what it does not need, and with what could be so from the beginning."""
    found = Found(spot, fresh, past=spot.past)
    for number in reversed(range(len(spot.steps))):
        found = _without(explorer, found, number) or found
    number = 0
    while number < len(found.spot.steps):
        hoisted = _hoisted(explorer, found, number)
        if hoisted is None:
            number += 1
        else:
            found = hoisted
    return _with_less_past(explorer, found)


def _without(explorer: Explorer, found: Found, number: int) -> Found | None:
    return _again(explorer, found, found.spot.steps[:number] + found.spot.steps[number + 1 :])


def _hoisted(explorer: Explorer, found: Found, number: int) -> Found | None:
    """With the step as something that was so before: a trait that was known, an event that had happened."""
    steps = found.spot.steps
    step, rest = steps[number], steps[:number] + steps[number + 1 :]
    if step.verb is Verb.IDENTIFY:
        later = {name for other in steps[:number] if other.verb is Verb.IDENTIFY for name in other.value}
        if later.isdisjoint(step.value):
            traits = {**step.value, **found.traits}
            known = {name: value for name, value in traits.items() if value is not None}
            return _again(explorer, replace(found, traits=known), rest)
    if step.verb is Verb.EVENT and all(other.verb not in _ENTERING for other in steps[:number]):
        past = (*found.past, Past(_EARLIER, step.value, step.properties))
        return _again(explorer, replace(found, past=past), rest)
    return None


def _with_less_past(explorer: Explorer, found: Found) -> Found:
    for event in found.past:
        left = list(found.past)
        left.remove(event)
        found = _again(explorer, replace(found, past=tuple(left)), found.spot.steps) or found
    return found


def _again(explorer: Explorer, found: Found, steps: Sequence[Step]) -> Found | None:
    """The same person on these steps; None where they do not reach all of it, or come to no end where there was one."""
    old = found.spot
    spot = explorer.begun(old.start, found.traits, found.past)
    for step in steps:
        if step.verb is Verb.AT and step.value <= spot.now:
            return None
        if step.verb is Verb.WAIT:
            enrollment = spot.enrollment
            if enrollment is None or enrollment.timer_at is None:
                return None
            step = replace(step, value=enrollment.timer_at - spot.now)
        following = [one for one in explorer.after(spot, (step,)) if _agrees(one, old)]
        if not following:
            return None
        spot = following[0]
    same = spot.reached >= found.fresh and spot.ended is old.ended
    return replace(found, spot=spot) if same else None


def _agrees(spot: Spot, old: Spot) -> bool:
    return all(old.split.get(node_id, label) == label for node_id, label in spot.split.items())
