"""A test document as data: cases with a person, steps and what is expected. No YAML and no engine here.

`reading.py` makes scripts out of documents, `playing.py` plays them. Instants are milliseconds; a path is where in its
document something stands, so that a failure can be told with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jcli.findings import Path
from jcli.model import Instant, Json

START: Instant = 1_772_442_000_000
"""When a case begins that says nothing of it: Monday, 2 March 2026, 09:00 UTC."""


@dataclass(frozen=True, slots=True)
class Past:
    """An event that happened before the case begins: `ago` milliseconds before."""

    ago: int
    event: str
    properties: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a case is about. `name` is what the case calls them. Without an `id` the player chooses one, so that
    the splits which the case forces come out as it says."""

    name: str
    id: str | None = None
    anonymous: bool = False
    traits: Json = field(default_factory=dict)
    past: tuple[Past, ...] = ()


class Verb(StrEnum):
    """What a step does; each is also the key that names it in a document."""

    EVENT = "event"
    PAGE = "page"
    CLICK = "click"
    IDENTIFY = "identify"
    WAIT = "wait"
    AT = "at"
    SHOW = "show"
    FINISH = "finish"
    DISMISS = "dismiss"
    ENTER = "enter"
    STOP = "stop"
    EDIT = "edit"
    PUBLISH = "publish"
    PAUSE = "pause"
    UNPUBLISH = "unpublish"
    ARCHIVE = "archive"
    RESTORE = "restore"
    EXPECT = "expect"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be seen, field by field, as the document says it (see `expecting.py` for each). `path` is where the
    mapping of the fields stands. Fields under `journeys` are of other journeys, by key."""

    path: Path
    fields: Json


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, and what is expected right after it.

    `value` by verb: EVENT, PAGE, CLICK: the name, URL or selector (str). IDENTIFY: the traits (Json, None takes one
    away). WAIT: milliseconds (int). AT: an instant. SHOW, FINISH, DISMISS: the content id, or the key of the node
    that shows it. ENTER, STOP, PUBLISH, PAUSE, UNPUBLISH, ARCHIVE, RESTORE: the key of a journey. EDIT: a merge patch
    (RFC 7396) over the journey's document as it stands in its file (Json; `{}`: as it stands), with `node_map`.
    EXPECT: None.

    `properties`, `url` (of a click), `dated` (milliseconds from now, negative: before; None: not said) and `message`
    (a message id) belong to events and IDENTIFY. `user` is the known id that an event or IDENTIFY carries: for an
    anonymous person an IDENTIFY with it links them, another event with it happens to the known person.
    """

    path: Path
    verb: Verb
    value: Any = None
    properties: Json = field(default_factory=dict)
    url: str | None = None
    dated: int | None = None
    message: str | None = None
    user: str | None = None
    node_map: Mapping[str, str] = field(default_factory=dict)
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One way of one person. `name` is unique within its journey, parameters of `each` included (`a case [viewer]`).
    `journey` is the key of the journey that is tested.

    `live` are the keys of the journeys that are published besides (None: all of the workspace). `split` forces labels
    by node key, in the tested journey; by `other/node` in another one. `revision` is a merge patch: the canvas with
    which the case begins, where that is not the one of the file. `start` is when; `path` where the case stands in
    the document `index` of `file`.
    """

    file: str
    index: int
    path: Path
    journey: str
    name: str
    person: Person
    start: Instant
    steps: tuple[Step, ...]
    split: Mapping[str, str] = field(default_factory=dict)
    live: tuple[str, ...] | None = None
    revision: Json | None = None
    description: str | None = None

    @property
    def title(self) -> str:
        """What it is called in a list of all: the journey and the name."""
        return f"{self.journey}: {self.name}"
