"""A case expects nothing.

It passes whatever the journey does, so it proves nothing. Expect something after a step, or at the end.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcome
    cases:
      - case: whoever enters is done
        steps:
          - {enter: welcome}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcome
    cases:
      - case: whoever enters is done
        steps:
          - {enter: welcome}
        expect: {status: completed}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import TrialSubject, short
from jcli.findings import Problem


def check_trial(subject: TrialSubject) -> Iterator[Problem]:
    for path, case in subject.cases:
        if "expect" not in case and not any("expect" in step for step in case.get("steps", ())):
            message = f"the case `{short(case['case'])}` expects nothing, so that it always passes; add `expect`"
            yield Problem((*path, "case"), message)
