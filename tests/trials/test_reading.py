"""Test documents become cases: what is said once counts where it is meant."""

from __future__ import annotations

import pytest

from jcli.durations import parse_instant
from jcli.trials.reading import cases_of
from jcli.trials.script import START, Case, Expectation, Past, Person, Step, Verb
from tests.trials.made import DAY, documents_of


def cases(text: str) -> list[Case]:
    return cases_of(documents_of(text))


def only(text: str) -> Case:
    [case] = cases(text)
    return case


def test_a_case_with_everything() -> None:
    """given all that can be said; then it is there, times in milliseconds, each thing with its place."""
    case = only("""\
test: welcome
description: All of it
start: 2026-05-04T10:00:00+02:00
live: [other]
people:
  ana: {id: user-1, traits: {role: admin}, past: [{event: signed_up, ago: 3d, properties: {by: mail}}]}
cases:
  - case: all of it
    description: Really
    person: ana
    split: {ab: b}
    revision: {nodes: {tour: null}}
    steps:
      - {event: project_created, properties: {n: 1}, dated: -2h, id: m-1, userId: maria, expect: {at: tour}}
      - {click: "#save", url: https://a.example/}
      - {wait: 1d12h}
      - {at: 2026-05-09T00:00:00Z}
      - {identify: {plan: null}}
      - {edit: {nodes: {tour: null}}, nodeMap: {tour: video}}
    expect: {status: completed}
""")
    path = ("cases", 0)
    assert case == Case(
        "journeys/all.yaml",
        0,
        path,
        "welcome",
        "all of it",
        Person("ana", "user-1", False, {"role": "admin"}, (Past(3 * DAY, "signed_up", {"by": "mail"}),)),
        parse_instant("2026-05-04T08:00:00Z"),
        (
            Step(
                (*path, "steps", 0),
                Verb.EVENT,
                "project_created",
                {"n": 1},
                dated=-2 * 3_600_000,
                message="m-1",
                user="maria",
                expect=Expectation((*path, "steps", 0, "expect"), {"at": "tour"}),
            ),
            Step((*path, "steps", 1), Verb.CLICK, "#save", url="https://a.example/"),
            Step((*path, "steps", 2), Verb.WAIT, 36 * 3_600_000),
            Step((*path, "steps", 3), Verb.AT, parse_instant("2026-05-09T00:00:00Z")),
            Step((*path, "steps", 4), Verb.IDENTIFY, {"plan": None}),
            Step((*path, "steps", 5), Verb.EDIT, {"nodes": {"tour": None}}, node_map={"tour": "video"}),
            Step((*path, "expect"), Verb.EXPECT, expect=Expectation((*path, "expect"), {"status": "completed"})),
        ),
        split={"ab": "b"},
        live=("other",),
        revision={"nodes": {"tour": None}},
        description="Really",
    )


def test_a_case_with_next_to_nothing() -> None:
    case = only("test: welcome\ncases: [{case: a}]")
    assert (case.person, case.start, case.steps, case.live) == (Person("somebody"), START, (), None)


def test_a_case_says_more_than_its_document() -> None:
    case = only(
        "test: a\nstart: 2026-01-01T00:00:00Z\nlive: [b]\ncases: [{case: a, start: 2027-01-01T00:00:00Z, live: []}]"
    )
    assert (case.start, case.live) == (parse_instant("2027-01-01T00:00:00Z"), ())


PERSONS = """\
person: ana
traits: {role: admin, plan: free}
past: [{event: signed_up, ago: 1d}]
---
person: bob
like: ana
traits: {role: null, seats: 3}
---
"""


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("ana", Person("ana", None, False, {"role": "admin", "plan": "free"}, (Past(DAY, "signed_up"),))),
        ("bob", Person("bob", None, False, {"plan": "free", "seats": 3}, (Past(DAY, "signed_up"),))),
        ("{like: bob, past: []}", Person("bob", None, False, {"plan": "free", "seats": 3})),
        ("{anonymous: true}", Person("somebody", None, True)),
        ("{id: user-7}", Person("user-7", "user-7")),
        ("carl", Person("carl", None, False, {"role": "viewer"})),
        ("dora", Person("dora", None, False, {"role": "viewer", "plan": "pro"})),
    ],
)
def test_people(written: str, wanted: Person) -> None:
    """given persons of the workspace and of the document; then a name finds them, and `like` lays one over another."""
    people = "people: {carl: {traits: {role: viewer}}, dora: {like: carl, traits: {plan: pro}}}"
    assert only(f"{PERSONS}test: a\n{people}\ncases: [{{case: a, person: {written}}}]").person == wanted


def test_a_person_of_the_document_hides_one_of_the_workspace() -> None:
    case = only(f"{PERSONS}test: a\npeople: {{ana: {{traits: {{role: owner}}}}}}\ncases: [{{case: a, person: ana}}]")
    assert case.person.traits == {"role": "owner"}


def test_each_is_several_cases() -> None:
    found = cases("""\
test: a
cases:
  - case: somebody comes
    each: [{days: 2, where: tour}, {name: late, days: 9, where: done}]
    person: {traits: {seats: $days}}
    steps: [{wait: "${days}d"}]
    expect: {at: $where, entries: $days}
""")
    assert [case.name for case in found] == ["somebody comes [days=2, where=tour]", "somebody comes [late]"]
    assert [case.steps[0].value for case in found] == [2 * DAY, 9 * DAY]
    assert [case.person.traits["seats"] for case in found] == [2, 9]
    ends = [case.steps[-1].expect for case in found]
    assert [end.fields for end in ends if end] == [{"at": "tour", "entries": 2}, {"at": "done", "entries": 9}]


@pytest.mark.parametrize(
    "wrong",
    [
        "cases: [{case: a, person: nobody}]",
        "people: {a: {like: b}, b: {like: a}}\ncases: [{case: a, person: a}]",
        "cases: [{case: a, steps: [{wait: $days}]}]",
        "cases: [{case: a, steps: [{wait: 2x}]}]",
        "cases: [{case: a, steps: [{wait: 2d, event: b}]}]",
        "cases: [{case: a, each: [{days: 2x}], steps: [{wait: $days}]}]",
        "casts: []",
    ],
)
def test_what_the_checks_tell_of_is_left_out(wrong: str) -> None:
    assert [case.journey for case in cases(f"test: a\n{wrong}\n---\ntest: b\ncases: [{{case: b}}]")] == ["b"]
