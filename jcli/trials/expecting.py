"""What a case expects, held against what is seen: one function for each field, in one table.

All fields are of the person's newest enrollment in a journey, but for `deliveries` and `entries` (of all their
enrollments in it), `traits` and `refused` (of the person). Labels are compared by their meaning, `Completed` being
`completed`. A field that cannot be answered because nobody is in the journey says why they are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from jcli.durations import length, parse_duration, parse_instant, rfc3339
from jcli.engine import Answer, DeliveryState, EnrollmentState, EnteringRule, Event, PersonState, why_not
from jcli.graph import meaning
from jcli.model import Instant, NodeType
from jcli.rehearsal import Live, Lived, Setting, Who, World
from jcli.trials.script import Expectation
from jcli.trials.verdicts import Mismatch

STRETCH = "..."
"""In a `path`: any nodes, or none."""


@dataclass(frozen=True, slots=True)
class Acted:
    """The last thing that could have let the person in: how they were before it, how often they had entered each
    journey by then, and the event that it was."""

    person: PersonState
    entries: Mapping[str, int]
    event: Event | None = None


@dataclass
class Seen:
    """A person in one journey, at one moment. `start` is when the case began, `refusals` what was refused by the last
    step, `revisions` are other revisions of the journey that somebody may have stood on."""

    world: World
    setting: Setting
    live: Live
    who: Who
    start: Instant
    acted: Acted | None = None
    refusals: Sequence[str] = ()
    revisions: Sequence[Live] = ()

    @cached_property
    def lives(self) -> list[Lived]:
        return self.world.lived(self.who, self.live.journey.id)

    @cached_property
    def life(self) -> Lived | None:
        return self.lives[-1] if self.lives else None

    @cached_property
    def person(self) -> PersonState:
        return self.world.person(self.world.route(self.who))

    @cached_property
    def state(self) -> EnrollmentState | None:
        return None if self.life is None else self.person.enrollments.get(self.life.id)

    def due(self, state: EnrollmentState | None) -> Instant | None:
        """When time next moves somebody: the end of a wait or the goal's deadline; None where they are frozen."""
        running = self.world.catalogue.journeys[self.live.journey.id].running
        return state.timer_at if state is not None and running else None

    @cached_property
    def path(self) -> list[tuple[str, NodeType, str | None]]:
        """Node key, type and the canonical label by which it was left, from the entry to where they stand."""
        if self.life is None:
            return []
        walked = [(self.name(step.node_id), step.node_type, step.label) for step in self.life.steps]
        return walked if self.state is None else [*walked, (self.at or "", self.state.node_type, None)]

    @property
    def at(self) -> str | None:
        if self.life is None:
            return None
        return self.name(self.state.node_id if self.state is not None else self.life.steps[-1].node_id)

    def name(self, node_id: str) -> str:
        """What the author calls a node; of one that is only in another revision, what its author calls it there."""
        for live in (self.live, *self.revisions):
            if node_id in live.places.names:
                return live.places.names[node_id]
        return self.live.name_of(node_id)

    @cached_property
    def delivered(self) -> list[DeliveryState]:
        mine = {life.id for life in self.lives}
        return [item for item in self.world.deliveries.values() if item.enrollment_id in mine]

    def why_not(self) -> list[Answer]:
        """What the entering rules say; re-entry as it was before the last thing that happened."""
        journey_id, now = self.live.journey.id, self.world.now
        event = self.acted.event if self.acted is not None else None
        answers = why_not(self.person, journey_id, self.world.catalogue, now, event)
        if self.acted is None:
            return answers
        before = why_not(self.acted.person, journey_id, self.world.catalogue, now, event)
        return [*answers[:-1], before[-1]]

    def outside(self) -> str | None:
        """Why the person is not in the journey, as a sentence; None for one who is or was."""
        if self.life is not None:
            return None
        because = next((answer.because for answer in self.why_not() if answer.allows is False), None)
        if because is None and (self.acted is None or self.acted.event is None):
            because = "no event has fired one of its triggers"
        return f"nobody entered `{self.live.key}`" + (f": {because}" if because else "")


