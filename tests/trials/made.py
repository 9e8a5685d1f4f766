"""Cases and settings made by hand, for tests of what a case means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jcli.compiler import compile_documents
from jcli.documents import Document, read
from jcli.durations import parse_instant
from jcli.rehearsal import Setting, setting_of
from jcli.trials.script import Case, Expectation, Past, Person, Step, Verb
from tests.engine.harness import zones

START = parse_instant("2026-03-02T09:00:00Z")
DAY = 86_400_000


def documents_of(text: str) -> list[Document]:
    documents, findings = read(text.encode(), "journeys/all.yaml")
    assert not findings
    return list(documents)


def setting(text: str) -> Setting:
    """The setting of a workspace whose documents are this text."""
    documents = documents_of(text)
    compilation = compile_documents(documents, [], "test")
    assert not compilation.bars_sync, compilation.findings
    return setting_of(compilation, "test", zones, documents)


def step(verb: str, value: Any = None, expect: Mapping[str, Any] | None = None, **fields: Any) -> Step:
    expectation = None if expect is None else Expectation(("expect",), expect)
    return Step((verb,), Verb(verb), value, expect=expectation, **fields)


def case(journey: str, *steps: Step, person: Person | None = None, **fields: Any) -> Case:
    return Case("all.test.yaml", 0, (), journey, "a case", person or Person("ana"), START, steps, **fields)


def past(event: str, ago: int) -> Past:
    return Past(ago, event)
