"""A crowd's life on one side: its events in order, time between them, and what people make of the content they get.

The world is the one of rehearsals. What it does not know is here: who replies what to which delivery and when, and that
nobody enters before the span begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from jcli.backtest.happenings import CONTENT, OUTCOMES, Happening, Reply, Span
from jcli.backtest.log import Crowd
from jcli.engine import (
    AudienceEntry,
    Catalogue,
    Cause,
    CreateDelivery,
    DeliveryOutcome,
    DeliveryState,
    DeliveryStatus,
    Event,
    PersonState,
    Reaction,
    StartEnrollment,
)
from jcli.model import Instant
from jcli.rehearsal import Who, World

MOST_MOVES = 20_000
"""So often may time, and what is assumed of content, move the people of a crowd: hourly for two years. Who goes in
circles for longer is given up, for a log may span decades by a slip of one clock."""


class GivenUp(Exception):
    """The people of this crowd go in circles."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What people make of content of which nothing is recorded, so many milliseconds after they got it; None: they
    leave it."""

    status: DeliveryStatus | None = None
    after: int = 0


class Life(World):
    """A world of one crowd. `begun` has what each enrollment began by. `owners` are the known people who anonymous ones
    will turn out to be: what is recorded of content is recorded of them."""

    def __init__(
        self, catalogue: Catalogue, crowd: Crowd, now: Instant, assumed: Assumed, owners: Mapping[Who, Who]
    ) -> None:
        super().__init__(catalogue, now, crowd.site_id)
        self.begun: dict[str, Cause] = {}
        self._assumed = assumed
        self._moves = 0
        self._owners = owners
        self._replies = {who: list(replies) for who, replies in crowd.replies.items()}
        self._waiting: list[tuple[Instant, int, str, DeliveryStatus]] = []
        for who, traits in crowd.traits.items():
            known = {name: value for name, value in traits.items() if value is not None}
            self.people[who] = PersonState(self.site_id, who[1], anonymous=who[0], traits=known, judged=True)

    def person(self, who: Who) -> PersonState:
        """Known messages are dropped before they come here, so a person need not remember them."""
        return self.people.get(who) or PersonState(self.site_id, who[1], anonymous=who[0])

    def begin(self, catalogue: Catalogue, at: Instant) -> None:
        """The journeys are published, and whoever belongs into one is let in."""
        self.now, self.catalogue = at, catalogue
        for listed in catalogue.journeys.values():
            if listed.journey.by_audience and listed.journey.settings.backfill:
                for who in [who for who, person in self.people.items() if person.linked_to is None]:
                    self.feed(who, AudienceEntry(listed.journey.id, at, at))

    def happen(self, happening: Happening) -> None:
        if happening.links is not None and not happening.who[0]:
            self.link(happening.links, happening.who[1], happening.message_id)
        event = happening.event
        if event is not None:
            self.feed(happening.who, event)
            if event.name in OUTCOMES:
                self._report(self.route(happening.who), event)

    def run(self, to: Instant, *, inclusive: bool = False) -> None:
        """Everything that falls due, or is replied, before `to`, in order; a reply before the timers of its instant.
        GivenUp when that is too much."""
        while True:
            due = self.next_due()
            replied = self._waiting[0][0] if self._waiting else None
            at = due if replied is None else replied if due is None else min(due, replied)
            if at is None or at > to or (at == to and not inclusive):
                break
            self._moves += 1
            if self._moves > MOST_MOVES:
                raise GivenUp
            self.now = max(self.now, at)
            if replied == at:
                self._reply(*heappop(self._waiting)[2:])
            else:
                self._fire(at)
        self.now = to

    def _keep(self, who: Who, reaction: Reaction) -> None:
        super()._keep(who, reaction)
        for effect in reaction.effects:
            if isinstance(effect, StartEnrollment):
                self.begun[effect.enrollment.id] = effect.cause
            elif isinstance(effect, CreateDelivery):
                self._expect(self.route(who), effect.delivery)

    def _expect(self, who: Who, delivery: DeliveryState) -> None:
        """Somebody got content: the first that is recorded of them and it comes of this, or what is assumed."""
        replies: list[Reply] = self._replies.get(self._owners.get(who, who), [])
        place = next((n for n, reply in enumerate(replies) if reply.content_id == delivery.content_id), None)
        status, after = self._assumed.status, self._assumed.after
        if place is not None:
            reply = replies.pop(place)
            status, after = reply.status, reply.after
        if status is None:
            return
        heappush(self._waiting, (delivery.created_at + after, len(self.deliveries), delivery.id, status))

    def _reply(self, delivery_id: str, status: DeliveryStatus) -> None:
        owner = self.lives[self.deliveries[delivery_id].enrollment_id].who
        self.feed(owner, DeliveryOutcome(delivery_id, status, self.now))

    def _report(self, who: Who, event: Event) -> None:
        """An event says what came of content: of the newest that the person has not finished."""
        content = event.properties.get(CONTENT)
        open_ones: list[DeliveryState] = [
            item for item in self.delivered(who) if item.content_id == content and not item.status.final
        ]
        if open_ones:
            self.feed(who, DeliveryOutcome(open_ones[-1].id, OUTCOMES[event.name or ""], self.now))


def live(
    crowd: Crowd,
    happenings: Sequence[Happening],
    catalogues: tuple[Catalogue, Catalogue],
    span: Span,
    assumed: Assumed,
    until: Callable[[Happening], bool] | None = None,
) -> Life:
    """The crowd's life: with the first of the catalogues before the span, with the second in it. It ends early after
    the first happening of which `until` says so. GivenUp where time moves people without an end."""
    drafts, published = catalogues
    life = Life(drafts, crowd, span.start, assumed, owners_of(happenings))
    begun = False
    for happening in happenings:
        if not begun and happening.at >= span.start:
            begun = True
            life.begin(published, span.start)
        if begun:
            life.run(happening.at)
        life.now = happening.at
        life.happen(happening)
        if until is not None and until(happening):
            return life
    if not begun:
        life.begin(published, span.start)
    life.run(span.end, inclusive=True)
    return life


def owners_of(happenings: Sequence[Happening]) -> dict[Who, Who]:
    """Anonymous people with the known ones who they turn out to be; who is linked twice is the first one's."""
    owners: dict[Who, Who] = {}
    for happening in happenings:
        if happening.links is not None and not happening.who[0]:
            owners.setdefault((True, happening.links), happening.who)
    return owners