def compare(expectation: Expectation, seen: Seen, others: Callable[[str], Seen | None]) -> list[Mismatch]:
    """What of the expectation is not so, in its order. `others` is the same person in another journey, by key; None
    for a journey that is not live."""
    found: list[Mismatch] = []
    for name, expected in expectation.fields.items():
        path = (*expectation.path, name)
        if name == "journeys":
            for key, fields in expected.items():
                elsewhere = others(key)
                if elsewhere is None:
                    found.append(Mismatch((*path, key), key, "a live journey", None, f"`{key}` is not live here"))
                    continue
                inner = compare(Expectation((*path, key), fields), elsewhere, others)
                found += [replace(item, field=f"{key}: {item.field}") for item in inner]
            continue
        mismatch = _FIELDS[name](expected, seen)
        if mismatch is not None:
            wanted, got, note = mismatch
            found.append(Mismatch(path, name, wanted, got, note or seen.outside()))
    return found


Difference = tuple[Any, Any, str | None] | None
"""Expected and got, as they are to be shown, and a note; None: as expected."""


def _plain(read: Callable[[Seen], Any]) -> Callable[[Any, Seen], Difference]:
    def field_is(expected: Any, seen: Seen) -> Difference:
        got = read(seen)
        return None if got == expected else (expected, got, None)

    return field_is


def _status(seen: Seen) -> str | None:
    return None if seen.life is None else seen.life.status.value


def _revision(seen: Seen) -> int | None:
    if seen.life is None:
        return None
    return seen.state.revision if seen.state is not None else seen.life.steps[-1].revision


def words(node: str, label: str | None) -> str:
    """A node of a path as a case writes it: `tour`, or `tour completed` where it was left by a label."""
    return node if label is None else f"{node} {label}"


def _fits(written: str, node: tuple[str, NodeType, str | None]) -> bool:
    key, kind, label = node
    name, _, wanted = written.strip().partition(" ")
    return name == key and (not wanted or meaning(kind, wanted.strip()) == label)


def _path(expected: Sequence[str], seen: Seen) -> Difference:
    if _walks(list(expected), seen.path):
        return None
    shown = [words(key, label) for key, _, label in seen.path]
    return list(expected), shown, _parting(expected, seen)


