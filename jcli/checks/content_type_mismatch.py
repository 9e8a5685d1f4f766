"""A CONTENT says another `contentType` than the content that it shows.

The person's front end is told the type that the node says, and gets the body of the other: a modal without its steps, a
mail where a banner should be. The document of the content is taken to be right; where it is not, correct it there.
Asked are the contents that the workspace declares.

Bad::

    content: first-tour
    contentType: flow
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour: {type: CONTENT, contentId: first-tour, config: {contentType: modal}, next: done}
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

from jcli.checks.subject import Subject, short
from jcli.findings import Problem
from jcli.model import NodeType


def check(subject: Subject) -> Iterator[Problem]:
    declared = subject.world.content_types
    if not declared:
        return
    for node in subject.journey.nodes:
        if node.type is not NodeType.CONTENT or node.content_id is None:
            continue
        said, meant = node.config.get("contentType"), declared.get(node.content_id)
        if said is not None and meant is not None and said != meant:
            told = f"the content `{short(node.content_id, 24)}` has the contentType `{short(meant, 20)}`"
            message = f"{told}, not `{short(said, 20)}`; say the same in both places"
            yield Problem((*subject.places.node(node.id), "config", "contentType"), message, meant)
