"""A node or a goal names a content that no document declares, or a test or a model one that no journey shows.

Contents are checked once the workspace declares any: `contentId` of a CONTENT and `flowId` of the goal
`flow_completed`. In a request an unknown content is a warning. In a test, `deliveries` names what its journey shows, by
content id or by the key of the node, and `show`, `finish` and `dismiss` what any journey shows (a node of another
journey as `journey/node`). A model names contents in `after` and `outcomes`. In both it bars no sync.

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
from jcli.checks.facts import Facts, Together
from jcli.checks.named import Named, Sort
from jcli.checks.nearest import Suggestions, certain, did_you_mean
from jcli.checks.subject import Referrer, short
from jcli.findings import FixKind, Path, Problem
from jcli.model import Kind, NodeType


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


def check_tests(together: Together) -> Iterator[tuple[Facts, Problem]]:
    """What tests expect to be shown. It is known once every journey could be read that might show it."""
    suggestions = Suggestions()
    anywhere = {content for journey in together.journeys.values() for content in journey.contents}
    for fact in together.trials:
        for item in fact.named:
            known = _known(item, together, anywhere)
            if known is not None and not {item.name, item.instead(item.name)} & known:
                yield fact, _unshown(item, known, suggestions)


def _known(item: Named, together: Together, anywhere: set[str]) -> set[str] | None:
    """What the name may be, by content id and by node; None: it is no name of a content, or nobody knows."""
    if item.sort not in (Sort.SHOWS, Sort.SHOWN):
        return None
    journey = together.journeys.get(item.journey)
    nodes = [node for node in journey.nodes if node.type == NodeType.CONTENT] if journey is not None else []
    own = {node.key for node in nodes} | {node.content for node in nodes if node.content is not None}
    if item.sort is Sort.SHOWS:
        return own if journey is not None else None
    return own | anywhere if together.complete else None


def _unshown(item: Named, known: Collection[str], suggestions: Suggestions) -> Problem:
    meant = suggestions.nearest(item.name, known)
    tail = did_you_mean(meant and short(meant, 30)) or "; write a content id, or the key of a CONTENT"
    never = item.sort is Sort.SHOWS or item.before
    who = f"the journey `{short(item.journey, 24)}` never" if never else "no journey"
    kind = FixKind.KEY if item.at_key else FixKind.VALUE
    fix = certain(kind, item.name, known, meant) if item.instead(item.name) == item.name else None
    message = f"{who} shows `{short(item.name, 30)}`{tail}"
    return Problem(item.path, message, item.instead(meant), at_key=item.at_key, fix=fix)


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
