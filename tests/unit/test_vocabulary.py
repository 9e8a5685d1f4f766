"""The vocabulary: what several documents say together, when the checks are silent, and what they agree on with the
engine."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.checks import AudienceSubject, World, run_audience
from jcli.checks.shape import check_definition
from jcli.checks.vocabulary import ANY, Definition, ValueType, Vocabulary, add_up, nearest_word, vocabulary_of
from jcli.compiler import check_shapes, compile_documents, world_of
from jcli.documents import read
from jcli.engine.rules import Facts, compile_rule
from jcli.findings import Finding, Severity
from jcli.model import Audience

TEXT, NUMBER = Definition(ValueType.TEXT), Definition(ValueType.NUMBER)


def findings_of(text: str, rules: dict[str, Severity | None] | None = None) -> list[Finding]:
    documents, early = read(text.encode(), "case.yaml")
    return compile_documents(documents, early, "acme", rules).findings


# What documents say together


def test_short_and_long_forms_say_the_same() -> None:
    short = vocabulary_of({"traits": {"seats": "number"}, "events": {"opened": None}})
    long = vocabulary_of({"traits": {"seats": {"type": "number", "description": "Paid for"}}, "events": {"opened": {}}})
    assert short == long == Vocabulary({"opened": None}, {"seats": NUMBER})


def test_properties_of_one_event_add_up_and_none_is_not_the_same_as_unlisted() -> None:
    one = Vocabulary({"opened": None, "closed": {}}, None)
    other = Vocabulary({"opened": {"source": TEXT}}, None)
    both, clashes = add_up([one, other])
    assert (both, clashes) == (Vocabulary({"opened": {"source": TEXT}, "closed": {}}, None), [])
    assert both.properties("closed") == {}
    assert both.properties("gone") is None


def test_what_is_contradicted_may_be_anything_and_every_other_word_is_told() -> None:
    said = [Vocabulary(None, {"seats": kind}) for kind in (NUMBER, TEXT, NUMBER, TEXT)]
    both, clashes = add_up(said)
    assert both.traits == {"seats": ANY}
    assert [(clash.document, clash.path) for clash in clashes] == [(1, ("traits", "seats")), (3, ("traits", "seats"))]


def test_adding_up_changes_none_of_the_parts() -> None:
    part = Vocabulary({"opened": {"source": TEXT}}, {"seats": NUMBER})
    add_up([part, Vocabulary({"opened": {"source": NUMBER, "more": TEXT}}, {"seats": TEXT})])
    assert part == Vocabulary({"opened": {"source": TEXT}}, {"seats": NUMBER})


def test_it_goes_from_process_to_process() -> None:
    vocabulary = Vocabulary({"opened": {"source": TEXT}}, {"seats": Definition(ValueType.NUMBER, (1, 2))})
    assert "opened" in vocabulary.event_names
    assert pickle.loads(pickle.dumps(World(vocabulary=vocabulary))).vocabulary == vocabulary


def test_a_wrong_word_in_many_journeys_is_looked_up_once() -> None:
    known = frozenset({"project_created"})
    nearest_word.cache_clear()
    assert {nearest_word("project_creatd", known) for _ in range(100)} == {"project_created"}
    assert nearest_word.cache_info().misses == 1


# When the checks speak

HEARS = """\
journey: hears
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: opend}}, next: done}
  done: {type: EXIT}
