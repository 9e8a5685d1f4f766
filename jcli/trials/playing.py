"""A case, played: its steps are lived one by one, and what is seen is held against what the case expects.

The first step that is not as expected ends the case. How a step is lived is in `living.py`, what a field of an
expectation asks in `expecting.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from jcli.engine import Catalogue
from jcli.errors import JcliError
from jcli.model import Instant
from jcli.rehearsal import Setting, World
from jcli.trials.expecting import compare
from jcli.trials.living import Life, words_of
from jcli.trials.script import Case, Expectation, Step, Verb
from jcli.trials.taken import Watched, taken_of
from jcli.trials.telling import ways_of
from jcli.trials.verdicts import Done, Mismatch, Outcome, Taken, Verdict


def play(case: Case, setting: Setting, *, alone: bool = False, watched: bool = False) -> Verdict:
    """What comes of the case. With `alone` only the tested journey is live, whatever the case says; `watched` tells in
    `taken` what was walked over, which takes longer. Never raises for what a case says: what cannot be played is
    BROKEN. `line` and `seconds` are for the caller to fill in."""
    try:
        life = Life(case, setting, alone, _watching(case, setting) if watched else World)
    except JcliError as problem:
        return Verdict(
            case.file,
            0,
            case.journey,
            case.name,
            Outcome.BROKEN,
            path=case.path,
            problem=problem.message,
            hint=problem.hint,
        )
    return _Player(case, life).play()


def _watching(case: Case, setting: Setting) -> Callable[[Catalogue, Instant, str], World]:
    """A world that watches at the door of the tested journey."""
    tested = setting.journeys.get(case.journey)
    return partial(Watched, doors=() if tested is None else (tested.journey.id,))


@dataclass
class _Player:
    case: Case
    life: Life
    done: list[Done] = field(default_factory=list)

    def play(self) -> Verdict:
        self.life.begin()
        steps = self.case.steps
        for number, step in enumerate(steps):
            try:
                wrong = self._step(step, steps[number + 1] if number + 1 < len(steps) else None)
            except JcliError as problem:
                return self._verdict(Outcome.BROKEN, number, problem=problem)
            if wrong:
                return self._verdict(Outcome.FAILED, number, wrong)
        self.life.world.settle()
        forced = self._forced()
        if forced is not None:
            return self._verdict(Outcome.FAILED, None, [forced])
        return self._verdict(Outcome.PASSED)

    def _step(self, step: Step, following: Step | None) -> list[Mismatch]:
        """What of the step, and of what is expected after it, is not so."""
        self._note(step)
        if step.verb is not Verb.EXPECT:
            stuck = self.life.act(step) or self._surprise(step, following)
            self.done[-1] = replace(self.done[-1], message=self.life.message)
            if stuck is not None:
                return [stuck]
        return [] if step.expect is None else self._compare(step.expect)

    def _note(self, step: Step) -> None:
        at = self.life.world.now
        if step.verb is Verb.WAIT:
            at += step.value
        elif step.verb is Verb.AT:
            at = step.value
        self.done.append(Done(len(self.done), words_of(step), at, step.path))

    def _surprise(self, step: Step, following: Step | None) -> Mismatch | None:
        """A refusal that nobody expects."""
        refusals = self.life.refusals
        expecting = [step.expect, following.expect if following and following.verb is Verb.EXPECT else None]
        if not refusals or any(item is not None and "refused" in item.fields for item in expecting):
            return None
        seen = self.life.seen(self.case.journey)
        because = seen.outside() if seen is not None else None
        note = f"{because}; expect it with `refused`" if because else "expect it with `refused`"
        return Mismatch(step.path, "refused", "nothing", list(refusals), note)

    def _compare(self, expectation: Expectation) -> list[Mismatch]:
        self.life.world.settle()
        seen = self.life.seen(self.case.journey)
        assert seen is not None
        return compare(expectation, seen, self.life.seen)

    def _forced(self) -> Mismatch | None:
        """A split that did not come out as the case forces it: another person was at it (linked on the way)."""
        for where, label in self.case.split.items():
            journey, _, node = where.rpartition("/")
            seen = self.life.seen(journey or self.case.journey)
            taken = [] if seen is None else [way for key, _, way in seen.path if key == node and way is not None]
            if taken and taken[-1] != label.casefold():
                note = "an anonymous person who became known has another place; give the step's `userId` one that fits"
                return Mismatch((*self.case.path, "split", where), "split", label, taken[-1], note)
        return None

    def _verdict(
        self,
        outcome: Outcome,
        number: int | None = None,
        mismatches: list[Mismatch] | None = None,
        problem: JcliError | None = None,
    ) -> Verdict:
        life = self.life
        return Verdict(
            self.case.file,
            0,
            self.case.journey,
            self.case.name,
            outcome,
            step=number,
            path=self.case.path if number is None else self.case.steps[number].path,
            mismatches=tuple(mismatches or ()),
            problem=None if problem is None else problem.message,
            hint=None if problem is None else problem.hint,
            done=tuple(self.done),
            ways=() if outcome is Outcome.PASSED else ways_of(life.everywhere()),
            traits=life.world.person(life.world.route(life.who)).traits,
            content=tuple((item.content_id or "", item.status.value) for item in life.world.delivered(life.who)),
            now=life.world.now,
            start=self.case.start,
            person_id=life.id,
            taken=self._taken(),
        )

    def _taken(self) -> dict[str, Taken]:
        """What was walked over of the tested journey and of those that somebody entered, by key; where that is nothing,
        they are left out."""
        life, found = self.life, {}
        if not isinstance(life.world, Watched):
            return {}
        entered = dict.fromkeys(life.setting.by_id[one.journey_id].key for one in life.world.lives.values())
        for key in {self.case.journey: None, **entered}:
            numbers = life.of_file if key == self.case.journey else (1,)
            found[key] = taken_of(life.world, life.setting.journeys[key], numbers)
        return {key: taken for key, taken in found.items() if taken != Taken()}
