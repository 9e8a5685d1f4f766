"""The journey as a graph: who leads where, what the labels on the ways mean, and where to draw the nodes.

The one place that says which ways out a node can take (source: the table of nodes in `docs/journeys.md`); checks,
engine and pictures ask here. Nothing here judges a journey: that is `jcli/checks`. Lookups are plain dictionaries;
`network` hands the same graph to networkx for algorithms that are not ours to write.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING

from jcli.model import Edge, Journey, Node, NodeType, Position

if TYPE_CHECKING:
    import networkx as nx

STEP_X = 240
STEP_Y = 120

_TWINS: Mapping[NodeType, Mapping[str, str]] = {
    NodeType.CONDITION: {"yes": "true", "no": "false"},
    NodeType.GOAL_CHECK: {
        "true": "met",
        "success": "met",
        "false": "not_met",
        "fallback": "not_met",
    },
}


def meaning(node_type: NodeType, label: str | None) -> str | None:
    """The canonical label of a way out of a node of this type: casefolded, twins (`yes`, `success`) read as the word
    that they stand for, None for a plain way (no label, or an empty one)."""
    if not label:
        return None
    word = label.casefold()
    return _TWINS.get(node_type, {}).get(word, word)


def takes_time(node: Node) -> bool:
    """Whether somebody who comes to the node again and again waits there each time. A WAIT `until` an instant waits
    once only: whoever comes back finds the instant past."""
    match node.type:
        case NodeType.WAIT:
            return "until" not in node.config
        case NodeType.WAIT_FOR_EVENT:
            return True
        case NodeType.CONTENT:
            return node.config.get("advanceOn") != "immediate"
        case _:
            return False


def outcomes(node: Node) -> tuple[str, ...] | None:
    """The canonical labels that the node by its config can take, in the order of the config.

    None: the node has one way out, or makes shares of whatever labels its ways have (a SPLIT without weights), so
    that any label is only a name. The empty tuple: only a plain way can be taken (a CONTENT that never waits), or
    none at all (EXIT).
    """
    config = node.config
    match node.type:
        case NodeType.EXIT:
            return ()
        case NodeType.CONTENT:
            advance = config.get("advanceOn", "finished")
            if advance == "immediate":
                return ()
            seen = ("completed", "dismissed") if advance == "finished" else ()
            return (*seen, "timeout") if _has_timeout(node) else seen
        case NodeType.WAIT_FOR_EVENT:
            return ("event", "timeout") if _has_timeout(node) else ("event",)
        case NodeType.CONDITION if config.get("branches"):
            labels = (meaning(node.type, branch["label"]) or "" for branch in config["branches"])
            return tuple(dict.fromkeys((*labels, "default")))
        case NodeType.CONDITION:
            return ("true", "false", "default")
        case NodeType.SPLIT if config.get("weights"):
            return tuple(dict.fromkeys(label.casefold() for label in config["weights"]))
        case NodeType.GOAL_CHECK:
            return ("met", "not_met")
        case _:
            return None


def _has_timeout(node: Node) -> bool:
    return node.config.get("timeout") is not None


class JourneyGraph:
    """A journey with its ways at hand. Edges keep the order of the journey; nothing is copied but references."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self._nodes = {node.id: node for node in journey.nodes}
        self._by_type: dict[NodeType, list[Node]] = {}
        for node in journey.nodes:
            self._by_type.setdefault(node.type, []).append(node)
        self._out: dict[str, list[Edge]] = {node.id: [] for node in journey.nodes}
        self._into: dict[str, list[Edge]] = {node.id: [] for node in journey.nodes}
        for edge in journey.edges:
            self._out[edge.source].append(edge)
            self._into[edge.target].append(edge)
        self._meanings: dict[tuple[str, str], str | None] = {}
        self._answers: dict[str, frozenset[str | None]] = {}

    def node(self, node_id: str) -> Node:
        """The node of this id; KeyError when the journey has none."""
        return self._nodes[node_id]

    def of_type(self, *types: NodeType) -> list[Node]:
        """The nodes of these types, type by type."""
        if len(types) == 1:
            return self._by_type.get(types[0], [])
        return [node for node_type in types for node in self._by_type.get(node_type, ())]

    def ways_out(self, node_id: str) -> list[Edge]:
        return self._out[node_id]

    def open_ways(self, node_id: str) -> list[Edge]:
        """The ways out but those of a SPLIT whose weight is 0: nobody takes them."""
        ways, node = self._out[node_id], self._nodes[node_id]
        if node.type is not NodeType.SPLIT or 0 not in (node.config.get("weights") or {}).values():
            return ways
        parked = {label.casefold() for label, weight in node.config["weights"].items() if weight == 0}
        return [edge for edge in ways if self.meaning(edge) not in parked]

    def ways_in(self, node_id: str) -> list[Edge]:
        return self._into[node_id]

    def meaning(self, edge: Edge) -> str | None:
        """The canonical label of the edge, by the type of the node that it leaves."""
        if not edge.label:
            return None
        way = (edge.source, edge.label)
        if way not in self._meanings:
            self._meanings[way] = meaning(self._nodes[edge.source].type, edge.label)
        return self._meanings[way]

    def answers(self, node_id: str) -> frozenset[str | None]:
        """The canonical labels of the ways out of the node, None among them for a plain one."""
        found = self._answers.get(node_id)
        if found is None:
            found = self._answers[node_id] = frozenset([self.meaning(edge) for edge in self._out[node_id]])
        return found

    def labels_of(self, node: Node) -> tuple[str, ...] | None:
        """The canonical labels that the node can take; a SPLIT without weights: those that its ways have, in
        alphabetical order, which is the order of its shares. None: it has one way out, whose label is only a name."""
        if node.type is NodeType.SPLIT and not node.config.get("weights"):
            return tuple(sorted({self.meaning(edge) or "" for edge in self._out[node.id]} - {""}))
        return outcomes(node)

    def reachable(self, sources: Iterable[str], ways: Callable[[str], Iterable[Edge]] | None = None) -> set[str]:
        """The ids of all nodes that can be come to from the sources, themselves included, by the `ways` out of each
        (all that are drawn when None)."""
        ways = ways or self._out.__getitem__
        seen = set(sources)
        waiting = list(seen)
        while waiting:
            for edge in ways(waiting.pop()):
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return seen

    @cached_property
    def entered(self) -> set[str]:
        """The ids of the nodes that some way from a TRIGGER leads to, as the ways are drawn, triggers included."""
        return self.reachable([node.id for node in self.of_type(NodeType.TRIGGER)])

    @cached_property
    def circling(self) -> set[str]:
        """What is left of all nodes when those that nothing left leads to are taken away one by one: the nodes on a
        cycle and behind one. Empty for most journeys, which saves the search for cycles."""
        return self._peeled({node_id: len(edges) for node_id, edges in self._into.items()})

    def left_round(self, among: Iterable[str]) -> set[str]:
        """The same of the nodes given, by the ways among themselves."""
        members = set(among)
        return self._peeled({i: sum(edge.source in members for edge in self._into[i]) for i in members})

    def _peeled(self, leading: dict[str, int]) -> set[str]:
        """What is left of the nodes in `leading`, which says by how many ways each is come to."""
        left = set(leading)
        waiting = [node_id for node_id, count in leading.items() if count == 0]
        while waiting:
            node_id = waiting.pop()
            left.discard(node_id)
            for edge in self._out[node_id]:
                if edge.target in left:
                    leading[edge.target] -= 1
                    if leading[edge.target] == 0:
                        waiting.append(edge.target)
        return left

    @cached_property
    def network(self) -> nx.MultiDiGraph[str]:
        """The graph for networkx: nodes by id with `node`, edges by edge id with `edge`."""
        network: nx.MultiDiGraph[str] = _networkx().MultiDiGraph()
        network.add_nodes_from((node.id, {"node": node}) for node in self.journey.nodes)
        for edge in self.journey.edges:
            network.add_edge(edge.source, edge.target, key=edge.id, edge=edge)
        return network

    def targets(self, among: Iterable[str]) -> dict[str, list[str]]:
        """Node id -> where its ways lead, of the nodes given and among themselves."""
        members = set(among)
        return {i: [edge.target for edge in self._out[i] if edge.target in members] for i in members}

    def knots(self, targets: Mapping[str, Iterable[str]]) -> list[list[str]]:
        """The sets of nodes that go round among themselves by these ways (node id -> ids): each can be come to from
        each other (networkx's strongly connected components, without the single nodes that do not lead to
        themselves). In the order of the journey's nodes, and so are the nodes of each."""
        rank = {node_id: index for index, node_id in enumerate(self._nodes)}
        network = _networkx().DiGraph((i, target) for i in targets for target in targets[i])
        components: Iterable[set[str]] = _networkx().strongly_connected_components(network)
        found = [knot for knot in components if len(knot) > 1 or network.has_edge(*knot, *knot)]
        return sorted((sorted(knot, key=rank.__getitem__) for knot in found), key=lambda knot: rank[knot[0]])


