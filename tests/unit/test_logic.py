"""What follows from rules: a list of questions with their answers, and random rules held against the engine, which is
asked about many people. No answer may be contradicted by anybody."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jcli.engine import Facts, compile_rule
from jcli.logic import Effort, asks_twice, clash, excludes, implies, satisfiable

NOW = 1_780_000_000_000
DAY = 86_400_000
Rule = dict[str, Any]
QUESTIONS = yaml.safe_load((Path(__file__).parents[1] / "data" / "logic" / "decided.yaml").read_text("utf-8"))
ANSWERS = {"yes": True, "no": False, "undecided": None}


def named(question: dict[str, Any]) -> str:
    return " ".join(str(value) for value in question.values())[:110]


@pytest.mark.parametrize("question", QUESTIONS, ids=named)
def test_the_answer_is_the_expected_one(question: dict[str, Any]) -> None:
    one, other = question["one"], question.get("other")
    if "satisfiable" in question:
        assert satisfiable(one) is ANSWERS[question["satisfiable"]]
        assert (clash(one) is not None) is (question["satisfiable"] == "no")
    elif "implies" in question:
        assert implies(one, other) is ANSWERS[question["implies"]]
    else:
        answer = ANSWERS[question["excludes"]]
        assert (excludes(one, other), excludes(other, one)) == (answer, answer)


def test_nearly_all_of_the_list_is_decided() -> None:
    undecided = [question for question in QUESTIONS if "undecided" in question.values()]
    assert len(QUESTIONS) >= 100
    assert len(undecided) <= 3
    assert all("regex" in str(question) for question in undecided)


# Random rules against the engine

TEXTS = ["", "a", "ab", "ba", "abc", "2026-01-01", "2026-01-01T00:00:00.001Z", "2026-01-02T00:00:00Z"]
NUMBERS = [0, 1, 1.5, 2, -1]
SCALARS = [*TEXTS[1:4], *NUMBERS, True, False]
DAYS = ["2026-01-01", "2026-01-01T00:00:00.001Z", "2026-01-02T01:00:00+01:00"]
VALUES: list[Any] = [
    *(None, *TEXTS, *NUMBERS, 0.5, 3, -2, True, False, {}, [], ["a"], ["a", 1], [True], ["ab", "b"], [2, 0, "ba"]),
    *("b", "bab", "cba", "2026-01-01T00:00:00.002Z", "2025-01-01", "2027-01-01T00:00:00Z", "2026-01-01T12:00:00Z"),
]
LISTS = [[0, 1], [0, 2], [1, 2], [0, 1, 2]]
PASTS = [
    tuple(NOW - age * DAY // 2 for age in sorted(ages, reverse=True))
    for size in range(5)
    for ages in itertools.combinations_with_replacement((1, 3, 5), size)
]

_comparisons = st.one_of(
    st.tuples(st.sampled_from(["equals", "not_equals", "contains", "not_contains"]), st.sampled_from(SCALARS)),
    st.tuples(st.sampled_from(["gt", "gte", "lt", "lte"]), st.sampled_from(NUMBERS)),
    st.tuples(st.sampled_from(["in", "not_in"]), st.lists(st.sampled_from(SCALARS), min_size=1, max_size=3)),
    st.tuples(st.just("exists"), st.booleans()),
    st.tuples(st.sampled_from(["starts_with", "ends_with"]), st.sampled_from(["a", "b", "ab", "ba", "2026"])),
    st.tuples(st.just("regex"), st.sampled_from(["^a", "b$", "^[ab]+$", "b"])),
    st.tuples(st.sampled_from(["before", "after"]), st.sampled_from(DAYS)),
)
_counts = st.tuples(
    st.sampled_from(["equals", "not_equals", "gt", "gte", "lt", "lte"]), st.integers(min_value=0, max_value=4)
)


@st.composite
def _leaf(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from(["trait", "trait", "trait", "property", "event"]))
    if kind != "event":
        op, operand = draw(_comparisons)
        return {kind: draw(st.sampled_from(["x", "y"])), op: operand}
    leaf: Rule = {"event": "e"}
    if draw(st.booleans()):
        leaf["count"] = dict([draw(_counts)])
    if draw(st.booleans()):
        leaf["within"] = draw(st.sampled_from(["1d", "2d", "48h"]))
    return leaf


def _grouped(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    return st.one_of(
        st.builds(lambda rules: {"all": rules}, st.lists(inner, min_size=1, max_size=4)),
        st.builds(lambda rules: {"any": rules}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda rule: {"not": rule}, inner),
    )


RULES = st.recursive(_leaf(), _grouped, max_leaves=7)
# Rules on one trait meet each other more often.
CLOSE = st.recursive(st.builds(lambda found: {"trait": "x", found[0]: found[1]}, _comparisons), _grouped, max_leaves=5)


def people(rules: list[Rule]) -> list[Facts]:
    """Everybody whom the rules could tell apart, over few values: all pairs of values of two traits, all pasts."""
    words = str(rules)
    traits = [{"x": x, "y": y} for x in VALUES for y in (VALUES if "'y'" in words else [None])]
    properties = [{"x": x, "y": y} for x in VALUES[::3] for y in VALUES[::3]] if "property" in words else [{}]
    pasts = PASTS if "'event'" in words else [()]
    everybody = itertools.product(traits, pasts, properties)
    count = len(traits) * len(pasts) * len(properties)
    step = max(1, count // 1500) | 1
    return [Facts(trait, {"e": past}, NOW, props) for trait, past, props in itertools.islice(everybody, 0, None, step)]


@settings(max_examples=400)
@given(st.one_of(RULES, CLOSE))
@example({"all": [{"trait": "x", "contains": True}, {"trait": "x", "not_contains": 1}]})
@example({"all": [{"trait": "x", "ends_with": "ba"}, {"trait": "x", "starts_with": "ab"}]})
def test_nobody_matches_a_rule_that_is_said_to_match_nobody(rule: Rule) -> None:
    answer, test = satisfiable(rule), compile_rule(rule).test
    matching = any(test(facts) for facts in people([rule]))
    if matching:
        assert answer is not False
    if answer is False:
        found = clash(rule)
        assert found is not None
        assert len({leaf.topic for leaf in found.leaves}) == 1


@settings(max_examples=400)
@given(st.one_of(st.tuples(RULES, RULES), st.tuples(CLOSE, CLOSE)))
def test_nobody_is_a_counterexample_to_what_is_said_of_two_rules(rules: tuple[Rule, Rule]) -> None:
    one, other = (compile_rule(rule).test for rule in rules)
    everybody = people(list(rules))
    if implies(*rules):
        assert [facts for facts in everybody if one(facts) and not other(facts)] == []
    if excludes(*rules):
        assert [facts for facts in everybody if one(facts) and other(facts)] == []


@settings(max_examples=300)
@given(CLOSE.filter(lambda rule: "regex" not in str(rule)))
def test_without_regular_expressions_nearly_everything_is_decided(rule: Rule) -> None:
    """Undecided is left where a text must be a moment and have a certain beginning, ending or part as well."""
    mixed = any(word in str(rule) for word in ("before", "after"))
    assert satisfiable(rule) is not None or mixed


@settings(max_examples=300)
@given(RULES)
def test_a_rule_that_asks_nothing_twice_can_be_matched_and_missed(rule: Rule) -> None:
    if not asks_twice(rule):
        assert satisfiable(rule) is not False
        assert satisfiable({"not": rule}) is not False


def test_who_is_said_to_match_is_there() -> None:
    """A rule that is said to be satisfiable is satisfied by one of many people, where the values are few."""
    rules: list[Rule] = [
        {"all": [{"trait": "x", op: a}, {"trait": "x", other: b}]}
        for op, other in itertools.product(["equals", "not_equals", "gt", "lte", "contains"], repeat=2)
        for a, b in itertools.product([0, 1, 2], repeat=2)
    ]
    for rule in rules:
        test = compile_rule(rule).test
        assert satisfiable(rule) is any(
            test(Facts({"x": value}, {}, NOW, {})) for value in [*VALUES, [0, 1], [0, 1, 2]]
        )


# Effort


def test_a_rule_with_too_many_ways_is_undecided_and_soon() -> None:
    pairs = [{"any": [{"trait": f"a{n}", "equals": 1}, {"trait": "x", "equals": n}]} for n in range(60)]
    denied = [{"trait": f"a{n}", "equals": 2} for n in range(0, 60, 7)]
    crossed = [{"any": [{"trait": f"b{n}", "regex": "^q"}, {"trait": f"b{n}", "regex": "^r"}]} for n in range(40)]
    began = time.perf_counter()
    assert satisfiable({"all": [*pairs, *denied]}) is False
    assert satisfiable({"all": crossed}) is None
    assert time.perf_counter() - began < 2


def test_long_lists_are_undecided_and_soon() -> None:
    values = [f"v{n}" for n in range(20_000)]
    began = time.perf_counter()
    assert satisfiable({"all": [{"trait": "x", "in": values}, {"trait": "x", "not_in": values}]}) is None
    assert satisfiable({"all": [{"trait": "x", "in": values}, {"trait": "y", "in": values}]}) is True
    assert time.perf_counter() - began < 2


def test_effort_is_shared_and_ends() -> None:
    effort = Effort(5)
    rule = {"all": [{"trait": "x", "gt": 10}, {"trait": "x", "lt": 5}]}
    assert satisfiable(rule, effort) is None
    assert clash(rule, effort) is None
    assert satisfiable(rule) is False
