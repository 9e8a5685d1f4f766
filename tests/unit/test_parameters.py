"""`each` unfolded: what becomes of a case whose texts name parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.parameters import escaped, mentioned, put_in, unfolded


@pytest.mark.parametrize(
    ("written", "values", "put"),
    [
        ("$role", {"role": "admin"}, "admin"),
        ("$seats", {"seats": 3}, 3),
        ("${seats}", {"seats": 3}, 3),
        ("$none", {"none": None}, None),
        ("a $role", {"role": "admin"}, "a admin"),
        ("${role}s", {"role": "admin"}, "admins"),
        ("$seats seats", {"seats": 3}, "3 seats"),
        ("$on or off", {"on": True}, "true or off"),
        ("$$role", {"role": "admin"}, "$role"),
        ("$$$role", {"role": "admin"}, "$admin"),
        ("$rolex", {"role": "admin"}, "$rolex"),
        ("a[href$='.pdf'] $5", {"role": "admin"}, "a[href$='.pdf'] $5"),
        ({"$role": ["$role", 1]}, {"role": "admin"}, {"admin": ["admin", 1]}),
        ({"$seats": "$seats"}, {"seats": 3}, {"3": 3}),
    ],
)
def test_a_value_is_put_in(written: Any, values: dict[str, Any], put: Any) -> None:
    assert put_in(written, values) == put


def test_a_case_without_each_is_itself_and_a_doubled_dollar_one_all_the_same() -> None:
    [one] = unfolded({"case": "it costs $$5", "steps": [{"click": "$$save"}]})
    assert (one.name, one.data["steps"], one.entry) == ("it costs $5", [{"click": "$save"}], None)


@pytest.mark.parametrize(
    ("name", "entry", "wanted"),
    [
        ("ends well", {"role": "admin", "seats": 2}, "ends well [role=admin, seats=2]"),
        ("ends well", {"name": "the boss", "role": "admin"}, "ends well [the boss]"),
        ("a $role ends well", {"role": "admin"}, "a admin ends well"),
    ],
)
def test_the_name_tells_the_cases_apart(name: str, entry: dict[str, Any], wanted: str) -> None:
    [one] = unfolded({"case": name, "each": [entry]})
    assert one.name == wanted


def test_a_value_is_found_where_it_was_written() -> None:
    case = {
        "case": "a",
        "each": [{"ends": "x"}, {"ends": "y", "node": "ab"}],
        "steps": [{"event": "e", "expect": {"at": "$ends", "split": {"$node": "b"}, "path": ["a $ends"]}}],
    }
    second = unfolded(case)[1]
    assert second.data["steps"][0]["expect"] == {"at": "y", "split": {"ab": "b"}, "path": ["a y"]}
    expect = ("steps", 0, "expect")
    assert second.source((*expect, "at")) == ("each", 1, "ends")
    assert second.source((*expect, "split", "ab")) == (*expect, "split", "$node")
    assert second.source((*expect, "path", 0)) == (*expect, "path", 0)
    assert second.source((*expect, "gone")) == expect


def test_what_a_case_mentions() -> None:
    case = {"case": "a $role", "each": [{"x": "$y"}], "split": {"$node": "$$b"}, "steps": [{"wait": "${days}"}]}
    assert list(mentioned(case)) == [
        ("role", ("case",)),
        ("node", ("split", "$node")),
        ("days", ("steps", 0, "wait")),
    ]


@given(st.recursive(st.text(alphabet="$a{}é1 ", max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=5))
def test_what_is_escaped_is_read_as_it_was(value: object) -> None:
    assert put_in(escaped(value), {"a": "parameter"}) == value


def test_a_dollar_that_means_nothing_stays_one() -> None:
    assert escaped({"price": ["5 $", "$role"]}) == {"price": ["5 $", "$$role"]}
