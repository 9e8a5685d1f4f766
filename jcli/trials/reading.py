"""Test documents -> cases: `each` unfolded, people looked up, times as milliseconds.

What cannot become a case is left out, because the checks have told of it (`unknown-person`, `wrong-value`...): whoever
wants to know why a case is not played asks the findings. Nothing is looked up in a journey here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jcli.checks.case_values import verb_of
from jcli.checks.shape import check_document
from jcli.documents import Document
from jcli.durations import parse_duration, parse_instant, parse_offset
from jcli.findings import Path
from jcli.model import Instant, Json, Kind
from jcli.parameters import Unfolded, unfolded
from jcli.trials.script import START, Case, Expectation, Past, Person, Step, Verb

SOMEBODY = "somebody"
"""What the person of a case is called who has no name."""


class _Unreadable(Exception):
    """A case of which the checks have told what is wrong."""


def cases_of(documents: Iterable[Document]) -> list[Case]:
    """The cases of all tests among the documents, in order; the persons among them are known to all. Documents with an
    error of the stage shape have none."""
    right = [one for one in documents if one.kind in (Kind.TEST, Kind.PERSON) and _is_right(one)]
    persons = {one.key: one.data for one in right if one.kind is Kind.PERSON and one.key is not None}
    return [case for one in right if one.kind is Kind.TEST for case in _cases(one, persons)]


def _is_right(document: Document) -> bool:
    return document.key is not None and next(check_document(document.kind, document.data), None) is None


def _cases(document: Document, persons: Mapping[str, Json]) -> Iterator[Case]:
    people = People(document.data.get("people", {}), persons)
    for index, written in enumerate(document.data["cases"]):
        for one in unfolded(written):
            if one.complete:
                try:
                    yield _case(document, ("cases", index), one, people)
                except _Unreadable:
                    continue


def _case(document: Document, path: Path, one: Unfolded, people: People) -> Case:
    data, case = document.data, one.data
    live = case.get("live", data.get("live"))
    return Case(
        document.file,
        document.index,
        path,
        data["test"],
        one.name,
        people.person(case.get("person")),
        _start(case.get("start", data.get("start"))),
        tuple(_steps(case, path)),
        case.get("split", {}),
        None if live is None else tuple(live),
        case.get("revision"),
        case.get("description"),
    )


def _start(written: str | None) -> Instant:
    return START if written is None else parse_instant(written)


class People:
    """Who can be named in the cases of a document: its own people first, then the persons of the workspace."""

    def __init__(self, own: Mapping[str, Json], persons: Mapping[str, Json]) -> None:
        self._known = {**persons, **own}

    def person(self, written: str | Json | None) -> Person:
        """The person of a case, by name or as they are described there."""
        if written is None:
            return Person(SOMEBODY)
        if isinstance(written, str):
            return _person(written, self._whole({"like": written}, ()))
        return _person(written.get("like", written.get("id", SOMEBODY)), self._whole(written, ()))

    def _whole(self, written: Json, seen: tuple[str, ...]) -> Json:
        """What is said of a person, with what is said of whom they are like below it."""
        like = written.get("like")
        if like is None:
            return written
        if like in seen or like not in self._known:
            raise _Unreadable
        model = self._whole(self._known[like], (*seen, like))
        traits = {**model.get("traits", {}), **written.get("traits", {})}
        return {**model, **written, "traits": traits}


def _person(name: str, said: Json) -> Person:
    traits = {name: value for name, value in said.get("traits", {}).items() if value is not None}
    past = tuple(_past(event) for event in said.get("past", ()))
    return Person(name, said.get("id"), said.get("anonymous") is True, traits, past)


def _past(said: Json) -> Past:
    return Past(parse_duration(said["ago"]), said["event"], said.get("properties", {}))


def _steps(case: Json, path: Path) -> Iterator[Step]:
    for number, written in enumerate(case.get("steps", ())):
        yield _step(written, (*path, "steps", number))
    if "expect" in case:
        place = (*path, "expect")
        yield Step(place, Verb.EXPECT, expect=Expectation(place, case["expect"]))


def _step(written: Json, path: Path) -> Step:
    verb = Verb(verb_of(written))
    expect = written.get("expect")
    dated = written.get("dated")
    return Step(
        path,
        verb,
        _value(verb, written[verb]),
        written.get("properties", {}),
        written.get("url"),
        None if dated is None else parse_offset(dated),
        written.get("id"),
        written.get("userId"),
        written.get("nodeMap", {}),
        None if expect is None else Expectation((*path, "expect"), expect),
    )


def _value(verb: Verb, written: Any) -> Any:
    match verb:
        case Verb.WAIT:
            return parse_duration(written)
        case Verb.AT:
            return parse_instant(written)
        case Verb.EXPECT:
            return None
        case _:
            return written
