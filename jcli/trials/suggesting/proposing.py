"""The cases that a journey is missing: found by search, written down as what really happens, and proven by playing.

A case that would not pass, or that reaches nothing new when it is played, is not suggested: what counts is what
`jcli test` says of it. What is left is told with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from jcli.errors import JcliError
from jcli.findings import Finding
from jcli.model import Instant
from jcli.rehearsal import Live, Setting
from jcli.trials.coverage import DEADLINE, KEPT_OUT, Aim, Aspect, aims_in, aims_of
from jcli.trials.playing import play
from jcli.trials.script import START, Case, Expectation, Person, Step, Verb
from jcli.trials.suggesting.casting import cast_of
from jcli.trials.suggesting.doors import Knock, entry_of, kept_out, person_of
from jcli.trials.suggesting.exploring import Explorer
from jcli.trials.suggesting.filling import filled
from jcli.trials.suggesting.moving import after
from jcli.trials.suggesting.picking import Found, ways
from jcli.trials.suggesting.reasons import Unreached, unreached
from jcli.trials.suggesting.wording import name_of, phrases_of
from jcli.trials.verdicts import Outcome

_FROZEN = 3
"""So many ways in are tried for somebody whom the deadline finds in a journey that is not published."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Cases for one journey, all of which pass, and what they do not reach of what was wanted. `tried` is how many
    things were tried."""

    journey: str
    cases: tuple[Case, ...]
    left: tuple[Unreached, ...]
    tried: int


def suggest(
    live: Live,
    setting: Setting,
    findings: Sequence[Finding] = (),
    *,
    wanted: Collection[Aim] | None = None,
    names: Collection[str] = (),
    file: str = "",
) -> Suggestion:
    """Cases that reach what is wanted (None: all there is to cover). `findings` are those of the checks, `names` the
    names of the cases that the journey has, `file` is where the new ones are to go."""
    return _Proposer(live, setting, file, set(names)).suggest(
        findings, set(aims_of(live)) if wanted is None else set(wanted)
    )


class _Proposer:
    def __init__(self, live: Live, setting: Setting, file: str, names: set[str]) -> None:
        self.live = live
        self.setting = setting
        self.names = names
        self.file = file
        self.explorer = Explorer(live, setting, cast_of(live, setting))

    def suggest(self, findings: Sequence[Finding], wanted: set[Aim]) -> Suggestion:
        entered: list[Found] = []
        proven: list[tuple[Case, set[Aim]]] = []
        sought = {aim for aim in wanted if aim.label != KEPT_OUT}  # who is kept out has a case of their own
        for found in ways(self.explorer, frozenset(sought), START):
            entered.append(found)
            one = self._of_way(found, sought.difference(*(reached for _, reached in proven)))
            if one is not None:
                proven.append((one[0], one[1] & sought))
        cases: list[Case] = []
        left = set(wanted)
        for case, reached in _needed(proven):
            cases.append(self._named(case, reached & left))
            left -= reached
        if DEADLINE in left and (frozen := self._of_frozen(entered or self._any_way())) is not None:
            left.discard(DEADLINE)
            cases.append(frozen)
        for aim in sorted(left - sought, key=str):
            door = self._of_door(entered or self._any_way(), aim)
            if door is not None:
                left.discard(aim)
                cases.append(door)
        ordered = [aim for aim in aims_of(self.live) if aim in left]
        tried, exhausted = self.explorer.tried, not self.explorer.gave_up
        reasons = unreached(self.live, ordered, findings, tried, exhausted=exhausted)
        return Suggestion(self.live.key, tuple(cases), tuple(reasons), tried)

    def _any_way(self) -> list[Found]:
        """Somebody who got in, where nobody had to be looked for."""
        entries = frozenset(aim for aim in aims_of(self.live) if aim.aspect is Aspect.ENTRIES and aim.label is None)
        return list(ways(self.explorer, entries, START))[:1]

    def _of_way(self, found: Found, left: set[Aim]) -> tuple[Case, set[Aim]] | None:
        """The case of a way and what it reaches; None where it reaches nothing of what is left."""
        steps = list(_in_waits(found.spot.steps, found.spot.start))
        case = self._case(person_of(found), steps, found.spot.start)
        case = replace(case, split={self.live.name_of(key): label for key, label in found.spot.split.items()})
        for one in (case, *self._at_publish(case)):
            proven = self._proven(one, left) or self._proven(replace(one, live=()), left)
            if proven is not None:
                return proven
        return None

    def _at_publish(self, case: Case) -> Iterator[Case]:
        """The same of somebody who matches the audience beforehand, and is let in when the journey is published:
        nobody can enter them by hand any more."""
        if case.steps and case.steps[0].verb is Verb.ENTER and self.live.compiled.by_audience:
            yield replace(case, steps=case.steps[1:])

    def _case(self, person: Person, steps: Sequence[Step], start: Instant) -> Case:
        return Case(self.file, 0, (), self.live.key, "", person, start, tuple(steps))

    def _proven(self, case: Case, left: set[Aim]) -> tuple[Case, set[Aim]] | None:
        """The case with its expectations and what it reaches; None where it would not pass, or reaches nothing new."""
        try:
            case = filled(case, self.setting)
        except JcliError:
            return None
        verdict = play(case, self.setting, watched=True)
        taken = verdict.taken.get(self.live.key)
        reached = set(aims_in(taken)) if taken is not None else set()
        if verdict.outcome is not Outcome.PASSED or reached.isdisjoint(left):
            return None
        return case, reached

    def _of_frozen(self, entered: Sequence[Found]) -> Case | None:
        """Where every way is over before the deadline: somebody in a journey that was taken down meanwhile."""
        goal, key = self.live.compiled.goal, self.live.key
        for found in entered[:_FROZEN]:
            if goal is None or goal.deadline is None:
                break
            pause = (Step((), Verb.UNPUBLISH, key), Step((), Verb.WAIT, goal.deadline), Step((), Verb.PUBLISH, key))
            steps = (*entry_of(self.explorer, found), *pause)
            proven = self._proven(self._case(person_of(found), steps, found.spot.start), {DEADLINE})
            if proven is not None:
                return self._named(proven[0], {DEADLINE}, "waits in a journey that is taken down until the deadline")
        return None

    def _of_door(self, entered: Sequence[Found], aim: Aim) -> Case | None:
        def works(knock: Knock) -> bool:
            return self._proven(self._knocking(knock, aim), {aim}) is not None

        knock = kept_out(self.explorer, entered, aim, works)
        if knock is None:
            return None
        return self._named(self._knocking(knock, aim), {aim})

    def _knocking(self, knock: Knock, aim: Aim) -> Case:
        *before, last = knock.steps
        refused = replace(last, expect=Expectation((), {"not_enrolled": aim.name}))
        return self._case(knock.person, (*before, refused), START)

    def _named(self, case: Case, fresh: set[Aim], phrase: str | None = None) -> Case:
        said = [phrase] if phrase else phrases_of(self.live, fresh, self._in_order(case, fresh))
        name = name_of(said, self.names)
        self.names.add(name)
        return replace(case, name=name)

    def _in_order(self, case: Case, fresh: set[Aim]) -> Iterator[Aim]:
        """What is new in the case, in the order of its path."""
        path = next(
            (
                step.expect.fields.get("path", ())
                for step in reversed(case.steps)
                if step.verb is Verb.EXPECT and step.expect
            ),
            (),
        )
        for item in path:
            node, _, label = item.partition(" ")
            exact = [aim for aim in fresh if aim.name == node and aim.label == label]
            yield from exact or sorted((aim for aim in fresh if aim.name == node and aim.label != KEPT_OUT), key=str)
        yield from sorted(fresh, key=str)


def _in_waits(steps: Sequence[Step], now: Instant) -> Iterator[Step]:
    """The steps with each instant told as how long it is until then, which reads better, where that is whole seconds;
    else each wait as an instant."""
    for step in steps:
        length, now = after(now, step) - now, after(now, step)
        if step.verb not in (Verb.WAIT, Verb.AT):
            yield step
        elif length % 1000:
            yield replace(step, verb=Verb.AT, value=now)
        else:
            yield replace(step, verb=Verb.WAIT, value=length)


def _needed(proven: Sequence[tuple[Case, set[Aim]]]) -> list[tuple[Case, set[Aim]]]:
    """The cases without those that the others together make superfluous, early ones first: they came without knowing
    what others would reach."""
    kept = list(proven)
    for one in proven:
        others = [reached for other, reached in kept if other is not one[0]]
        if one[1] <= set().union(*others):
            kept.remove(one)
    return kept
