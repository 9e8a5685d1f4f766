"""Journeys to draw: those of the example workspace, random ones, and texts that try to break out of a picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from jcli.compiler import compile_documents
from jcli.findings import Finding, Severity
from jcli.model import Edge, Journey, Kind, Node, NodeType
from jcli.render.graphs import Drawing, drawing_of
from jcli.workspace import load, locate

ROOT = Path(__file__).resolve().parents[2]

HOSTILE = [
    "end",
    "graph TB",
    "subgraph x",
    'say "hello"',
    "a]b)c}d>e|f",
    "[[((({{",
    "--> n_1",
    "a; b",
    "# 35;",
    "#quot;",
    "&amp; &lt;b&gt; &#65;",
    "<b>bold</b><script>alert(1)</script>",
    "%% comment",
    "%%{init: {'theme': 'dark'}}%%",
    "style: x#y;",
    "classDef a: fill#f00;",
    "1. first",
    "- item",
    "* item",
    "> quote",
    "`code`",
    "**bold** _it_ ~~no~~",
    "back\\slash \\N \\",
    "click n_1 callback",
    "javascript:alert(1)",
    "---",
    "naïve 日本語 данные",
    "party 🎉",
    "two\nlines\tand a tab",
    "bell\x07 and \x00 nothing",
    "right \u202e to left",
    "x" * 255,
    "   ",
    "{{ template }}",
    "${PATH} $(id)",
    "]]>",
    "<!-- comment -->",
]


@cache
def examples() -> dict[str, Drawing]:
    """The journeys of the example workspace, drawn."""
    loaded = load(locate(ROOT))
    compilation = compile_documents(loaded.documents, loaded.findings, loaded.config.workspace, loaded.config.rules)
    return {
        key: drawing_of(source.item, key, source.places.names, compilation.findings)
        for (kind, key), source in compilation.sources.items()
        if kind is Kind.JOURNEY and isinstance(source.item, Journey)
    }


def journey(nodes: dict[str, NodeType], ways: list[tuple[str, str, str | None]]) -> Journey:
    """A journey whose node ids are their keys."""
    edges = tuple(Edge(f"e{number}", *way) for number, way in enumerate(ways))
    return Journey("j", "J", "s", nodes=tuple(Node(key, kind) for key, kind in nodes.items()), edges=edges)


def hostile() -> Drawing:
    """Every hostile text as the name of the journey, as keys, contents, labels and messages."""
    nodes = tuple(
        Node(f"id-{number}", list(NodeType)[number % len(NodeType)], _config(number, text), content_id=text)
        for number, text in enumerate(HOSTILE)
    )
    edges = tuple(
        Edge(f"e{number}", node.id, nodes[number // 2].id, text)
        for number, (node, text) in enumerate(zip(nodes, HOSTILE, strict=True))
    )
    names = {node.id: text for node, text in zip(nodes, HOSTILE, strict=True)}
    findings = [Finding("dead-end", Severity.WARNING, text, journey="j", node=text) for text in HOSTILE]
    return drawing_of(Journey("j", " ".join(HOSTILE), "s", nodes=nodes, edges=edges), "j", names, findings)


def _config(number: int, text: str) -> dict[str, object]:
    match list(NodeType)[number % len(NodeType)]:
        case NodeType.TRIGGER:
            return {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": text}}
        case NodeType.CONDITION:
            return {"branches": [{"label": text, "rules": {"trait": text, "equals": text}}]}
        case NodeType.WAIT_FOR_EVENT:
            return {"eventName": text, "timeout": "2d"}
        case NodeType.EXIT:
            return {"outcome": text}
        case _:
            return {}


_LABELS = st.none() | st.sampled_from(["x", "completed", "not_met"]) | st.text(max_size=40)


@st.composite
def drawings(draw: st.DrawFn, most: int = 14) -> Drawing:
    """Journeys of any form: cycles, ways from a node to itself, several between two nodes, nodes with no way at all."""
    count = draw(st.integers(1, most))
    keys = [f"n{number}" for number in range(count)]
    kinds = draw(st.lists(st.sampled_from(list(NodeType)), min_size=count, max_size=count))
    node = st.sampled_from(keys)
    ways = draw(st.lists(st.tuples(node, node, _LABELS), max_size=2 * count))
    return drawing_of(journey(dict(zip(keys, kinds, strict=True)), ways), "j", {})
