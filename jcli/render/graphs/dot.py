"""A drawing as DOT, for Graphviz and whatever else reads it. Shapes, words and signs are those of the other formats."""

from __future__ import annotations

from collections.abc import Mapping

from jcli.model import NodeType
from jcli.render.graphs import colours
from jcli.render.graphs.drawing import Direction, Drawing, DrawnEdge, DrawnNode, Mark
from jcli.render.graphs.lettering import told
from jcli.render.graphs.naming import node_names, shortened, text_lines
from jcli.render.ink import plain

Attributes = Mapping[str, str]

_SHAPES: Mapping[NodeType, Attributes] = {
    NodeType.TRIGGER: {"shape": "oval"},
    NodeType.CONTENT: {"shape": "box"},
    NodeType.WAIT: {"shape": "box", "style": "rounded"},
    NodeType.WAIT_FOR_EVENT: {"shape": "parallelogram"},
    NodeType.CONDITION: {"shape": "hexagon"},
    NodeType.SPLIT: {"shape": "trapezium"},
    NodeType.GOAL_CHECK: {"shape": "cds"},
    NodeType.EXIT: {"shape": "box", "peripheries": "2"},
}


def dot(drawing: Drawing, direction: Direction = Direction.TB) -> str:
    """The digraph; its nodes have names of letters, and their texts in `label` and `tooltip`."""
    names = node_names(drawing)
    whole = {
        "label": _quoted(plain(drawing.title)),
        "labelloc": '"t"',
        "rankdir": direction.value,
        "bgcolor": f'"{colours.PAPER}"',
        "fontname": '"Verdana"',
    }
    lines = [f"  {name}={value};" for name, value in whole.items()]
    lines += ['  node [fontname="Verdana", fontsize=11];', '  edge [fontname="Verdana", fontsize=10];']
    lines += [f"  {names[node.id]} {_node(node, comparing=drawing.since is not None)};" for node in drawing.nodes]
    lines += [f"  {names[edge.source]} -> {names[edge.target]}{_edge(edge)};" for edge in drawing.edges]
    return "\n".join(["digraph journey {", *lines, "}\n"])


def _node(node: DrawnNode, *, comparing: bool) -> str:
    look = colours.of_node(node.type, node.change, comparing=comparing)
    shape = dict(_SHAPES[node.type])
    styles = ["filled", shape.pop("style", ""), _line(node.change)]
    return _attributes(
        {
            "label": _quoted("\n".join(text_lines(node))),
            "tooltip": _quoted(told(node)),
            **shape,
            "style": _quoted(",".join(filter(None, styles))),
            "fillcolor": _quoted(look.fill),
            "color": _quoted(look.line),
            "fontcolor": _quoted(colours.TEXT),
        }
    )


def _edge(edge: DrawnEdge) -> str:
    text = shortened(edge.text)
    attributes = {"label": _quoted(text)} if text else {}
    if edge.change:
        colour = _quoted(colours.of_way(edge.change))
        attributes |= {"style": _line(edge.change), "color": colour, "fontcolor": colour}
    return " " + _attributes(attributes) if attributes else ""


def _line(change: Mark | None) -> str:
    return "" if change is None else "bold" if change.bold else "dashed"


def _attributes(attributes: Attributes) -> str:
    return "[" + ", ".join(f"{name}={value}" for name, value in attributes.items()) + "]"


def _quoted(text: str) -> str:
    """A text in quotes. Graphviz reads `\\N` and `&amp;` in one as something else, so neither stays as it is."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return '"' + text.replace("\n", "\\n") + '"'
