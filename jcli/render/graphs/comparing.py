"""Two states of a journey in one picture: what was added, removed and changed.

A node is the same node when its id is, whatever its key says; where the file pins no id, the id follows from the key.
A node has changed when its type, its content or its config has; where it is drawn does not count. A way is the same
when both its ends and its label are; one whose label alone differs has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from jcli.canonical import canonical_bytes
from jcli.findings import Finding
from jcli.model import Journey, Node
from jcli.render.graphs.drawing import Change, Drawing, DrawnEdge, DrawnNode, drawing_of


def compared(
    before: Journey | None,
    after: Journey | None,
    key: str,
    names: tuple[Mapping[str, str], Mapping[str, str]],
    findings: Iterable[Finding] = (),
    *,
    since: str = "before",
) -> Drawing:
    """The picture of what changed. `names` are the keys of the nodes before and after; None stands for a journey that
    was not there, one of the two must be. `findings` are of the state after, `since` says what "before" was."""
    there = after or before
    assert there is not None  # nothing cannot be compared with nothing
    old = drawing_of(before, key, names[0]) if before else _nothing(key, there.name)
    new = drawing_of(after, key, names[1], findings) if after else _nothing(key, there.name)
    nodes = _nodes(old, new, _configs(before), _configs(after))
    edges = _edges(old.edges, new.edges)
    change = Change.ADDED if before is None else Change.REMOVED if after is None else None
    if change is None and (any(node.change for node in nodes) or any(edge.change for edge in edges)):
        change = Change.CHANGED
    return Drawing(key, new.name, tuple(nodes), tuple(edges), new.findings, change, since)


def _nothing(key: str, name: str) -> Drawing:
    return Drawing(key, name, (), ())


def _configs(journey: Journey | None) -> Mapping[str, Node]:
    return {node.id: node for node in journey.nodes} if journey else {}


def _nodes(old: Drawing, new: Drawing, before: Mapping[str, Node], after: Mapping[str, Node]) -> list[DrawnNode]:
    """All nodes: those of the state after in its order, each removed one after the node that it followed."""
    known = {node.id: node for node in old.nodes}
    nodes = []
    for node in new.nodes:
        if node.id not in known:
            nodes.append(replace(node, change=Change.ADDED))
        elif _form(before[node.id]) != _form(after[node.id]) or node.words != known[node.id].words:
            nodes.append(replace(node, change=Change.CHANGED, was=_was(known[node.id], node, before, after)))
        else:
            nodes.append(node)
    place = 0
    for node in old.nodes:
        found = next((index for index, kept in enumerate(nodes) if kept.id == node.id), None)
        if found is None:
            nodes.insert(place, replace(node, change=Change.REMOVED))
            place += 1
        else:
            place = found + 1
    return nodes


def _form(node: Node) -> bytes:
    return canonical_bytes({"type": node.type, "content": node.content_id, "config": node.config})


def _was(old: DrawnNode, new: DrawnNode, before: Mapping[str, Node], after: Mapping[str, Node]) -> tuple[str, ...]:
    """What the node did before, in words; where the words are the same, the fields that differ."""
    kind = (old.type.value,) if old.type is not new.type else ()
    gone = tuple(words for words in old.words if words not in new.words)
    if kind or gone:
        return (*kind, *gone)
    fresh = tuple(f"without {words}" for words in new.words if words not in old.words)
    if fresh:
        return fresh
    one, two = before[old.id].config, after[new.id].config
    fields = sorted(field for field in {*one, *two} if _value(one.get(field)) != _value(two.get(field)))
    return tuple(f"different {field}" for field in fields)


def _value(value: object) -> bytes:
    return canonical_bytes({"": value})


def _edges(old: Iterable[DrawnEdge], new: Iterable[DrawnEdge]) -> list[DrawnEdge]:
    """All ways: those of the state after in its order, then those that are gone. Of a new one and a gone one between
    the same two nodes one is made, whose label changed."""
    left, edges = list(old), list(new)
    fresh = []
    for place, edge in enumerate(edges):
        same = next((other for other in _between(left, edge) if other.label == edge.label), None)
        if same is None:
            fresh.append(place)
        else:
            left.remove(same)
    for place in fresh:
        edge = edges[place]
        other = next(_between(left, edge), None)
        if other is None:
            edges[place] = replace(edge, change=Change.ADDED)
        else:
            left.remove(other)
            edges[place] = replace(edge, change=Change.CHANGED, was=other.label)
    return [*edges, *(replace(edge, change=Change.REMOVED) for edge in left)]


def _between(edges: Iterable[DrawnEdge], like: DrawnEdge) -> Iterator[DrawnEdge]:
    """The ways with the ends of another one."""
    return (edge for edge in edges if (edge.source, edge.target) == (like.source, like.target))
