"""A backtest as a comment on a pull request: the verdict, a table of journeys, and each journey folded up.

The first line marks it, so that a later one may replace it; the order of all parts follows from the documents and from
people's ids, so the same log gives the same comment.
"""

from __future__ import annotations

from jcli.backtest import Change, Compared, Side, Tally
from jcli.durations import rfc3339
from jcli.render.backtests.report import LINES, Report, moves, signed
from jcli.render.backtests.text import verdict
from jcli.render.backtests.wording import assumption, cut, given_up, person
from jcli.render.backtests.wording import people as people_in
from jcli.render.backtests.wording import sentence as sentence_of
from jcli.render.findings.words import counted
from jcli.render.markdown import code, prose, sentence, table

LIMIT = 65_000
"""Characters of a comment; GitHub takes 65,536."""

_ROOM = 600
"""Characters kept for what is said of that which does not fit."""

_MOST_ROWS = 100


def marker(workspace: str) -> str:
    """The first line of every comment about backtests of this workspace."""
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in workspace[:100])
    return f"<!-- jcli-backtest:{safe} -->\n"


def markdown(report: Report, examples: int, limit: int = LIMIT) -> str:
    """The comment as GitHub-flavoured Markdown of at most `limit` characters."""
    head = marker(report.workspace) + _head(report)
    foot = _foot(report)
    room = limit - len(head) - len(foot) - _ROOM
    chosen, left = [], []
    for journey, tally in report.differing:
        whole = (
            _journey(report, journey, tally, shown) for shown in sorted({examples, min(examples, 3), 0}, reverse=True)
        )
        fitting = next((section for section in whole if len(section) <= room), None)
        if fitting is None:
            left.append(journey)
        else:
            chosen.append(fitting)
            room -= len(fitting)
    cut_off = (
        f"**This comment is cut.** {counted(len(left), 'journey')} did not fit here; `jcli backtest` tells all.\n\n"
    )
    return head + "".join(chosen) + (cut_off if left else "") + foot


def _head(report: Report) -> str:
    backtest = report.backtest
    title = f"## Backtest: {code(report.workspace)}\n\n"
    sides = f"{_side(backtest.pair.before)} → {_side(backtest.pair.after)}"
    people = people_in(report.totals.people)
    what = f"{people}, {counted(report.events, 'event')} of {code(report.source)}"
    span = f"{rfc3339(backtest.span.start)} to {rfc3339(backtest.span.end)}"
    text = f"{title}**{verdict(report)}**\n\n{sides}; {what}, live from {span}.\n\n"
    return text + (_overview(report) if report.differing else "")


def _overview(report: Report) -> str:
    rows = []
    for journey, tally in report.differing[:_MOST_ROWS]:
        changes = tally.changes
        others = [f"{words} {changes[change]:,}" for words, change in LINES if changes[change]]
        rows.append(
            (
                code(journey.key) + ("" if journey.before and journey.after else " new" if journey.after else " gone"),
                f"{tally.people:,}",
                f"{tally.differ:,}",
                _both(tally.entered, changes[Change.ENTERS], changes[Change.STAYS_OUT]),
                _both(tally.goals, changes[Change.GOAL_MET], changes[Change.GOAL_MISSED]),
                ", ".join(others),
            )
        )
    heads = ("Journey", "People", "Otherwise", "Entered", "Goal met", "What else")
    more = len(report.differing) - _MOST_ROWS
    return table(heads, rows, right=(1, 2)) + (f"\nand {more:,} more\n" if more > 0 else "") + "\n"


def _both(sums: tuple[int, int], more: int, less: int) -> str:
    if not (more or less):
        return f"{sums[0]:,}"
    signs = " ".join(word for word in (f"+{more:,}" if more else "", f"−{less:,}" if less else "") if word)
    return f"{sums[0]:,} → {sums[1]:,} ({signs})"


def _journey(report: Report, journey: Compared, tally: Tally, examples: int) -> str:
    title = f"{_html(code(journey.key))}: otherwise for {tally.differ:,} of {people_in(tally.people)}"
    parts = [f"<details><summary>{title}</summary>\n\n"]
    rows = [
        (code(name), f"{old:,}", f"{new:,}", signed(old, new), f"{part:,}" if part else "")
        for name, old, new, part in moves(journey, tally)[:_MOST_ROWS]
    ]
    if rows:
        heads = ("Node", "Before", "Now", "Change", "Part here")
        parts.append(table(heads, rows, right=(1, 2, 3, 4)) + "\n")
    differences = report.of_journey.get(journey.id, ())
    for one in differences[:examples]:
        parts.append(f"- {code(person(one))}: {sentence(sentence_of(one, journey))}\n")
    more = tally.differ - examples
    if examples and more > 0:
        parts.append(f"- and {more:,} more\n")
    return "".join(parts) + "\n</details>\n\n"


def _side(side: Side) -> str:
    return prose(side.name) if " " in side.name else code(side.name)


def _html(key: str) -> str:
    """Code in a summary, which is HTML: backticks mean nothing there."""
    return f"<code>{key[1:-1]}</code>" if key.startswith("`") else key


def _foot(report: Report) -> str:
    lines = []
    if report.alike:
        keys = ", ".join(code(cut(journey.key)) for journey in report.alike[:20])
        more = f" and {len(report.alike) - 20} more" if len(report.alike) > 20 else ""
        lines.append(f"Alike for everybody: {keys}{more}.")
    for key, reason in list(report.backtest.pair.left_out.items())[:20]:
        lines.append(f"Left out: {code(key)} ({prose(reason)}).")
    if report.totals.given_up:
        lines.append(given_up(report.totals.given_up))
    if report.passed_over:
        lines.append(f"{counted(report.passed_over, 'line')} could not be read.")
    told = assumption(report.assumed, replied=report.replied)
    lines.append(
        f"{told[:1].upper()}{told[1:]}. On each side all journeys are live for the whole time; who is on the way today "
        "is not looked at."
    )
    return "---\n" + "\n\n".join(lines) + "\n"
