"""No journey shows a content, or has it for its goal.

It is a leftover that somebody will go on translating and approving. Drafts count: a content may be there before its
journey is finished. Nothing is said while anything in the workspace cannot be read, or refers to what is not there, and
in a workspace without journeys, whose contents are there for journeys of the API.

Bad::

    content: first-tour
    contentType: flow
    ---
    content: old-tour
    contentType: flow
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour: {type: CONTENT, contentId: first-tour, config: {contentType: flow}, next: done}
      done: {type: EXIT}

Good::

    content: first-tour
    contentType: flow
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour: {type: CONTENT, contentId: first-tour, config: {contentType: flow}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Iterator

from jcli.checks.facts import Facts, Together
from jcli.checks.subject import short
from jcli.findings import Problem
from jcli.model import Kind


def check_workspace(together: Together) -> Iterator[tuple[Facts, Problem]]:
    journeys = [fact for fact in together.documents if fact.kind is Kind.JOURNEY]
    if not together.complete or not journeys:
        return
    used = {content for fact in journeys for content in fact.contents}
    for fact in together.documents:
        if fact.kind is Kind.CONTENT and fact.key not in used:
            message = f"no journey shows the content `{short(fact.key)}`; show it in one, or remove it"
            yield fact, Problem(("content",), message)
