"""What pictures say of nodes, rules and ways, in words."""

from __future__ import annotations

import json

import pytest

from jcli.model import Edge, Journey, Json, Node, NodeType
from jcli.render.graphs.ruling import OPERATORS, length, rule
from jcli.render.graphs.wording import goal_words, label_of, words_of
from tests.graphs.samples import ROOT

SCHEMA = json.loads((ROOT / "schema" / "document.schema.json").read_text("utf-8"))["$defs"]
T, C, E = NodeType.TRIGGER, NodeType.CONTENT, NodeType.WAIT_FOR_EVENT
ANYBODY = Journey("j", "J", "s")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"trait": "plan", "equals": "team"}, "plan is team"),
        ({"trait": "plan", "equals": "50"}, 'plan is "50"'),
        ({"trait": "age", "equals": 50}, "age is 50"),
        ({"trait": "paying", "equals": True}, "paying is true"),
        ({"trait": "paying", "equals": "true"}, 'paying is "true"'),
        ({"trait": "note", "equals": " "}, 'note is " "'),
        ({"trait": "plan", "not_equals": "free"}, "plan is not free"),
        ({"trait": "size", "gt": 50}, "size > 50"),
        ({"trait": "size", "gte": 50}, "size ≥ 50"),
        ({"trait": "size", "lt": 5}, "size < 5"),
        ({"trait": "size", "lte": 5.5}, "size ≤ 5.5"),
        ({"trait": "tags", "contains": "beta"}, "tags contains beta"),
        ({"trait": "tags", "not_contains": "beta"}, "tags does not contain beta"),
        ({"trait": "plan", "in": ["team", "pro"]}, "plan is team or pro"),
        ({"trait": "plan", "not_in": ["team", "pro"]}, "plan is not team or pro"),
        ({"trait": "plan", "exists": True}, "plan is known"),
        ({"trait": "plan", "exists": False}, "plan is not known"),
        ({"trait": "mail", "starts_with": "ana@"}, "mail starts with ana@"),
        ({"trait": "mail", "ends_with": ".example"}, "mail ends with .example"),
        ({"trait": "mail", "regex": "^a+$"}, "mail matches ^a+$"),
        ({"trait": "since", "before": "2026-01-31"}, "since is before 2026-01-31"),
        ({"trait": "since", "after": "2026-01-31"}, "since is after 2026-01-31"),
        ({"property": "sample", "not_equals": True}, "sample is not true"),
        ({"event": "shared"}, "did shared"),
        ({"event": "shared", "count": {"gte": 1}, "within": "30d"}, "did shared in 30 days"),
        ({"event": "shared", "count": {"gte": 3}, "within": "2w"}, "did shared at least 3 times in 2 weeks"),
        ({"event": "shared", "count": {"lt": 1}}, "did shared less than 1 time"),
        ({"event": "shared", "count": {"equals": 0}}, "did shared 0 times"),
        ({"not": {"event": "shared"}}, "not did shared"),
        ({"all": [{"trait": "a", "equals": 1}, {"trait": "b", "equals": 2}]}, "a is 1 and b is 2"),
        ({"any": [{"trait": "a", "equals": 1}]}, "a is 1"),
        (
            {"all": [{"trait": "a", "equals": 1}, {"any": [{"trait": "b", "equals": 2}, {"event": "c"}]}]},
            "a is 1 and (b is 2 or did c)",
        ),
        ({"not": {"any": [{"trait": "a", "equals": 1}, {"event": "c"}]}}, "not (a is 1 or did c)"),
    ],
)
def test_a_rule_in_words(rules: Json, words: str) -> None:
    assert rule(rules) == words


