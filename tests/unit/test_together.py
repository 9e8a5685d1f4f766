"""The checks of the stage workspace: documents beside each other, by facts that any process may hold."""

from __future__ import annotations

import itertools
import pickle
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.checks import Facts, Together, run_workspace
from jcli.checks.facts import TriggerFacts
from jcli.checks.gates import MOST_DECISIONS, Door, Gates, Meetings, Row
from jcli.checks.overlaps import Pattern, nested
from jcli.compiler import check_references, check_shapes, compile_documents, world_of
from jcli.documents import read
from jcli.findings import Finding, Severity
from jcli.logic import excludes
from jcli.logic.patterns import url_matcher
from jcli.model import Kind

MANY = 5000


def findings_of(text: str, rules: Any = None) -> list[Finding]:
    documents, early = read(text.encode(), "journeys/case.yaml")
    return compile_documents(documents, early, "acme", rules).findings


def journey(key: str, trigger: str = "{triggerType: MANUAL}", fields: str = "") -> str:
    return (
        f"journey: {key}\nsite: main\n{fields}nodes:\n"
        f"  start: {{type: TRIGGER, config: {trigger}, next: done}}\n  done: {{type: EXIT}}\n"
    )


SIGNED_UP = "{triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}"
TWO = f"{journey('one', SIGNED_UP)}---\n{journey('two', SIGNED_UP)}"
UNUSED = "audience: admins\nrules: {trait: role, equals: admin}\n---\n"


def facts(
    number: int, kind: str, where: Any = None, audience: str | None = None, file: str = "j.yaml", **config: Any
) -> Facts:
    if where is not None:
        config["where"] = where
    trigger = TriggerFacts("start", kind, config)
    return Facts(Kind.JOURNEY, f"j-{number}", f"id-{number}", file, number, "s", audience, triggers=(trigger,))


def told(documents: Sequence[Facts]) -> list[tuple[str, str]]:
    """Who is told of what."""
    return [(found.facts.key, found.problem.message) for found in run_workspace(Together(documents))]


# What is said, and when


def test_the_finding_is_at_the_later_trigger_and_names_the_earlier_journey_with_its_file() -> None:
    (found,) = findings_of(TWO)
    assert (found.code, found.journey, found.node, found.severity) == ("same-trigger", "two", "start", Severity.WARNING)
    assert found.span is not None
    assert found.span.line == 10
    assert "`one` (journeys/case.yaml)" in found.message


def test_later_is_by_file_and_line_whatever_comes_first() -> None:
    first, second = (facts(number, "CUSTOM_EVENT", eventName="e", file=f"{2 - number}.yaml") for number in (0, 1))
    assert [key for key, _ in told([first, second])] == ["j-0"]
    assert told([first, second]) == told([second, first])


def test_severities_are_those_of_the_configuration() -> None:
    assert [f.severity for f in findings_of(TWO, {"same-trigger": Severity.ERROR})] == [Severity.ERROR]
    assert findings_of(TWO, {"same-trigger": None}) == []
    assert findings_of(UNUSED + journey("one"), {"unused-audience": None}) == []
    impossible = "audience: none\nrules: {event: e, count: {lt: 0}}\n---\n" + journey("one", fields="audience: none\n")
    found = findings_of(impossible, {"impossible-rule": Severity.ERROR})
    assert [(f.code, f.severity, f.journey) for f in found] == [("impossible-rule", Severity.ERROR, None)]
    assert findings_of(impossible, {"impossible-rule": None}) == []


def test_errors_in_the_workspace_bar_no_sync() -> None:
    documents, early = read((UNUSED + TWO).encode(), "case.yaml")
    rules = {"same-trigger": Severity.ERROR, "unused-audience": Severity.ERROR}
    compilation = compile_documents(documents, early, "acme", rules)
    assert {f.severity for f in compilation.findings} == {Severity.ERROR}
    assert not compilation.bars_sync


@pytest.mark.parametrize(
    "broken", ["journey: [\n", "journey: x\nsite: main\nnodez: {}\n", journey("x", fields="audience: admin\n")]
)
def test_while_something_cannot_be_read_no_audience_is_called_unused(broken: str) -> None:
    assert [f.code for f in findings_of(UNUSED + journey("one"))] == ["unused-audience"]
    assert "unused-audience" not in {f.code for f in findings_of(f"{UNUSED}{journey('one')}---\n{broken}")}


def test_a_journey_that_is_itself_wrong_is_compared_with_no_other() -> None:
    wrong = TWO.replace("journey: two", "journey: two\naudience: nobody")
    assert [f.code for f in findings_of(wrong)] == ["unknown-audience"]


def test_no_message_is_longer_than_a_line() -> None:
    long = "y" * 255
    for kind, config in (
        ("CUSTOM_EVENT", {"eventName": long}),
        ("ELEMENT_CLICK", {"selector": long}),
        ("URL_MATCH", {"matchType": "contains", "pattern": long}),
    ):
        pair = [
            Facts(Kind.JOURNEY, long + key, long + key, f"{long}.yaml", 0, triggers=(TriggerFacts(long, kind, config),))
            for key in "ab"
        ]
        ((_, message),) = told(pair)
        assert len(message) <= 140


# Facts


def test_facts_are_small_and_go_to_other_processes() -> None:
    documents, early = read((UNUSED + TWO).encode(), "case.yaml")
    shaped = check_shapes(documents, early, "acme")
    made = check_references(shaped, world_of(shaped.heads), "acme").facts
    assert [fact.key for fact in made] == ["admins", "one", "two"]
    assert pickle.loads(pickle.dumps(made)) == made
    assert len(pickle.dumps(made[1])) < 500


