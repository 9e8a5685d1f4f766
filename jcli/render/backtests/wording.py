"""Sentences about one person: where the two sides part, and what each of them did.

A name is in backticks, so that Markdown may show it as code; ids of people and values of theirs are cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from jcli.backtest import MOST_MOVES, Assumed, Change, Compared, Difference, Divergence, Lived, Took, Walked
from jcli.durations import length, rfc3339

_LONGEST = 40
_MOST_READ = 4


def person(difference: Difference) -> str:
    """Who it is, in at most so many characters."""
    anonymous, person_id = difference.who
    return f"{cut(person_id)} (anonymous)" if anonymous else cut(person_id)


def sentence(difference: Difference, journey: Compared) -> str:
    """What happened, and what would now, without the person."""
    divergence = difference.divergence
    words = _SENTENCES[divergence.change](divergence, difference)
    return f"{_where(divergence, journey)}{words}"


def people(number: int) -> str:
    """`1 person`, `2 people`."""
    return "1 person" if number == 1 else f"{number:,} people"


def given_up(number: int) -> str:
    return (
        f"Not compared: {people(number)} whom time moves more than {MOST_MOVES:,} times; is a clock wrong in the log?"
    )


def cut(text: str, longest: int = _LONGEST) -> str:
    text = text.replace("`", "'")
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def assumption(assumed: Assumed, *, replied: bool) -> str:
    """What is taken for what people make of content."""
    if assumed.status is None:
        other = "is taken to come to nothing"
    else:
        when = f"after {length(assumed.after)}" if assumed.after else "at once"
        other = f"is taken to be {assumed.status.value} {when}"
    if replied:
        return f"what came of content was recorded; other content {other}"
    return f"content {other}"


def reading(detail: Mapping[str, Any] | None) -> str:
    """What was read at a node: `role=admin`, `project_created 3 times`, `bucket 4711`."""
    if not detail:
        return ""
    words = [f"{cut(name)}={cut(_value(value))}" for name, value in detail.get("traits", {}).items()]
    words += [f"{cut(name)} {count} time{'s' * (count != 1)}" for name, count in detail.get("events", {}).items()]
    words += [f"bucket {detail['bucket']}"] if "bucket" in detail else []
    if "goalMetAt" in detail:
        words.append("goal not met" if detail["goalMetAt"] is None else "goal met")
    more = [f"and {len(words) - _MOST_READ} more"] if len(words) > _MOST_READ else []
    return ", ".join([*words[:_MOST_READ], *more])


def _value(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _where(divergence: Divergence, journey: Compared) -> str:
    """The node at which something happens, where the sentence is about one."""
    if divergence.node is None or divergence.change in (Change.ENTERS, Change.STAYS_OUT, Change.OFTEN, Change.ENTRY):
        return ""
    return f"at `{cut(journey.names.get(divergence.node, divergence.node))}` "


def _enters(divergence: Divergence, difference: Difference) -> str:
    return f"{_out('did not enter', divergence)}, would now {_in('enter', difference.after)}"


def _stays_out(divergence: Divergence, difference: Difference) -> str:
    return f"{_in('entered', difference.before)}, {_out('would not enter now', divergence)}"


def _often(divergence: Divergence, difference: Difference) -> str:
    """Of somebody who is in the journey on both sides, and one time more on one of them."""
    if difference.before is None:
        return f"{_out('did not enter one time more', divergence)}, would now {_in('enter', difference.after)}, too"
    return f"{_in('entered', difference.before)}, too, {_out('would not do so now', divergence)}"


def _out(words: str, divergence: Divergence) -> str:
    read = reading(divergence.read)
    because = ": ".join(word for word in (divergence.because, read) if word)
    return f"{words} ({because})" if because else words


def _in(verb: str, lived: Lived | None) -> str:
    assert lived is not None
    return f"{verb} by `{cut(lived.path[0].name)}` at {rfc3339(lived.entered_at)}"


def _entry(_: Divergence, difference: Difference) -> str:
    return f"{_in('entered', difference.before)}, would now {_in('enter', difference.after)}"


def _way(divergence: Divergence, _: Difference) -> str:
    one, other = divergence.before.step, divergence.after.step
    assert one is not None
    assert other is not None
    if one.ended or other.ended:
        return f"{_going(one, 'ended', 'went on')}, would now {_going(other, 'end', 'go on')}"
    if one.label == other.label:
        told = _read(one) == _read(other)
        first = f"went to `{cut(one.to_name or '')}`{'' if told else _read(one)}"
        return f"{first}, would now go to `{cut(other.to_name or '')}`{'' if told else _read(other)}"
    return f"took {_label(one)}{_read(one)}, would now take {_label(other)}{_read(other)}"


def _going(step: Walked, ended: str, went: str) -> str:
    if step.ended:
        return f"{ended} ({step.ended})"
    by = f" by {_label(step)}" if step.label else ""
    return f"{went}{by} to `{cut(step.to_name or '')}`{_read(step)}"


def _label(step: Walked) -> str:
    return f"`{cut(step.label)}`" if step.label else f"the way to `{cut(step.to_name or '')}`"


def _read(step: Walked) -> str:
    words = reading(step.detail)
    return f" ({words})" if words else ""


def _content(divergence: Divergence, _: Difference) -> str:
    return f"got {_piece(divergence.before)}, would now get {_piece(divergence.after)}"


def _piece(took: Took) -> str:
    return f"`{cut(took.content)}`" if took.content is not None else "nothing"


def _goal_met(divergence: Divergence, _: Difference) -> str:
    return f"did not meet the goal, would now meet it at {rfc3339(divergence.at)}"


def _goal_missed(divergence: Divergence, _: Difference) -> str:
    return f"met the goal at {rfc3339(divergence.at)}, would not meet it now"


def _ending(_: Divergence, difference: Difference) -> str:
    before, after = difference.before, difference.after
    assert before is not None
    assert after is not None
    return f"was {cut(before.ending, 60)}, would now be {cut(after.ending, 60)}"


def _time(divergence: Divergence, _: Difference) -> str:
    one, other = divergence.before.step, divergence.after.step
    assert one is not None
    assert other is not None
    past = _left("left", one, "was still there at the end")
    return f"{past}, would now {_left('leave', other, 'still be there at the end')}"


def _left(verb: str, step: Walked, otherwise: str) -> str:
    if step.left_at is None:
        return otherwise
    return f"{verb} after {length(step.left_at - step.entered_at)} ({rfc3339(step.left_at)})"


_SENTENCES = {
    Change.ENTERS: _enters,
    Change.STAYS_OUT: _stays_out,
    Change.OFTEN: _often,
    Change.ENTRY: _entry,
    Change.WAY: _way,
    Change.CONTENT: _content,
    Change.GOAL_MET: _goal_met,
    Change.GOAL_MISSED: _goal_missed,
    Change.ENDING: _ending,
    Change.TIME: _time,
}
