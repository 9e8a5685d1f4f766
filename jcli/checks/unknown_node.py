"""A way, or `nodeMap`, leads to a node that the journey does not have, or a test or a model names one.

In a file `next` names nodes by their keys. In a request `sourceNodeId` and `targetNodeId` name them by the `id` that
the same request gives them; a node without an `id` gets one, but no edge can refer to it. A test names nodes in what it
expects, in `split` and in `nodeMap`; nodes that an edit of its case brings are there. A model names them in `after`. In
both it bars no sync.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pausing}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
      pause: {type: WAIT, config: {duration: 2d}, next: done}
      done: {type: EXIT}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jcli.checks.facts import Facts, Together
from jcli.checks.named import Named, Sort
from jcli.checks.nearest import Suggestions, certain, did_you_mean
from jcli.checks.subject import Referrer, short
from jcli.findings import FixKind, Problem


def check(referrer: Referrer) -> Iterator[Problem]:
    outline, suggestions = referrer.outline, Suggestions()
    refs = outline.refs
    known = frozenset(refs)
    way_out = "" if outline.key is not None else "; give a node this `id`"
    for edge in outline.edges:
        if edge.source in known and edge.target in known:
            continue
        ends = {edge.source_path: edge.source, edge.target_path: edge.target}
        for path, ref in ends.items():
            if ref in known:
                continue
            meant = suggestions.nearest(ref, known)
            tail = did_you_mean(meant and short(meant)) or way_out or "; write the key of one of its nodes"
            fix = certain(FixKind.VALUE, ref, known, meant)
            yield Problem(path, f"there is no node `{short(ref)}` in this journey{tail}", meant, fix=fix)
    if outline.key is not None and "nodeMap" in outline.fields:
        yield from _unmapped(outline.fields["nodeMap"], known, suggestions)


def check_tests(together: Together) -> Iterator[tuple[Facts, Problem]]:
    """Nodes that tests name. A journey with an error of its own has none that are known, and is not asked."""
    suggestions = Suggestions()
    for fact in together.trials:
        for item in fact.named:
            journey = together.journeys.get(item.journey) if item.sort in (Sort.NODE, Sort.SPLIT) else None
            if journey is None:
                continue
            known = {node.key for node in journey.nodes}
            if item.name not in known:
                yield fact, _unnamed(item, known | {*item.also}, suggestions)


def _unnamed(item: Named, known: Collection[str], suggestions: Suggestions) -> Problem:
    meant = suggestions.nearest(item.name, known)
    tail = did_you_mean(meant and short(meant, 30)) or "; write the key of one of its nodes"
    kind = FixKind.KEY if item.at_key else FixKind.VALUE
    fix = certain(kind, item.name, known, meant) if item.instead(item.name) == item.name else None
    message = f"the journey `{short(item.journey, 24)}` has no node `{short(item.name, 30)}`{tail}"
    return Problem(item.path, message, item.instead(meant), at_key=item.at_key, fix=fix)


def _unmapped(node_map: Mapping[str, str], known: frozenset[str], suggestions: Suggestions) -> Iterator[Problem]:
    """Entries of a document's `nodeMap` that lead nowhere; those of a request are judged where it is saved."""
    for old, target in node_map.items():
        if target not in known:
            meant = suggestions.nearest(target, known)
            tail = did_you_mean(meant and short(meant)) or "; write the key of one of its nodes"
            fix = certain(FixKind.VALUE, target, known, meant)
            yield Problem(("nodeMap", old), f"there is no node `{short(target)}` to go on at{tail}", meant, fix=fix)
