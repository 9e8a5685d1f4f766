"""Two journeys of the workspace have one key.

The key makes the journey's id, so the second would overwrite the first. The one that stands first, by file and line,
keeps the key; the finding is at the other.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    journey: welcome
    site: main
    nodes:
      begin: {type: TRIGGER, config: {triggerType: MANUAL}, next: end}
      end: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    journey: welcome-back
    site: main
    nodes:
      begin: {type: TRIGGER, config: {triggerType: MANUAL}, next: end}
      end: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jcli.checks.subject import Declaration, short
from jcli.findings import Problem
from jcli.model import Kind


def check_all(declarations: Sequence[Declaration]) -> Iterator[tuple[Declaration, Problem]]:
    first: dict[str, Declaration] = {}
    for declaration in declarations:
        if declaration.kind is not Kind.JOURNEY:
            continue
        other = first.setdefault(declaration.key, declaration)
        if other is not declaration:
            where = short(other.place, 50)
            message = f"the journey `{short(declaration.key)}` is already in {where}; give one another key"
            yield declaration, Problem(("journey",), message)
