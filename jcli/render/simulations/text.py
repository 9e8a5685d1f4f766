"""A simulation as tables in plain text: each journey as a funnel, then what all of them together mean for people.

A share stands with its interval, for what was drawn by chance is no exact number. Shares of nodes are of enrollments.
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.durations import length
from jcli.render.ink import Ink, plain
from jcli.render.tables import table
from jcli.simulation.counting import Quantiles
from jcli.simulation.estimating import Needed, Share
from jcli.simulation.results import Asked, JourneyResult, NodeResult, Pressure, Result, SplitResult

_NO_INK = Ink()
_MEETINGS = 10
"""So many pairs of journeys are listed; JSON has all."""


def text(result: Result, ink: Ink = _NO_INK) -> str:
    """The whole answer."""
    return "\n".join(
        [_head(result), *(_journey(one, result.asked, ink) for one in result.journeys), _pressure(result.pressure, ink)]
    )


def _head(result: Result) -> str:
    asked = result.asked
    known = f", {result.linked:,} of them known later" if result.linked else ""
    visitors = f"; {result.anonymous:,} came as visitors{known}" if result.anonymous else ""
    people = f"{asked.people:,} {'person' if asked.people == 1 else 'people'}"
    model = f"by the model `{plain(result.model)}`, seed {asked.seed}"
    return f"{people} {model}, watched for {result.days} days each{visitors}\n"


def _journey(journey: JourneyResult, asked: Asked, ink: Ink) -> str:
    title = ink(plain(f"{journey.key}  {journey.name}"), "bold")
    if not journey.enrollments:
        return f"{title}\n  entered      nobody\n"
    lines = [f"{title}\n", *(f"  {name:<11}  {said}\n" for name, said in _facts(journey))]
    heads = ("NODE", "TYPE", "REACHED", "SHARE", _interval_head(asked), "HERE AT END", "LEFT BY")
    rows = [_row(node) for node in journey.nodes]
    blocks = ["".join(lines), table(heads, rows, ink, right=(2, 3, 5))]
    blocks += [_split(split, asked, ink) for split in journey.splits]
    return "\n".join(blocks)


def _facts(journey: JourneyResult) -> Iterator[tuple[str, str]]:
    yield "entered", f"{journey.people.count:,} people, {_share(journey.people)} of all"
    statuses = ", ".join(f"{count:,} {status}" for status, count in journey.statuses.items())
    yield "enrollments", f"{journey.enrollments:,}: {statuses}"
    if journey.outcomes:
        yield "outcomes", ", ".join(f"{count:,} {plain(word)}" for word, count in journey.outcomes.items())
    if journey.goals is not None:
        yield "goal met", f"{journey.goals.count:,}, {_share(journey.goals)}{_times(journey.to_goal)}"
    if journey.to_complete.count:
        yield "completed", f"{journey.to_complete.count:,}{_times(journey.to_complete)}"
    if journey.never:
        yield "never", f"nobody came to {', '.join(map(plain, journey.never))}"


def _times(times: Quantiles) -> str:
    if times.median is None or times.ninetieth is None:
        return ""
    return f"; half of them within {length(times.median)}, nine of ten within {length(times.ninetieth)}"


def _row(node: NodeResult) -> tuple[str, ...]:
    left = [f"{plain(label)}: {count:,}" if label else f"{count:,}" for label, count in node.left.items()]
    ended = [f"ended ({reason}): {count:,}" for reason, count in node.ended.items()]
    share = node.reached.share
    return (
        node.name,
        node.type.value,
        f"{node.reached.count:,}",
        _percent(share),
        _interval(node.reached),
        f"{node.here:,}" if node.here else "",
        ", ".join([*left, *ended]),
    )


def _split(split: SplitResult, asked: Asked, ink: Ink) -> str:
    rows = [
        (
            split.node,
            one.label,
            f"{one.enrollments:,}",
            f"{one.goals.count:,}",
            _percent(one.goals.share),
            _interval(one.goals),
            "baseline" if one.label == split.baseline else _needed(one.needed),
        )
        for one in split.labels
    ]
    heads = ("SPLIT", "LABEL", "ENTERED", "GOALS", "GOAL RATE", _interval_head(asked), "PEOPLE NEEDED")
    question = asked.question
    test = f"power {100 * question.power:.4g}%, alpha {100 * question.alpha:.4g}%"
    said = f"To see a goal rate {100 * question.lift:+.4g}% against `{plain(split.baseline)}` ({test}), "
    return table(heads, rows, ink, right=(2, 3, 4)) + said + _people(split) + "\n"


def _people(split: SplitResult) -> str:
    """How many it takes, or why that cannot be said."""
    if split.people is not None:
        return f"{split.people:,} have to come to `{plain(split.node)}`."
    baseline = next(one for one in split.labels if one.label == split.baseline)
    if baseline.goals.count == 0:
        came = "met the goal" if baseline.enrollments else "came"
        return f"its own rate must be known, and nobody {came} there."
    return "no number of people would do: that is more than all."


def _needed(needed: Needed | None) -> str:
    return "" if needed is None else f"{needed.other:,} against {needed.baseline:,}"


def _pressure(pressure: Pressure, ink: Ink) -> str:
    if pressure.mean is None or pressure.weeks_above is None:
        return f"{ink('Content, all journeys together', 'bold')}\n  nobody was there to get any\n"
    people = f"{pressure.people_above.count:,} people have such a week, {_share(pressure.people_above)}"
    rows = [
        ("deliveries", f"{pressure.deliveries:,} in {pressure.weeks:,} weeks of people, {pressure.mean:.2f} a week"),
        ("nine of ten", f"weeks have {_at_most(pressure.ninetieth or 0)}; the fullest has {pressure.most}"),
        (
            "above cap",
            f"{_percent(pressure.weeks_above)} of the weeks have more than {pressure.cap}; {people}",
        ),
    ]
    lines = [ink("Content, all journeys together", "bold") + "\n", *(f"  {name:<11}  {said}\n" for name, said in rows)]
    if not pressure.meetings:
        return "".join(lines)
    met = [
        (" + ".join(meeting.journeys), f"{meeting.people.count:,}", _percent(meeting.people.share))
        for meeting in pressure.meetings[:_MEETINGS]
    ]
    more = len(pressure.meetings) - len(met)
    rest = f"and {more} more {'pair' if more == 1 else 'pairs'}\n" if more else ""
    return (
        "".join(lines)
        + "\n"
        + table(("CONTENT OF BOTH WITHIN A DAY", "PEOPLE", "SHARE"), met, ink, right=(1, 2))
        + rest
    )


def _at_most(number: int) -> str:
    return f"at most {number}" if number else "none"


def _interval_head(asked: Asked) -> str:
    return f"{asked.confidence * 100:g} % INTERVAL"


def _interval(share: Share) -> str:
    return f"{_percent(share.low)} to {_percent(share.high)}" if share.total else ""


def _share(share: Share) -> str:
    return f"{_percent(share.share)} ({_interval(share)})"


def _percent(share: float | None) -> str:
    """`48.2%`; with two places where one would make nothing, or all, of it."""
    if share is None:
        return ""
    return f"{share:.2%}" if 0 < share < 0.0005 or 0.9995 <= share < 1 else f"{share:.1%}"
