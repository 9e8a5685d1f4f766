"""Every event, trait and property in a test, a person or a model, with its place: for checks that ask the vocabulary.

What is said of people (`traits`) and events (`properties`) is a value and no rule, so a mention has the value. Its
input passed the shape checks, and nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jcli.checks.mentions import About, Mention
from jcli.checks.model_names import mentions_in_model
from jcli.checks.trial_names import Told, cases_in
from jcli.findings import Path
from jcli.model import Json, Kind


def mentions_in(kind: Kind, data: Json) -> tuple[Mention, ...]:
    """What a test, a person or a model whose shape is right names, in the order in which it stands. What has several
    values, by `each` or by chance, is there with each of them."""
    match kind:
        case Kind.TEST:
            found = _test(data)
        case Kind.MODEL:
            found = mentions_in_model(data)
        case _:
            found = _person(data, ())
    return tuple({(one.about, one.place, one.name, one.value_at, repr(one.value)): one for one in found}.values())


def _test(data: Json) -> Iterator[Mention]:
    for name, person in data.get("people", {}).items():
        yield from _person(person, ("people", name))
    for told in cases_in(data):
        yield from (_placed(told, mention) for mention in _case(told.one.data))


def _placed(told: Told, mention: Mention) -> Mention:
    """The mention where it stands in the document. A value that `each` puts in is judged where it was written."""
    path, at_key = told.place(mention.place, of_key=mention.at_key)
    value_at, _ = told.place(mention.place)
    return mention._replace(path=path[:-1], field=str(path[-1]), at_key=at_key, value_at=value_at)


def _case(case: Json) -> Iterator[Mention]:
    person = case.get("person")
    if isinstance(person, dict):
        yield from _person(person, ("person",))
    for index, step in enumerate(case.get("steps", ())):
        yield from _step(step, ("steps", index))
    yield from _expectation(case.get("expect", {}), ("expect",))


def _person(person: Json, path: Path) -> Iterator[Mention]:
    yield from _traits(person, path, "traits")
    for index, event in enumerate(person.get("past", ())):
        yield from _event(event, (*path, "past", index))


def _step(step: Json, path: Path) -> Iterator[Mention]:
    if "event" in step:
        yield from _event(step, path)
    yield from _traits(step, path, "identify")
    yield from _expectation(step.get("expect", {}), (*path, "expect"))


def _event(said: Json, path: Path) -> Iterator[Mention]:
    yield Mention(About.EVENT, said["event"], path, "event")
    for name, value in said.get("properties", {}).items():
        yield _said(About.PROPERTY, name, (*path, "properties"), value, said["event"])


def _said(about: About, name: str, path: Path, value: object, event: str | None = None) -> Mention:
    return Mention(about, name, path, name, event=event, at_key=True, value=value, value_at=(*path, name))


def _traits(said: Json, path: Path, field: str) -> Iterator[Mention]:
    traits: Any = said.get(field) or {}
    for name, value in traits.items():
        yield _said(About.TRAIT, name, (*path, field), value)


def _expectation(fields: Json, path: Path) -> Iterator[Mention]:
    yield from _traits(fields, path, "traits")
    for key, others in fields.get("journeys", {}).items():
        yield from _expectation(others, (*path, "journeys", key))
