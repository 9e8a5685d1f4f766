"""A simulated journey as a drawing: nodes with how many came to them, ways as wide as the flow of people on them.

What nobody came to, and ways that nobody took, are drawn with dashes. Widths go with the root of the share, so that a
small flow is still seen; the numbers stand beside them.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from jcli.rehearsal import Live
from jcli.render.graphs import Drawing, DrawnEdge, DrawnNode, drawing_of
from jcli.simulation.results import JourneyResult, NodeResult, Result

_WIDEST, _NARROWEST = 14.0, 1.2


def flows_of(result: Result, journey: JourneyResult, live: Live) -> Drawing:
    """The picture of this journey of the result."""
    drawing = drawing_of(live.journey, live.key, {node.id: live.name_of(node.id) for node in live.journey.nodes})
    counted = {node.id: node for node in journey.nodes}
    flows = {(flow.source, flow.label, flow.target): flow.count for flow in journey.flows}
    meanings = {edge.id: live.graph.meaning(edge) for edge in live.journey.edges}

    def on(edge: DrawnEdge) -> int:
        source, target, label = live.name_of(edge.source), live.name_of(edge.target), meanings[edge.id]
        alone = len(live.graph.ways_out(edge.source)) == 1  # its label is only a name, then
        return flows.get((source, label, target), 0) or (flows.get((source, None, target), 0) if alone else 0)

    most = max([journey.enrollments, *flows.values()])
    return replace(
        drawing,
        nodes=tuple(_node(node, counted[node.id]) for node in drawing.nodes),
        edges=tuple(_edge(edge, on(edge), most) for edge in drawing.edges),
        notes=tuple(_notes(result, journey)),
    )


def _node(node: DrawnNode, counted: NodeResult) -> DrawnNode:
    reached = counted.reached
    if not reached.count:
        return replace(node, words=(*node.words, "nobody"), idle=True)
    here = (f"{counted.here:,} still here",) if counted.here else ()
    return replace(node, words=(*node.words, f"{reached.count:,} ({reached.share:.1%})", *here))


def _edge(edge: DrawnEdge, count: int, most: int) -> DrawnEdge:
    if not count:
        return replace(edge, idle=True)
    width = max(_NARROWEST, _WIDEST * sqrt(count / most))
    return replace(edge, label=" · ".join(part for part in (edge.label, f"{count:,}") if part), width=width)


def _notes(result: Result, journey: JourneyResult) -> list[str]:
    asked = result.asked
    notes = [
        f"simulated: {asked.people:,} people by the model {result.model}, seed {asked.seed}, {result.days} days each"
    ]
    entered = journey.people
    notes.append(f"entered: {entered.count:,} people ({entered.share or 0:.1%}), {journey.enrollments:,} enrollments")
    if journey.goals is not None and journey.goals.share is not None:
        goals = journey.goals
        interval = f"{asked.confidence * 100:g} % interval {goals.low:.1%} to {goals.high:.1%}"
        notes.append(f"goal met: {goals.count:,} ({goals.share:.1%}, {interval})")
    return notes
