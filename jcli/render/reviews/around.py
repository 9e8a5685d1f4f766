"""A large picture of changes cut to what changes and what stands next to it."""

from __future__ import annotations

from dataclasses import replace

from jcli.render.graphs import Drawing

MOST_NODES = 40


def around(drawing: Drawing, most: int = MOST_NODES) -> Drawing:
    """The drawing itself where it is small, or shows no changes; else the nodes that change, the ends of ways that do,
    and their neighbours."""
    if len(drawing.nodes) <= most or drawing.since is None:
        return drawing
    near = {node.id for node in drawing.nodes if node.change}
    near |= {end for edge in drawing.edges if edge.change for end in (edge.source, edge.target)}
    touched = [edge for edge in drawing.edges if edge.source in near or edge.target in near]
    near |= {end for edge in touched for end in (edge.source, edge.target)}
    nodes = tuple(node for node in drawing.nodes if node.id in near)
    edges = tuple(edge for edge in drawing.edges if edge.source in near and edge.target in near)
    return replace(drawing, nodes=nodes, edges=edges)
