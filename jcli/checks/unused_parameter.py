"""`each` gives a value to a parameter that the case does not ask for.

The cases that come out are then alike in everything but their names: a `$` was forgotten, or a name is misspelt.

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
        each: [{role: admin}, {role: viewer}]
        steps:
          - {enter: welcome, expect: {status: completed}}

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
        each: [{role: admin}, {role: viewer}]
        person: {traits: {role: $role}}
        steps:
          - {enter: welcome, expect: {status: completed}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.subject import TrialSubject, short
from jcli.findings import Problem
from jcli.parameters import NAME, mentioned


def check_trial(subject: TrialSubject) -> Iterator[Problem]:
    for path, case in subject.cases:
        asked = {name for name, _ in mentioned(case)} | {NAME}
        seen: set[str] = set()
        for number, entry in enumerate(case.get("each", ())):
            for name in entry:
                if name not in asked and name not in seen:
                    seen.add(name)
                    message = f"nothing in the case asks for `${short(name)}`; write it where it is meant, or remove it"
                    yield Problem((*path, "each", number, name), message, at_key=True)
