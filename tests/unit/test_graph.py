"""The graph: what labels mean, which ways a node can take, lookups, and the layout."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.graph import STEP_X, STEP_Y, JourneyGraph, layout, meaning, outcomes, shortest_cycle, takes_time
from jcli.model import Edge, Journey, Node, NodeType, Position


def journey(nodes: dict[str, NodeType], ways: list[tuple[str, str] | tuple[str, str, str]]) -> Journey:
    edges = tuple(Edge(f"e{i}", way[0], way[1], way[2] if len(way) > 2 else None) for i, way in enumerate(ways))
    return Journey("j", "J", "s", nodes=tuple(Node(key, kind) for key, kind in nodes.items()), edges=edges)


def waits(names: str, ways: list[tuple[str, str] | tuple[str, str, str]]) -> Journey:
    return journey(dict.fromkeys(names, NodeType.WAIT), ways)


@pytest.mark.parametrize(
    ("node_type", "label", "expected"),
    [
        (NodeType.CONDITION, "Yes", "true"),
        (NodeType.CONDITION, "NO", "false"),
        (NodeType.CONDITION, "true", "true"),
        (NodeType.CONDITION, "Default", "default"),
        (NodeType.GOAL_CHECK, "true", "met"),
        (NodeType.GOAL_CHECK, "Success", "met"),
        (NodeType.GOAL_CHECK, "false", "not_met"),
        (NodeType.GOAL_CHECK, "fallback", "not_met"),
        (NodeType.SPLIT, "STRASSE", "strasse"),
        (NodeType.SPLIT, "Straße", "strasse"),
        (NodeType.SPLIT, "yes", "yes"),
        (NodeType.CONTENT, "", None),
        (NodeType.CONTENT, None, None),
    ],
)
def test_labels_are_read_without_case_and_with_their_twins(
    node_type: NodeType, label: str | None, expected: str | None
) -> None:
    assert meaning(node_type, label) == expected


@pytest.mark.parametrize(
    ("node_type", "config", "expected"),
    [
        (NodeType.TRIGGER, {}, None),
        (NodeType.WAIT, {"duration": "1d"}, None),
        (NodeType.EXIT, {}, ()),
        (NodeType.CONTENT, {}, ("completed", "dismissed")),
        (NodeType.CONTENT, {"timeout": "1d"}, ("completed", "dismissed", "timeout")),
        (NodeType.CONTENT, {"advanceOn": "shown", "timeout": "1d"}, ("timeout",)),
        (NodeType.CONTENT, {"advanceOn": "immediate", "timeout": "1d"}, ()),
        (NodeType.WAIT_FOR_EVENT, {"eventName": "e"}, ("event",)),
        (NodeType.WAIT_FOR_EVENT, {"eventName": "e", "timeout": 60}, ("event", "timeout")),
        (NodeType.CONDITION, {"rules": {}}, ("true", "false", "default")),
        (NodeType.CONDITION, {"branches": [{"label": "B"}, {"label": "a"}, {"label": "b"}]}, ("b", "a", "default")),
        (NodeType.SPLIT, {"weights": {"B": 50, "a": 50}}, ("b", "a")),
        (NodeType.SPLIT, {}, None),
        (NodeType.GOAL_CHECK, {}, ("met", "not_met")),
    ],
)
def test_outcomes_follow_from_type_and_config(
    node_type: NodeType, config: dict[str, Any], expected: tuple[str, ...] | None
) -> None:
    assert outcomes(Node("n", node_type, config)) == expected


def test_a_split_without_weights_takes_the_labels_of_its_ways_in_alphabetical_order() -> None:
    graph = JourneyGraph(
        journey({"s": NodeType.SPLIT, "x": NodeType.EXIT}, [("s", "x", "Blue"), ("s", "x", "amber"), ("s", "x")])
    )
    assert graph.labels_of(graph.node("s")) == ("amber", "blue")
    assert graph.labels_of(graph.node("x")) == ()


@pytest.mark.parametrize(
    ("node_type", "config", "expected"),
    [
        (NodeType.WAIT, {"duration": "1d"}, True),
        (NodeType.WAIT, {"until": "2027-03-01T09:00:00Z"}, False),
        (NodeType.WAIT_FOR_EVENT, {}, True),
        (NodeType.CONTENT, {}, True),
        (NodeType.CONTENT, {"advanceOn": "shown"}, True),
        (NodeType.CONTENT, {"advanceOn": "immediate"}, False),
        (NodeType.CONDITION, {}, False),
        (NodeType.SPLIT, {}, False),
        (NodeType.GOAL_CHECK, {}, False),
    ],
)
def test_which_nodes_take_time_each_time(node_type: NodeType, config: dict[str, Any], expected: bool) -> None:
    assert takes_time(Node("n", node_type, config)) is expected


def test_lookups_keep_the_order_of_edges() -> None:
    graph = JourneyGraph(waits("abc", [("a", "c", "2"), ("a", "b", "1"), ("b", "c")]))
    assert [edge.target for edge in graph.ways_out("a")] == ["c", "b"]
    assert [edge.source for edge in graph.ways_in("c")] == ["a", "b"]
    assert [node.id for node in graph.of_type(NodeType.WAIT)] == ["a", "b", "c"]
    with pytest.raises(KeyError):
        graph.node("d")


def test_reachable_and_knots() -> None:
    graph = JourneyGraph(waits("abcdef", [("a", "b"), ("b", "c"), ("c", "b"), ("d", "d"), ("e", "a")]))
    assert graph.reachable(["a"]) == {"a", "b", "c"}
    assert graph.knots(graph.targets("abcdef")) == [["b", "c"], ["d"]]
    assert graph.knots(graph.targets("ab")) == []
    assert graph.left_round("abcdef") == graph.circling == {"b", "c", "d"}
    assert graph.left_round("acef") == set()


def test_the_shortest_cycle_begins_and_ends_at_its_node() -> None:
    targets = {"a": ["b", "c"], "b": ["c"], "c": ["a", "c"]}
    assert shortest_cycle("a", targets) == ["a", "c"]
    assert shortest_cycle("b", targets) == ["b", "c", "a"]
    assert shortest_cycle("c", targets) == ["c"]


def test_nobody_takes_the_parked_way_of_a_split() -> None:
    split = Node("s", NodeType.SPLIT, {"weights": {"Off": 0, "on": 100}})
    edges = [Edge("1", "s", "a", "off"), Edge("2", "s", "b", "ON")]
    graph = JourneyGraph(
        Journey("j", "J", "s", nodes=(split, Node("a", NodeType.EXIT), Node("b", NodeType.EXIT)), edges=tuple(edges))
    )
    assert [edge.target for edge in graph.open_ways("s")] == ["b"]
    assert graph.reachable("s", graph.open_ways) == {"s", "b"}
    assert graph.reachable("s") == {"s", "a", "b"}


def test_the_network_has_every_edge_even_between_the_same_nodes() -> None:
    network = JourneyGraph(waits("ab", [("a", "b", "x"), ("a", "b", "y")])).network
    assert network.number_of_edges("a", "b") == 2
    assert [data["edge"].label for _, _, data in network.edges(data=True)] == ["x", "y"]


def test_networkx_is_loaded_only_when_it_is_asked_for() -> None:
    """`jcli validate` starts faster without it."""
    code = "import sys, jcli.compiler; assert 'networkx' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# Layout


def at(found: dict[str, Position] | Any) -> dict[str, tuple[float, float]]:
    return {key: (place.x / STEP_X, place.y / STEP_Y) for key, place in found.items()}


def test_layers_run_from_left_to_right_behind_the_last_leading_node() -> None:
    found = at(layout(waits("abcd", [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])))
    assert found == {"a": (0, 0), "b": (1, 0), "c": (2, 0), "d": (3, 0)}


def test_branches_stand_below_each_other_and_ways_back_are_not_counted() -> None:
    found = at(
        layout(waits("abcd", [("a", "b", "x"), ("a", "c", "y"), ("b", "d"), ("c", "d"), ("d", "a"), ("b", "b")]))
    )
    assert found == {"a": (0, 0), "b": (1, 0), "c": (1, 1), "d": (2, 0)}


def test_a_trigger_stands_first_though_a_way_leads_back_to_it() -> None:
    nodes = {"a": NodeType.WAIT, "z": NodeType.TRIGGER}
    assert at(layout(journey(nodes, [("z", "a"), ("a", "z")]))) == {"z": (0, 0), "a": (1, 0)}


def test_stated_positions_stay_and_an_empty_journey_has_none() -> None:
    stated = Journey(
        "j", "J", "s", nodes=(Node("a", NodeType.EXIT, position=Position(7.5, -3)), Node("b", NodeType.EXIT))
    )
    assert layout(stated)["a"] == Position(7.5, -3)
    assert layout(Journey("j", "J", "s")) == {}


@given(
    st.integers(1, 25).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=60),
            st.randoms(use_true_random=False),
        )
    )
)
def test_no_two_nodes_share_a_place_and_order_plays_no_part(
    given_graph: tuple[int, list[tuple[int, int]], random.Random],
) -> None:
    count, ways, chance = given_graph
    names = [f"n{i}" for i in range(count)]
    edges: list[tuple[str, str] | tuple[str, str, str]] = [(names[a], names[b]) for a, b in ways]
    places = layout(journey(dict.fromkeys(names, NodeType.WAIT), edges))
    assert set(places) == set(names)
    assert len(set(places.values())) == count
    assert min(place.x for place in places.values()) == 0
    chance.shuffle(names)
    chance.shuffle(edges)
    assert layout(journey(dict.fromkeys(names, NodeType.WAIT), edges)) == places


def test_a_chain_of_ten_thousand_nodes_is_laid_out_without_recursion() -> None:
    names = [str(i) for i in range(10_000)]
    edges: list[tuple[str, str] | tuple[str, str, str]] = list(itertools.pairwise(names))
    found = layout(journey(dict.fromkeys(names, NodeType.WAIT), edges))
    assert found["9999"] == Position(9999 * STEP_X, 0)
