"""A crowd for the benchmarks of the runtime: the example journeys live, and people half way through five of them.

The same for the same seed. Events are those that the example workspace is about; seven of ten concern no journey, as
on most days. People are chosen evenly, so next to nobody is in a cache: the hardest case for a store.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jcli import operations
from jcli.compiler import compile_documents
from jcli.engine import Event, EventType
from jcli.model import Actor, Kind
from jcli.runtime import open_work
from jcli.store import Page, PersonKey, Store, open_store
from jcli.workspace import load, locate

SEED = 20261
ACTOR = Actor("benchmark", "api")
START = 1_800_000_000_000
"""When the crowd came, in milliseconds."""

_ROOT = Path(__file__).resolve().parent.parent
_PER_COMMIT = 2_000
_IRRELEVANT = ("roadmap_opened", "comment_added", "item_moved", "filter_set", "file_uploaded", "search_done")
_PAGES = ("/roadmaps/7", "/roadmaps/7/items/12", "/inbox", "/help/shortcuts")
_MESSAGES = "00000000-0000-4000-8000-"


def journeys(store: Store) -> None:
    """The example workspace, synced and published."""
    workspace = locate(str(_ROOT))
    loaded = load(workspace)
    config = workspace.config
    compilation = compile_documents(loaded.documents, loaded.findings, config.workspace, config.rules)
    operations.sync(store, lambda: START - 1, ACTOR, compilation)
    with store.read() as tables:
        ids = list(tables.journey_states())
    for journey_id in ids:
        saved = operations.publish(store, lambda: START - 1, ACTOR, journey_id)
        assert not saved.refused, saved.findings


def site_of(store: Store) -> str:
    """The id of the crowd's site."""
    with store.read() as tables:
        return tables.things(Kind.SITE, None, Page(1)).rows[0].item.id


def traits(number: int) -> dict[str, Any]:
    return {
        "role": "admin",
        "plan": "trial",
        "companySize": 4 + number % 40,
        "email": f"person{number}@acme.example",
        "timezone": ("Europe/Paris", "America/New_York", "Asia/Tokyo")[number % 3],
    }


def _arrive(number: int) -> Iterator[Event]:
    """What brings a person into five journeys."""
    yield Event(EventType.IDENTIFY, START, traits=traits(number))
    yield Event(EventType.TRACK, START, "signup_completed", f"a{number}")
    yield Event(EventType.PAGE, START, url="https://app.fernwick.example/welcome", message_id=f"b{number}")
    yield Event(EventType.PAGE, START, url="https://app.fernwick.example/settings/members", message_id=f"c{number}")
    yield Event(EventType.TRACK, START, "trial_started", f"d{number}")
    for _ in range(3):
        yield Event(EventType.TRACK, START, "roadmap_shared", f"e{number}", properties={"recipients": 3})


def build(path: Path, people: int) -> None:
    """A store file with the crowd. Two hundred thousand people take some minutes."""
    store = open_store(f"sqlite:///{path}")
    fill(store, people)
    store.close()


def fill(store: Store, people: int) -> None:
    """The crowd, into a store that is empty."""
    journeys(store)
    site_id = site_of(store)
    for first in range(0, people, _PER_COMMIT):
        with open_work(store, lambda: START) as work:
            for number in range(first, min(first + _PER_COMMIT, people)):
                present = work.new(PersonKey(site_id, f"person-{number:07}"))
                for event in _arrive(number):
                    work.give(present, event)
        print(f"\r  {first + _PER_COMMIT:,} people", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)


def events(people: int, chance: random.Random, first: int = 0) -> Iterator[dict[str, Any]]:
    """Events as they come over the wire, without end; message ids count up from `first`."""
    while True:
        person = chance.randrange(people)
        event = _relevant(chance, person) if chance.random() < 0.3 else _irrelevant(chance)
        event["userId"] = f"person-{person:07}"
        event["messageId"] = f"{_MESSAGES}{chance.getrandbits(48):012x}"
        event["context"] = {"library": {"name": "analytics.js", "version": "2.1.0"}, "locale": "en-GB"}
        first += 1
        yield event


def _irrelevant(chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.4:
        return {"type": "page", "properties": {"url": f"https://app.fernwick.example{chance.choice(_PAGES)}"}}
    return {"type": "track", "event": chance.choice(_IRRELEVANT), "properties": {"board": chance.randrange(500)}}


def _relevant(chance: random.Random, person: int) -> dict[str, Any]:
    kind = chance.randrange(10)
    if kind < 3:
        return {"type": "track", "event": "session_started", "properties": {}}
    if kind < 5:
        return {"type": "track", "event": "project_created", "properties": {"name": "Spring"}}
    if kind < 6:
        return {"type": "track", "event": "teammate_invited", "properties": {}}
    if kind < 7:
        return {"type": "track", "event": "roadmap_exported", "properties": {"format": "pdf"}}
    if kind < 8:
        return {"type": "track", "event": "checkout_started", "properties": {}}
    if kind < 9:
        return {"type": "identify", "traits": {**traits(person), "seats": chance.randrange(100)}}
    return {"type": "page", "properties": {"url": "https://app.fernwick.example/welcome"}}
