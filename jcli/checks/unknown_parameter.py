"""A case asks for a parameter to which `each` gives no value.

`$role` in a text of a case stands for the value of `role` in each entry; without one the text would stay as it is, and
the case would be about something else. A dollar that is meant is written twice: `$$role`.

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
        person: {traits: {role: $rolle}}
        steps:
          - {enter: welcome, expect: {status: completed, traits: {role: $role}}}

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
          - {enter: welcome, expect: {status: completed, traits: {role: $role}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.nearest import Suggestions, did_you_mean
from jcli.checks.subject import TrialSubject, short
from jcli.findings import Path, Problem
from jcli.model import Json
from jcli.parameters import NAME, alone, mentioned


def check_trial(subject: TrialSubject) -> Iterator[Problem]:
    suggestions = Suggestions()
    for path, case in subject.cases:
        yield from _case(case, path, suggestions)


def _case(case: Json, path: Path, suggestions: Suggestions) -> Iterator[Problem]:
    entries = [entry.keys() - {NAME} for entry in case.get("each", ())]
    given = frozenset().union(*entries)
    lacking: dict[str, list[int]] = {}
    for name, place in mentioned(case):
        if name in given:
            lacking.setdefault(name, [number for number, entry in enumerate(entries) if name not in entry])
            continue
        if name == NAME and any(NAME in entry for entry in case.get("each", ())):
            yield Problem(
                (*path, *place), f"`{NAME}` in `each` names the case and is no parameter; give it another name"
            )
            continue
        meant = suggestions.nearest(name, given)
        tail = did_you_mean(meant and f"${short(meant)}") or f"; add it to `each`, or write `$${short(name, 20)}`"
        message = f"`each` has no parameter `{short(name)}`{tail}"
        instead = f"${meant}" if meant is not None and alone(_at(case, place)) == name else None
        yield Problem((*path, *place), message, instead)
    for name, numbers in lacking.items():
        for number in numbers:
            message = f"this entry has no `{short(name)}`, which the case asks for; add it here"
            yield Problem((*path, "each", number), message)


def _at(value: object, path: Path) -> object:
    for step in path:
        value = value[step]  # type: ignore[index]
    return value
