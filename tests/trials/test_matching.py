"""Expressions over the names of cases, as `jcli test -k` takes them."""

from __future__ import annotations

import pytest

from jcli.errors import InvalidRequest
from jcli.trials.matching import matcher
from jcli.trials.script import START, Case, Person

CASE = Case("journeys/first-run.test.yaml", 0, (), "first-run", "An admin is led to invite", Person("ana"), START, ())


@pytest.mark.parametrize(
    "expression",
    [
        "admin",
        "ADMIN",
        "is led to",
        "'led to invite'",
        '"An admin" and invite',
        "first-run",
        "first-run.test.yaml",
        "viewer or admin",
        "admin and not viewer",
        "not (viewer or mail)",
        "viewer and mail or admin",
        "not not admin",
        "admin AND NOT viewer",
    ],
)
def test_means_the_case(expression: str) -> None:
    assert matcher(expression)(CASE)


@pytest.mark.parametrize(
    "expression", ["viewer", "admin and viewer", "not admin", "led  invite", "'admin and not viewer'", "not (admin)"]
)
def test_does_not_mean_the_case(expression: str) -> None:
    assert not matcher(expression)(CASE)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "a word is missing at the end"),
        ("admin and", "a word is missing at the end"),
        ("or admin", "a word is missing before `or`"),
        ("(admin", "a bracket is not closed"),
        ("admin )", "nothing can follow before `)`"),
        ("admin (mail)", "nothing can follow before `(`"),
        ("'admin", "a quote is not closed"),
        ("()", "a word is missing before `)`"),
    ],
)
def test_what_cannot_be_read_is_told(expression: str, why: str) -> None:
    with pytest.raises(InvalidRequest) as told:
        matcher(expression)
    assert told.value.message == f"the expression `{expression}` cannot be read: {why}"
