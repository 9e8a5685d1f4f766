"""Two journeys take the same person for the same event.

Both begin at once, and the person gets the messages of both: the usual way to it is a copied journey. Compared are the
triggers of the journeys of one site, drafts left out: events of one name, clicks on one element, page views where one
pattern takes every page that the other takes, and journeys that are entered by audience. What else is asked, by `where`
and by audience, must let somebody into both; that is decided, not guessed, and where it is left open nothing is said.
That two unlike patterns may meet in some URL is no finding, and neither is it that two audiences have somebody in
common: journeys that are entered by audience meet where whoever belongs to one audience belongs to the other.

The finding is at the journey that stands later, by file and line, and names the earlier: one of the two has to change,
and it is the later that was added to what was there. A journey that meets many is told of the first of them. At most
2,000 pairs of unlike rules are thought about in one run, and 20,000 URLs searched for regular expressions; what is left
then is not judged.

Bad::

    journey: welcome
    site: main
    nodes:
      start: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}, next: done}
      done: {type: EXIT}
    ---
    journey: first-steps
    site: main
    nodes:
      start:
        type: TRIGGER
        config:
          triggerType: CUSTOM_EVENT
          triggerConfig: {eventName: signed_up, where: {property: invited, equals: true}}
        next: done
      done: {type: EXIT}

Good::

    journey: welcome
    site: main
    nodes:
      start:
        type: TRIGGER
        config:
          triggerType: CUSTOM_EVENT
          triggerConfig: {eventName: signed_up, where: {property: invited, not_equals: true}}
        next: done
      done: {type: EXIT}
    ---
    journey: first-steps
    site: main
    nodes:
      start:
        type: TRIGGER
        config:
          triggerType: CUSTOM_EVENT
          triggerConfig: {eventName: signed_up, where: {property: invited, equals: true}}
        next: done
      done: {type: EXIT}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from jcli.checks.facts import Facts, Together, TriggerFacts
from jcli.checks.gates import Door, Gates, Meetings, Row
from jcli.checks.overlaps import Pattern, nested
from jcli.checks.subject import fitted, short
from jcli.findings import Problem
from jcli.model import Json, Kind

_ANY = Pattern("exact", "")
"""The pattern of triggers that look at no URL: one for all of them."""

_AT = {
    "CUSTOM_EVENT": "at this event",
    "ELEMENT_CLICK": "at this click",
    "URL_MATCH": "on the same pages",
    "MANUAL": "by audience",
}

_Scope = tuple[str, str | None, str]


def check_workspace(together: Together) -> Iterator[tuple[Facts, Problem]]:
    facts = together.documents
    scopes: dict[_Scope, list[tuple[Pattern, Door]]] = {}
    gates = Gates({fact.id: fact.rules for fact in facts if fact.kind is Kind.AUDIENCE and fact.rules is not None})
    for fact in sorted((fact for fact in facts if fact.triggers and not fact.draft), key=lambda f: (f.file, f.index)):
        for trigger in fact.triggers:
            found = _scope(fact, trigger)
            if found is not None:
                scope, pattern = found
                scopes.setdefault(scope, []).append((pattern, Door(fact, trigger, gates.of(fact, trigger))))
    meetings = Meetings()
    for doors in scopes.values():
        if len(doors) > 1:
            yield from _met(doors, meetings)


def _scope(fact: Facts, trigger: TriggerFacts) -> tuple[_Scope, Pattern] | None:
    """What two triggers must have in common to meet, and the pattern by which they are compared then. None: nothing
    but a hand lets anybody in."""
    config: Json = trigger.config
    match trigger.type:
        case "URL_MATCH":
            return (trigger.type, fact.site, ""), Pattern.of(config["matchType"], config["pattern"])
        case "CUSTOM_EVENT":
            return (trigger.type, fact.site, config["eventName"]), _ANY
        case "ELEMENT_CLICK":
            return (trigger.type, fact.site, config["selector"]), Pattern("contains", config.get("url") or "")
        case _:
            return None if fact.audience is None else ((trigger.type, fact.site, ""), _ANY)


def _met(doors: Sequence[tuple[Pattern, Door]], meetings: Meetings) -> Iterator[tuple[Facts, Problem]]:
    counts = Counter(pattern for pattern, _ in doors)
    near: Mapping[Pattern, Sequence[Pattern]] = nested(counts)
    doors = [(pattern, door) for pattern, door in doors if counts[pattern] > 1 or pattern in near]
    pin = meetings.pin_of([door for _, door in doors])
    earlier: dict[Pattern, Row] = {}
    for rank, (pattern, door) in enumerate(doors):
        rows = (earlier.get(other) for other in (pattern, *near.get(pattern, ())))
        found = min((hit for row in rows if row is not None and (hit := row.first(door)) is not None), default=None)
        if found is not None:
            yield door.facts, _problem(door, doors[found][1])
        if pattern not in earlier:
            earlier[pattern] = Row(meetings, pin)
        earlier[pattern].add(rank, door)


def _problem(door: Door, other: Door) -> Problem:
    return Problem(door.trigger.path, fitted(partial(_message, door, other)), at_key=True)


def _message(door: Door, other: Door, limit: int) -> str:
    node, key, file = short(door.trigger.node, limit), short(other.facts.key, limit), other.facts.file
    place = file if len(file) <= limit else f"...{file[3 - limit :]}"  # the end of a path says more
    how = _AT[door.trigger.type]
    return f"`{node}` takes people whom `{key}` ({place}) takes {how}; tell them apart or make it one"
