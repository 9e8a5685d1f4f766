"""What came of cases as text for people: what failed and how it came to that, the slowest, and the summary.

It must not say what passed: that is the business of `progress.py`. Where to look next: `story.py` draws a way,
`values.py` compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from jcli.render.findings import counted
from jcli.render.ink import Ink, padded, plain, width
from jcli.render.trials.story import story, words
from jcli.render.trials.times import seconds, when
from jcli.render.trials.values import mismatches, one_line
from jcli.trials.script import Case
from jcli.trials.verdicts import Outcome, Verdict

_NO_INK = Ink()
_WIDTH = 80
_STYLES: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.PASSED: ("green",),
    Outcome.FAILED: ("bold", "red"),
    Outcome.BROKEN: ("bold", "red"),
}


def name_of(case: Case | Verdict) -> str:
    """What names a case on the command line: `journeys/first-run.test.yaml::an admin is led to invite somebody`."""
    return f"{case.file}::{case.name}"


def listed(cases: Sequence[Case]) -> str:
    """A line each, by which the command line knows it again."""
    return "".join(f"{plain(name_of(case))}\n" for case in cases)


def failures(verdicts: Sequence[Verdict], ink: Ink = _NO_INK) -> str:
    """Everything that did not pass, each under its title."""
    return "".join(f"{failure(one, ink)}\n" for one in verdicts if one.outcome is not Outcome.PASSED)


def failure(verdict: Verdict, ink: Ink = _NO_INK, *, title: bool = True) -> str:
    """What went wrong in one case, where, and how it came to that."""
    styles = _STYLES[verdict.outcome]
    lines = [ink(_title(plain(verdict.title)), *styles)] if title else []
    lines += [f"{ink(place(verdict), 'bold')}: {ink(headline(verdict), *styles)}", ""]
    if verdict.problem is not None:
        lines += [f"  {plain(verdict.problem)}"]
        lines += [f"  {plain(verdict.hint)}"] if verdict.hint else []
        lines += [""]
    if verdict.mismatches:
        lines += [f"  {line}" for line in mismatches(verdict.mismatches, ink)] + [""]
    lines += [f"  {line}".rstrip() for line in story(verdict, ink)]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def place(verdict: Verdict) -> str:
    """`file:line` of the step, or of the case where none is to blame."""
    return f"{plain(verdict.file)}:{verdict.step_line or verdict.line}"


def headline(verdict: Verdict) -> str:
    """`step 4: wait 2d (day 3, Thu 09:00)`; of what could not be played that it could not."""
    word = "could not be played" if verdict.outcome is Outcome.BROKEN else "failed"
    if verdict.step is None:
        return word if verdict.outcome is Outcome.BROKEN or not verdict.mismatches else "failed at the end"
    done = next((done for done in verdict.done if done.number == verdict.step), None)
    if done is None:
        return f"step {verdict.step + 1}: {word}"
    told = f"{words(done)} ({when(verdict.start, done.at)})"
    return f"{told}: {word}" if verdict.outcome is Outcome.BROKEN else told


def sentence(verdict: Verdict) -> str:
    """What went wrong on one line."""
    if verdict.problem is not None:
        return plain(verdict.problem) + (f" ({plain(verdict.hint)})" if verdict.hint else "")
    return "; ".join(map(one_line, verdict.mismatches)) or headline(verdict)


def durations(verdicts: Sequence[Verdict], count: int, ink: Ink = _NO_INK) -> str:
    """The slowest cases, the slowest first."""
    slowest = sorted(verdicts, key=lambda one: -one.seconds)[:count]
    times = [seconds(one.seconds) for one in slowest]
    column = max(map(width, times), default=0)
    lines = [ink(_title(f"slowest {counted(len(slowest), 'case')}"), "bold")] if slowest else []
    lines += [f"{padded(time, column)}  {plain(name_of(one))}" for time, one in zip(times, slowest, strict=True)]
    return "".join(f"{line}\n" for line in lines) + ("\n" if lines else "")


def summary(
    verdicts: Sequence[Verdict],
    taken: float,
    ink: Ink = _NO_INK,
    *,
    barred: Mapping[str, str] | None = None,
    aside: Sequence[str] = (),
    failed: bool = False,
) -> str:
    """Which journeys were left out, a line for each that failed, then `23 passed, 1 failed in 0.4 s`. `barred` are
    journeys that could not be live, with the reason; `aside` more to be said after the counts, `failed` that there is
    more wrong than the cases tell."""
    lines = [f"left out: {plain(key)}, which cannot be published: {plain(why)}" for key, why in (barred or {}).items()]
    wrong = [one for one in verdicts if one.outcome is not Outcome.PASSED]
    lines += [f"{ink(one.outcome.value.upper(), *_STYLES[one.outcome])} {plain(name_of(one))}" for one in wrong]
    lines.append(ink(_counts(verdicts, taken, aside), "bold", "red" if wrong or failed else "green"))
    return "".join(f"{line}\n" for line in lines)


def _counts(verdicts: Sequence[Verdict], taken: float, aside: Sequence[str]) -> str:
    found = Counter(one.outcome for one in verdicts)
    words = [f"{found[outcome]:,} {outcome.value}" for outcome in Outcome if found[outcome]]
    return ", ".join([*(words or ["nothing played"]), *aside]) + f" in {seconds(taken)}"


def _title(text: str) -> str:
    return f"---- {text} {'-' * max(4, _WIDTH - 6 - width(text))}"