# URL patterns

_TEXTS = st.text(alphabet="ab/", min_size=1, max_size=5)
_PATTERNS = st.builds(Pattern, st.sampled_from(["exact", "contains", "startsWith", "endsWith"]), _TEXTS) | st.builds(
    Pattern, st.just("regex"), st.sampled_from(["a", "^a+$", "b/"])
)


def takes_in(wide: Pattern, narrow: Pattern) -> bool:
    """The same question asked of two patterns, slowly."""
    match wide.type, narrow.type:
        case "exact" | "regex", "exact":
            return url_matcher(*wide)(narrow.text)
        case "startsWith", "exact" | "startsWith":
            return narrow.text.startswith(wide.text)
        case "endsWith", "exact" | "endsWith":
            return narrow.text.endswith(wide.text)
        case "contains", "exact" | "startsWith" | "endsWith" | "contains":
            return wide.text in narrow.text
        case _:
            return False


@given(st.sets(_PATTERNS, max_size=12), st.lists(st.text(alphabet="ab/", max_size=8), max_size=20))
def test_patterns_are_nested_as_comparing_each_with_each_says(patterns: set[Pattern], urls: list[str]) -> None:
    found = nested(patterns)
    pairs = {(one, other) for one, others in found.items() for other in others}
    asked = itertools.permutations(patterns, 2)
    assert pairs == {(a, b) for a, b in asked if takes_in(a, b) or takes_in(b, a)}
    for wide, narrow in ((a, b) for a, b in pairs if takes_in(a, b)):
        for url in urls:
            assert not url_matcher(*narrow)(url) or url_matcher(*wide)(url)


def test_the_twins_of_match_types_are_one() -> None:
    assert Pattern.of("starts_with", "a") == Pattern.of("startsWith", "a")
    assert Pattern.of("ends_with", "a") == Pattern.of("endsWith", "a")


# Gates

_WHERES = st.sampled_from(
    [
        None,
        *({"property": "p", "equals": value} for value in ("a", "b", 1, True)),
        *({"property": "p", "in": values} for values in (["a", "b"], ["c", 1])),
        {"all": [{"property": "p", "equals": "a"}, {"property": "q", "gt": 3}]},
        {"property": "q", "lt": 3},
        {"property": "p", "not_equals": "a"},
        {"not": {"property": "p", "equals": "b"}},
    ]
)


@given(st.lists(st.tuples(_WHERES, st.integers(0, 3)), max_size=12))
def test_the_first_that_meets_is_found_as_by_trying_all(wheres: list[tuple[Any, int]]) -> None:
    gates, meetings = Gates({}), Meetings()
    documents = [facts(journey, "CUSTOM_EVENT", where, eventName="e") for where, journey in wheres]
    doors = [Door(fact, fact.triggers[0], gates.of(fact, fact.triggers[0])) for fact in documents]
    row = Row(meetings, meetings.pin_of(doors))
    for rank, (door, (where, own)) in enumerate(zip(doors, wheres, strict=True)):
        meeting = [
            index
            for index, (other, journey) in enumerate(wheres[:rank])
            if journey != own and not (other and where and excludes(other, where))
        ]
        assert row.first(door) == min(meeting, default=None)
        row.add(rank, door)


# Thousands of journeys


def seconds(documents: Sequence[Facts]) -> float:
    began = time.perf_counter()
    told(documents)
    return time.perf_counter() - began


CROWDS: dict[str, Any] = {
    "one URL each": lambda n: facts(n, "URL_MATCH", matchType="exact", pattern=f"https://a.example/{n}"),
    "one part each": lambda n: facts(n, "URL_MATCH", matchType="contains", pattern=f"/feature-{n:05}"),
    "one beginning each": lambda n: facts(n, "URL_MATCH", matchType="startsWith", pattern=f"https://a.example/{n:05}"),
    "all kinds of URLs": lambda n: facts(
        n,
        "URL_MATCH",
        matchType=("exact", "contains", "endsWith", "regex")[n % 4],
        pattern=f"https://a.example/{n:05}$",
    ),
    "the same event": lambda n: facts(n, "CUSTOM_EVENT", eventName="e"),
    "one value each": lambda n: facts(n, "CUSTOM_EVENT", {"property": "p", "equals": n}, eventName="e"),
    "no list of values": lambda n: facts(
        n, "CUSTOM_EVENT", {"all": [{"property": "p", "gte": n}, {"property": "p", "lt": n + 1}]}, eventName="e"
    ),
    "by audience": lambda n: facts(n, "MANUAL", audience=f"a-{n % 50}"),
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_five_thousand_journeys_are_compared_at_once(crowd: str) -> None:
    """Seconds are for a busy machine; each with each would take minutes."""
    made = [CROWDS[crowd](n) for n in range(MANY)]
    audiences = [
        Facts(Kind.AUDIENCE, f"a{n}", f"a-{n}", "a.yaml", n, rules={"trait": "plan", "equals": f"plan-{n}"})
        for n in range(50)
    ]
    assert seconds([*audiences, *made]) < 3


def test_beyond_what_is_decided_in_one_run_equal_gates_still_meet() -> None:
    made = [CROWDS["no list of values"](n) for n in range(MOST_DECISIONS // 10)]
    again = facts(MANY, "CUSTOM_EVENT", dict(made[-1].triggers[0].config["where"]), eventName="e")
    assert [key for key, _ in told([*made, again])] == [again.key]
