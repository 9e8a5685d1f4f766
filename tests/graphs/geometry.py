"""What must hold of every picture, as questions to a `Picture`: nothing lies over anything, no way goes through a node
or a label that is not its own. Each function answers with what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from jcli.render.graphs.boxes import Box, Point
from jcli.render.graphs.placing import Route
from jcli.render.graphs.svg import Picture

SLACK = 0.75
"""Pixels by which Graphviz, whose curves run within boxes up to rounding, may be off."""

SAMPLES = 24


def wrongs(picture: Picture) -> list[str]:
    return [*overlaps(picture), *crossings(picture), *spills(picture)]


def boxes(picture: Picture) -> dict[str, Box]:
    """Every node and every label by name."""
    named = {f"node {node.key}": box for node, box in zip(picture.drawing.nodes, picture.placed.nodes, strict=True)}
    for place, (edge, route) in enumerate(zip(picture.drawing.edges, picture.placed.routes, strict=True)):
        if route.label is not None:
            named[f"label {place} {edge.text}"] = route.label
    return named


def overlaps(picture: Picture) -> Iterator[str]:
    for (one, a), (other, b) in combinations(boxes(picture).items(), 2):
        if min(a.right, b.right) - max(a.left, b.left) > SLACK and min(a.bottom, b.bottom) - max(a.top, b.top) > SLACK:
            yield f"{one} lies over {other}"


def crossings(picture: Picture) -> Iterator[str]:
    keys = {node.id: f"node {node.key}" for node in picture.drawing.nodes}
    named = boxes(picture)
    for place, (edge, route) in enumerate(zip(picture.drawing.edges, picture.placed.routes, strict=True)):
        own = {keys[edge.source], keys[edge.target], f"label {place} {edge.text}"}
        points = list(sampled(route))
        for name, box in named.items():
            if name not in own and any(inside(point, box) for point in points):
                yield f"the way {keys[edge.source]} -> {keys[edge.target]} goes through {name}"


def spills(picture: Picture) -> Iterator[str]:
    for name, box in boxes(picture).items():
        if box.left < -SLACK or box.top < -SLACK:
            yield f"{name} lies outside"
        if box.right > picture.placed.width + SLACK or box.bottom > picture.placed.height + SLACK:
            yield f"{name} lies outside"


def sampled(route: Route) -> Iterator[Point]:
    """Points along the way, its arrow included."""
    for curve in route.curves:
        for begin in range(0, len(curve) - 1, 3):
            a, b, c, d = curve[begin : begin + 4]
            for step in range(SAMPLES + 1):
                t = step / SAMPLES
                u = 1 - t
                w = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
                yield tuple(w[0] * a[i] + w[1] * b[i] + w[2] * c[i] + w[3] * d[i] for i in (0, 1))  # type: ignore[misc]
    yield route.tip


def inside(point: Point, box: Box) -> bool:
    x, y = point
    return box.left + SLACK < x < box.right - SLACK and box.top + SLACK < y < box.bottom - SLACK
