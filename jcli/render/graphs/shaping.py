"""The outlines of nodes: a shape for each type, so that types are told apart without colour, and where a way meets one.

Shapes are those that the Mermaid and DOT formats use, too: a TRIGGER is a stadium, a CONDITION a hexagon, an EXIT has a
double frame. Each fills its box from side to side; `inset` is what it takes of the box left and right of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from jcli.model import NodeType
from jcli.render.graphs.boxes import Box, Point

SLANT = 14
"""How far a slanted side reaches into the box."""

ROUND = 10


def _rectangle(box: Box) -> list[Point]:
    return [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]


def _hexagon(box: Box) -> list[Point]:
    return [
        (box.left + SLANT, box.top),
        (box.right - SLANT, box.top),
        (box.right, box.y),
        (box.right - SLANT, box.bottom),
        (box.left + SLANT, box.bottom),
        (box.left, box.y),
    ]


def _parallelogram(box: Box) -> list[Point]:
    return [
        (box.left + SLANT, box.top),
        (box.right, box.top),
        (box.right - SLANT, box.bottom),
        (box.left, box.bottom),
    ]


def _trapezium(box: Box) -> list[Point]:
    return [
        (box.left + SLANT, box.top),
        (box.right - SLANT, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    ]


def _pennant(box: Box) -> list[Point]:
    """A flag: straight on the right, with a notch on the left."""
    return [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
        (box.left + SLANT, box.y),
    ]


_OUTLINES: Mapping[NodeType, Callable[[Box], list[Point]]] = {
    NodeType.WAIT_FOR_EVENT: _parallelogram,
    NodeType.CONDITION: _hexagon,
    NodeType.SPLIT: _trapezium,
    NodeType.GOAL_CHECK: _pennant,
}
_INSETS: Mapping[NodeType, int] = {
    **dict.fromkeys(_OUTLINES, SLANT),
    NodeType.TRIGGER: SLANT,
    NodeType.EXIT: 5,
}


def inset(node_type: NodeType) -> int:
    """How much wider than its text a node of this type is, on each side, because of its shape."""
    return _INSETS.get(node_type, 0)


def outline(node_type: NodeType, box: Box) -> list[Point]:
    """The corners of the shape, clockwise."""
    return _OUTLINES.get(node_type, _rectangle)(box)


def radius(node_type: NodeType, box: Box) -> float:
    """How round the corners of a rectangle are; 0 for a shape whose corners are sharp."""
    if node_type is NodeType.TRIGGER:
        return min(box.height, box.width) / 2
    return ROUND if node_type is NodeType.WAIT else 0


def met(corners: list[Point], start: Point, end: Point) -> Point:
    """Where the line from `start` through `end` first meets the shape; `end` where it does not."""
    found = [
        share
        for one, other in pairwise([*corners, corners[0]])
        if (share := _crossing(start, end, one, other)) is not None
    ]
    if not found:
        return end
    share = min(found)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _crossing(start: Point, end: Point, one: Point, other: Point) -> float | None:
    """At which multiple of the way from `start` to `end` the side from `one` to `other` is crossed."""
    (ax, ay), (bx, by) = (end[0] - start[0], end[1] - start[1]), (other[0] - one[0], other[1] - one[1])
    across = ax * by - ay * bx
    if abs(across) < 1e-9:
        return None
    cx, cy = one[0] - start[0], one[1] - start[1]
    share, along = (cx * by - cy * bx) / across, (cx * ay - cy * ax) / across
    return share if share >= 0 and 0 <= along <= 1 else None
