"""What the checks of ends, times and goals claim, held against the engine and against a second way to reckon it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jcli.canonical import journey_of, outline_of_body
from jcli.checks import Subject, run_graph
from jcli.checks.times import DAY, soonest, spoken
from jcli.durations import parse_duration
from jcli.engine import Canvas, compile_canvas
from jcli.engine.canvas import CompiledNode, ContentPlan, EventPlan
from jcli.engine.split import Shares
from jcli.findings import Severity
from jcli.graph import JourneyGraph, takes_time
from jcli.model import Journey, NodeType

END = "(end)"
GOALS: list[dict[str, Any] | None] = [
    None,
    {"type": "event", "config": {"eventName": "bought"}},
    {"type": "event", "config": {"eventName": "bought"}, "deadline": 7},
]
RULES = {"rules": {"trait": "role", "equals": "admin"}}
SHAPES: list[tuple[NodeType, dict[str, Any], list[tuple[str | None, ...]]]] = [
    (NodeType.CONTENT, {"advanceOn": "immediate"}, [(None,)]),
    (NodeType.CONTENT, {}, [(None,), ("completed",), ("completed", "dismissed")]),
    (NodeType.CONTENT, {"timeout": "1d"}, [(None,), ("completed", "dismissed"), ("completed", "dismissed", "timeout")]),
    (NodeType.CONTENT, {"advanceOn": "shown", "timeout": "2d"}, [(None,), ("timeout",), (None, "timeout")]),
    (NodeType.WAIT, {"duration": "3d"}, [(None,)]),
    (NodeType.WAIT, {"until": "2030-01-01T00:00:00Z"}, [(None,)]),
    (NodeType.WAIT_FOR_EVENT, {"eventName": "e"}, [(None,), ("event",)]),
    (NodeType.WAIT_FOR_EVENT, {"eventName": "e", "timeout": "2d"}, [(None,), ("event", "timeout"), ("timeout",)]),
    (NodeType.CONDITION, RULES, [("true", "false"), ("yes", "default"), ("false",)]),
    (NodeType.SPLIT, {"weights": {"a": 50, "b": 50}}, [("a", "b")]),
    (NodeType.SPLIT, {"weights": {"a": 100, "b": 0}}, [("a", "b"), ("a",)]),
    (NodeType.SPLIT, {}, [("a", "b"), ("a",)]),
    (NodeType.GOAL_CHECK, {}, [("met", "not_met"), ("not_met",)]),
    (NodeType.EXIT, {}, [()]),
]


@st.composite
def journeys(draw: st.DrawFn) -> Subject:
    """A journey of one TRIGGER and up to six nodes whose labels are right, with any way between them."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=6))
    target = st.integers(0, len(shapes) - 1).map(str)
    nodes: list[dict[str, Any]] = [{"id": "t", "type": "TRIGGER", "config": {"triggerType": "MANUAL"}}]
    edges = [{"sourceNodeId": "t", "targetNodeId": "0"}]
    for index, (kind, config, ways) in enumerate(shapes):
        nodes.append({"id": str(index), "type": kind.value, "config": config, "contentId": f"c{index}"})
        for label in draw(st.sampled_from(ways)):
            edge = {"sourceNodeId": str(index), "targetNodeId": draw(target)}
            edges.append(edge if label is None else {**edge, "label": label})
    settings = {"exitOnGoal": draw(st.booleans())}
    body = {"nodes": nodes, "edges": edges, "settings": settings, "goalConfig": draw(st.sampled_from(GOALS))}
    return subject(body)


def subject(body: Mapping[str, Any]) -> Subject:
    outline = outline_of_body(body)
    made, places = journey_of(outline, "j", site_id="s", audience_id=None, node_ids=lambda node: node.ref or "")
    return Subject(made, JourneyGraph(made), places)


def said(given_subject: Subject, severity: Severity | None = None) -> set[str]:
    return {found.code for found in run_graph(given_subject) if severity in (None, found.severity)}


# No way to end


@given(journeys())
def test_no_way_to_end_is_said_when_somebody_could_stay_for_ever_and_only_then(given_subject: Subject) -> None:
    errors = said(given_subject, Severity.ERROR)
    assume(errors <= {"no-way-to-end", "unreachable-node", "missing-way"})
    assert ("no-way-to-end" in errors) == _somebody_stays(given_subject.journey)


def _somebody_stays(journey: Journey) -> bool:
    """By brute force on the compiled canvas: whether there is somebody (a label for each SPLIT) who can come to stand
    where no event, outcome, answer, goal or time leads to an end any more."""
    canvas = compile_canvas(1, journey.nodes, journey.edges)
    splits = [node for node in canvas.nodes.values() if isinstance(node.plan, Shares)]
    waits = {node.id for node in journey.nodes if takes_time(node)}
    for labels in product(*(_possible(node.plan) for node in splits if isinstance(node.plan, Shares))):
        chosen = dict(zip((node.id for node in splits), labels, strict=True))
        moves = _moves(journey, canvas, chosen)
        network = nx.DiGraph([(state, to) for state, found in moves.items() for to in found])
        network.add_node((END, False))
        for state in nx.descendants(network, ("t", False)):
            if state[0] in waits and not nx.has_path(network, state, (END, False)):
                return True
    return False


