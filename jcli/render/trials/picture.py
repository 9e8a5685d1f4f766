"""A journey as a drawing of its coverage: what cases walked over, how many, and what none did.

A node of which an outcome is left is partly covered. Any format of `jcli/render/graphs` can write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jcli.rehearsal import Live
from jcli.render.findings import counted
from jcli.render.graphs import Drawing, DrawnEdge, DrawnNode, Reach, drawing_of
from jcli.trials.coverage import Aim, Aspect, Coverage, percent


def covered_drawing(coverage: Coverage, live: Live) -> Drawing:
    """The picture of the journey with its coverage."""
    drawing = drawing_of(live.journey, live.key, {node.id: live.name_of(node.id) for node in live.journey.nodes})
    meanings = {edge.id: live.graph.meaning(edge) for edge in live.journey.edges}
    nodes = tuple(_node(node, coverage.counts) for node in drawing.nodes)
    edges = tuple(_edge(edge, live, meanings[edge.id], coverage.counts) for edge in drawing.edges)
    return replace(drawing, nodes=nodes, edges=edges, notes=tuple(_notes(coverage)))


def _node(node: DrawnNode, counts: Mapping[Aim, int]) -> DrawnNode:
    count = counts[Aim(Aspect.NODES, node.key)]
    decided = (Aspect.EDGES, Aspect.LABELS, Aspect.TIMEOUTS)
    left = any(not number for aim, number in counts.items() if aim.name == node.key and aim.aspect in decided)
    reach = Reach.MISSED if not count else Reach.PARTLY if left else Reach.COVERED
    return replace(node, words=(*node.words, counted(count, "case") if count else "no case"), change=reach)


def _edge(edge: DrawnEdge, live: Live, meaning: str | None, counts: Mapping[Aim, int]) -> DrawnEdge:
    """A way with the number of cases on it; one of a SPLIT to which nobody is sent has nothing to cover."""
    count = counts.get(Aim(Aspect.EDGES, live.name_of(edge.source), meaning, live.name_of(edge.target)))
    if count is None:
        return replace(edge, idle=True)
    label = f"{edge.label} ({count:,})" if edge.label else f"({count:,})"
    return replace(edge, label=label, change=Reach.COVERED if count else Reach.MISSED)


def _notes(coverage: Coverage) -> list[str]:
    (nodes, all_nodes), (edges, all_edges) = coverage.of(Aspect.NODES), coverage.of(Aspect.EDGES)
    share = f"{percent(edges, all_edges):g} %"
    return [
        f"{counted(coverage.cases, 'case')} covered {edges} of {counted(all_edges, 'edge')} ({share}) "
        f"and {nodes} of {counted(all_nodes, 'node')}",
        ", ".join(f"{reach.sign} {word}" for reach, word in _WORDS.items()),
    ]


_WORDS = {Reach.COVERED: "covered", Reach.PARTLY: "partly (an outcome is left)", Reach.MISSED: "not covered"}
