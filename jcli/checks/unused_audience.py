"""No journey refers to an audience.

It is a leftover, or the journey that should have it takes everybody. While anything in the workspace cannot be read, or
refers to what is not there, nothing is said: who refers to what is not known for certain then. An audience that only
journeys outside of git use, made through the API, is unknown to the workspace: turn the check off in `jcli.yaml` then.

Bad::

    audience: new-admins
    rules: {trait: role, equals: admin}
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}

Good::

    audience: new-admins
    rules: {trait: role, equals: admin}
    ---
    journey: welcome
    site: main
    audience: new-admins
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.facts import Facts, Together
from jcli.checks.subject import short
from jcli.findings import Problem
from jcli.model import Kind


def check_workspace(together: Together) -> Iterator[tuple[Facts, Problem]]:
    if not together.complete:
        return
    used = {fact.audience for fact in together.documents if fact.kind is Kind.JOURNEY}
    for fact in together.documents:
        if fact.kind is Kind.AUDIENCE and fact.id not in used:
            message = f"no journey refers to the audience `{short(fact.key)}`; give it to one, or remove it"
            yield fact, Problem(("audience",), message)