def _possible(shares: Shares) -> list[str | None]:
    """The labels that some bucket gets; None where there is none."""
    return sorted({label for place in range(0, 10_000, 10) if (label := shares.label(place))}) or [None]


def _moves(
    journey: Journey, canvas: Canvas, chosen: Mapping[str, str | None]
) -> dict[tuple[str, bool], list[tuple[str, bool]]]:
    """(node, goal met) -> what may come next for this person."""
    goal, exits = journey.goal_config, bool(journey.settings.get("exitOnGoal"))
    moves: dict[tuple[str, bool], list[tuple[str, bool]]] = {}
    for node in canvas.nodes.values():
        stands = node.type in (NodeType.CONTENT, NodeType.WAIT, NodeType.WAIT_FOR_EVENT)
        for met in (False, True):
            found = [(to, met and to != END) for to in _next(node, met, chosen)]
            if stands and goal and not met:
                found.append((END, False) if exits else (node.id, True))
            if stands and goal and goal.get("deadline") and not met:
                found.append((END, False))
            moves[node.id, met] = found
    return moves


def _next(node: CompiledNode, met: bool, chosen: Mapping[str, str | None]) -> Iterator[str]:
    """Where a person may go from a node, as the handlers of the engine answer."""
    plan, ways, plain = node.plan, node.ways, node.plain or END
    match node.type:
        case NodeType.EXIT:
            yield END
        case NodeType.CONDITION:
            yield ways.get("true", plain)
            yield ways.get("false", ways.get("default", plain))
        case NodeType.GOAL_CHECK:
            yield ways.get("met" if met else "not_met", plain)
        case NodeType.SPLIT:
            yield ways.get(chosen[node.id] or "", plain)
        case NodeType.CONTENT if isinstance(plan, ContentPlan):
            outcomes = ("completed", "dismissed") if plan.advance_on == "finished" else ("",)
            yield from (ways.get(outcome, plain) for outcome in outcomes)
            if plan.timeout is not None and plan.advance_on != "immediate":
                yield ways.get("timeout", plain)
        case NodeType.WAIT_FOR_EVENT if isinstance(plan, EventPlan):
            yield ways.get("event", plain)
            if plan.timeout is not None:
                yield ways.get("timeout", END)
        case _:
            yield plain


# Times


@given(journeys())
def test_the_soonest_is_that_of_networkx(given_subject: Subject) -> None:
    graph = given_subject.graph
    network: Any = nx.MultiDiGraph()
    network.add_node("t")
    for node in given_subject.journey.nodes:
        for edge in graph.open_ways(node.id):
            length = 0
            if node.type is NodeType.WAIT and "duration" in node.config:
                length = parse_duration(node.config["duration"])
            elif edge.label == "timeout":
                length = parse_duration(node.config["timeout"])
            network.add_edge(edge.source, edge.target, weight=length)
    assert soonest(graph) == nx.multi_source_dijkstra_path_length(network, {"t"})


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(DAY, "1d"), (9 * DAY + 12 * 3_600_000, "9d12h"), (DAY + 61_000, "1d1m"), (1000, "1s")]
)
def test_lengths_of_time_read_like_durations(milliseconds: int, words: str) -> None:
    assert spoken(milliseconds) == words
    assert parse_duration(words) >= milliseconds - 60_000


# Canvases from outside


def _many(kind: str, count: int, config: dict[str, Any], labels: tuple[str, ...] = ("",)) -> dict[str, Any]:
    """A TRIGGER and a ring of so many nodes of one type, each leading to the next by these labels."""
    nodes = [{"id": str(i), "type": kind, "config": config, "contentId": f"c{i}"} for i in range(count)]
    trigger = {"id": "t", "type": "TRIGGER", "config": {"triggerType": "MANUAL"}}
    edges = [{"sourceNodeId": "t", "targetNodeId": "0"}]
    edges += [
        {"sourceNodeId": str(i), "targetNodeId": str((i + 1) % count), "label": label}
        for i in range(count)
        for label in labels
    ]
    return {"nodes": [trigger, *nodes], "edges": edges, "goalConfig": GOALS[2]}


@pytest.mark.parametrize(
    "body",
    [
        _many("CONTENT", 5000, {}),
        _many("CONTENT", 5000, {"advanceOn": "immediate"}),
        _many("WAIT", 5000, {"duration": "1d"}),
        _many("WAIT_FOR_EVENT", 5000, {"eventName": "e"}),
        _many("SPLIT", 5000, {"holdout": "a"}, ("a", "b")),
        _many("GOAL_CHECK", 5000, {}, ("met", "not_met")),
    ],
    ids=lambda body: f"{body['nodes'][1]['type']}",
)
def test_thousands_of_nodes_are_judged_in_a_moment(body: dict[str, Any]) -> None:
    judged = subject(body)
    before = time.process_time()
    assert run_graph(judged) != []
    assert time.process_time() - before < 2
