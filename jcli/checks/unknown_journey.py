"""A test or a model names a journey that the workspace does not have.

The test would be about nothing, or a step of it would. Asked are the key of the test itself, `live`, the journeys of
`split` (`journey/node`) and of expectations, and the steps that enter somebody into a journey, stop or publish it. In a
model what follows a journey (`after`) would never happen, and nobody could `enter` it.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcom
    cases:
      - case: whoever enters is done
        steps:
          - {enter: welcome, expect: {entries: 1}}

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
          - {enter: welcome, expect: {status: completed}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.facts import Facts, Together
from jcli.checks.named import Sort
from jcli.checks.nearest import Suggestions, certain, did_you_mean
from jcli.checks.subject import short
from jcli.findings import FixKind, Problem
from jcli.model import Kind


def check_tests(together: Together) -> Iterator[tuple[Facts, Problem]]:
    suggestions = Suggestions()
    known = together.journeys.keys()
    for fact in together.trials:
        for item in fact.named:
            if item.sort is not Sort.JOURNEY or fact.knows(Kind.JOURNEY, item.name):
                continue
            meant = suggestions.nearest(item.name, known)
            tail = did_you_mean(meant and short(meant)) or "; write the key of one"
            kind = FixKind.KEY if item.at_key else FixKind.VALUE
            whole = item.instead(item.name) == item.name
            fix = certain(kind, item.name, known, meant) if whole else None
            message = f"the workspace has no journey `{short(item.name)}`{tail}"
            yield fact, Problem(item.path, message, item.instead(meant), at_key=item.at_key, fix=fix)
