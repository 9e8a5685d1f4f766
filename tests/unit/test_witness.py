"""Somebody of whom rules are true: always accepted by the engine, found wherever there is somebody, fit to be read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jcli.engine import Facts, compile_rule
from jcli.logic import Effort, satisfiable
from jcli.logic.patterns import regex
from jcli.logic.regexes import samples
from jcli.logic.witness import Witness, witness
from tests.unit.test_logic import CLOSE, NOW, RULES, Rule


def facts_of(found: Witness) -> Facts:
    """The person as the engine sees them: each event so often in its time, and no more."""
    memory: dict[str, tuple[int, ...]] = {}
    for name, row in found.past.items():
        times: list[int] = []
        beyond = 0.0
        for within, count in row:
            times += [NOW - int(beyond) - (1 if beyond else 0)] * (count - len(times))
            beyond = within
        memory[name] = tuple(sorted(times))
    return Facts(found.traits, memory, NOW, found.properties)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.one_of(RULES, CLOSE), st.booleans()), min_size=1, max_size=2))
def test_a_witness_is_what_was_asked_for(asked: list[tuple[Rule, bool]]) -> None:
    found = witness(*asked)
    if found is not None:
        for rule, holds in asked:
            assert compile_rule(rule).test(facts_of(found)) is holds
    else:
        together = {"all": [rule if holds else {"not": rule} for rule, holds in asked]}
        assert satisfiable(together, Effort()) is not True


@pytest.mark.parametrize(
    ("rule", "traits"),
    [
        ({"trait": "role", "equals": "admin"}, {"role": "admin"}),
        ({"trait": "role", "in": ["admin", "member"]}, {"role": "admin"}),
        ({"not": {"trait": "role", "equals": "admin"}}, {"role": None}),
        ({"trait": "seats", "gte": 50}, {"seats": 50}),
        ({"trait": "seats", "gt": 50}, {"seats": 51}),
        ({"all": [{"trait": "seats", "gt": 5}, {"trait": "seats", "lt": 10}]}, {"seats": 6}),
        ({"trait": "campaign", "exists": True}, {"campaign": "something"}),
        ({"trait": "campaign", "starts_with": "compare-"}, {"campaign": "compare-"}),
        ({"trait": "mail", "regex": "^[a-z]+@acme\\.(com|org)$"}, {"mail": "a@acme.com"}),
    ],
)
def test_a_witness_reads_well(rule: Rule, traits: dict[str, Any]) -> None:
    found = witness((rule, True))
    assert found is not None
    assert found.traits == traits


def test_values_of_the_vocabulary_come_first() -> None:
    found = witness(({"trait": "role", "exists": True}, True), prefer=lambda topic: ("viewer",))
    assert found is not None
    assert found.traits == {"role": "viewer"}


def test_nobody_is_found_where_nobody_can_be() -> None:
    assert witness(({"trait": "seats", "gt": 5}, True), ({"trait": "seats", "gt": 4}, False)) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^https://www\\.fernwick\\.example/([a-z]{2}/)?pricing([/?#]|$)", "https://www.fernwick.example/pricing/"),
        ("pricing", "pricing"),
        ("^/(?:a|b)/\\d+$", "/a/0"),
        ("^(?P<lang>en|de)-\\w{3}$", "en-aaa"),
        ("(?i)^ADMIN$", "ADMIN"),
        ("^[^/]+$", "a"),
        ("^x{2,4}y?$", "xx"),
        ("^[]a]$", "]"),
        ("a.c", "aac"),
    ],
)
def test_an_expression_has_a_short_text(pattern: str, text: str) -> None:
    assert next(samples(pattern)) == text


@pytest.mark.parametrize("pattern", ["(", "[a", "*a", "\\p{Greek}", "a{x}", "[[:alpha:]]", "a)"])
def test_what_is_not_understood_has_no_text(pattern: str) -> None:
    assert list(samples(pattern)) == []


@given(st.text(alphabet="ab01-/.^$()[]{}?*+|\\dws,:", max_size=12))
def test_any_text_is_survived_and_each_sample_is_found(pattern: str) -> None:
    assert all(regex(pattern)(text) for text in samples(pattern))
