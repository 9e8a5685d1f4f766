"""A backtest for a terminal: what was compared, then each journey in which somebody fares otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jcli.backtest import Change, Compared, Difference, Tally
from jcli.durations import rfc3339
from jcli.render.backtests.report import LINES, Report, moves, signed
from jcli.render.backtests.wording import assumption, cut, given_up, person, sentence
from jcli.render.backtests.wording import people as people_in
from jcli.render.findings.words import counted
from jcli.render.ink import Ink, plain
from jcli.render.tables import table

_NO_INK = Ink()
_MOST_NAMED = 20


def text(report: Report, examples: int, ink: Ink = _NO_INK) -> str:
    """The whole report, with so many people of each journey."""
    blocks = [_head(report, ink)]
    for journey, tally in report.differing:
        blocks.append(_journey(report, journey, tally, examples, ink))
    blocks.append(_foot(report, ink))
    return "\n".join(blocks)


def _head(report: Report, ink: Ink) -> str:
    backtest = report.backtest
    sides = f"{backtest.pair.before.name} → {backtest.pair.after.name}"
    people = people_in(report.totals.people)
    span = f"{rfc3339(backtest.span.start)} to {rfc3339(backtest.span.end)}"
    lines = [
        ink(plain(f"Backtest of {report.workspace}: {sides}"), "bold"),
        plain(f"{people} and {counted(report.events, 'event')} of {report.source}, live from {span}"),
        f"{assumption(report.assumed, replied=report.replied)[:1].upper()}"
        f"{assumption(report.assumed, replied=report.replied)[1:]}.",
    ]
    return "".join(f"{line}\n" for line in lines)


def _journey(report: Report, journey: Compared, tally: Tally, examples: int, ink: Ink) -> str:
    people = f"{tally.people:,} in it on either side, {tally.same:,} alike, {tally.differ:,} otherwise"
    gone = "" if journey.after and journey.before else " (new)" if journey.after else " (gone)"
    parts = [f"{ink(plain(journey.key), 'bold')}{gone}: {people}\n", _sums(tally, ink)]
    rows = [
        (name, f"{old:,}", f"{new:,}", signed(old, new), f"{part:,}" if part else "")
        for name, old, new, part in moves(journey, tally)
    ]
    if rows:
        parts.append("\n" + table(("NODE", "BEFORE", "NOW", "CHANGE", "PART HERE"), rows, ink, right=(1, 2, 3, 4)))
    differences = report.of_journey.get(journey.id, ())
    if examples:
        parts.append("\n" + _people(journey, differences[:examples], tally.differ - examples, ink))
    return "".join(parts)


def _sums(tally: Tally, ink: Ink) -> str:
    changes = tally.changes
    lines = [
        ("entered", _both(tally.entered, changes[Change.ENTERS], changes[Change.STAYS_OUT])),
        ("goal met", _both(tally.goals, changes[Change.GOAL_MET], changes[Change.GOAL_MISSED])),
        *((words, f"{changes[change]:,}") for words, change in LINES if changes[change]),
    ]
    shown = [(words, figures) for words, figures in lines if figures]
    return "".join(f"  {words:<19}{ink(figures, 'yellow')}\n" for words, figures in shown)


def _both(sums: tuple[int, int], more: int, less: int) -> str:
    """Two sums with who came and who went; nothing when nobody did."""
    if not (more or less):
        return ""
    signs = " ".join(word for word in (f"+{more:,}" if more else "", f"-{less:,}" if less else "") if word)
    return f"{sums[0]:,} → {sums[1]:,}  ({signs})"


def _people(journey: Compared, shown: Iterable[Difference], more: int, ink: Ink) -> str:
    lines = [f"  {ink(plain(person(one)), 'bold')}: {plain(sentence(one, journey))}\n" for one in shown]
    if more > 0:
        lines.append(f"  and {more:,} more; --examples shows more of them, --format json all\n")
    return "".join(lines)


def _foot(report: Report, ink: Ink) -> str:
    lines = []
    if report.alike:
        lines.append(f"Alike for everybody: {_keys(report.alike)}.")
    if report.unentered:
        lines.append(f"Entered by nobody: {_keys(report.unentered)}.")
    left_out = list(report.backtest.pair.left_out.items())
    lines += [f"Left out on both sides: {cut(key)} ({reason})." for key, reason in left_out[:_MOST_NAMED]]
    if len(left_out) > _MOST_NAMED:
        lines.append(f"Left out on both sides: {len(left_out) - _MOST_NAMED:,} more; --format json names them.")
    if report.totals.given_up:
        lines.append(given_up(report.totals.given_up))
    if report.passed_over:
        lines.append(f"{counted(report.passed_over, 'line')} could not be read.")
    lines.append(ink(verdict(report), "bold"))
    return "".join(f"{plain(line) if line is not lines[-1] else line}\n" for line in lines)


def verdict(report: Report) -> str:
    """The result in one sentence."""
    if not report.totals.differ:
        return "Nothing is different for anybody."
    who = people_in(report.totals.differ)
    journeys = counted(len(report.differing), "journey")
    return f"Something is different for {who} of {report.totals.people:,}, in {journeys}."


def _keys(journeys: Sequence[Compared]) -> str:
    more = f" and {len(journeys) - _MOST_NAMED:,} more" if len(journeys) > _MOST_NAMED else ""
    return ", ".join(cut(journey.key) for journey in journeys[:_MOST_NAMED]) + more
