"""The checks: the catalogue and the four places of each name, samples, cases, and what only a request can hold."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli import checks
from jcli.canonical import Outline, journey_of, outline_of_body
from jcli.checks import CATALOGUE, Check, Referrer, Stage, Subject, World, run_graph, run_references, run_values
from jcli.checks.page import bad_file, good_file
from jcli.checks.vocabulary import Definition, ValueType, Vocabulary
from jcli.compiler import compile_documents
from jcli.compiler.samples import findings_of
from jcli.documents import read
from jcli.findings import Finding, Severity
from jcli.graph import JourneyGraph
from jcli.model import Kind, NodeType

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT / "tests" / "cases"
LONGEST_MESSAGE = 140


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_checks", ROOT / "docs" / "generate_checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


generator = _generator()
every_check = pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.slug)


def findings_of_file(content: bytes, rules: Mapping[str, Severity | None] | None = None) -> list[Finding]:
    documents, early = read(content, "case.yaml")
    return compile_documents(documents, early, "acme", rules).findings


def findings_of_body(body: dict[str, Any], world: World | None = None) -> list[Finding]:
    """What the checks after the shape say of the body of Create Journey."""
    outline = outline_of_body(body)
    found = run_values(outline) + run_references(Referrer(outline, world or World()))
    if checks_failed(found):
        return found
    journey, places = journey_of(
        outline,
        "j_abc123",
        site_id=body.get("siteId", "site_xyz"),
        audience_id=None,
        node_ids=lambda node: node.ref or f"made-{node.path[1]}",
    )
    return found + run_graph(Subject(journey, JourneyGraph(journey), places, world or World()))


def checks_failed(findings: list[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


# The catalogue


def test_slugs_follow_from_module_names_and_are_unique() -> None:
    slugs = [check.slug for check in CATALOGUE]
    assert len(set(slugs)) == len(slugs)
    assert checks.known_slugs() == set(slugs)
    assert {"no-trigger", "cycle-without-wait", "wrong-value", "too-large"} <= set(slugs)


def test_every_documented_module_is_in_the_catalogue() -> None:
    modules = {file.stem for file in (ROOT / "jcli" / "checks").glob("*.py") if "\nBad::\n" in file.read_text("utf-8")}
    assert {check.slug.replace("-", "_") for check in CATALOGUE} == modules


def test_every_check_has_its_folder_of_cases_and_no_folder_is_left_over() -> None:
    assert {folder.name for folder in CASES.iterdir()} == checks.known_slugs()


@every_check
def test_every_check_has_a_good_and_a_bad_case(check: Check) -> None:
    folder = CASES / check.slug
    assert list(folder.glob("ok-*.yaml"))
    assert list(folder.glob("bad-*.yaml"))
    assert {file.stem for file in folder.glob("bad-*.yaml")} == {file.stem for file in folder.glob("*.expected")}


def test_the_page_in_the_docs_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert generator.main(["--check"]) == 0, capsys.readouterr().err


@every_check
def test_every_check_has_its_section_in_the_docs(check: Check) -> None:
    assert f"\n## {check.slug}\n" in (ROOT / "docs" / "checks.md").read_text("utf-8")


def test_what_could_not_be_stored_stays_an_error() -> None:
    stored = {Stage.READ, Stage.SHAPE, Stage.REFERENCES}
    assert checks.adjustable_slugs() == {check.slug for check in CATALOGUE if check.stage not in stored}
    assert {check.severity for check in CATALOGUE if check.stage in stored} == {Severity.ERROR}


# Samples and cases


@every_check
def test_the_bad_sample_is_refused_for_its_own_reason_alone(check: Check) -> None:
    found = findings_of(bad_file(check))
    assert {finding.code for finding in found} == {check.slug}
    assert {finding.severity for finding in found} == {check.severity}


@every_check
def test_the_good_sample_passes_every_check(check: Check) -> None:
    assert findings_of(good_file(check)) == []


@pytest.mark.parametrize("file", sorted(CASES.glob("*/ok-*.yaml")), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_ok_case(file: Path) -> None:
    assert findings_of_file(file.read_bytes()) == []


@pytest.mark.parametrize("file", sorted(CASES.glob("*/bad-*.yaml")), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_bad_case(file: Path) -> None:
    found = findings_of_file(file.read_bytes())
    assert {finding.code for finding in found} == {file.parent.name}
    said = [f"{f.span.line}:{f.span.column} {f.code} {f.message}" for f in found if f.span]
    assert said == file.with_suffix(".expected").read_text("utf-8").splitlines()
    assert [f.message for f in found if len(f.message) > LONGEST_MESSAGE] == []


# What findings carry


def test_a_finding_names_file_journey_node_and_suggestion() -> None:
    found = findings_of_file((CASES / "unknown-node" / "bad-three-forms.yaml").read_bytes())
    last = found[-1]
    assert (last.file, last.journey, last.node, last.suggestion) == ("case.yaml", "case", "b", "done")
    assert last.pointer == "/nodes/b/next/0/to"


def test_a_cycle_names_all_its_places() -> None:
    (found,) = findings_of_file((CASES / "cycle-without-wait" / "bad-until.yaml").read_bytes())
    assert [span.line for span in found.related] == [9, 10]
    assert found.node == "ask"


def test_two_cycles_are_two_findings() -> None:
    rules = "config: {rules: {trait: a, equals: 1}}"
    text = f"""
