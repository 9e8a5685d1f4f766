"""Where the nodes, the labels and the ways of a picture are, in pixels: Graphviz's `dot` draws in layers and leads ways
around whatever is not theirs.

A label is a small box of its own between the two halves of its way, so nothing can lie over it and nobody has to guess
whose it is. Graphviz is asked through pygraphviz, which brings it along; it is told sizes alone and never a text, so
no font and no name from outside has a say in where things are. Needs the extra `graph`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pygraphviz

from jcli.render.graphs.boxes import Box, Point
from jcli.render.graphs.drawing import Direction

_INCH = 72
_NODE_GAP, _LAYER_GAP = 26, 24
_ROUNDS = 2
"""How long Graphviz looks for better places, as a multiple of the nodes. More of it made large pictures wider."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is to be placed of an edge: the numbers of its nodes in the list, the size of its label (None: no label)."""

    source: int
    target: int
    label: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The curves of a way: each a chain of Bezier curves, a start and then three points for each. The last one ends
    where the arrow begins, `tip` is where it points. `label` is the room of the label."""

    curves: tuple[tuple[Point, ...], ...]
    tip: Point
    label: Box | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Nodes and ways in the order in which they were given, and the room that all of them take from (0, 0) on."""

    nodes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def placed(sizes: Sequence[tuple[float, float]], ways: Sequence[Way], direction: Direction) -> Placed:
    """Places for boxes of these sizes and the ways between them. The same input gives the same places."""
    if not sizes:
        return Placed((), (), 0, 0)
    graph = pygraphviz.AGraph(string=_dot(sizes, ways, direction))
    answer = json.loads(graph.draw(format="json0", prog="dot"))
    _, _, width, height = map(float, answer["bb"].split(","))
    boxes = {item["name"]: _box(item, height) for item in answer["objects"]}
    halves = {edge["id"]: edge["pos"] for edge in answer.get("edges", ())}
    nodes = tuple(boxes[f"n{place}"] for place in range(len(sizes)))
    routes = tuple(_route(place, boxes, halves, height) for place in range(len(ways)))
    return Placed(nodes, routes, width, height)


def _dot(sizes: Sequence[tuple[float, float]], ways: Sequence[Way], direction: Direction) -> str:
    lines = [
        f"digraph {{ rankdir={direction.value}; splines=true; nslimit={_ROUNDS}; nodesep={_NODE_GAP / _INCH:.4f};"
        f' ranksep={_LAYER_GAP / _INCH:.4f}; node [shape=box, fixedsize=true, label=""]; edge [arrowsize=0.8];'
    ]
    lines += [_node(f"n{place}", size) for place, size in enumerate(sizes)]
    for place, way in enumerate(ways):
        source, target = f"n{way.source}", f"n{way.target}"
        if way.label is None:
            lines.append(f"{source} -> {target} [id=w{place}, minlen=2];")
            continue
        lines.append(_node(f"l{place}", way.label))
        lines.append(f"{source} -> l{place} [id=a{place}, dir=none, weight=2];")
        lines.append(f"l{place} -> {target} [id=w{place}];")
    return "\n".join([*lines, "}"])


def _node(name: str, size: tuple[float, float]) -> str:
    return f"{name} [width={size[0] / _INCH:.4f}, height={size[1] / _INCH:.4f}];"


def _box(item: Mapping[str, Any], height: float) -> Box:
    x, y = _point(item["pos"], height)
    return Box(x, y, round(float(item["width"]) * _INCH, 2), round(float(item["height"]) * _INCH, 2))


def _route(place: int, boxes: Mapping[str, Box], halves: Mapping[str, str], height: float) -> Route:
    parts = [halves[name] for name in (f"a{place}", f"w{place}") if name in halves]
    curves, tip = [], (0.0, 0.0)
    for part in parts:
        words = part.split(" ")
        if words[0].startswith("e,"):
            tip = _point(words.pop(0)[2:], height)
        curves.append(tuple(_point(word, height) for word in words))
    return Route(tuple(curves), tip, boxes.get(f"l{place}"))


def _point(text: str, height: float) -> Point:
    """A point of Graphviz, whose y grows upwards."""
    x, y = map(float, text.split(",")[:2])
    return round(x, 2), round(height - y, 2)
