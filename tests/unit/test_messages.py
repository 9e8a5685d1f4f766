"""Findings read aloud: every message of every check is one sentence, names something, and says the way out.

They are gathered from the cases of all checks, from the samples of the docs, and from the same with every name of the
author's drawn out to more than 200 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jcli.canonical import Places
from jcli.checks import CATALOGUE, Check, Subject, run_graph
from jcli.checks.page import bad_file
from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.findings import Finding
from jcli.graph import JourneyGraph
from jcli.model import Edge, Journey, Node
from tests.unit.test_checks import CASES, LONGEST_MESSAGE, findings_of_file

SHAPES = Path(__file__).resolve().parent.parent / "data" / "shape"
LONG = "x" * 200
RESERVED = frozenset(
    {"true", "false", "yes", "no", "default", "met", "not_met", "success", "fallback"}
    | {"completed", "dismissed", "timeout", "event"}
)
"""Labels that mean something."""
NAMES = frozenset(
    {"label", "holdout", "eventName", "event", "trait", "property", "flowId", "outcome", "equals", "not_equals", "in"}
)
WAYS_OUT = re.compile(
    r"[;:] (?:for [^;]+)?(?:add|ask|begin|change|close|correct|create|declare|extend|give|keep|lead|leave|make|mend"
    r"|move|put|quote|remove|save|say|send|set|show|take|tell|write)\b"
    r"|; did you mean `[^`]+`\?$|; (?:expected|at most)\b|\bmust (?:not )?be\b|\bneeds (?:it|one)\b|\btakes nothing\b"
)
"""An imperative, a suggestion, or what was expected where that is the way out."""
every_check = pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.slug)


@cache
def messages() -> dict[str, set[str]]:
    """Slug -> everything that it says anywhere in the cases and samples, as written and drawn out."""
    said: dict[str, set[str]] = {check.slug: set() for check in CATALOGUE}
    for content in _contents():
        for found in [*findings_of_file(content), *_drawn_out(content), *_drawn_out_graph(content)]:
            said.setdefault(found.code, set()).add(found.message)
    for file in SHAPES.glob("*.yaml"):
        for slug, text in re.findall(r'- \[([a-z-]+), "[^"]*", "(.*)"\]$', file.read_text("utf-8"), re.MULTILINE):
            said[slug].add(text.replace('\\"', '"').replace("\\\\", "\\"))
    return said


def _contents() -> Iterator[bytes]:
    yield from (file.read_bytes() for file in sorted(CASES.glob("*/bad-*.yaml")))
    yield from (bad_file(check) for check in CATALOGUE)


def _drawn_out(content: bytes) -> list[Finding]:
    """The file with each word that is spoken of drawn out."""
    text = content.decode("latin-1")
    found: list[Finding] = []
    for word in {word for item in findings_of_file(content) for word in re.findall(r"`([^`]+)`", item.message)}:
        longer = re.sub(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", lambda match: match.group() + LONG, text)
        if longer != text:
            found += findings_of_file(longer.encode("latin-1"))
    return found


def _drawn_out_graph(content: bytes) -> Iterator[Finding]:
    """The graph checks on the journeys of the file, with all names drawn out; what was said before is said then."""
    documents, early = read(content, "case.yaml")
    for source in compile_documents(documents, early, "acme").sources.values():
        if isinstance(source.item, Journey):
            before = run_graph(Subject(source.item, JourneyGraph(source.item), source.places))
            journey = _long_journey(source.item)
            after = run_graph(Subject(journey, JourneyGraph(journey), _long_places(source.places)))
            assert {found.code for found in before} <= {found.code for found in after}
            yield from after


def _long_journey(journey: Journey) -> Journey:
    return replace(
        journey,
        goal_config=_long(journey.goal_config),
        nodes=tuple(map(_long_node, journey.nodes)),
        edges=tuple(map(_long_edge, journey.edges)),
    )


def _long_node(node: Node) -> Node:
    content_id = None if node.content_id is None else node.content_id + LONG
    return replace(node, config=_long(node.config), content_id=content_id)


def _long_edge(edge: Edge) -> Edge:
    return replace(edge, label=_long_word(edge.label))


def _long_places(places: Places) -> Places:
    return replace(places, names={node_id: name + LONG for node_id, name in places.names.items()})


def _long(value: Any, key: str = "") -> Any:
    match value:
        case dict():
            return {_long_word(name) if key == "weights" else name: _long(item, name) for name, item in value.items()}
        case list():
            return [_long(item, key) for item in value]
        case str() if key in NAMES:
            return _long_word(value)
        case _:
            return value


def _long_word(word: str | None) -> str | None:
    return word if not word or word.casefold() in RESERVED else word + LONG


@every_check
def test_every_check_says_something(check: Check) -> None:
    assert messages()[check.slug]


@every_check
def test_a_message_is_one_line_whatever_the_names(check: Check) -> None:
    assert [text for text in messages()[check.slug] if len(text) > LONGEST_MESSAGE] == []


@every_check
def test_a_message_is_one_sentence_without_a_full_stop(check: Check) -> None:
    assert [text for text in messages()[check.slug] if not _is_one_sentence(text)] == []


def _is_one_sentence(text: str) -> bool:
    return text == text.strip() and not text[0].isupper() and not re.search(r"\n|[.!]$|[.!?] [A-Z]", text)


@every_check
def test_a_message_names_something(check: Check) -> None:
    assert [text for text in messages()[check.slug] if not _names_something(text)] == []


def _names_something(text: str) -> bool:
    """Something in backquotes, or the whole of what was sent."""
    return text.count("`") % 2 == 0 and ("`" in text or text.startswith("this value "))


@every_check
def test_a_message_says_the_way_out(check: Check) -> None:
    assert [text for text in messages()[check.slug] if not WAYS_OUT.search(text)] == []
