"""Cases of people who do not get in: one for each entering rule that the journey's author has made.

Few things are tried, each by playing it: somebody without what the audience asks for, somebody who is not known,
somebody who comes a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from jcli.engine import EnteringRule
from jcli.model import Json
from jcli.rehearsal import Live
from jcli.trials.coverage import KEPT_OUT, Aim, Aspect
from jcli.trials.script import Person, Step, Verb
from jcli.trials.suggesting.casting import Cast
from jcli.trials.suggesting.filling import PERSON
from jcli.trials.suggesting.picking import Found

AUDIENCE, KNOWN, REENTRY = (
    Aim(Aspect.ENTRIES, rule.value, KEPT_OUT)
    for rule in (EnteringRule.AUDIENCE, EnteringRule.KNOWN, EnteringRule.REENTRY)
)


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door, and what they try."""

    person: Person
    steps: tuple[Step, ...]


def kept_out(
    live: Live, cast: Cast, entered: Sequence[Found], aim: Aim, works: Callable[[Knock], bool]
) -> Knock | None:
    """Somebody whom the rule keeps out; None where nobody was found. `entered` are ways of people who got in, `works`
    plays a try."""
    return next((knock for knock in _tries(live, cast, entered, aim) if works(knock)), None)


def _tries(live: Live, cast: Cast, entered: Sequence[Found], aim: Aim) -> Iterator[Knock]:
    entries = list(cast.entries.values())
    nobody = Person(PERSON)
    traits: list[Json] = [{}, *({key: v for key, v in change.items() if v is not None} for change in cast.changes)]
    if aim == AUDIENCE:
        for known in traits:
            for step in entries:
                yield Knock(replace(nobody, traits=known), (step,))
        for change in cast.changes:
            yield Knock(nobody, (Step((), Verb.IDENTIFY, change),))
    for found in entered:
        if aim == KNOWN:
            yield Knock(_as(found, anonymous=True), _to_entry(found))
        elif aim == REENTRY:
            yield from _again(live, cast, found)


def _as(found: Found, *, anonymous: bool = False) -> Person:
    return Person(PERSON, anonymous=anonymous, traits=found.traits, past=tuple(found.past))


def _to_entry(found: Found) -> tuple[Step, ...]:
    """The steps up to the first that let somebody in: waits come after it."""
    steps = found.spot.steps
    first = next((n for n, step in enumerate(steps) if step.verb in _LATER), len(steps))
    return steps[:first]


_LATER = (Verb.WAIT, Verb.SHOW, Verb.FINISH, Verb.DISMISS)


def _again(live: Live, cast: Cast, found: Found) -> Iterator[Knock]:
    """The same once more, by the same door; where people come by the audience, out of it and into it again."""
    person, steps = _as(found), _to_entry(found)
    for number in range(1, len(steps) + 1):
        yield Knock(person, (*steps[:number], steps[number - 1]))
    if live.compiled.by_audience:
        for change in cast.changes:
            for back in cast.changes:
                yield Knock(
                    person, (*steps, Step((), Verb.IDENTIFY, change), Step((), Verb.IDENTIFY, {**change, **back}))
                )
    yield Knock(person, (*found.spot.steps, *steps[:1]))
