"""A node or a goal names a content that no document of the workspace declares.

Contents are checked once the workspace declares any: `contentId` of a CONTENT and `flowId` of the goal
`flow_completed`. In a request an unknown content is a warning.

Bad::

    content: first-tour
    contentType: flow
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: tour}
      tour: {type: CONTENT, contentId: frist-tour, config: {contentType: flow}, next: done}
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

from collections.abc import Collection, Iterator

from jcli.canonical import Outline
from jcli.checks.nearest import Suggestions, certain, did_you_mean
from jcli.checks.subject import Referrer, short
from jcli.findings import FixKind, Path, Problem
from jcli.model import Kind


def check(referrer: Referrer) -> Iterator[Problem]:
    known = referrer.world.contents
    if known is None or referrer.kind is not Kind.JOURNEY:
        return
    suggestions = Suggestions()
    for path, content_id in _unknown(referrer.outline, known):
        meant = suggestions.nearest(content_id, known)
        tail = did_you_mean(meant and short(meant)) or "; declare it, or correct the id"
        fix = certain(FixKind.VALUE, content_id, known, meant)
        yield Problem(path, f"there is no content `{short(content_id)}`{tail}", meant, fix=fix)


def _unknown(outline: Outline, known: Collection[str]) -> Iterator[tuple[Path, str]]:
    """What the journey names that is not known: its goal's flow, its nodes' contents."""
    goal = outline.fields.get("goalConfig")
    if goal and goal.get("type") == "flow_completed":
        flow = goal.get("config", {}).get("flowId")
        if flow is not None and flow not in known:
            yield ("goalConfig", "config", "flowId"), flow
    for node in outline.nodes:
        content_id = node.data.get("contentId")
        if content_id is not None and content_id not in known:
            yield (*node.path, "contentId"), content_id
