"""Journeys made wrong, held against the checks: what the oracle calls broken gets an error, what it calls doubtful the
warning for that, and what it calls right gets no error.

The oracle (`oracle.py` has the definition) runs the engine and asks no check; mutants go to the checks as YAML, by the
door that authors use. `python -m tests.mutations` prints what was counted.
"""

from __future__ import annotations

from collections import Counter

import pytest

from jcli.checks import known_slugs
from tests.mutations.judging import ANSWERS, ROUNDS, Judged, agree, findings_of, judged, table
from tests.mutations.mutator import KINDS
from tests.mutations.oracle import judge
from tests.mutations.originals import audiences, originals


@pytest.fixture(scope="module")
def everything() -> list[Judged]:
    return list(judged(originals(), ROUNDS))


@pytest.mark.parametrize("key", originals())
def test_an_original_is_right_and_has_no_finding(key: str) -> None:
    assert judge(originals()[key], audiences()).word == "right"
    assert findings_of(originals()[key]) == []


def test_the_oracle_and_the_checks_agree_on_every_mutant(everything: list[Judged]) -> None:
    differing = [item for item in everything if not agree(item)]
    assert not differing, "\n".join([table(everything), *map(str, differing[:20])])


def test_there_are_enough_mutants_of_every_kind_and_verdict(everything: list[Judged]) -> None:
    """A mutator that changes nothing, or an oracle that calls everything broken, would agree with anything."""
    kinds = Counter(item.kind for item in everything)
    assert set(kinds) == {mutate.__name__.replace("_", " ") for mutate in KINDS}
    verdicts = Counter(item.verdict.word for item in everything)
    assert min(verdicts["broken"], verdicts["right"]) >= 300
    assert verdicts["doubtful"] >= 50
    clauses = {clause for item in everything for clause in (*item.verdict.broken, *item.verdict.doubtful)}
    assert clauses == {
        "no-entry",
        "never-reached",
        "never-taken",
        "no-answer",
        "round-at-once",
        "into-trigger",
        "no-end",
        "shares",
        "no-goal",
        "unreadable",
        "misnamed",
        *ANSWERS,
    }


def test_what_answers_a_clause_is_a_check() -> None:
    assert set().union(*ANSWERS.values()) <= known_slugs()
