"""Suggested cases as the text of a test document: a new one, or added to one that is there.

What is in a file stays as it is, to the letter: new cases go to the end of its list. Reading the text back gives the
cases again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jcli.documents import Document
from jcli.documents.edits import Edit, InsertItem
from jcli.documents.splices import apply
from jcli.documents.writer import ANY, Manner, write
from jcli.durations import exact_length, rfc3339
from jcli.model import Kind
from jcli.parameters import escaped
from jcli.trials.script import START, Case, Person, Step, Verb

_WIDE = Manner(width=110)
_BLOCK = (("cases",), ("cases", ANY), ("cases", ANY, "steps"), ("cases", ANY, "expect"))
_TIMES = {Verb.WAIT: exact_length, Verb.AT: rfc3339}


def new_document(journey: str, cases: Sequence[Case]) -> str:
    """A test document of these cases alone."""
    data = {Kind.TEST.value: journey, "cases": [case_data(case) for case in cases]}
    return write(data, block=_BLOCK, manner=_WIDE)


def added(text: str, document: Document, cases: Sequence[Case]) -> str:
    """The text of a file with the cases at the end of one of its documents. EditError where that cannot be done."""
    number = len(document.data["cases"])
    edits: list[Edit] = [InsertItem(("cases",), number, case_data(case)) for case in cases]
    return apply(text, document.index, edits)


def case_data(case: Case) -> dict[str, Any]:
    """The case as a document holds it."""
    return {key: escaped(value) for key, value in _fields(case)}


def _fields(case: Case) -> Iterator[tuple[str, Any]]:
    yield "case", case.name
    if case.start != START:
        yield "start", rfc3339(case.start)
    if case.live is not None:
        yield "live", list(case.live)
    person = _person(case.person)
    if person:
        yield "person", person
    if case.split:
        yield "split", dict(case.split)
    *steps, last = case.steps
    if last.verb is not Verb.EXPECT:
        steps.append(last)
    yield "steps", [_step(step) for step in steps]
    if last.verb is Verb.EXPECT and last.expect is not None:
        yield "expect", dict(last.expect.fields)


def _person(person: Person) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if person.anonymous:
        said["anonymous"] = True
    if person.traits:
        said["traits"] = dict(person.traits)
    if person.past:
        said["past"] = [
            {"event": event.event, "ago": exact_length(event.ago)}
            | ({"properties": dict(event.properties)} if event.properties else {})
            for event in person.past
        ]
    return said


def _step(step: Step) -> dict[str, Any]:
    time = _TIMES.get(step.verb)
    said: dict[str, Any] = {step.verb.value: time(step.value) if time else step.value}
    if step.properties:
        said["properties"] = dict(step.properties)
    if step.url is not None:
        said["url"] = step.url
    if step.expect is not None:
        said["expect"] = dict(step.expect.fields)
    return said
