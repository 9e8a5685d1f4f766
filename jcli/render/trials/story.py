"""How somebody came to where they stand, as text: what happened, and their way through the journey, top down.

It must not explain what the journey would do otherwise. Where to look next: `jcli/trials/verdicts.py` has the ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jcli.model import Instant
from jcli.render.ink import Ink, padded, plain, width
from jcli.render.readings import CAUSES, readings
from jcli.render.trials.times import when
from jcli.render.trials.values import shown
from jcli.trials.verdicts import Done, Stood, Verdict, Way

_NO_INK = Ink()
_VERBS: Mapping[str, tuple[str, ...]] = {
    "event": ("event", "page", "click", "identify"),
    "delivery": ("finish", "dismiss", "show"),
    "audience": ("identify", "publish"),
    "api": ("enter", "stop"),
    "canvas": ("edit",),
    "status": ("publish", "pause", "unpublish", "archive", "restore"),
    "link": ("identify",),
}
"""Cause -> the verbs of the steps that bring it about."""
_WHOLE = 3
"""The length of the path of what a whole case expects: `cases`, its number, `expect`."""
_MOST = 60
"""So many nodes of a way are drawn; of a longer one the first and the last."""


def story(verdict: Verdict, ink: Ink = _NO_INK) -> list[str]:
    """The lines of the whole story: the person, the steps, the way through the tested journey, and in a line each where
    else they were."""
    return [*_person(verdict, ink), *_steps(verdict, ink), *_ways(verdict, ink)]


def _person(verdict: Verdict, ink: Ink) -> list[str]:
    if not verdict.person_id:
        return []
    traits = ", ".join(f"{plain(name)}={shown(value)}" for name, value in verdict.traits.items())
    return [
        f"{ink('person', 'bold')} {plain(verdict.person_id)}" + (f" ({traits})" if traits else " without traits"),
        "",
    ]


def _steps(verdict: Verdict, ink: Ink) -> list[str]:
    if not verdict.done:
        return []
    times = [when(verdict.start, done.at) for done in verdict.done]
    column = max(map(width, times))
    lines = [ink("what happened", "bold")]
    for done, time in zip(verdict.done, times, strict=True):
        here = done.number == verdict.step
        line = f"{'>' if here else ' '} {padded(time, column)}  {words(done)}"
        lines.append(ink(line, "bold") if here else line)
    return [*lines, ""]


def words(done: Done) -> str:
    """`step 4: wait 2d`; what a case expects when all is over stands after the steps."""
    if done.words == "expect" and len(done.path) == _WHOLE and done.path[-1] == "expect":
        return "at the end"
    return f"step {done.number + 1}: {plain(done.words)}"


def _ways(verdict: Verdict, ink: Ink) -> list[str]:
    own = [way for way in verdict.ways if way.journey == verdict.journey]
    lines: list[str] = []
    for number, way in enumerate(own, 1):
        which = f" (entry {number} of {len(own)})" if len(own) > 1 else ""
        lines += [ink(f"the path so far in {plain(way.journey)}{which}", "bold") + f": {standing(way, verdict.start)}"]
        lines += [*_drawn(way, verdict, ink), ""]
    if not own and verdict.done:
        lines += [f"{ink('the path so far', 'bold')}: never in {plain(verdict.journey)}", ""]
    others = [way for way in verdict.ways if way.journey != verdict.journey]
    for way in others:
        here = f", on {plain(way.stood[-1].node)}" if way.stood else ""
        lines.append(f"also in {plain(way.journey)}: {standing(way, verdict.start)}{here}")
    return [*lines, ""] if others else lines


def standing(way: Way, start: Instant) -> str:
    """`in_progress`, or how it ended, why and when; and whether the goal was met."""
    told = way.status
    because = ": ".join(word for word in (way.reason, way.outcome) if word)
    told += f" ({because})" if because else ""
    told += f" {_at(start, way.ended)}" if way.ended is not None else ""
    told += f", goal met {_at(start, way.goal)}" if way.goal is not None else ""
    return f"{told}, revision {way.revision}" if way.revision > 1 else told


def _at(start: Instant, instant: Instant) -> str:
    time = when(start, instant)
    return f"at the {time}" if time == "start" else f"({time})"


def _drawn(way: Way, verdict: Verdict, ink: Ink) -> Iterator[str]:
    rows = [_Row(stood, verdict, way, last=at == len(way.stood) - 1) for at, stood in enumerate(way.stood)]
    column = max((width(row.time) for row in rows), default=0)
    names = max((width(row.node) for row in rows), default=0)
    for number, row in enumerate(rows):
        if len(rows) > _MOST and number == _MOST // 2:
            yield f"  {padded('', column)}  : {len(rows) - _MOST} more nodes"
        if len(rows) > _MOST and _MOST // 2 <= number < len(rows) - _MOST // 2:
            continue
        last = number == len(rows) - 1
        node = ink(padded(row.node, names), *(("bold", "cyan") if last else ("bold",)))
        yield f"  {padded(row.time, column)}  {node}  {ink(row.type, 'dim')}  {row.here}".rstrip()
        if row.way:
            yield f"  {padded('', column)}  |  {row.way}".rstrip()


class _Row:
    """A node that was stood on, in words: `here` is what is to be said of it, `way` of how it was left."""

    def __init__(self, stood: Stood, verdict: Verdict, way: Way, *, last: bool) -> None:
        start = verdict.start
        self.time, self.node, self.type = when(start, stood.entered), plain(stood.node), stood.type
        read = readings(stood.detail or {})
        told = [f"read {read}"] if read else []
        if last and way.ended is not None:
            told += ["ended here", caused(stood.cause, stood.left, verdict.done)]
        elif last:
            told.append("stands here" + (f" until {when(start, stood.due)}" if stood.due is not None else ""))
        self.here = ", ".join(filter(None, told))
        self.way = "" if last else _left(stood, verdict)


def _left(stood: Stood, verdict: Verdict) -> str:
    """`completed, by step 3, day 2, Wed 09:00`: the label, the cause, and when if it was not at once."""
    words = [plain(stood.label)] if stood.label else []
    if stood.left != stood.entered or not words:
        words.append(caused(stood.cause, stood.left, verdict.done))
    if stood.left is not None and stood.left != stood.entered:
        words.append(when(verdict.start, stood.left))
    return ", ".join(filter(None, words))


def caused(cause: str, at: Instant | None, done: Sequence[Done]) -> str:
    """What moved somebody on, in words: `by step 2` where one step alone can have been it, else `by the event`."""
    word, _, ref = cause.partition(" ")
    if word not in CAUSES:
        return plain(cause)
    sent = [one.number + 1 for one in done if word == "event" and one.message == ref]
    if sent:
        return f"by step {sent[0]}"
    verbs = _VERBS.get(word, ())
    steps = [one.number + 1 for one in done if one.at == at and one.words.partition(" ")[0] in verbs]
    return f"by step {steps[0]}" if len(steps) == 1 else f"by {CAUSES[word].rstrip(':')}"
