"""The colours of pictures: for light and dark surroundings alike, since every format brings its own background.

A type has a light fill and a dark line in which its word is written; a test holds the contrast of text above 4.5 : 1
(WCAG AA). Nothing is told by colour alone: types have shapes and words, changes have signs and lines of their own. The
hues of changes are a blue-green, a vermilion and a blue, which people with any of the common colour vision
deficiencies tell apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jcli.findings import Severity
from jcli.model import NodeType
from jcli.render.graphs.drawing import Change, Mark, Reach

PAPER = "#ffffff"
TEXT = "#1b2127"
FAINT = "#57606a"
WAY = "#57606a"


@dataclass(frozen=True, slots=True)
class Colours:
    fill: str
    line: str


TYPES: Mapping[NodeType, Colours] = {
    NodeType.TRIGGER: Colours("#e3f4ec", "#00694a"),
    NodeType.CONTENT: Colours("#e4f0fb", "#0a5489"),
    NodeType.WAIT: Colours("#f2efe9", "#5f574b"),
    NodeType.WAIT_FOR_EVENT: Colours("#fbf1d3", "#7a5600"),
    NodeType.CONDITION: Colours("#f8e9f3", "#8a2f6c"),
    NodeType.SPLIT: Colours("#ecebfb", "#463a96"),
    NodeType.GOAL_CHECK: Colours("#fdeade", "#93400a"),
    NodeType.EXIT: Colours("#e9edf0", "#2c3941"),
}
_GREEN, _RED, _BLUE = Colours("#d8f3e7", "#00694a"), Colours("#fbe4da", "#a63a00"), Colours("#dcebfa", "#0a5489")
CHANGES: Mapping[Mark, Colours] = {
    Change.ADDED: _GREEN,
    Change.REMOVED: _RED,
    Change.CHANGED: _BLUE,
    Reach.COVERED: _GREEN,
    Reach.MISSED: _RED,
    Reach.PARTLY: _BLUE,
}
LINES: Mapping[Mark, str] = {
    Change.ADDED: "#15885f",
    Change.REMOVED: "#cf5a1f",
    Change.CHANGED: "#2f7fc6",
    Reach.COVERED: "#15885f",
    Reach.MISSED: "#cf5a1f",
    Reach.PARTLY: "#2f7fc6",
}
"""Of ways that changed, where the picture may stand on white or on black: 3 : 1 and more on both."""

UNCHANGED = Colours("#f6f8fa", "#57606a")
"""Of the parts that stayed as they were, in a picture of changes."""

SEVERITIES: Mapping[Severity, Colours] = {
    Severity.ERROR: Colours("#ffffff", "#a3170c"),
    Severity.WARNING: Colours("#ffffff", "#7a5600"),
}


def of_node(node_type: NodeType, change: Mark | None, *, comparing: bool) -> Colours:
    """The colours of a node: those of its type, or, in a picture of changes, of what became of it."""
    if change is not None:
        return CHANGES[change]
    return UNCHANGED if comparing else TYPES[node_type]


def of_way(change: Mark | None) -> str:
    """The colour of a way."""
    return CHANGES[change].line if change else WAY
