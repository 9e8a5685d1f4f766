"""The example workspace: no finding at all, everything that a journey can be is in it, and its numbers add up.

What there is to use is read from the schema and the model, so a new node type or setting fails here until one of the
journeys uses it. The claims that the comments make about time (no wait without an end, the deadline comes after the
slowest way) are computed from the journeys themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jcli.canonical import Places
from jcli.checks.mentions import About, of_journey, of_rules
from jcli.checks.vocabulary import vocabulary_of
from jcli.compiler import Compilation, compile_documents
from jcli.durations import parse_duration
from jcli.findings import in_source_order
from jcli.graph import JourneyGraph
from jcli.model import Audience, Content, Journey, Kind, Node, NodeType, Site
from jcli.workspace import load, locate

ROOT = Path(__file__).resolve().parents[2]
MODELINE = "# yaml-language-server: $schema=../schema/document.schema.json"
SCHEMA = json.loads((ROOT / "schema" / "document.schema.json").read_text("utf-8"))["$defs"]
DAY = parse_duration("1d")
BESIDES = ("audiences", "behaviour", "contents", "people", "site", "vocabulary")
"""The files that hold no journey."""


@cache
def example() -> Compilation:
    loaded = load(locate(ROOT))
    config = loaded.config
    return compile_documents(loaded.documents, loaded.findings, config.workspace, config.rules)


def items(kind: type) -> list[Any]:
    return [source.item for source in example().sources.values() if isinstance(source.item, kind)]


def journeys() -> list[Journey]:
    return items(Journey)


def nodes(node_type: NodeType) -> list[Node]:
    return [node for journey in journeys() for node in journey.nodes if node.type is node_type]


def each_journey() -> pytest.MarkDecorator:
    keys = sorted(path.stem for path in (ROOT / "journeys").glob("*.yaml"))
    keys = [key for key in keys if key not in BESIDES and not key.endswith(".test")]
    return pytest.mark.parametrize("key", keys)


def journey_called(key: str) -> Journey:
    return next(item for (_, name), source in example().sources.items() if name == key for item in [source.item])


def values_of(key: str, value: object) -> Iterator[Any]:
    """Every value that stands under this key, however deep."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        for item in value.values():
            yield from values_of(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from values_of(key, item)


def documents() -> list[dict[str, Any]]:
    return [source.document.data for source in example().sources.values()]


def test_nothing_is_found() -> None:
    assert in_source_order(example().findings) == []
    assert len(journeys()) == 8
    kinds = [document.kind for document in load(locate(ROOT)).documents]
    assert len(example().sources) == sum(kind is not None and not kind.stays for kind in kinds)


def test_each_journey_has_its_own_file() -> None:
    for (_, key), source in example().sources.items():
        if isinstance(source.item, Journey):
            assert source.document.file == f"journeys/{key}.yaml"


@pytest.mark.parametrize("path", sorted((ROOT / "journeys").glob("*")), ids=lambda path: path.name)
def test_editors_are_told_the_schema(path: Path) -> None:
    assert path.read_text("utf-8").splitlines()[0] == MODELINE
    assert (path.parent / MODELINE.partition("$schema=")[2]).is_file()


def test_every_node_type_is_used() -> None:
    assert {node.type for journey in journeys() for node in journey.nodes} == set(NodeType)


def test_every_trigger_type_is_used() -> None:
    used = {node.config["triggerType"] for node in nodes(NodeType.TRIGGER)}
    assert used == set(SCHEMA["TriggerConfig"]["properties"]["triggerType"]["enum"])


def test_every_goal_type_is_used() -> None:
    used = {journey.goal_config["type"] for journey in journeys() if journey.goal_config}
    assert used == set(SCHEMA["GoalConfig"]["properties"]["type"]["enum"])


def test_every_next_is_in_its_shortest_form() -> None:
    """A list is for ways that neither of the two others can hold, and no journey here has such."""
    ways = [way for document in documents() for way in values_of("next", document)]
    assert {type(way) for way in ways} == {str, dict}


@pytest.mark.parametrize("definition", ["WaitConfig", "WaitForEventConfig", "ConditionConfig", "SplitConfig"])
def test_every_field_of_a_config_is_used(definition: str) -> None:
    node_type = NodeType(
        {"WaitForEventConfig": "WAIT_FOR_EVENT"}.get(definition, definition.removesuffix("Config").upper())
    )
    used = {field for node in nodes(node_type) for field in node.config}
    left_out = {"where"} if node_type is NodeType.WAIT_FOR_EVENT else set()  # used by a trigger and a goal
    assert used == set(SCHEMA[definition]["properties"]) - left_out


def test_a_split_comes_with_weights_and_without() -> None:
    assert {"weights" in node.config for node in nodes(NodeType.SPLIT)} == {True, False}


def test_every_way_to_advance_is_used() -> None:
    used = {node.config.get("advanceOn", "finished") for node in nodes(NodeType.CONTENT)}
    assert used == set(SCHEMA["ContentConfig"]["properties"]["advanceOn"]["enum"])


def test_every_setting_is_used_with_every_value() -> None:
    for name, setting in SCHEMA["Settings"]["properties"].items():
        used = {journey.settings.get(name, setting.get("default")) for journey in journeys()}
        assert used >= set(setting.get("enum", [])), name
        assert any(name in journey.settings for journey in journeys()), name


def test_every_kind_of_rule_is_used() -> None:
    for word in ("all", "any", "not", "trait", "property", "event", "count", "within", "where"):
        assert any(True for _ in values_of(word, documents())), word


def test_every_exit_names_its_outcome() -> None:
    for journey in journeys():
        outcomes = [node.config.get("outcome") for node in journey.nodes if node.type is NodeType.EXIT]
        assert all(outcomes), journey.name
        assert len(set(outcomes)) == len(outcomes), journey.name


def test_everything_declared_is_used() -> None:
    audiences = {journey.audience_id for journey in journeys()} - {None}
    shown = {node.content_id: node.config["contentType"] for node in nodes(NodeType.CONTENT)}
    assert {audience.id for audience in items(Audience)} == audiences
    assert {content.id: content.content_type for content in items(Content)} == shown
    assert {journey.site_id for journey in journeys()} == {site.id for site in items(Site)}


def test_every_word_of_the_vocabulary_is_used() -> None:
    """That no other word is used the checks hold. `timezone` is the trait that a WAIT of `timezone: person` reads."""
    [loaded] = [document for document in load(locate(ROOT)).documents if document.kind is Kind.VOCABULARY]
    vocabulary = vocabulary_of(loaded.data)
    named = [item for journey in journeys() for item in of_journey(journey, Places())]
    named += [item for audience in items(Audience) for item in of_rules(audience.rules, ())]
    used = {about: {item.name for item in named if item.about is about} for about in About}
    assert vocabulary.traits is not None
    assert vocabulary.events is not None
    assert used[About.EVENT] == set(vocabulary.events)
    assert used[About.TRAIT] | {"timezone"} == set(vocabulary.traits)
    assert used[About.PROPERTY] == {name for event in vocabulary.events for name in vocabulary.properties(event) or ()}


def test_no_two_journeys_ask_for_the_same_people_at_the_same_trigger() -> None:
    doors = [
        json.dumps([journey.site_id, journey.audience_id, node.config], sort_keys=True)
        for journey in journeys()
        for node in journey.nodes
        if node.type is NodeType.TRIGGER
    ]
    assert len(set(doors)) == len(doors)


def may_wait(node: Node) -> bool:
    waits_for_person = node.type is NodeType.CONTENT and node.config.get("advanceOn") != "immediate"
    return waits_for_person or node.type is NodeType.WAIT_FOR_EVENT


def test_no_wait_may_last_for_ever() -> None:
    assert [node.id for node in (*nodes(NodeType.CONTENT), *nodes(NodeType.WAIT_FOR_EVENT))
            if may_wait(node) and "timeout" not in node.config] == []  # fmt: skip


def longest_stay(node: Node) -> int:
    """How long somebody may stand on the node, in the unit of `parse_duration`. A wait for a time of day lasts at
    most until the day of the week that is furthest from the one before it; `until` is the instant of a release."""
    config = node.config
    if node.type is not NodeType.WAIT:
        return parse_duration(config["timeout"]) if may_wait(node) else 0
    if "duration" in config:
        return parse_duration(config["duration"])
    if "until" in config:
        return parse_duration("2w")
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    days = sorted(week.index(day) for day in config["at"].get("days", week))
    return DAY * max((after - before) % 7 or 7 for before, after in zip(days, [*days[1:], days[0]], strict=True))


def slowest_ways(journey: Journey) -> dict[str, int]:
    """Node id -> the longest that it may take somebody to leave it, from entering on."""
    graph = JourneyGraph(journey)
    by_node: dict[str, int] = {}

    def time_of(node_id: str) -> int:
        if node_id not in by_node:
            before = [time_of(edge.source) for edge in graph.ways_in(node_id)]
            by_node[node_id] = max(before, default=0) + longest_stay(graph.node(node_id))
        return by_node[node_id]

    return {node.id: time_of(node.id) for node in journey.nodes}


@each_journey()
def test_every_way_ends_in_an_exit(key: str) -> None:
    graph = JourneyGraph(journey_called(key))
    ends = [node.type for node in graph.journey.nodes if not graph.ways_out(node.id)]
    assert ends
    assert set(ends) == {NodeType.EXIT}


@each_journey()
def test_the_deadline_cuts_nobody_short(key: str) -> None:
    """A deadline is for who falls through all the nets: an exit tells more than `abandoned`. In the first run it
    would come after the goal check, on the way of those who have met the goal and cannot be late for it."""
    journey = journey_called(key)
    deadline = (journey.goal_config or {}).get("deadline")
    if deadline is None:
        assert journey.goal_config is None
        return
    ways = slowest_ways(journey)
    checks = [node.id for node in journey.nodes if node.type is NodeType.GOAL_CHECK]
    judged = checks or [node.id for node in journey.nodes if node.type is NodeType.EXIT]
    assert max(ways[node_id] for node_id in judged) < deadline * DAY


def test_the_claims_of_the_comments_are_true() -> None:
    def slowest(key: str, node: str) -> float:
        source = next(s for (_, name), s in example().sources.items() if name == key)
        ids = {name: node_id for node_id, name in source.places.names.items()}
        return slowest_ways(journey_called(key))[ids[node]] / DAY

    assert slowest("first-run-onboarding", "took-the-tour") == 7 + 20 / 24
    assert slowest("trial-to-paid", "offer") == 16
    assert slowest("trial-to-paid", "not-bought") == 20
    assert slowest("invite-the-team", "is-a-team") == 29
    survey = journey_called("survey-after-success")
    assert max(slowest_ways(survey).values()) < 12 * DAY < parse_duration(survey.settings["reentryAfter"])


def test_the_holdout_meets_no_content() -> None:
    checked = 0
    for journey in journeys():
        graph = JourneyGraph(journey)
        for node in graph.of_type(NodeType.SPLIT):
            for edge in graph.ways_out(node.id):
                if "holdout" in node.config and graph.meaning(edge) == node.config["holdout"]:
                    met = {graph.node(node_id).type for node_id in graph.reachable([edge.target])}
                    assert NodeType.CONTENT not in met
                    checked += 1
    assert checked == 1
