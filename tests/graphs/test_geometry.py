"""In no picture does anything lie over anything, and no way goes through what is not its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from jcli.model import NodeType
from jcli.render.graphs import Direction, Drawing, compared, drawing_of
from jcli.render.graphs.boxes import Box
from jcli.render.graphs.svg import pictured
from tests.graphs.geometry import boxes, crossings, overlaps, sampled, spills, wrongs
from tests.graphs.samples import drawings, examples, hostile, journey

BOTH = pytest.mark.parametrize("direction", list(Direction))


@BOTH
@pytest.mark.parametrize("key", sorted(examples()))
def test_the_examples(key: str, direction: Direction) -> None:
    assert wrongs(pictured(examples()[key], direction)) == []


@BOTH
def test_hostile_texts_take_no_more_room_than_others(direction: Direction) -> None:
    assert wrongs(pictured(hostile(), direction)) == []


@BOTH
def test_a_picture_of_changes(direction: Direction) -> None:
    before = journey(
        {"a": NodeType.TRIGGER, "b": NodeType.WAIT, "c": NodeType.EXIT}, [("a", "b", None), ("b", "c", "x")]
    )
    after = journey(
        {"a": NodeType.TRIGGER, "d": NodeType.SPLIT, "c": NodeType.EXIT}, [("a", "d", None), ("d", "c", "y")]
    )
    assert wrongs(pictured(compared(before, after, "j", ({}, {})), direction)) == []


@given(drawings())
@settings(max_examples=60, deadline=None)
def test_any_journey(drawing: Drawing) -> None:
    for direction in Direction:
        assert wrongs(pictured(drawing, direction)) == []


def test_thirty_nodes_that_lead_back_again_and_again() -> None:
    nodes = {f"n{number}": list(NodeType)[number % 8] for number in range(30)}
    ahead = [(f"n{number}", f"n{number + 1}", "on") for number in range(29)]
    back = [(f"n{number}", f"n{number // 2}", "back") for number in range(2, 30, 2)]
    jumps = [(f"n{number}", f"n{number + 7}", None) for number in range(0, 22, 3)]
    picture = pictured(
        drawing_of(journey(nodes, [*ahead, *back, *jumps, ("n5", "n5", None), ("n6", "n6", "again")]), "j", {})
    )
    assert wrongs(picture) == []


def test_a_way_leads_from_its_node_to_its_node() -> None:
    """The ends touch the boxes, whichever way the picture reads."""
    drawing = examples()["first-run-onboarding"]
    for direction in Direction:
        picture = pictured(drawing, direction)
        places = {node.id: box for node, box in zip(picture.drawing.nodes, picture.placed.nodes, strict=True)}
        for edge, route in zip(drawing.edges, picture.placed.routes, strict=True):
            for (x, y), box in ((route.curves[0][0], places[edge.source]), (route.tip, places[edge.target])):
                assert box.left - 1 <= x <= box.right + 1
                assert box.top - 1 <= y <= box.bottom + 1


def test_triggers_stand_above_what_they_lead_to() -> None:
    picture = pictured(examples()["first-run-onboarding"])
    places = {node.key: box for node, box in zip(picture.drawing.nodes, picture.placed.nodes, strict=True)}
    assert places["welcome-page"].bottom < places["question"].top < places["tour"].top < places["on-their-own"].top
    sideways = pictured(examples()["first-run-onboarding"], Direction.LR)
    places = {node.key: box for node, box in zip(sideways.drawing.nodes, sideways.placed.nodes, strict=True)}
    assert places["welcome-page"].right < places["question"].left < places["on-their-own"].left


def test_what_is_wrong_would_be_seen() -> None:
    """The questions find a node that is put onto another, onto a way, and out of the picture."""
    picture = pictured(examples()["first-run-onboarding"])
    nodes = picture.placed.nodes
    x, y = list(sampled(picture.placed.routes[1]))[8]
    onto_node = replace(picture, placed=replace(picture.placed, nodes=(nodes[1], *nodes[1:])))
    onto_way = replace(picture, placed=replace(picture.placed, nodes=(*nodes[:-1], Box(x, y, 20, 20))))
    outside = replace(picture, placed=replace(picture.placed, nodes=(replace(nodes[0], x=-500.0), *nodes[1:])))
    assert "node welcome-page lies over node question" in list(overlaps(onto_node))
    assert any("goes through node on-their-own" in wrong for wrong in crossings(onto_way))
    assert list(spills(outside)) == ["node welcome-page lies outside"]
    assert len(boxes(picture)) == len(nodes) + sum(route.label is not None for route in picture.placed.routes)


def test_the_same_drawing_is_placed_alike() -> None:
    one, other = (pictured(examples()["invite-the-team"]) for _ in range(2))
    assert one == other
