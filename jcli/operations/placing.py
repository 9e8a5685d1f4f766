"""Where the nodes of a saved journey stand: as stated, else where the store has them, else laid out."""

from __future__ import annotations

from dataclasses import replace

from jcli.graph import layout
from jcli.model import Journey, Position


def placed(journey: Journey, old: Journey | None = None) -> Journey:
    """The journey with a position for every node: as the journey states it, else as `old` has it, else laid out
    from the graph."""
    if all(node.position is not None for node in journey.nodes):
        return journey
    known: dict[str, Position | None] = {node.id: node.position for node in old.nodes} if old else {}
    nodes = tuple(replace(node, position=node.position or known.get(node.id)) for node in journey.nodes)
    partly = replace(journey, nodes=nodes)
    places = layout(partly)
    return replace(partly, nodes=tuple(replace(node, position=places[node.id]) for node in nodes))
