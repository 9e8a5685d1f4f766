"""A drawing as SVG: one file that any browser shows, with its own background, no script and no outside reference.

Where things are is asked of `placing`, what is written of `lettering`. The same drawing gives the same bytes. The text
that a node has no room for shows when the pointer rests on it. Needs the extra `graph`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from jcli.findings import Finding, Severity
from jcli.model import NodeType
from jcli.render.graphs import colours
from jcli.render.graphs.boxes import Box, Point
from jcli.render.graphs.drawing import Change, Direction, Drawing, DrawnEdge, DrawnNode
from jcli.render.graphs.lettering import SIGN, Block, Line, block_of, label_of, told
from jcli.render.graphs.measuring import cut, width, wrapped
from jcli.render.graphs.placing import Placed, Route, Way, placed
from jcli.render.graphs.shaping import met, outline, radius
from jcli.render.ink import plain

FONTS = "Verdana, 'DejaVu Sans', 'Source Sans Pro', sans-serif"
_MARGIN = 24.0
_TITLE, _NOTE = 16.0, 11.0
_LABEL_SPACE = (10.0, 6.0)
_ARROW, _ARROW_WIDTH = 9.0, 7.0
_NARROWEST = 320.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with everything in its place, before it is written. Boxes and routes are as `placing` gave them."""

    drawing: Drawing
    blocks: tuple[Block, ...]
    labels: tuple[Line | None, ...]
    placed: Placed


def pictured(drawing: Drawing, direction: Direction = Direction.TB) -> Picture:
    """The drawing laid out. Triggers come first, so that the picture begins where people do."""
    nodes = sorted(drawing.nodes, key=lambda node: node.type is not NodeType.TRIGGER)
    place = {node.id: number for number, node in enumerate(nodes)}
    blocks = tuple(block_of(node) for node in nodes)
    labels = tuple(label_of(edge) for edge in drawing.edges)
    ways = [
        Way(place[edge.source], place[edge.target], _room(label))
        for edge, label in zip(drawing.edges, labels, strict=True)
    ]
    found = placed([(block.width, block.height) for block in blocks], ways, direction)
    return Picture(replace(drawing, nodes=tuple(nodes)), blocks, labels, found)


def _room(label: Line | None) -> tuple[float, float] | None:
    return (label.width + _LABEL_SPACE[0], label.height + _LABEL_SPACE[1]) if label else None


def svg(drawing: Drawing, direction: Direction = Direction.TB) -> str:
    """The picture of the drawing."""
    picture = pictured(drawing, direction)
    wide = max(picture.placed.width, _NARROWEST, min(width(plain(drawing.heading), _TITLE, bold=True), 2 * _NARROWEST))
    head, top = _head(drawing, wide)
    foot, height = _foot(drawing, wide, top + picture.placed.height + _MARGIN)
    shift = _MARGIN + (wide - picture.placed.width) / 2
    size = f'width="{_n(wide + 2 * _MARGIN)}" height="{_n(height + _MARGIN)}"'
    view = f'viewBox="0 0 {_n(wide + 2 * _MARGIN)} {_n(height + _MARGIN)}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img" font-family="{FONTS}">',
            f"<title>{_text(drawing.title)}</title>",
            f'<rect width="100%" height="100%" fill="{colours.PAPER}"/>',
            *head,
            f'<g transform="translate({_n(shift)} {_n(top)})">',
            *_canvas(picture),
            "</g>",
            *foot,
            "</svg>\n",
        ]
    )


def _canvas(picture: Picture) -> Iterator[str]:
    """Ways first, so that nodes and labels lie above them."""
    drawing = picture.drawing
    shapes = {node.id: outline(node.type, box) for node, box in zip(drawing.nodes, picture.placed.nodes, strict=True)}
    for edge, route in zip(drawing.edges, picture.placed.routes, strict=True):
        yield from _way(edge, route, shapes[edge.source], shapes[edge.target])
    for edge, route, label in zip(drawing.edges, picture.placed.routes, picture.labels, strict=True):
        if label is not None and route.label is not None:
            yield from _label(edge, route.label, label)
    for node, block, box in zip(drawing.nodes, picture.blocks, picture.placed.nodes, strict=True):
        yield from _node(node, block, box, comparing=drawing.since is not None)