def _walks(written: Sequence[str], path: Sequence[tuple[str, NodeType, str | None]]) -> bool:
    """Whether the path is as written. `reached` are the lengths of the path that what was read so far may stand for."""
    reached = {0}
    for item in written:
        if item.strip() == STRETCH:
            reached = set(range(min(reached), len(path) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(path) and _fits(item, path[at])}
        if not reached:
            return False
    return len(path) in reached


def _parting(expected: Sequence[str], seen: Seen) -> str | None:
    if STRETCH in expected or not seen.path:
        return None
    for item, node in zip(expected, seen.path, strict=False):
        if not _fits(item, node):
            return f"it parts at `{item}`"
    if len(expected) > len(seen.path):
        return f"it has not come to `{expected[len(seen.path)]}`"
    return f"it goes on to `{words(seen.path[len(expected)][0], seen.path[len(expected)][2])}`"


def _passed(expected: Sequence[str], seen: Seen) -> Difference:
    left = iter(seen.path)
    for item in expected:
        if not any(_fits(item, node) for node in left):
            shown = [words(key, label) for key, _, label in seen.path]
            return list(expected), shown, f"`{item}` was not passed" + (" after those before it" * (len(expected) > 1))
    return None


def _avoided(expected: Sequence[str], seen: Seen) -> Difference:
    touched = [item for item in expected if any(_fits(item, node) for node in seen.path)]
    if not touched:
        return None
    return list(expected), touched, "these were stood on"


def _due(expected: str, seen: Seen) -> Difference:
    due = seen.due(seen.state)
    wanted = None if expected == "never" else _moment(expected, seen.world.now)
    if due == wanted:
        return None
    got = "never" if due is None else f"{length(due - seen.world.now)} ({rfc3339(due)})"
    frozen = seen.state is not None and due is None and seen.state.timer_at is not None
    return expected, got, f"`{seen.live.key}` is not live, and time moves nobody in it" if frozen else None


def _moment(text: str | float, base: Instant) -> Instant:
    return parse_instant(text) if isinstance(text, str) and "T" in text[1:] else base + parse_duration(text)


def _goal(expected: str, seen: Seen) -> Difference:
    if seen.live.journey.goal_config is None:
        return expected, None, f"`{seen.live.key}` has no goal, so nothing is said by this"
    met = None if seen.life is None else seen.life.goal_met_at
    got = "not_met" if met is None else "met"
    if expected in ("met", "not_met"):
        if seen.life is None:
            return expected, None, None
        return None if expected == got else (expected, got, None)
    if met == _moment(expected, seen.start):
        return None
    return expected, got if met is None else f"{length(met - seen.start)} ({rfc3339(met)})", None


def _deliveries(expected: Any, seen: Seen) -> Difference:
    if not isinstance(expected, Mapping):
        shown = [item.content_id or seen.name(item.node_id) for item in seen.delivered]
        right = len(shown) == len(expected) and all(
            wanted in (item.content_id, seen.name(item.node_id))
            for wanted, item in zip(expected, seen.delivered, strict=True)
        )
        return None if right else (list(expected), shown, None)
    wrong: dict[str, Any] = {}
    for name, statuses in expected.items():
        got = [item.status.value for item in seen.delivered if name in (item.content_id, seen.name(item.node_id))]
        if got != ([statuses] if isinstance(statuses, str) else list(statuses)):
            wrong[name] = got[0] if len(got) == 1 else got or "no delivery"
    return ({name: expected[name] for name in wrong}, wrong, None) if wrong else None


def _not_enrolled(expected: Any, seen: Seen) -> Difference:
    if expected is True:
        return None if seen.life is None else (True, f"in the journey, {seen.life.status.value}", None)
    before = 0 if seen.acted is None else seen.acted.entries.get(seen.live.journey.id, 0)
    if len(seen.lives) > before:
        return expected, "entered", None
    no = {answer.rule: answer for answer in seen.why_not() if answer.allows is False}
    if EnteringRule(expected) in no:
        return None
    reasons = [rule.value for rule in no]
    got = reasons[0] if len(reasons) == 1 else reasons or "no rule kept them out"
    return expected, got, "; ".join(answer.because for answer in no.values()) or None


def _split(expected: Mapping[str, str], seen: Seen) -> Difference:
    taken = {key: label for key, kind, label in seen.path if kind is NodeType.SPLIT}
    wrong = {key: taken.get(key) for key, label in expected.items() if taken.get(key) != label.casefold()}
    return ({key: expected[key] for key in wrong}, wrong, None) if wrong else None


def _traits(expected: Mapping[str, Any], seen: Seen) -> Difference:
    got = seen.person.traits
    wrong = {name: got.get(name) for name, value in expected.items() if not _same(got.get(name), value)}
    return ({name: expected[name] for name in wrong}, wrong, None) if wrong else None


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) and isinstance(left, bool) is isinstance(right, bool)


def _refused(expected: Any, seen: Seen) -> Difference:
    wanted = [expected] if isinstance(expected, str) else list(expected)
    got = list(seen.refusals)
    return None if got == wanted else (expected, got or "nothing was refused", None)


_FIELDS: Mapping[str, Callable[[Any, Seen], Difference]] = {
    "at": _plain(lambda seen: seen.at),
    "path": _path,
    "passed": _passed,
    "avoided": _avoided,
    "status": _plain(_status),
    "exitReason": _plain(lambda seen: None if seen.life is None else seen.life.reason),
    "outcome": _plain(lambda seen: None if seen.life is None else seen.life.outcome),
    "due": _due,
    "goal": _goal,
    "deliveries": _deliveries,
    "not_enrolled": _not_enrolled,
    "entries": _plain(lambda seen: len(seen.lives)),
    "split": _split,
    "traits": _traits,
    "revision": _plain(_revision),
    "refused": _refused,
}
FIELDS = (*_FIELDS, "journeys")
"""All that a case can expect."""
