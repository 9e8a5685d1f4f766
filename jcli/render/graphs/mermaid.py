"""A drawing as Mermaid: what GitHub, GitLab and many editors draw by themselves where Markdown is shown.

Nothing of a journey reaches Mermaid as it is: a character that could end a label, begin a directive or be taken for
Markdown is written as an entity. Fills are light and bring a dark colour for the text along; lines have hues that are
seen on white and on black, so the picture is readable in both. Colours come with shapes, words and signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import orjson

from jcli.model import NodeType
from jcli.render.graphs import colours
from jcli.render.graphs.drawing import Change, Direction, Drawing, DrawnEdge, DrawnNode, Mark, Reach
from jcli.render.graphs.naming import node_names, shortened, text_lines
from jcli.render.ink import plain

_SHAPES: Mapping[NodeType, tuple[str, str]] = {
    NodeType.TRIGGER: ("([", "])"),
    NodeType.CONTENT: ("[", "]"),
    NodeType.WAIT: ("(", ")"),
    NodeType.WAIT_FOR_EVENT: ("[/", "/]"),
    NodeType.CONDITION: ("{{", "}}"),
    NodeType.SPLIT: ("[/", "\\]"),
    NodeType.GOAL_CHECK: (">", "]"),
    NodeType.EXIT: ("[[", "]]"),
}
_PLAIN, _BOLD, _DASHED = "-->", "==>", "-.->"
_CONFIG = ("  flowchart:", "    wrappingWidth: 480")
"""Lines are broken where the drawing breaks them. Narrow ones would make the slanted shapes tall and therefore wide."""

_BARE = frozenset(" _-.,()/%+=?!")
_MARKDOWN = re.compile(r"(?:\d+[.)]|[^\w\s])", re.ASCII)


def mermaid(drawing: Drawing, direction: Direction = Direction.TB) -> str:
    """The flowchart, from its title on, without the fence that Markdown puts around it."""
    names = node_names(drawing)
    title = orjson.dumps(plain(drawing.title)).decode()
    lines = ["---", f"title: {title}", "config:", *_CONFIG, "---", f"flowchart {direction.value}"]
    lines += [f"  {names[node.id]}{_node(node)}" for node in drawing.nodes]
    lines += [f"  {_edge(edge, names)}" for edge in drawing.edges]
    lines += [f"  {line}" for line in _styles(drawing, names)]
    lines += [f"  %% {_comment(finding.severity.value, finding.code, finding.message)}" for finding in drawing.findings]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """The text as a label in quotes may hold it."""
    marked = _MARKDOWN.match(text)
    end = marked.end() if marked else 0
    kept = (c if c.isalnum() or ord(c) > 126 else f"#{ord(c)};" for c in text[:end])
    rest = (c if c.isalnum() or ord(c) > 126 or c in _BARE else f"#{ord(c)};" for c in text[end:])
    return "".join([*kept, *rest])


def _node(node: DrawnNode) -> str:
    opened, closed = _SHAPES[node.type]
    return f'{opened}"{"<br/>".join(map(escaped, text_lines(node)))}"{closed}'


def _edge(edge: DrawnEdge, names: Mapping[str, str]) -> str:
    text = shortened(edge.text)
    label = f'|"{escaped(text)}"|' if text else ""
    return f"{names[edge.source]} {_arrow(edge.change)}{label} {names[edge.target]}"


def _styles(drawing: Drawing, names: Mapping[str, str]) -> Iterator[str]:
    """A class for each look that a node has, then the lines of the ways that changed."""
    comparing = drawing.since is not None
    looks: dict[str, list[str]] = {}
    for node in drawing.nodes:
        look = node.change.value if node.change else "unchanged" if comparing else node.type.value.lower()
        if look not in looks:
            yield f"classDef {look} {_look(node, comparing=comparing)}"
        looks.setdefault(look, []).append(names[node.id])
    for look, members in looks.items():
        yield f"class {','.join(members)} {look}"
    for change in (*Change, *Reach):
        places = [str(place) for place, edge in enumerate(drawing.edges) if edge.change is change]
        if places:
            yield f"linkStyle {','.join(places)} stroke:{colours.LINES[change]},stroke-width:{_thick(change)}px"


def _look(node: DrawnNode, *, comparing: bool) -> str:
    look = colours.of_node(node.type, node.change, comparing=comparing)
    dashes = ",stroke-dasharray:6 4" if node.change and not node.change.bold else ""
    return f"fill:{look.fill},stroke:{look.line},color:{colours.TEXT},stroke-width:{_thick(node.change)}px{dashes}"


def _arrow(mark: Mark | None) -> str:
    return _PLAIN if mark is None else _BOLD if mark.bold else _DASHED


def _thick(change: Mark | None) -> int:
    return 1 if change is None else 3 if change.bold else 2


def _comment(*words: str) -> str:
    """Words for whoever reads the text; Mermaid takes braces behind `%%` for a directive, so there are none."""
    return plain(" ".join(words)).replace("{", "(").replace("}", ")")
