"""Cases of people who do not get in: one for each entering rule that the journey's author has made.

Few things are tried, each by playing it: somebody without what the audience asks for, somebody who is not known,
somebody who comes a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from jcli.engine import EnteringRule
from jcli.model import Json
from jcli.trials.coverage import KEPT_OUT, Aim, Aspect
from jcli.trials.script import Person, Step, Verb
from jcli.trials.suggesting.casting import Cast
from jcli.trials.suggesting.exploring import Explorer
from jcli.trials.suggesting.filling import PERSON
from jcli.trials.suggesting.picking import Found

AUDIENCE, KNOWN, REENTRY = (
    Aim(Aspect.ENTRIES, rule.value, KEPT_OUT)
    for rule in (EnteringRule.AUDIENCE, EnteringRule.KNOWN, EnteringRule.REENTRY)
)

_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door, and what they try."""

    person: Person
    steps: tuple[Step, ...]


def kept_out(explorer: Explorer, entered: Sequence[Found], aim: Aim, works: Callable[[Knock], bool]) -> Knock | None:
    """Somebody whom the rule keeps out; None where nobody was found. `entered` are ways of people who got in, `works`
    plays a try."""
    cast = explorer.cast
    if aim == AUDIENCE:
        tries = _outsiders(cast, _comings(explorer))
    else:
        ways_in = [(person_of(found), entry_of(explorer, found)) for found in entered]
        ways_in += [(Person(PERSON), steps) for steps in _comings(explorer)]
        if aim == KNOWN:
            tries = (Knock(replace(person, anonymous=True), steps) for person, steps in ways_in)
        else:
            tries = (knock for person, steps in ways_in for knock in _again(explorer, person, steps))
    return next((knock for knock in tries if works(knock)), None)


def _comings(explorer: Explorer) -> tuple[tuple[Step, ...], ...]:
    """What people do who may come to match by it, where they come by the audience."""
    return explorer.cast.sent if explorer.live.compiled.by_audience else ()


def _outsiders(cast: Cast, comings: Iterable[tuple[Step, ...]]) -> Iterator[Knock]:
    """Somebody without traits, with any that were thought of, and with any past, at each door; where people come by the
    audience, somebody who changes and does not come to match, or does too little for it."""
    traits: list[Json] = [{}, *({key: v for key, v in change.items() if v is not None} for change in cast.changes)]
    for known in traits:
        for step in cast.entries.values():
            yield Knock(Person(PERSON, traits=known), (step,))
    for past in cast.pasts:
        for step in cast.entries.values():
            yield Knock(Person(PERSON, past=past), (step,))
    for change in cast.changes:
        yield Knock(Person(PERSON), (Step((), Verb.IDENTIFY, change),))
    for steps in comings:
        yield from (Knock(Person(PERSON), some) for some in (steps[:1], steps[:-1]) if some)


def person_of(found: Found) -> Person:
    """Who goes this way."""
    return Person(PERSON, traits=found.traits, past=found.past)


def entry_of(explorer: Explorer, found: Found) -> tuple[Step, ...]:
    """The steps of a way up to the one that lets its person in."""
    spot = explorer.begun(found.spot.start, found.traits, found.past)
    for number, step in enumerate(found.spot.steps):
        spot = next(iter(explorer.after(spot, (step,))), spot)
        if spot.person.entries:
            return found.spot.steps[: number + 1]
    return found.spot.steps


def _again(explorer: Explorer, person: Person, steps: tuple[Step, ...]) -> Iterator[Knock]:
    """The same once more by the same door; where people come by the audience, out of it and into it again."""
    if not steps:
        return
    yield Knock(person, (*steps, steps[-1]))
    if explorer.live.compiled.by_audience:
        for change in explorer.cast.changes:
            yield Knock(person, (*steps, Step((), Verb.IDENTIFY, change), steps[-1]))
        for within in explorer.cast.recent:
            yield Knock(person, (*steps, Step((), Verb.WAIT, within + _HOUR), *steps))
