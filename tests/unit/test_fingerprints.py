"""Fingerprints of findings: what they survive, and what they tell apart."""

from __future__ import annotations

import pytest

from jcli.compiler import compile_documents
from jcli.documents import read
from jcli.findings import Finding, Severity, Span, identified

TEXT = """\
journey: welcome
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: [{to: tuor}, {to: other}]}
  tour: {type: WAIT, config: {duration: 2d}}
  done: {type: EXIT}
---
audience: admins
rules: {trait: role, equals: admin}
more: 1
"""


def fingerprints(text: str, file: str = "a.yaml") -> dict[tuple[str, str], str | None]:
    documents, early = read(text.encode(), file)
    found = identified(compile_documents(documents, early, "acme").findings)
    assert len({f.fingerprint for f in found}) == len(found)
    return {(f.code, f.message.partition(";")[0]): f.fingerprint for f in found}


BEFORE = fingerprints(TEXT)


def test_each_finding_has_its_own() -> None:
    assert len(BEFORE) == 3
    assert all(print and len(print) == 32 and set(print) <= set("0123456789abcdef") for print in BEFORE.values())


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n\n" + TEXT,
        TEXT.replace("{to: tuor}, {to: other}", "{to: done, label: x}, {to: other}, {to: tuor}"),
        TEXT.replace("site: main", "site: main\nname: Welcome\nnmae: x"),
        TEXT.replace("tour:", "toor:"),
        "\n---\n".join(reversed(TEXT.split("---\n"))),
        TEXT.replace("\n", "\r\n"),
    ],
    ids=["lines moved", "items moved", "another finding", "another suggestion", "documents moved", "line ends"],
)
def test_it_survives(text: str) -> None:
    after = fingerprints(text)
    assert {after[key] for key in BEFORE if key in after} <= set(BEFORE.values())
    kept = [key for key in BEFORE if key in after]
    assert all(after[key] == BEFORE[key] for key in kept)
    assert len(kept) == (1 if "nmae" in text else 3)


def test_it_survives_a_file_that_is_renamed() -> None:
    assert fingerprints(TEXT, "b.yaml") == BEFORE


def test_it_survives_better_words() -> None:
    old, new = (Finding("x", Severity.ERROR, m, file="f", span=Span(1, 1, 1, 2)) for m in ("no `a`; do b", "`a`? No"))
    assert identified([old])[0].fingerprint == identified([new])[0].fingerprint


def test_it_tells_apart_what_is_elsewhere_or_of_another_name() -> None:
    assert not set(fingerprints(TEXT.replace("welcome", "wellcome")).values()) & set(list(BEFORE.values())[:2])
    assert fingerprints(TEXT.replace("tuor", "tuorr")) != BEFORE


def test_equal_ones_are_numbered_and_the_first_keeps_its_own() -> None:
    def finding(line: int) -> Finding:
        return Finding("x", Severity.ERROR, "m", ("a",), "f.yaml", Span(line, 1, line, 2))

    one = identified([finding(1)])
    two = identified([finding(9), finding(3)])
    assert two[0].fingerprint == one[0].fingerprint != two[1].fingerprint
