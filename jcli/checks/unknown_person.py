"""A test is about somebody whom nobody has described, or who is like themselves.

A person is looked for among the `people` of the test, then among the `person` documents of the workspace. Whoever is
`like` somebody else is so in the end like somebody who is described.

Bad::

    person: ana
    traits: {role: admin}
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcome
    cases:
      - case: whoever enters is done
        person: anna
        steps:
          - {enter: welcome, expect: {status: completed}}

Good::

    person: ana
    traits: {role: admin}
    ---
    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
      done: {type: EXIT}
    ---
    test: welcome
    cases:
      - case: whoever enters is done
        person: ana
        steps:
          - {enter: welcome, expect: {status: completed}}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from jcli.checks.facts import Facts, Together
from jcli.checks.named import Named, Sort
from jcli.checks.nearest import Suggestions, certain, did_you_mean
from jcli.checks.subject import TrialSubject, short
from jcli.findings import FixKind, Problem
from jcli.model import Kind


def check_trial(subject: TrialSubject) -> Iterator[Problem]:
    """People of one test who are like themselves."""
    people = subject.data.get("people", {}) if subject.kind is Kind.TEST else {}
    likes = {name: person["like"] for name, person in people.items() if "like" in person}
    for name in likes:
        if _comes_back(name, likes):
            yield Problem(("people", name, "like"), _message(likes[name]))


def check_tests(together: Together) -> Iterator[tuple[Facts, Problem]]:
    suggestions = Suggestions()
    persons = {fact.key: fact for fact in together.trials if fact.kind is Kind.PERSON}
    likes = {key: fact.named[0].name for key, fact in persons.items() if fact.named}
    for fact in together.trials:
        for item in fact.named:
            if item.sort is not Sort.PERSON:
                continue
            if not fact.knows(Kind.PERSON, item.name):
                yield fact, _unknown(item, {*persons, *item.also}, suggestions)
            elif fact.kind is Kind.PERSON and _comes_back(fact.key, likes):
                yield fact, Problem(item.path, _message(item.name))


def _unknown(item: Named, known: Collection[str], suggestions: Suggestions) -> Problem:
    meant = suggestions.nearest(item.name, known)
    tail = did_you_mean(meant and short(meant)) or "; add them to `people`, or as a `person` document"
    fix = None if item.loose else certain(FixKind.VALUE, item.name, known, meant)
    return Problem(item.path, f"nobody is called `{short(item.name)}` here{tail}", item.instead(meant), fix=fix)


def _comes_back(name: str, likes: Mapping[str, str]) -> bool:
    """Whether somebody is like themselves, by way of others or not."""
    seen = {name}
    at = likes.get(name)
    while at is not None and at not in seen:
        seen.add(at)
        at = likes.get(at)
    return at == name


def _message(like: str) -> str:
    return f"`{short(like)}` is in turn like them, so nobody says what they are; take one `like` out, or say it there"
