"""How fast cases are played: 1,000 scenario cases on the eight example journeys, all live, and next to it `react` alone
on the inputs that those very cases brought about.

What is added to `react` is the world around it: a catalogue for each case, a clock, rows, what is expected and whether
it is so. Reading the workspace is not counted. The cases are five, each with two hundred people who differ.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Run, in_turns, report, table
from jcli.compiler import compile_documents
from jcli.compiler.zones import zone
from jcli.documents import read
from jcli.engine import Catalogue, Input, PersonState, Reaction, react
from jcli.rehearsal import Setting, Who, World, setting_of
from jcli.trials import living
from jcli.trials.playing import play
from jcli.trials.reading import cases_of
from jcli.trials.script import Case
from jcli.trials.verdicts import Outcome
from jcli.workspace import load, locate

ROOT = Path(__file__).resolve().parent.parent
CASES = """\
test: activation-nudge
cases:
  - case: somebody comes back and draws a roadmap
    person: {traits: {companySize: $size}}
    each: [%(people)s]
    steps:
      - {event: signup_completed, expect: {at: first-day, due: 1d}}
      - {wait: 3d, expect: {at: came-back, deliveries: [first-roadmap-email]}}
      - {event: session_started, expect: {at: picker}}
      - {finish: template-picker, expect: {at: last-days}}
      - {event: project_created}
    expect: {status: completed, exitReason: goal_met, goal: met}
  - case: nobody comes back
    person: {traits: {companySize: $size}}
    each: [%(people)s]
    steps:
      - {event: signup_completed}
      - {page: https://app.fernwick.example/settings, expect: {at: first-day}}
      - {wait: 14d}
    expect: {status: completed, outcome: not_activated, goal: not_met, entries: 1}
  - case: those who were invited have nothing to create
    person: {traits: {companySize: $size}}
    each: [%(people)s]
    steps:
      - {event: signup_completed, properties: {invited: true}, expect: {not_enrolled: true}}
---
test: first-run-onboarding
cases:
  - case: a builder takes the tour
    person: {traits: {role: admin, useCase: product, companySize: $size}}
    each: [%(people)s]
    steps:
      - {page: https://app.fernwick.example/welcome, expect: {at: question}}
      - {finish: welcome-modal, expect: {at: product-hint}}
      - {show: product-template, expect: {at: tour, avoided: [launch-hint]}}
      - {wait: 1h}
      - {finish: first-roadmap-tour, expect: {at: first-roadmap, goal: met}}
      - {event: project_created}
    expect: {status: completed, outcome: onboarded, passed: [question, tour completed, onboarded]}
  - case: whoever waves the tour away gets the checklist
    person: {traits: {role: admin, companySize: $size}}
    each: [%(people)s]
    steps:
      - {page: https://app.fernwick.example/welcome}
      - {wait: 25h, expect: {at: tour}}
      - {dismiss: first-roadmap-tour, expect: {at: cool-off}}
      - {wait: 21h, expect: {at: tour-again}}
      - {dismiss: tour-again}
    expect: {status: completed, outcome: left_with_checklist, deliveries: {setup-checklist: pending}}
"""

Fed = tuple[PersonState, Input, Catalogue]


class Remembering(World):
    """A world that remembers what `react` was given."""

    fed: list[Fed] = []  # noqa: RUF012 (one list for all, read by whoever runs the cases)

    def feed(self, who: Who, given: Input) -> Reaction:
        self.fed.append((self.person(self.route(who)), given, self.catalogue))
        return super().feed(who, given)


def example(count: int) -> tuple[Setting, list[Case]]:
    """The example workspace, and so many cases."""
    loaded = load(locate(ROOT))
    people = ", ".join(f"{{size: {number}}}" for number in range(count // 5))
    tests, _ = read((CASES % {"people": people}).encode(), "cases.test.yaml")
    documents = [*loaded.documents, *tests]
    compilation = compile_documents(documents, loaded.findings, "benchmark", {})
    wrong = [found.message for found in compilation.findings if found.file == "cases.test.yaml"]
    assert not wrong, wrong
    return setting_of(compilation, "benchmark", zone, documents), cases_of(tests)


def play_all(setting: Setting, cases: Sequence[Case]) -> float:
    begin = time.perf_counter()
    verdicts = [play(case, setting) for case in cases]
    took = time.perf_counter() - begin
    wrong = [verdict for verdict in verdicts if verdict.outcome is not Outcome.PASSED]
    assert not wrong, (len(wrong), wrong[0])
    return took


def react_all(fed: Sequence[Fed]) -> float:
    begin = time.perf_counter()
    for person, given, catalogue in fed:
        react(person, given, catalogue)
    return time.perf_counter() - begin


def inputs_of(setting: Setting, cases: Sequence[Case]) -> list[Fed]:
    """What the cases feed to `react`."""
    Remembering.fed = []
    for case in cases:
        life = living.Life(case, setting, False, Remembering)
        life.begin()
        for step in case.steps:
            if step.verb is not living.Verb.EXPECT:
                life.act(step)
            if step.expect is not None:
                life.world.settle()
        life.world.settle()
    return Remembering.fed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    parser.add_argument("--keep", action="store_true", help="put the result into README.md")
    options = parser.parse_args()
    count, rounds = (200, 3) if options.quick else (1_000, 11)
    setting, cases = example(count)
    fed = inputs_of(setting, cases)
    contenders: dict[str, Run] = {"cases": lambda: play_all(setting, cases), "react": lambda: react_all(fed)}
    timings = in_turns(contenders, rounds)
    ratio = timings["react"].median / timings["cases"].median
    rows = [
        [
            "the cases, played",
            f"{count / timings['cases'].median:,.0f} cases/s",
            timings["cases"].text("ms", 1e3),
            "1.00",
        ],
        [
            "`react` alone",
            f"{len(fed) / timings['react'].median:,.0f} inputs/s",
            timings["react"].text("ms", 1e3),
            f"{ratio:.2f}",
        ],
    ]
    lines = [
        f"{len(cases):,} cases, {sum(len(case.steps) for case in cases):,} steps, {len(fed):,} inputs, "
        f"{len(setting.journeys)} journeys live; one core, median of {rounds} rounds (lowest to highest).",
        "",
        *table(["what", "rate", "time", "share of the time"], rows),
    ]
    report("test-cases", lines, keep=options.keep)


if __name__ == "__main__":
    main()