journey: case
site: main
nodes:
  start: {{type: TRIGGER, config: {{triggerType: MANUAL}}, next: a}}
  a: {{type: CONDITION, {rules}, next: {{true: a, false: b}}}}
  b: {{type: CONDITION, {rules}, next: {{true: c, false: done}}}}
  c: {{type: CONDITION, {rules}, next: {{true: done, false: b}}}}
  done: {{type: EXIT}}
"""
    found = findings_of_file(text.encode())
    assert [(finding.code, finding.node) for finding in found] == [
        ("cycle-without-wait", "a"),
        ("cycle-without-wait", "b"),
    ]


# Severities


def test_rules_change_the_severity_of_a_graph_check_or_turn_it_off() -> None:
    content = (CASES / "dead-end" / "bad-trigger.yaml").read_bytes()
    assert [f.severity for f in findings_of_file(content)] == [Severity.WARNING]
    assert [f.severity for f in findings_of_file(content, {"dead-end": Severity.ERROR})] == [Severity.ERROR]
    assert findings_of_file(content, {"dead-end": None}) == []


# What only a request can hold


def _trigger(**more: Any) -> dict[str, Any]:
    return {"type": "TRIGGER", "config": {"triggerType": "MANUAL", "triggerConfig": {}}, **more}


def test_the_reference_s_canvas_passes_with_a_warning_for_its_dead_end() -> None:
    body = {
        "nodes": [_trigger(id="t"), {"id": "c", "type": "CONTENT", "contentId": "flow_abc", "config": {}}],
        "edges": [{"sourceNodeId": "t", "targetNodeId": "c", "label": "Start"}],
    }
    (found,) = findings_of_body(body)
    assert (found.code, found.severity, found.path, found.node) == ("dead-end", Severity.WARNING, ("nodes", 1), "c")


def test_two_nodes_or_two_edges_with_one_id_are_refused() -> None:
    edge = {"id": "e", "sourceNodeId": "a", "targetNodeId": "b"}
    body = {
        "nodes": [_trigger(id="a"), {"id": "b", "type": "EXIT"}, {"id": "b", "type": "EXIT"}],
        "edges": [edge, edge],
    }
    found = findings_of_body(body)
    assert [(f.code, f.pointer) for f in found] == [("duplicate-id", "/nodes/2/id"), ("duplicate-id", "/edges/1/id")]


def test_an_edge_to_no_node_of_the_request_says_how_to_refer_to_one() -> None:
    edges = [{"sourceNodeId": "<node-1-id>", "targetNodeId": "<node-2-id>"}]
    found = findings_of_body({"nodes": [_trigger(), {"type": "EXIT"}], "edges": edges})
    assert [f.pointer for f in found] == ["/edges/0/sourceNodeId", "/edges/0/targetNodeId"]
    assert all(f.code == "unknown-node" and f.severity is Severity.ERROR and "`id`" in f.message for f in found)


def test_what_a_request_names_outside_of_itself_is_a_warning_once_the_store_knows_any() -> None:
    body = {
        "siteId": "site_xyz",
        "audienceId": "aud_xyz",
        "goalConfig": {"type": "flow_completed", "config": {"flowId": "flow_abc"}},
        "nodes": [
            _trigger(id="t"),
            {"id": "c", "type": "CONTENT", "contentId": "flow_abd"},
            {"id": "x", "type": "EXIT"},
        ],
        "edges": [{"sourceNodeId": "t", "targetNodeId": "c"}, {"sourceNodeId": "c", "targetNodeId": "x"}],
    }
    assert findings_of_body(body) == []
    world = World(site_ids=frozenset({"s"}), audience_ids=frozenset(), contents=frozenset({"flow_abe"}))
    found = findings_of_body(body, world)
    assert {f.severity for f in found} == {Severity.WARNING}
    assert [(f.code, f.pointer) for f in found] == [
        ("unknown-site", "/siteId"),
        ("unknown-audience", "/audienceId"),
        ("unknown-content", "/goalConfig/config/flowId"),
        ("unknown-content", "/nodes/1/contentId"),
    ]


def test_places_in_a_request_are_those_of_its_edges() -> None:
    body = {
        "nodes": [_trigger(id="t"), {"id": "w", "type": "WAIT"}, {"id": "x", "type": "EXIT"}],
        "edges": [
            {"sourceNodeId": "t", "targetNodeId": "w"},
            {"sourceNodeId": "w", "targetNodeId": "x", "label": "a"},
            {"sourceNodeId": "w", "targetNodeId": "t", "label": "b"},
        ],
    }
    found = findings_of_body(body)
    assert [(f.code, f.pointer, f.node) for f in found] == [
        ("edge-into-trigger", "/edges/2/targetNodeId", "w"),
        ("ambiguous-way", "/edges/2/label", "w"),
    ]


def test_a_time_zone_is_asked_of_whoever_knows_them() -> None:
    nodes = {"nodes": [{"type": "WAIT", "config": {"at": {"time": "09:00", "timezone": "Mars/Olympus"}}}]}
    outline = outline_of_body(nodes)
    assert run_values(outline) == []
    (found,) = run_values(outline, is_timezone=lambda name: name == "Europe/Paris")
    assert found.pointer == "/nodes/0/config/at/timezone"


def test_rules_of_an_audience_are_judged_at_any_depth() -> None:
    rules: dict[str, Any] = {"trait": "role", "regex": "("}
    for _ in range(50):
        rules = {"all": [{"not": rules}]}
    (found,) = run_values(Outline({"rules": rules}, (), ()), Kind.AUDIENCE)
    assert found.code == "wrong-value"
    assert found.path[-1] == "regex"


# Messages about what only a world knows; `test_messages.py` reads all that a file can bring about


OF_A_WORLD = {"unknown-event", "unknown-trait", "unknown-property", "wrong-trait-type", "content-type-mismatch"}


def test_no_message_about_a_vocabulary_is_longer_than_a_line_whatever_the_names() -> None:
    def long(letter: str) -> str:
        return letter * 255

    trait, text, event = long("t"), long("v"), long("e")
    types = {
        "text": [("equals", 1.5), ("gt", 1), ("in", [True, 1])],
        "number": [("equals", text), ("before", "2027-01-31"), ("contains", text)],
        "boolean": [("not_equals", text), ("starts_with", text)],
        "instant": [("equals", text), ("lte", 1), ("contains", 1)],
        "list": [("equals", text), ("not_in", [text]), ("regex", text)],
    }
    traits = {f"{trait[:-7]}{name:7}": Definition(ValueType(name)) for name in types}
    tests = [{"trait": f"{trait[:-7]}{name:7}", op: to} for name, asked in types.items() for op, to in asked]
    listed = Definition(ValueType.TEXT, tuple(text[:-1] + letter for letter in "abcd"))
    asked = [("equals", text), ("starts_with", trait), ("not_contains", trait), ("equals", trait)]
    tests += [{"trait": long("l"), op: to} for op, to in asked] + [{"trait": long("u"), "exists": True}]
    where = {"all": [{"property": long("p"), "exists": True}, {"property": long("q"), "gt": 5}]}
    vocabulary = Vocabulary({event: {long("q"): listed}}, {**traits, long("l"): listed})
    body = {
        "nodes": [
            _trigger(id="t"),
            {"id": "w", "type": "WAIT_FOR_EVENT", "config": {"eventName": event, "where": where, "timeout": "1d"}},
            {"id": "v", "type": "WAIT_FOR_EVENT", "config": {"eventName": event[1:] + "z", "timeout": "1d"}},
            {"id": "c", "type": "CONDITION", "config": {"rules": {"any": tests}}},
            {"id": "s", "type": "CONTENT", "contentId": long("c"), "config": {"contentType": long("a")}},
        ],
    }
    world = World(vocabulary=vocabulary, contents=frozenset({long("c")}), content_types={long("c"): long("b")})
    found = [f for f in findings_of_body(body, world) if f.code in OF_A_WORLD]
    assert {f.code for f in found} == OF_A_WORLD
    assert len([f for f in found if f.code == "wrong-trait-type"]) == len(tests) - 1 + 1 + 1
    assert {f.message for f in found if len(f.message) > LONGEST_MESSAGE} == set()


def test_no_message_about_references_is_longer_than_a_line() -> None:
    long = "y" * 255
    body = {
        "siteId": long,
        "audienceId": long,
        "nodes": [_trigger(id=long), {"id": long, "type": "CONTENT", "contentId": long}],
        "edges": [{"sourceNodeId": long + "z", "targetNodeId": "z"}],
    }
    none: frozenset[str] = frozenset()
    found = findings_of_body(body, World(site_ids=none, audience_ids=none, contents=frozenset({long + "s"})))
    assert {f.code for f in found} == {
        "unknown-site",
        "unknown-audience",
        "unknown-content",
        "unknown-node",
        "duplicate-id",
    }
    assert {f.message for f in found if len(f.message) > LONGEST_MESSAGE} == set()


def test_ten_thousand_nodes_in_one_cycle_are_judged_at_once() -> None:
    count = 10_000
    nodes = [
        _trigger(id="t"),
        *({"id": str(i), "type": "CONTENT", "config": {"advanceOn": "immediate"}} for i in range(count)),
    ]
    edges = [{"sourceNodeId": str(i), "targetNodeId": str((i + 1) % count)} for i in range(count)]
    found = findings_of_body({"nodes": nodes, "edges": [{"sourceNodeId": "t", "targetNodeId": "0"}, *edges]})
    assert [f.code for f in found] == ["cycle-without-wait"]


def test_thousands_of_branches_and_rules_are_judged_at_once() -> None:
    """What is too much to decide is left open; time is for a busy machine."""
    rules = [{"trait": "seats", "gte": number} for number in range(3000)]
    branches = [{"label": f"b{number}", "rules": rule} for number, rule in enumerate(rules)]
    pairs = [{"any": [{"trait": f"t{n}", "regex": "^q"}, {"trait": f"t{n}", "regex": "^r"}]} for n in range(40)]
    nodes = [
        _trigger(id="t"),
        {"id": "a", "type": "CONDITION", "config": {"branches": branches}},
        {"id": "b", "type": "CONDITION", "config": {"rules": {"all": rules}}},
        *({"id": f"c{n}", "type": "CONDITION", "config": {"rules": {"all": pairs}}} for n in range(500)),
    ]
    began = time.perf_counter()
    found = findings_of_body({"nodes": nodes, "edges": []})
    assert "unreachable-node" in {f.code for f in found}
    assert time.perf_counter() - began < 10


_LABELS = st.sampled_from([None, "", "true", "No", "default", "met", "timeout", "event", "Completed", "a", "B", "ß"])
_CONFIGS: dict[NodeType, list[dict[str, Any]]] = {
    NodeType.CONTENT: [{}, {"timeout": "1d"}, {"advanceOn": "shown"}, {"advanceOn": "immediate"}],
    NodeType.WAIT: [{"duration": "1d"}, {"until": "2027-03-01T09:00:00Z"}],
    NodeType.WAIT_FOR_EVENT: [{"eventName": "e"}, {"eventName": "e", "timeout": 60}],
    NodeType.CONDITION: [{"rules": {}}, {"branches": [{"label": "a", "rules": {}}, {"label": "b", "rules": {}}]}],
    NodeType.SPLIT: [{}, {"weights": {"a": 50, "b": 50}}, {"weights": {"a": 0}, "holdout": "c"}, {"holdout": "a"}],
}
_NODES = st.sampled_from([(kind, config) for kind in NodeType for config in _CONFIGS.get(kind, [{}])])


@given(st.lists(_NODES, min_size=1, max_size=8), st.data())
def test_any_canvas_is_judged_the_same_twice_and_never_fails(
    nodes: list[tuple[NodeType, dict[str, Any]]], data: st.DataObject
) -> None:
    index = st.integers(0, len(nodes) - 1).map(str)
    ways = data.draw(st.lists(st.tuples(index, index, _LABELS), max_size=16))
    body = {
        "nodes": [{"id": str(i), "type": kind.value, "config": config} for i, (kind, config) in enumerate(nodes)],
        "edges": [{"sourceNodeId": a, "targetNodeId": b, "label": label} for a, b, label in ways],
    }
    found = findings_of_body(body)
    assert found == findings_of_body(body)
    assert [f.message for f in found if len(f.message) > LONGEST_MESSAGE] == []
    if not checks_failed(found):
        _assert_ways_are_told_apart(body)


def _assert_ways_are_told_apart(body: dict[str, Any]) -> None:
    """What publishing relies on: from every node each label that it can take leads on by at most one way."""
    outline = outline_of_body(body)
    journey, _ = journey_of(outline, "j", site_id="s", audience_id=None, node_ids=lambda node: node.ref or "")
    graph = JourneyGraph(journey)
    for node in journey.nodes:
        taken = [graph.meaning(edge) for edge in graph.ways_out(node.id)]
        assert len(taken) == len(set(taken))
        labels = graph.labels_of(node)
        assert labels is None or {label for label in taken if label} <= set(labels)


def test_a_canvas_of_nothing_but_typing_errors_is_judged_in_a_moment() -> None:
    """Looking for the word that was meant is the one costly thing here; it stops after the first few. Of all that is
    wrong the first are told, and the rest is counted."""
    weights = {f"{'a' * 50}{i}": 1 for i in range(450)}
    split = {"id": "s", "type": "SPLIT", "config": {"weights": weights}}
    names = [f"{'a' * 50}{i}b" for i in range(20_000)]
    edges = [{"sourceNodeId": "s", "targetNodeId": "x", "label": name} for name in names]
    body = {"nodes": [_trigger(id="t"), split, {"id": "x", "type": "EXIT"}], "edges": edges}
    before = time.process_time()
    found = findings_of_body(body)
    assert time.process_time() - before < 10
    told = [f.message for f in found if f.code == "unknown-way"]
    assert len(told) == 201
    assert any("19800 more" in message for message in told)
    assert sum(f.suggestion is not None for f in found) == 10
