"""A verdict comes back whole from its plain form, whatever is in it: a field that the plain form does not know would be
lost between processes, and between runs."""

from __future__ import annotations

from dataclasses import MISSING, fields

import orjson
import pytest

from jcli.checks import Facts, World
from jcli.checks.facts import NodeFacts, TriggerFacts
from jcli.checks.named import Named, Sort
from jcli.checks.vocabulary import Vocabulary
from jcli.compiler.documents import Head
from jcli.compiler.verdicts import Judged, Verdict, plain_of, verdict_of, world_key
from jcli.findings import Finding, Fix, FixKind, Ignore, Severity, Span
from jcli.model import Kind

SPAN, OTHER = Span(1, 2, 3, 4), Span(5, 6, 7, 8)
FINDING = Finding(
    "dead-end",
    Severity.WARNING,
    "`é` has no way out",
    ("nodes", "a", 0),
    file="a.yaml",
    span=SPAN,
    journey="j",
    node="a",
    suggestion="b",
    related=(SPAN, OTHER),
    document="journey j",
    fix=Fix(FixKind.VALUE, "b"),
    index=2,
)
BARE = Finding("syntax", Severity.ERROR, "this is not YAML", file="a.yaml")
IGNORE = Ignore("a.yaml", SPAN, "ignore", ("dead-end", "same-ways"), "so", 3, 9, "journey j")
FACTS = Facts(
    Kind.JOURNEY,
    "j",
    "id-j",
    "a.yaml",
    2,
    site="s",
    audience="a",
    rules={"all": [{"trait": "x", "gte": 1.0}, {"trait": "y", "equals": 1}]},
    draft=True,
    triggers=(TriggerFacts("start", "CUSTOM_EVENT", {"eventName": "e", "where": None}),),
    contents=("tour", "hint"),
    nodes=(NodeFacts("start", "TRIGGER"), NodeFacts("tour", "CONTENT", ("completed", "dismissed"), "first-tour")),
    named=(
        Named(Sort.PERSON, "ana", ("people", "bob", "like")),
        Named(Sort.SPLIT, "ab", ("cases", 0, "split", "o/ab"), "o", "a", True, "o/", " x", True, ("video",)),
    ),
    missing=frozenset({"journey o", "person ana"}),
)
HEAD = Head(Kind.CONTENT, "tour", "id-tour", True, "flow")
TEST = Head(Kind.TEST, "j", "id-test", True, names=("journey j", "person ana"))
VERDICT = Verdict(["journey j"], [HEAD, TEST], [IGNORE], [FINDING, BARE], True, [FACTS], {"here": FINDING})


def test_a_verdict_comes_back_whole() -> None:
    kept = orjson.loads(orjson.dumps(plain_of(VERDICT)))
    assert verdict_of(kept, "a.yaml") == VERDICT


@pytest.mark.parametrize("sample", [FINDING, IGNORE, FACTS, VERDICT], ids=lambda sample: type(sample).__name__)
def test_the_sample_has_every_field(sample: object) -> None:
    """So that whoever adds one meets the test above."""
    usual = {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(sample)  # type: ignore[arg-type]
    }
    bare = {name for name, value in usual.items() if getattr(sample, name) == value}
    assert bare <= {"fingerprint"}, "findings are identified after all files are known"


def test_numbers_keep_their_types() -> None:
    kept = orjson.loads(orjson.dumps(plain_of(VERDICT)))
    rules = verdict_of(kept, "a.yaml").facts[0].rules
    assert rules is not None
    assert [type(rule.get("gte", rule.get("equals"))) for rule in rules["all"]] == [float, int]


def test_the_file_is_not_part_of_the_plain_form() -> None:
    moved = verdict_of(plain_of(VERDICT), "b.yaml")
    assert {moved.findings[0].file, moved.ignores[0].file, moved.facts[0].file} == {"b.yaml"}


def test_what_most_runs_ask_is_known_without_the_rest() -> None:
    judged = Judged("digest", plain_of(VERDICT), "a.yaml")
    assert (judged.names, judged.heads, judged.barred) == (VERDICT.names, VERDICT.heads, True)
    assert (judged.findings, judged.ignores, judged.placed) == (VERDICT.findings, VERDICT.ignores, VERDICT.placed)
    judged.note({})
    assert judged.placed == {}


WORLDS = [
    World(),
    World(sites={}),
    World(sites={"a": "1"}),
    World(sites={"a": "2"}),
    World(audiences={"a": "1"}),
    World(contents=frozenset()),
    World(contents=frozenset({"a"})),
    World(content_types={"a": "flow"}),
    World(vocabulary=Vocabulary()),
    World(vocabulary=Vocabulary(events={"a": None})),
    World(vocabulary=Vocabulary(events={"a": {}})),
]


def test_no_two_worlds_are_taken_for_one() -> None:
    assert len({world_key(world) for world in WORLDS}) == len(WORLDS)
    assert world_key(World(contents=frozenset("abcdef"))) == world_key(World(contents=frozenset("fedcba")))