def shortest_cycle(start: str, targets: Mapping[str, Iterable[str]]) -> list[str]:
    """The shortest way by ids from a node back to itself, without the second mention; the node is in a knot of these
    ways, as `JourneyGraph.knots` finds them."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node_id = waiting.popleft()
        for target in targets[node_id]:
            if target == start:
                cycle = [node_id]
                while cycle[-1] != start:
                    cycle.append(came_from[cycle[-1]])
                return cycle[::-1]
            if target not in came_from:
                came_from[target] = node_id
                waiting.append(target)
    raise AssertionError("a knot holds a cycle through each of its nodes")


def _networkx() -> ModuleType:
    """networkx, loaded at the first use and not with this module: that takes longer than the rest of a start, and
    nearly every journey passes all checks without it."""
    return importlib.import_module("networkx")


def layout(journey: Journey) -> Mapping[str, Position]:
    """A place for every node, by id: stated positions as they are, the others in layers from left to right.

    A node stands one step right of the last node that leads to it; edges that lead back are not counted. In its
    layer it stands by the middle of the nodes that lead to it. The order of nodes and edges in the journey plays
    no part.
    """
    graph = JourneyGraph(journey)
    ahead = _ahead(graph)
    places = _places(_layers(ahead), ahead)
    return {node.id: node.position or Position(*places[node.id]) for node in journey.nodes}


def _ahead(graph: JourneyGraph) -> dict[str, list[str]]:
    """Node id -> ids that its ways lead on to, without the ways that lead back: a depth-first walk on a stack."""
    starts = sorted(
        graph.journey.nodes,
        key=lambda node: (node.type is not NodeType.TRIGGER, bool(graph.ways_in(node.id)), node.id),
    )
    ahead: dict[str, list[str]] = {}
    open_nodes: set[str] = set()
    for start in starts:
        if start.id in ahead:
            continue
        stack = [(start.id, _targets(graph, start.id))]
        ahead[start.id] = []
        open_nodes.add(start.id)
        while stack:
            node_id, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                stack.pop()
                open_nodes.discard(node_id)
                continue
            if target in open_nodes:
                continue
            ahead[node_id].append(target)
            if target not in ahead:
                ahead[target] = []
                open_nodes.add(target)
                stack.append((target, _targets(graph, target)))
    return ahead


def _targets(graph: JourneyGraph, node_id: str) -> Iterator[str]:
    """Where the ways of a node lead, each once, by label and then id."""
    ways = sorted(graph.ways_out(node_id), key=lambda edge: (graph.meaning(edge) or "", edge.target))
    return iter(dict.fromkeys(edge.target for edge in ways))


def _layers(ahead: Mapping[str, list[str]]) -> dict[str, int]:
    """Node id -> layer: the length of the longest way ahead that leads to it."""
    open_ways = dict.fromkeys(ahead, 0)
    for targets in ahead.values():
        for target in targets:
            open_ways[target] += 1
    layers = {node_id: 0 for node_id, count in open_ways.items() if count == 0}
    waiting = deque(layers)
    while waiting:
        node_id = waiting.popleft()
        for target in ahead[node_id]:
            layers[target] = max(layers.get(target, 0), layers[node_id] + 1)
            open_ways[target] -= 1
            if open_ways[target] == 0:
                waiting.append(target)
    return layers


def _places(layers: Mapping[str, int], ahead: Mapping[str, list[str]]) -> dict[str, tuple[int, int]]:
    """Node id -> x, y. Layer by layer, nodes are sorted by the middle of the rows that lead to them, then by the
    order in which the walk met them (`ahead` keeps it)."""
    columns: dict[int, list[str]] = {}
    for node_id in ahead:
        columns.setdefault(layers[node_id], []).append(node_id)
    leading: dict[str, list[int]] = {node_id: [] for node_id in ahead}
    places: dict[str, tuple[int, int]] = {}
    for layer in sorted(columns):
        column = sorted(columns[layer], key=lambda node_id: sum(leading[node_id]) / (len(leading[node_id]) or 1))
        for row, node_id in enumerate(column):
            places[node_id] = (layer * STEP_X, row * STEP_Y)
            for target in ahead[node_id]:
                leading[target].append(row)
    return places
