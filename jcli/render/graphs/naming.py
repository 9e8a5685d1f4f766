"""Names for the nodes of the text formats: letters, digits and `_` alone, made from the keys, so that a picture's text
changes where the journey does and nowhere else. No word of any format is ever one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jcli.findings import Severity
from jcli.render.graphs.drawing import Drawing, DrawnNode
from jcli.render.ink import plain

_OTHERS = re.compile(r"[^A-Za-z0-9]+", re.ASCII)
SIGNS: Mapping[Severity, str] = {Severity.ERROR: "✖", Severity.WARNING: "⚠"}
_LONGEST = 60


def node_names(drawing: Drawing) -> Mapping[str, str]:
    """Node id -> a name of its own."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for node in drawing.nodes:
        first = name = f"n_{_OTHERS.sub('_', node.key)}"
        number = 1
        while name in taken:
            number += 1
            name = f"{first}_{number}"
        taken.add(name)
        names[node.id] = name
    return names


def text_lines(node: DrawnNode) -> list[str]:
    """What is written in the node, a line each: its type, its key, what it does, what it did, what was found."""
    sign = f"{node.change.sign} " if node.change else ""
    lines = [f"{sign}{node.type.value.replace('_', ' ')}", node.key, *node.words]
    lines += [f"was: {', '.join(node.was)}"] if node.was else []
    worst = {finding.code: finding.severity for finding in node.findings}
    lines += [f"{SIGNS[severity]} {severity.value} {slug}" for slug, severity in worst.items()]
    return [shortened(line) for line in lines]


def shortened(text: str) -> str:
    """The text on one line of bearable length."""
    text = " ".join(plain(text).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