"""


@pytest.mark.parametrize("vocabulary", ["", "vocabulary: a\n---\n", "vocabulary: a\nevents: {}\n---\n"])
def test_where_no_event_is_listed_every_event_is_fine(vocabulary: str) -> None:
    assert findings_of(vocabulary + HEARS) == []


def test_a_vocabulary_that_is_itself_wrong_is_told_alone() -> None:
    """What it lists is not known, so nothing is held against what the other one lists."""
    text = "vocabulary: a\nevents: {opened: {}}\n---\nvocabulary: b\nevents: [opend]\n---\n" + HEARS
    assert [finding.code for finding in findings_of(text)] == ["wrong-type"]


def test_an_unknown_event_is_an_error_with_the_word_to_write_in_its_place() -> None:
    (found,) = findings_of("vocabulary: a\nevents: {opened: {}}\n---\n" + HEARS)
    assert (found.severity, found.suggestion, found.journey, found.node) == (Severity.ERROR, "opened", "hears", "start")
    assert found.span is not None
    assert HEARS.splitlines()[found.span.line - 4][found.span.column - 1 : found.span.end_column - 1] == "opend"


def test_severities_are_for_choosing() -> None:
    text = "vocabulary: a\nevents: {opened: {}}\n---\naudience: c\nrules: {event: opend}\n---\n" + HEARS
    text += "audience: c\n"
    assert [found.severity for found in findings_of(text)] == [Severity.ERROR] * 2
    assert [f.severity for f in findings_of(text, {"unknown-event": Severity.WARNING})] == [Severity.WARNING] * 2
    assert findings_of(text, {"unknown-event": None}) == []


def test_a_draft_may_name_an_event_that_is_still_to_come() -> None:
    (found,) = findings_of("vocabulary: a\nevents: {opened: {}}\n---\n" + HEARS + "draft: true\n")
    assert found.severity is Severity.WARNING


def test_a_site_in_a_vocabulary_is_a_field_too_many_and_no_site() -> None:
    documents, early = read(b"vocabulary: a\nsite: main\n", "case.yaml")
    shaped = check_shapes(documents, early, "acme")
    assert [finding.code for finding in shaped.findings] == ["unknown-field"]
    assert world_of(shaped.heads).sites is None


# Types and the engine

SCALARS = st.sampled_from(
    ["a", "ab", "5", "true", "2027-01-31", "2027-01-31T09:00:00Z", "", 5, 5.0, 2.5, 0, True, False]
)
TEXTS = st.sampled_from(["a", "b", "5", "2027"])
MOMENTS = st.sampled_from(["2027-01-31", "2027-01-31T09:00:00Z"])
NUMBERS = st.sampled_from([0, 2, 2.5, 5, 7])
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("equals", "not_equals", "contains", "not_contains"), SCALARS),
    **dict.fromkeys(("in", "not_in"), st.lists(SCALARS, min_size=1, max_size=1)),
    **dict.fromkeys(("gt", "gte", "lt", "lte"), NUMBERS),
    **dict.fromkeys(("starts_with", "ends_with", "regex"), TEXTS),
    **dict.fromkeys(("before", "after"), MOMENTS),
    "exists": st.booleans(),
}
VALUES: dict[ValueType, list[Any]] = {
    ValueType.TEXT: ["a", "ab", "5", "true", "2027-01-31", "", "zzz", "2027-01-31T09:00:00Z"],
    ValueType.NUMBER: [0, 2, 2.5, 5, 5.0, 7, -1, 10**12],
    ValueType.BOOLEAN: [True, False],
    ValueType.INSTANT: ["2027-01-31", "2027-01-31T09:00:00Z", "2026-01-01T00:00:00+01:00", "2030-12-31"],
    ValueType.LIST: [[], ["a"], [5, "ab"], ["a", "5", True]],
}


@given(
    kind=st.sampled_from([kind for kind in ValueType if kind is not ValueType.ANY]),
    listed=st.booleans(),
    leaf=st.sampled_from(sorted(LEAVES)).flatmap(lambda word: st.tuples(st.just(word), LEAVES[word])),
)
def test_what_is_reported_tells_no_two_people_apart(kind: ValueType, listed: bool, leaf: tuple[str, Any]) -> None:
    """A rule of which `wrong-trait-type` speaks gives one answer for every value that the trait may have."""
    word, operand = leaf
    values = [value for value in VALUES[kind] if isinstance(value, str | int | float)]
    definition = Definition(kind, tuple(values) if listed and kind in (ValueType.TEXT, ValueType.NUMBER) else ())
    rules = {"trait": "t", word: operand}
    assert list(check_definition("TraitRule", rules)) == []
    subject = AudienceSubject(Audience("a", "A", rules), "a", World(vocabulary=Vocabulary(None, {"t": definition})))
    found = run_audience(subject)
    test = compile_rule(rules).test
    answers = {test(Facts({"t": value}, {}, 0, {})) for value in VALUES[kind]}
    if found:
        assert [finding.code for finding in found] == ["wrong-trait-type"]
        assert len(answers) == 1
    elif definition.values and word != "exists":
        assert (not word.startswith("not_")) in answers  # it can hold; its opposite can fail