def _way(edge: DrawnEdge, route: Route, source: Sequence[Point], target: Sequence[Point]) -> Iterator[str]:
    """The line with its arrow. Graphviz ends it at the box of a node; where the shape is smaller, it goes on to it."""
    colour = colours.of_way(edge.change)
    first, last = route.curves[0], route.curves[-1]
    base = last[-1]
    tip = met(list(target), base, route.tip)
    begin = met(list(source), first[1], first[0])
    parts = [f"M{_p(begin)}L{_p(first[0])}"]
    for curve in route.curves:
        parts.append(f"L{_p(curve[0])}C" + " ".join(_p(point) for point in curve[1:]))
    spread = max(1.0, ((edge.width or 0) + 4) / _ARROW_WIDTH)  # the arrow of a wide line is wider than the line
    back = _back(tip, base)
    parts.append(f"L{_p(back)}")
    dashes = ' stroke-dasharray="6 4"' if (edge.change and not edge.change.bold) or edge.idle else ""
    thick = edge.width or (2.6 if edge.change and edge.change.bold else 1.4)
    yield f'<path d="{"".join(parts)}" fill="none" stroke="{colour}" stroke-width="{_n(thick)}"{dashes}/>'
    yield f'<path d="{_arrow(tip, back, spread)}" fill="{colour}"/>'


def _back(tip: Point, base: Point) -> Point:
    """Where the arrow begins that ends at the tip."""
    dx, dy = tip[0] - base[0], tip[1] - base[1]
    long = (dx * dx + dy * dy) ** 0.5 or 1.0
    return tip[0] - dx / long * _ARROW, tip[1] - dy / long * _ARROW


def _arrow(tip: Point, back: Point, spread: float) -> str:
    dx, dy = (tip[0] - back[0]) / _ARROW, (tip[1] - back[1]) / _ARROW
    half = _ARROW_WIDTH / 2 * spread
    one, other = (back[0] - dy * half, back[1] + dx * half), (back[0] + dy * half, back[1] - dx * half)
    return f"M{_p(tip)}L{_p(one)}L{_p(other)}Z"


def _label(edge: DrawnEdge, box: Box, label: Line) -> Iterator[str]:
    """The label on paper of its own, above the way that goes through it."""
    colour = colours.of_way(edge.change) if edge.change else colours.TEXT
    yield f"<g><title>{_text(edge.text)}</title>"
    yield (
        f'<rect x="{_n(box.left)}" y="{_n(box.top + 1)}" width="{_n(box.width)}" height="{_n(box.height - 2)}"'
        f' rx="4" fill="{colours.PAPER}"/>'
    )
    yield _written(label, box.x, box.y + label.size * 0.36, colour)
    yield "</g>"


def _node(node: DrawnNode, block: Block, box: Box, *, comparing: bool) -> Iterator[str]:
    look = colours.of_node(node.type, node.change, comparing=comparing)
    thick = 2.6 if node.change and node.change.bold else 1.4
    dashes = ' stroke-dasharray="6 4"' if (node.change and not node.change.bold) or node.idle else ""
    yield f"<g><title>{_text(told(node), lines=True)}</title>"
    yield _shape(node.type, box, f'fill="{look.fill}" stroke="{look.line}" stroke-width="{thick}"{dashes}')
    if node.type is NodeType.EXIT:
        inner = Box(box.x, box.y, box.width - 8, box.height - 8)
        yield _shape(node.type, inner, f'fill="none" stroke="{look.line}" stroke-width="1"{dashes}')
    y = box.y - sum(line.height for line in block.lines) / 2
    for line in block.lines:
        yield from _line(line, box.x, y + line.height * 0.75, look)
        y += line.height
    yield "</g>"


def _shape(node_type: NodeType, box: Box, look: str) -> str:
    corners = outline(node_type, box)
    if len(corners) == 4 and corners[0] == (box.left, box.top) and corners[2] == (box.right, box.bottom):
        return (
            f'<rect x="{_n(box.left)}" y="{_n(box.top)}" width="{_n(box.width)}" height="{_n(box.height)}"'
            f' rx="{_n(radius(node_type, box))}" {look}/>'
        )
    return f'<polygon points="{" ".join(_p(corner) for corner in corners)}" {look}/>'


