"""The oracle's verdict and the checks' findings side by side, and the table of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.findings import Severity
from tests.mutations.mutator import mutants
from tests.mutations.oracle import Verdict, judge
from tests.mutations.originals import audiences, surroundings

ROUNDS = 3
"""Mutants of each kind from each journey, at most."""

ANSWERS: Mapping[str, frozenset[str]] = {
    "path-end": frozenset({"dead-end"}),
    "for-ever": frozenset({"no-timeout"}),
    "nobody": frozenset({"impossible-rule", "shadowed-branch"}),
    "too-late": frozenset({"late-deadline"}),
    "holdout": frozenset({"holdout-content"}),
}
"""Which checks warn of what the oracle calls doubtful; one of them must, for each clause."""


@dataclass(frozen=True)
class Judged:
    name: str
    kind: str
    verdict: Verdict
    errors: frozenset[str]
    warnings: frozenset[str]

    def __str__(self) -> str:
        clauses = {**self.verdict.broken, **self.verdict.doubtful}
        said = f"errors {sorted(self.errors)}, warnings {sorted(self.warnings)}"
        return f"{self.name}: {self.verdict.word} {clauses}, but {said}"


def judged(originals: dict[str, dict[str, Any]], rounds: int) -> Iterator[Judged]:
    rules = audiences()
    for mutant in mutants(originals, rounds):
        found = findings_of(mutant.body)
        errors = frozenset(code for severity, code in found if severity is Severity.ERROR)
        warnings = frozenset(code for severity, code in found if severity is Severity.WARNING)
        yield Judged(mutant.name, mutant.kind, judge(mutant.body, rules, mutant.claim), errors, warnings)


def findings_of(body: dict[str, Any]) -> list[tuple[Severity, str]]:
    """What `validate` says of the journey as a file of the example workspace, by severity and slug."""
    text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
    documents, early = read(text.encode(), "mutant.yaml")
    found = compile_documents([*surroundings(), *documents], early, "fernwick").findings
    return [(finding.severity, finding.code) for finding in found if finding.file == "mutant.yaml"]


def agree(item: Judged) -> bool:
    """Whether the checks say what the oracle asks for."""
    if item.verdict.broken:
        return bool(item.errors)
    if item.errors:
        return False
    return all(item.warnings & ANSWERS[clause] for clause in item.verdict.doubtful)


def table(items: Iterable[Judged]) -> str:
    """Kinds by verdict, and how many of each the checks gave an error, or a warning."""
    counts: dict[str, Counter[str]] = {}
    for item in items:
        said = "error" if item.errors else "warning" if item.warnings else "nothing"
        for kind in (item.kind, "all"):
            counts.setdefault(kind, Counter()).update([item.verdict.word, said, *([] if agree(item) else ["differ"])])
    columns = ("broken", "doubtful", "right", "error", "warning", "nothing", "differ")
    rows = [f"| mutation | {' | '.join(columns)} |", f"| --- | {' | '.join('---:' for _ in columns)} |"]
    rows += [
        f"| {kind} | {' | '.join(str(counts[kind][column]) for column in columns)} |"
        for kind in [*(kind for kind in counts if kind != "all"), "all"]
    ]
    return "\n".join(rows)
