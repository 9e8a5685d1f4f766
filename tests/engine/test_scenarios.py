"""Every scenario case on the bare engine. The cases say what a journey does; this file only plays them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from jcli.canonical import places_of
from jcli.checks import Subject, run_graph
from jcli.findings import Severity
from jcli.graph import JourneyGraph
from tests.engine.harness import journey
from tests.engine.stage import BareStage
from tests.scenarios.cases import Case, cases, play

ROOT = Path(__file__).resolve().parents[2]
CASES = list(cases(ROOT / "tests" / "scenarios"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    play(case, BareStage())


def test_names_are_names() -> None:
    names = [str(case) for case in CASES]
    assert len(names) == len(set(names))
    assert all(case.data["meaning"].strip() for case in CASES)


def test_journeys_are_such_as_authors_may_write() -> None:
    """The shape that files and requests are held to holds for the cases too: nothing is proven about fantasies."""
    schema = json.loads((ROOT / "schema" / "document.schema.json").read_text("utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    wrong = []
    for case in CASES:
        given = case.data.get("given", {})
        for key, body in given.get("journeys", {}).items():
            document = {"journey": key, "site": "main", **body}
            wrong += [f"{case}: {error.message}" for error in validator.iter_errors(document)]
        for key, body in given.get("audiences", {}).items():
            wrong += [f"{case}: {error.message}" for error in validator.iter_errors({"audience": key, **body})]
    assert wrong == []


def test_journeys_can_be_published() -> None:
    """None has an error that would bar publishing, so that the same files can be played through any door."""
    errors = []
    for case in CASES:
        for key, body in case.data.get("given", {}).get("journeys", {}).items():
            made = journey(key, body)
            subject = Subject(made, JourneyGraph(made), places_of(made))
            errors += [(str(case), f.message) for f in run_graph(subject) if f.severity is Severity.ERROR]
    assert errors == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"ana": {"j": {"at": "e"}}},
        {"ana": {"j": {"path": ["s", "w"]}}},
        {"ana": {"j": "none"}},
        {"ana": {"j": [{}, {}]}},
        {"ana": {"j": {"ended": "completed/goal_met"}}},
        {"ana": {"content": {"tour": "pending"}}},
        {"refused": ["already-enrolled"]},
    ],
)
def test_a_wrong_expectation_is_found_out(wrong: dict[str, object]) -> None:
    (case,) = [case for case in CASES if case.name == "once is once, for ever"]
    play(case, BareStage())
    with pytest.raises(AssertionError):
        play(Case(case.file, case.name, {**case.data, "then": wrong}), BareStage())
