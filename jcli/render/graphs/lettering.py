"""What is written in a node and on a way of the SVG: lines of text with their style, and the room that they take.

The first line is the type, in a word, because a shape alone has to be learned; then the key, what the node does, what
it did before, and what was found. Long texts are wrapped, and cut where a picture would no longer be one; the whole
text is in the title that shows when the pointer rests on the node.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jcli.findings import Severity
from jcli.model import NodeType
from jcli.render.graphs.drawing import DrawnEdge, DrawnNode
from jcli.render.graphs.measuring import cut, width, wrapped
from jcli.render.graphs.shaping import SLANT, inset
from jcli.render.ink import plain

Style = str
"""How a line is written: one of the words in `SIZES`. `marked` is the label of a way that changed."""

SIZES: Mapping[Style, float] = {
    "type": 10,
    "key": 13,
    **dict.fromkeys(("words", "was", "error", "warning", "label", "marked"), 11.0),
}
SIGN = 16.0
"""The room that the sign of a finding takes before its words."""

_BOLD = frozenset({"type", "key", "error", "warning", "marked"})
_LEADING = 1.35
_ROOM, _LINES, _WAS_LINES = 200.0, 5, 3
_PADDING_X, _PADDING_Y = 12.0, 8.0
_NARROWEST = 96.0
_LABEL_ROOM = 180.0


@dataclass(frozen=True, slots=True)
class Line:
    """`indent` is the room kept free before the text, for a sign."""

    text: str
    style: Style
    indent: float = 0

    @property
    def size(self) -> float:
        return SIZES[self.style]

    @property
    def bold(self) -> bool:
        return self.style in _BOLD

    @property
    def width(self) -> float:
        return self.indent + width(self.text, self.size, bold=self.bold)

    @property
    def height(self) -> float:
        return self.size * _LEADING


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a node and the size of its box."""

    lines: tuple[Line, ...]
    width: float
    height: float


def block_of(node: DrawnNode) -> Block:
    """What is written in the node."""
    sign = f"{node.change.sign} " if node.change else ""
    lines = [
        Line(f"{sign}{node.type.value.replace('_', ' ')}", "type"),
        *_wrapped([node.key], "key", 2),
        *_wrapped(node.words, "words", _LINES),
        *_wrapped([f"was: {', '.join(node.was)}"] if node.was else [], "was", _WAS_LINES),
        *_found(node),
    ]
    text = max(line.width for line in lines)
    sides = 2 * (_PADDING_X + inset(node.type))
    high = sum(line.height for line in lines) + 2 * _PADDING_Y
    if node.type is NodeType.TRIGGER:
        sides = max(sides, min(high, 2 * SLANT + 2 * _PADDING_X))
    return Block(tuple(lines), max(text + sides, _NARROWEST), high)


def _wrapped(texts: Iterable[str], style: Style, lines: int) -> list[Line]:
    """The texts, each from a line of its own on, on at most so many lines together."""
    size, bold = SIZES[style], style in _BOLD
    broken: list[str] = []
    for text in texts:
        broken += wrapped(plain(text), size, _ROOM, lines, bold=bold)
    if len(broken) > lines:
        broken = [*broken[: lines - 1], cut(broken[lines - 1] + " …", size, _ROOM, bold=bold)]
    return [Line(text, style) for text in broken]


def _found(node: DrawnNode) -> list[Line]:
    """The slugs of what was found, errors first."""
    worst = {finding.code: finding.severity for finding in reversed(node.findings)}
    errors = {finding.code for finding in node.findings if finding.severity is Severity.ERROR}
    worst |= dict.fromkeys(errors, Severity.ERROR)
    ordered = sorted(worst, key=lambda slug: (worst[slug] is not Severity.ERROR, slug))
    return [Line(slug, worst[slug].value, SIGN) for slug in ordered]


def label_of(edge: DrawnEdge) -> Line | None:
    """What is written on the way; None: nothing."""
    text, style = plain(edge.text).strip(), "marked" if edge.change else "label"
    return Line(cut(text, SIZES[style], _LABEL_ROOM, bold=style in _BOLD), style) if text else None


def told(node: DrawnNode) -> str:
    """All that there is to say of the node: what shows when the pointer rests on it."""
    change = f"{node.change.value}: " if node.change else ""
    lines = [f"{change}{node.type.value} {node.key}", *node.words]
    lines += [f"was: {', '.join(node.was)}"] if node.was else []
    lines += [f"{finding.severity.value} {finding.code}: {finding.message}" for finding in node.findings]
    return "\n".join(map(plain, lines))
