"""SVG, PNG, DOT and JSON: well-formed whatever a journey calls things, the same each time, and readable."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ET
from itertools import product

import pygraphviz
import pytest
import resvg_py

from jcli.findings import Finding, Severity
from jcli.model import NodeType
from jcli.render.graphs import Change, Direction, Drawing, colours, compared, drawing_of
from jcli.render.graphs.boxes import Box
from jcli.render.graphs.dot import dot
from jcli.render.graphs.lettering import block_of, told
from jcli.render.graphs.measuring import cut, width, wrapped
from jcli.render.graphs.naming import node_names, text_lines
from jcli.render.graphs.objects import objects
from jcli.render.graphs.png import SCALE, png
from jcli.render.graphs.shaping import outline, radius
from jcli.render.graphs.svg import svg
from jcli.render.ink import plain
from tests.graphs.samples import HOSTILE, examples, hostile, journey

SVG = "{http://www.w3.org/2000/svg}"
EMPTY = Drawing("empty", "empty", (), ())


def changes() -> Drawing:
    """A picture with all that there is: changes, findings, a journey that leads back."""
    trigger, wait, split, done = NodeType.TRIGGER, NodeType.WAIT, NodeType.SPLIT, NodeType.EXIT
    before = journey({"a": trigger, "b": wait, "c": done}, [("a", "b", None), ("b", "c", "x"), ("b", "a", "again")])
    after = journey({"a": trigger, "b": split, "d": done}, [("a", "b", None), ("b", "d", "y"), ("b", "b", "z")])
    findings = [
        Finding("edge-into-trigger", Severity.ERROR, "a way leads into `a`", journey="j", node="a"),
        Finding("dead-end", Severity.WARNING, "it ends at `b`", journey="j", node="b"),
        Finding("goal-missing", Severity.ERROR, "there is no goal", journey="j"),
    ]
    return compared(before, after, "j", ({}, {}), findings, since="main")


ALL = {**examples(), "hostile": hostile(), "changes": changes(), "empty": EMPTY}
EACH = pytest.mark.parametrize("name", sorted(ALL))


def elements(text: str) -> list[ET.Element]:
    return list(ET.fromstring(text).iter())


@EACH
@pytest.mark.parametrize("direction", list(Direction))
def test_an_svg_is_well_formed_and_asks_for_nothing(name: str, direction: Direction) -> None:
    text = svg(ALL[name], direction)
    tags = {element.tag.removeprefix(SVG) for element in elements(text)}
    assert tags <= {"svg", "title", "rect", "g", "path", "text", "polygon", "circle"}
    attributes = {attribute for element in elements(text) for attribute in element.attrib}
    assert not {attribute for attribute in attributes if attribute.startswith(("on", "href", "style", "{"))}
    assert "url(" not in re.sub(r">[^<]*<", "><", text)


@EACH
def test_the_same_drawing_gives_the_same_bytes(name: str) -> None:
    assert svg(ALL[name]) == svg(ALL[name])
    assert dot(ALL[name]) == dot(ALL[name])


@EACH
def test_an_svg_tells_everything_of_a_node(name: str) -> None:
    """What has no room is in the title, which shows when the pointer rests on the node."""
    titles = [element.text for element in elements(svg(ALL[name])) if element.tag == f"{SVG}title"]
    for node in ALL[name].nodes:
        if not told(node).endswith(" "):
            assert told(node) in titles


def test_an_svg_brings_its_background() -> None:
    background = elements(svg(examples()["win-back"]))[2]
    assert (background.tag, background.attrib) == (
        f"{SVG}rect",
        {"width": "100%", "height": "100%", "fill": colours.PAPER},
    )


@EACH
def test_no_text_leaves_its_node(name: str) -> None:
    for node in ALL[name].nodes:
        block = block_of(node)
        assert max(line.width for line in block.lines) < block.width
        assert sum(line.height for line in block.lines) < block.height
        assert block.width < 300


def test_every_type_has_a_shape_of_its_own() -> None:
    """The outline, how round its corners are, and the double frame of an EXIT tell all of them apart."""
    box = Box(100, 50, 200, 100)
    shapes = {kind: (*outline(kind, box), radius(kind, box), kind is NodeType.EXIT) for kind in NodeType}
    assert len(set(shapes.values())) == len(NodeType)
    frames = {kind: svg(drawing_of(journey({"n": kind}, []), "j", {})).count("<rect") for kind in NodeType}
    assert frames[NodeType.EXIT] == frames[NodeType.CONTENT] + 1


def test_every_type_has_its_word() -> None:
    drawing = drawing_of(journey({kind.value.lower(): kind for kind in NodeType}, []), "j", {})
    for kind in NodeType:
        assert f">{kind.value.replace('_', ' ')}</text>" in svg(drawing)


def test_changes_are_told_without_colour() -> None:
    text = svg(changes())
    assert re.findall(r">([+~-] [A-Z]+)</text>", text) == ["~ SPLIT", "- EXIT", "+ EXIT"]
    assert "+ added: 1 node, 2 ways (bold lines)" in text
    assert "- removed: 1 node, 2 ways (dashed lines)" in text
    assert "~ changed: 1 node, 0 ways (bold lines)" in text
    assert len(re.findall(r'stroke-dasharray="6 4"', text)) == 4  # two ways, and both frames of the EXIT


def test_nothing_changed_is_said() -> None:
    one = journey({"a": NodeType.TRIGGER}, [])
    assert "compared with main: nothing that is drawn has changed" in svg(
        compared(one, one, "j", ({}, {}), since="main")
    )


def test_findings_stand_on_their_nodes_and_below() -> None:
    text = svg(changes())
    for slug, message in (("edge-into-trigger", "a way leads into `a`"), ("dead-end", "it ends at `b`")):
        assert f">{slug}</text>" in text
        assert f"{slug} at {'a' if 'edge' in slug else 'b'}: {message}</text>" in text
    assert "error goal-missing: there is no goal</text>" in text


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_word_can_be_read_on_its_ground() -> None:
    looks = [*colours.TYPES.values(), *colours.CHANGES.values(), colours.UNCHANGED]
    severities = [look.line for look in colours.SEVERITIES.values()]
    pairs = [(look.fill, ink) for look in looks for ink in (look.line, colours.TEXT, *severities)]
    pairs += [(colours.PAPER, ink) for ink in (colours.TEXT, colours.FAINT, *severities)]
    pairs += [(colours.PAPER, look.line) for look in colours.CHANGES.values()]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_lines_of_changes_are_seen_on_white_and_on_black() -> None:
    grounds = ("#ffffff", "#0d1117")
    assert [pair for pair in product(colours.LINES.values(), grounds) if contrast(*pair) < 3] == []


@EACH
def test_a_png_is_the_svg_painted(name: str) -> None:
    content = png(ALL[name])
    wide, high = struct.unpack(">II", content[16:24])
    root = ET.fromstring(svg(ALL[name]))
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert abs(wide - SCALE * float(root.attrib["width"])) <= SCALE
    assert abs(high - SCALE * float(root.attrib["height"])) <= SCALE


def test_a_machine_without_fonts_draws_letters() -> None:
    drawing = examples()["win-back"]
    mute = re.sub(r"<text .*?</text>", "", svg(drawing))
    assert mute != svg(drawing)
    blank = resvg_py.svg_to_bytes(svg_string=mute, zoom=SCALE, skip_system_fonts=True)
    lettered = png(drawing, own_fonts=True)
    assert len(lettered) > 1.5 * len(blank)


@EACH
def test_graphviz_reads_the_dot(name: str) -> None:
    drawing = ALL[name]
    graph = pygraphviz.AGraph(string=dot(drawing))
    names = node_names(drawing)
    assert (graph.directed, graph.strict, graph.name) == (True, False, "journey")
    assert set(graph.nodes()) == {names[node.id] for node in drawing.nodes}
    wanted = sorted((names[edge.source], names[edge.target]) for edge in drawing.edges)
    assert sorted((source, target) for source, target in graph.edges()) == wanted
    for node in drawing.nodes:
        label = graph.get_node(names[node.id]).attr["label"]
        read = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], label).replace("&amp;", "&")
        assert read == "\n".join(text_lines(node))


def test_the_dot_of_changes() -> None:
    text = dot(changes())
    assert 'label="~ SPLIT\\nb\\nequal shares\\nwas: WAIT\\n⚠ warning dead-end"' in text
    assert text.count("dashed") == 3
    assert text.count("bold") == 4


@EACH
def test_the_json_has_all_of_it(name: str) -> None:
    drawing = ALL[name]
    answer = json.loads(objects(drawing))
    assert (answer["formatVersion"], answer["journey"], answer["name"]) == ("1.0", drawing.key, drawing.name)
    assert [node["key"] for node in answer["nodes"]] == [node.key for node in drawing.nodes]
    assert [node["words"] for node in answer["nodes"]] == [list(node.words) for node in drawing.nodes]
    ids = {node["id"] for node in answer["nodes"]}
    assert all({edge["source"], edge["target"]} <= ids for edge in answer["edges"])
    assert len(answer["findings"]) == len(drawing.findings)


def test_the_json_of_changes() -> None:
    answer = json.loads(objects(changes()))
    assert (answer["since"], answer["change"]) == ("main", "changed")
    assert {node["key"]: (node["change"], node["was"]) for node in answer["nodes"]} == {
        "a": (None, []),
        "b": ("changed", ["WAIT"]),
        "c": ("removed", []),
        "d": ("added", []),
    }
    changed = [(edge["label"], edge["change"]) for edge in answer["edges"]]
    assert changed == [(None, None), ("y", "added"), ("z", "added"), ("x", "removed"), ("again", "removed")]
    assert answer["nodes"][0]["findings"][0]["code"] == "edge-into-trigger"
    assert "change" not in json.loads(objects(examples()["win-back"]))["nodes"][0]


@pytest.mark.parametrize("text", HOSTILE)
def test_lines_are_broken_within_their_room(text: str) -> None:
    text = plain(text)
    lines = wrapped(text, 11, 100, 3)
    assert len(lines) <= 3
    assert all(width(line, 11) <= 100 for line in lines)
    if width(text.strip(), 11) <= 100:
        assert lines == ([text.strip()] if text.strip() else [])


def test_long_words_are_broken_at_their_joints() -> None:
    assert wrapped("page is https://app.example/welcome", 11, 130, 3) == ["page is", "https://app.example/", "welcome"]
    assert wrapped("one two three", 10, 45, 2) == ["one two", "three"]
    assert cut("wonderful", 10, 40) == "wond…"


def test_changes_count_and_sign() -> None:
    assert [change.sign for change in Change] == ["+", "-", "~"]
    assert [change.bold for change in Change] == [True, False, True]
