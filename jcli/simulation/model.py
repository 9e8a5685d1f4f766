"""A model of behaviour, read: who comes when, what people are like, what they do and when, what they do with content.

A model is closed: what it does not say does not happen. `reading.py` makes it out of a document, `living.py` lives
by it. Draws take a person's stream; lengths are milliseconds. Nothing here draws anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jcli.engine import Rule
from jcli.model import Instant
from jcli.simulation.chances import Draw, Length, Stream

After = tuple[str, ...]
"""What a deed may follow: ("arrival",), ("event", name), ("deed", name), ("journey", id), ("node", id),
("content", id, status)."""

ARRIVAL: After = ("arrival",)


@dataclass(frozen=True, slots=True)
class Trait:
    """`ways` are tried in order, the first whose rule holds for the traits so far is drawn. `known`: told only once the
    person is known. A draw of None: the person has no such trait."""

    name: str
    ways: tuple[tuple[Rule | None, Draw], ...]
    known: bool = False


class Verb(StrEnum):
    """What a deed is; each is also the key that names it in a document."""

    EVENT = "event"
    PAGE = "page"
    CLICK = "click"
    IDENTIFY = "identify"
    ENTER = "enter"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that people do. `value` is the name of an event, a URL, a selector, the id of a journey, or empty.

    It follows `after` with the chance `chance`, `delay` later; with `every` again and again from then on, at lengths
    that are drawn, for at most `lasting`. `rule` says who does it at all, asked when `after` has happened. `once`: one
    time in a life at most. `stream` is what its stream of chance is called. `drawn` are properties, or what IDENTIFY
    tells; `known`: the person is known from then on.
    """

    number: int
    verb: Verb
    value: str
    after: After
    stream: str
    name: str | None = None
    chance: float = 1.0
    delay: Length | None = None
    every: Length | None = None
    lasting: int | None = None
    rule: Rule | None = None
    once: bool = False
    known: bool = False
    url: str | None = None
    drawn: tuple[tuple[str, Draw], ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """What people do with content: see it (the share `shown`, `delay` after it is there), and of those who see it
    some complete, some dismiss it (`takes` later). `drawn` are traits that are told with the completion."""

    shown: float = 0.0
    completed: float = 0.0
    dismissed: float = 0.0
    delay: Length | None = None
    takes: Length | None = None
    drawn: tuple[tuple[str, Draw], ...] = ()


NO_RESPONSE = Response()


@dataclass(frozen=True, slots=True)
class Model:
    """`start` is the instant before which nobody comes, `arrive` draws how much later somebody does. `days` is for
    how long each person is watched, from when they come. `deeds` are by what they follow."""

    key: str
    start: Instant
    arrive: Callable[[Stream], int]
    days: int
    anonymous: float = 0.0
    traits: tuple[Trait, ...] = ()
    deeds: Mapping[After, tuple[Deed, ...]] = field(default_factory=dict)
    nodes: frozenset[str] = frozenset()
    by_content: Mapping[str, Response] = field(default_factory=dict)
    by_type: Mapping[str, Response] = field(default_factory=dict)
    response: Response = NO_RESPONSE

    def response_to(self, content_id: str | None, content_type: str | None) -> Response:
        """What people do with this content: what is said of it, else of its type, else of all."""
        found = self.by_content.get(content_id or "")
        return found or self.by_type.get(content_type or "", self.response)