def _line(line: Line, x: float, y: float, look: colours.Colours) -> Iterator[str]:
    if line.style in ("error", "warning"):
        severity = Severity(line.style)
        left = x - line.width / 2
        yield _sign(severity, left + SIGN / 2 - 2, y - line.size * 0.36)
        yield _free(line.text, left + line.indent, y, line.size, colours.SEVERITIES[severity].line, bold=True)
    else:
        yield _written(line, x, y, look.line if line.style == "type" else colours.TEXT)


def _sign(severity: Severity, x: float, y: float) -> str:
    """An error is a cross on a disc, a warning a triangle with a stroke: not the same without colour, either."""
    colour = colours.SEVERITIES[severity].line
    if severity is Severity.ERROR:
        cross = f"M{_p((x - 2.4, y - 2.4))}L{_p((x + 2.4, y + 2.4))}M{_p((x + 2.4, y - 2.4))}L{_p((x - 2.4, y + 2.4))}"
        disc = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="5.5" fill="{colour}"/>'
        return f'{disc}<path d="{cross}" stroke="{colours.PAPER}" stroke-width="1.6"/>'
    triangle = f"M{_p((x, y - 6))}L{_p((x + 6, y + 5))}L{_p((x - 6, y + 5))}Z"
    stroke = f"M{_p((x, y - 2.5))}L{_p((x, y + 1.2))}M{_p((x, y + 2.4))}L{_p((x, y + 3.8))}"
    return f'<path d="{triangle}" fill="{colour}"/><path d="{stroke}" stroke="{colours.PAPER}" stroke-width="1.5"/>'


def _head(drawing: Drawing, wide: float) -> tuple[list[str], float]:
    """The title and, in a picture of changes, what the signs mean; and where the canvas begins."""
    y = _MARGIN
    parts = []
    for text in wrapped(plain(drawing.heading), _TITLE, wide, 3, bold=True):
        y += _TITLE * 1.2
        parts.append(_free(text, _MARGIN, y, _TITLE, colours.TEXT, bold=True))
    for note in (*drawing.notes, *(_notes(drawing) if drawing.since is not None else ())):
        y += _NOTE * 1.6
        parts.append(_free(cut(plain(note), _NOTE, wide), _MARGIN, y, _NOTE, colours.FAINT))
    return parts, y + _MARGIN


def _notes(drawing: Drawing) -> Iterator[str]:
    yield f"compared with {drawing.since}" + ("" if drawing.change else ": nothing that is drawn has changed")
    for change, (nodes, edges) in drawing.counted().items():
        if nodes or edges:
            lines = "dashed lines" if change is Change.REMOVED else "bold lines"
            yield f"{change.sign} {change.value}: {_count(nodes, 'node')}, {_count(edges, 'way')} ({lines})"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _foot(drawing: Drawing, wide: float, y: float) -> tuple[list[str], float]:
    """What was found, in words; and where the picture ends."""
    parts: list[str] = []
    for finding in drawing.findings:
        for number, text in enumerate(wrapped(plain(_said(finding)), _NOTE, wide - SIGN, 3)):
            if number == 0:
                parts.append(_sign(finding.severity, _MARGIN + 6, y - _NOTE * 0.36))
            parts.append(_free(text, _MARGIN + SIGN, y, _NOTE, colours.TEXT))
            y += _NOTE * 1.5
        y += _NOTE * 0.4
    return parts, y - _NOTE if parts else y - _MARGIN


def _said(finding: Finding) -> str:
    at = f" at {finding.node}" if finding.node else ""
    return f"{finding.severity.value} {finding.code}{at}: {finding.message}"


def _written(line: Line, x: float, y: float, colour: str) -> str:
    weight = ' font-weight="bold"' if line.bold else ""
    slope = ' font-style="italic"' if line.style == "was" else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(line.size)}" text-anchor="middle" fill="{colour}"'
        f"{weight}{slope}>{_text(line.text)}</text>"
    )


def _free(text: str, x: float, y: float, size: float, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}"{weight}>{_text(text)}</text>'


def _text(text: str, *, lines: bool = False) -> str:
    """The text as XML can hold it; control characters by their escapes, but for line ends where they are wanted."""
    parts = text.split("\n") if lines else [text]
    return escape("\n".join(map(plain, parts)))


def _n(number: float) -> str:
    """A number with two places at most, and no zeros behind them."""
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"


def _p(point: Point) -> str:
    return f"{_n(point[0])},{_n(point[1])}"