def test_every_operator_has_words() -> None:
    assert set(OPERATORS) == set(SCHEMA["Operators"]["properties"])


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("2d", "2 days"),
        ("1d12h", "1 day 12 hours"),
        ("P2W", "2 weeks"),
        ("8d", "8 days"),
        (90, "1 minute 30 seconds"),
        ("PT36H", "1 day 12 hours"),
        (0.5, "less than a second"),
    ],
)
def test_a_duration_in_words(duration: str | float, words: str) -> None:
    assert length(duration) == words


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Node("n", T, {"triggerType": "MANUAL"}), ("by hand",)),
        (
            Node("n", T, {"triggerType": "URL_MATCH", "triggerConfig": {"matchType": "endsWith", "pattern": "/x"}}),
            ("page ends with /x",),
        ),
        (
            Node("n", T, {"triggerType": "ELEMENT_CLICK", "triggerConfig": {"selector": "#go", "url": "/x"}}),
            ("click on #go", "on pages with /x"),
        ),
        (
            Node(
                "n",
                T,
                {
                    "triggerType": "CUSTOM_EVENT",
                    "triggerConfig": {"eventName": "e", "where": {"property": "p", "equals": 1}},
                },
            ),
            ("event e", "where p is 1"),
        ),
        (Node("n", C, {"contentType": "flow", "timeout": "2d"}, "tour"), ("flow tour", "at most 2 days")),
        (Node("n", C, {"advanceOn": "shown"}, "tour"), ("tour", "until it is shown")),
        (Node("n", C, {"advanceOn": "immediate"}, "tour"), ("tour", "goes on at once")),
        (Node("n", C, {}), ("nothing",)),
        (Node("n", NodeType.WAIT, {"duration": "2d"}), ("2 days",)),
        (Node("n", NodeType.WAIT, {"until": "2027-01-31T09:00:00Z"}), ("until 2027-01-31T09:00:00Z",)),
        (
            Node("n", NodeType.WAIT, {"at": {"time": "09:00", "days": ["fri", "mon"], "timezone": "person"}}),
            ("until 09:00 on mon, fri", "their own time zone"),
        ),
        (
            Node("n", NodeType.WAIT, {"at": {"time": "09:00", "days": ["tue", "mon", "wed"]}}),
            ("until 09:00 on mon-wed",),
        ),
        (
            Node("n", NodeType.WAIT, {"at": {"time": "09:00", "timezone": "Europe/Rome"}}),
            ("until 09:00", "Europe/Rome"),
        ),
        (
            Node("n", E, {"eventName": "e", "since": "enrollment", "timeout": "1w"}),
            ("event e", "since the enrollment", "at most 1 week"),
        ),
        (Node("n", NodeType.CONDITION, {"rules": {"trait": "a", "equals": 1}}), ("a is 1",)),
        (
            Node("n", NodeType.CONDITION, {"branches": [{"label": "x", "rules": {"trait": "a", "equals": 1}}]}),
            ("x: a is 1",),
        ),
        (Node("n", NodeType.SPLIT, {"weights": {"a": 50, "b": 50}}), ()),
        (Node("n", NodeType.SPLIT, {"weights": {"a": 50, "b": 50}, "holdout": "b"}), ("b is held out",)),
        (Node("n", NodeType.SPLIT, {}), ("equal shares",)),
        (Node("n", NodeType.GOAL_CHECK), ("no goal",)),
        (Node("n", NodeType.EXIT, {"outcome": "won"}), ("outcome won",)),
        (Node("n", NodeType.EXIT), ()),
    ],
)
def test_a_node_in_words(node: Node, words: tuple[str, ...]) -> None:
    assert words_of(node, ANYBODY) == words


def test_a_manual_trigger_of_a_journey_with_an_audience() -> None:
    journey = Journey("j", "J", "s", audience_id="a")
    assert words_of(Node("n", T, {"triggerType": "MANUAL"}), journey) == ("by hand, or by the audience",)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ({"type": "event", "config": {"eventName": "e"}}, "goal: event e"),
        (
            {"type": "event", "config": {"eventName": "e", "where": {"property": "p", "equals": 1}}},
            "goal: event e where p is 1",
        ),
        ({"type": "page_visit", "config": {"matchType": "exact", "pattern": "/x"}}, "goal: page is /x"),
        ({"type": "attribute_match", "config": {"trait": "plan", "equals": "pro"}}, "goal: plan is pro"),
        ({"type": "flow_completed", "config": {"flowId": "tour"}}, "goal: tour completed"),
    ],
)
def test_a_goal_in_words(goal: Json, words: str) -> None:
    assert goal_words(Journey("j", "J", "s", goal_config=goal)) == (words,)


def test_a_way_out_of_a_split_tells_its_share() -> None:
    split = Node("s", NodeType.SPLIT, {"weights": {"Mail": 60, "chat": 40}})
    assert label_of(Edge("e", "s", "t", "mail"), split) == "mail 60%"
    assert label_of(Edge("e", "s", "t", "else"), split) == "else"
    assert label_of(Edge("e", "s", "t"), split) == ""
    assert label_of(Edge("e", "s", "t", "mail"), Node("s", NodeType.SPLIT)) == "mail"
