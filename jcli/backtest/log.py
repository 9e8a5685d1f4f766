"""A log of one site, taken in line by line and dealt out by person.

Most events concern no journey of either side. Of those only the fact that there is such a person is kept; of the others
a few hundred bytes, which are read again when their person's turn comes. Events are put in the order of their arrival
person by person, so lines may come in any order. Whoever is linked to somebody lives in one crowd with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jcli.backtest.happenings import OUTCOMES, Happening, Reply, packed, unpacked
from jcli.engine import Catalogue, EventType
from jcli.engine.inputs import OLDEST
from jcli.model import Instant
from jcli.rehearsal import Who

Record = tuple[Instant, int, bytes]
"""When it came in, its number in the log (the order of what came in at once), and what it was."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of a site who have to do with each other; most are alone. `traits` are what is known of them beforehand,
    `replies` what they made of content, in the order in which they got it."""

    site_id: str
    people: tuple[Who, ...]
    records: Sequence[Record] = ()
    traits: Mapping[Who, Mapping[str, Any]] = field(default_factory=dict)
    replies: Mapping[Who, Sequence[Reply]] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether nothing is known that could matter to any journey."""
        return not self.records and not self.traits

    def happenings(self) -> list[Happening]:
        """In order; an event whose message id came within the seven days before it counts once."""
        seen: dict[str, Instant] = {}
        told = []
        for at, _, data in sorted(self.records):
            happening = unpacked(at, data)
            if happening.message_id is not None:
                before = seen.get(happening.message_id)
                if before is not None and before >= at - OLDEST:
                    continue
                seen[happening.message_id] = at
            told.append(happening)
        return told


class Log:
    """What was recorded on one site. `first` and `last` are the instants between which it all came in (None: there is
    nothing), `events` how many there were, `kept` how many of them could matter to a journey. `replied`: what came of
    content was recorded, too."""

    def __init__(self, site_id: str, sides: Iterable[Catalogue]) -> None:
        self.site_id = site_id
        self.first: Instant | None = None
        self.last: Instant | None = None
        self.events = 0
        self.kept = 0
        self.replied = False
        indexes = [catalogue.site(site_id) for catalogue in sides]
        self._names = frozenset(OUTCOMES).union(*(index.names for index in indexes))
        self._pages = any(index.pages for index in indexes)
        self._records: dict[Who, list[Record]] = {}
        self._traits: dict[Who, dict[str, Any]] = {}
        self._replies: dict[Who, list[tuple[Instant, Reply]]] = {}
        self._leaders: dict[Who, Who] = {}

    def add(self, happening: Happening) -> None:
        at = happening.at
        self.events += 1
        self.first = at if self.first is None or at < self.first else self.first
        self.last = at if self.last is None or at > self.last else self.last
        records = self._records.setdefault(happening.who, [])
        if happening.links is not None:
            self._records.setdefault((True, happening.links), [])
            self._join(happening.who, (True, happening.links))
        if self._matters(happening):
            self.kept += 1
            records.append((at, self.events, packed(happening)))

    def know(self, who: Who, traits: Mapping[str, Any]) -> None:
        """What is known of somebody before anything happens; of several words the last one counts."""
        self._records.setdefault(who, [])
        self._traits.setdefault(who, {}).update(traits)

    def reply(self, who: Who, got_at: Instant, reply: Reply) -> None:
        """What somebody made of content that they got at that instant."""
        self.replied = True
        self._replies.setdefault(who, []).append((got_at, reply))

    def crowds(self) -> list[Crowd]:
        """Everybody, in the order of their names."""
        together: dict[Who, list[Who]] = {}
        for who in self._records:
            together.setdefault(self._leader(who), []).append(who)
        return sorted((self._crowd(sorted(people)) for people in together.values()), key=lambda crowd: crowd.people)

    def _crowd(self, people: list[Who]) -> Crowd:
        records = (
            self._records[people[0]] if len(people) == 1 else [one for who in people for one in self._records[who]]
        )
        replies = {who: self._in_order(who) for who in people if who in self._replies}
        return Crowd(self.site_id, tuple(people), records, _among(self._traits, people), replies)

    def _in_order(self, who: Who) -> list[Reply]:
        return [reply for _, reply in sorted(self._replies[who], key=lambda told: told[0])]

    def _matters(self, happening: Happening) -> bool:
        event = happening.event
        if event is None or happening.links is not None or event.type is EventType.IDENTIFY:
            return True
        if event.type is EventType.TRACK:
            self.replied = self.replied or event.name in OUTCOMES
            return event.name in self._names
        return event.type is EventType.PAGE and self._pages

    def _leader(self, who: Who) -> Who:
        while (leader := self._leaders.get(who, who)) != who:
            # Whoever is on the way is brought a step nearer, so that long chains become short ones.
            self._leaders[who] = self._leaders.get(leader, leader)
            who = leader
        return who

    def _join(self, one: Who, other: Who) -> None:
        first, second = sorted((self._leader(one), self._leader(other)))
        if first != second:
            self._leaders[second] = first


def _among(known: Mapping[Who, dict[str, Any]], people: Collection[Who]) -> dict[Who, Mapping[str, Any]]:
    return {who: known[who] for who in people if who in known}
