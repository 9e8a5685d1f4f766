"""The Mermaid text is read by Mermaid itself, and every label comes out as it went in, whatever things are called."""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from jcli.model import NodeType
from jcli.render.graphs import Change, Direction, Drawing, compared, drawing_of
from jcli.render.graphs.mermaid import escaped, mermaid
from jcli.render.graphs.naming import node_names, shortened, text_lines
from jcli.render.ink import plain
from tests.graphs.samples import HOSTILE, ROOT, examples, hostile, journey
from tests.needed import missing

MERMAID = ROOT / ".tools" / "mermaid" / "mermaid.min.js"
SEGMENT = ROOT / ".tools" / "segment" / "package.json"
SHAPES = {
    NodeType.TRIGGER: "stadium",
    NodeType.CONTENT: "square",
    NodeType.WAIT: "round",
    NodeType.WAIT_FOR_EVENT: "lean_right",
    NodeType.CONDITION: "hexagon",
    NodeType.SPLIT: "trapezoid",
    NodeType.GOAL_CHECK: "odd",
    NodeType.EXIT: "subroutine",
}
Parse = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def parse() -> Parse:
    """What Mermaid makes of texts."""
    if shutil.which("node") is None or not MERMAID.exists() or not SEGMENT.exists():
        message = (
            "node, or Mermaid in .tools/mermaid, or jsdom in .tools/segment, are missing: install npm, run .ci/tools"
        )
        missing(message)

    def parsed(*texts: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            ["node", str(Path(__file__).parent / "mermaid.mjs")],
            env={"PATH": os.environ["PATH"], "MERMAID": str(MERMAID), "SEGMENT_TOOLS": str(SEGMENT)},
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    return parsed


def shown(label: str) -> str:
    """A label as the reader of the picture sees it: Mermaid keeps entities in a form of its own until it draws."""
    return html.unescape(label.replace("ﬂ°°", "&#").replace("ﬂ°", "&").replace("¶ß", ";"))


def assert_is(answer: dict[str, Any], drawing: Drawing, direction: Direction = Direction.TB) -> None:
    """What the parser read is the drawing: nothing lost, nothing that was not there."""
    assert "error" not in answer, answer
    assert (answer["type"], answer["direction"]) == ("flowchart-v2", direction.value)
    names = node_names(drawing)
    assert [(name, shown(text), shape) for name, text, shape, _ in answer["nodes"]] == [
        (names[node.id], "<br>".join(text_lines(node)), SHAPES[node.type]) for node in drawing.nodes
    ]
    assert [(source, target, shown(text)) for source, target, text, _ in answer["ways"]] == [
        (names[edge.source], names[edge.target], shortened(edge.text)) for edge in drawing.edges
    ]


def test_the_examples_are_read_as_they_are(parse: Parse) -> None:
    asked = [(drawing, direction) for drawing in examples().values() for direction in Direction]
    for (drawing, direction), answer in zip(asked, parse(*(mermaid(*one) for one in asked)), strict=True):
        assert_is(answer, drawing, direction)


def test_hostile_texts_stay_texts(parse: Parse) -> None:
    drawing = hostile()
    assert len(drawing.nodes) == len(drawing.edges) == len(HOSTILE)
    assert_is(parse(mermaid(drawing))[0], drawing)


def test_keys_that_are_words_of_mermaid(parse: Parse) -> None:
    words = [
        "end",
        "graph",
        "subgraph",
        "class",
        "classDef",
        "style",
        "linkStyle",
        "click",
        "default",
        "o",
        "x",
        "_",
        "-",
    ]
    drawing = drawing_of(
        journey(dict.fromkeys(words, NodeType.WAIT), [(word, "end", None) for word in words]), "end", {}
    )
    assert_is(parse(mermaid(drawing))[0], drawing)


def test_no_node_at_all(parse: Parse) -> None:
    drawing = Drawing("empty", "empty", (), ())
    assert_is(parse(mermaid(drawing))[0], drawing)


def test_changes_have_lines_of_their_own(parse: Parse) -> None:
    before = journey({"a": NodeType.TRIGGER, "b": NodeType.WAIT}, [("a", "b", None), ("b", "b", "old")])
    after = journey(
        {"a": NodeType.TRIGGER, "b": NodeType.EXIT, "c": NodeType.EXIT}, [("a", "b", "x"), ("a", "c", None)]
    )
    drawing = compared(before, after, "j", ({}, {}), since="main")
    answer = parse(mermaid(drawing))[0]
    assert_is(answer, drawing)
    assert [(shown(text), stroke) for _, _, text, stroke in answer["ways"]] == [
        ("~ (plain) → x", "thick"),
        ("+", "thick"),
        ("- old", "dotted"),
    ]
    assert [classes for *_, classes in answer["nodes"]] == [["unchanged"], ["changed"], ["added"]]
    assert [edge.change for edge in drawing.edges] == [Change.CHANGED, Change.ADDED, Change.REMOVED]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_title_is_what_the_journey_is_called(name: str) -> None:
    nothing, head, flowchart = mermaid(Drawing("key", name, (), (), since="main")).split("---\n")
    assert (nothing, flowchart) == ("", "flowchart TB\n")
    assert yaml.safe_load(head)["title"] == f"{plain(name)} (key), compared with main"


def test_a_label_that_would_break_out_is_seen(parse: Parse) -> None:
    """The parser does judge: the same texts as they are are refused, or are something else."""
    refused = [
        answer
        for text, answer in zip(
            HOSTILE, parse(*(f'flowchart TB\n  a["{text}"] --> b' for text in HOSTILE)), strict=True
        )
        if "error" in answer or shown(answer["nodes"][0][1]) != text
    ]
    assert len(refused) > 5


def test_what_could_be_read_as_anything_else_is_an_entity() -> None:
    assert escaped('a"b') == "a#34;b"
    assert escaped("1. one") == "1#46; one"
    assert escaped("- one") == "#45; one"
    assert escaped("plain words, (and more) 50%") == "plain words, (and more) 50%"
    assert "{" not in escaped("%%{init: {}}%%")
