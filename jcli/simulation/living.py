"""One synthetic person's life: what the model draws for them, lived in a world of their own by the engine itself.

`live` answers that world: its enrollments, ledgers and deliveries are what would stand in a store. Everything that the
person does waits in a heap until its instant; what a reaction brings about (an entry, a delivery, a step to a node) may
put more into it. Events of an instant come before the timers of that instant, as everywhere. Everything
that a person does has a stream of its own, so what they do does not depend on what else there was to draw.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from jcli.engine import (
    Catalogue,
    CreateDelivery,
    DeliveryOutcome,
    DeliveryState,
    Enter,
    Event,
    EventType,
    Facts,
    PersonState,
    Reaction,
    SetDelivery,
    StartEnrollment,
    TimerDue,
)
from jcli.errors import ConfigError
from jcli.model import DeliveryStatus, Instant
from jcli.rehearsal import Who, World
from jcli.simulation.chances import Draw, Stream
from jcli.simulation.model import ARRIVAL, After, Deed, Model, Response, Verb

DAY = 86_400_000
BUSIEST = 100_000
"""More than this nobody does in a life: a deed that follows itself without delay would never end."""


Happening = Callable[..., None]
"""A method of `Life` that takes the instant, and what was planned with it."""


class TooBusy(ConfigError):
    """The model has somebody do things without end."""

    code = "too-busy"


class Life:
    """A person with what lies before them. `world` is theirs alone; `who` is who they are now, `arrived` when they
    came, `end` until when they are watched."""

    def __init__(self, model: Model, catalogue: Catalogue, site_id: str, seed: int, number: int) -> None:
        self._person = seed, number
        self._streams: dict[str, Stream] = {}
        self.model = model
        arrival = self._stream("arrival")
        self.arrived: Instant = model.start + model.arrive(arrival)
        self.end: Instant = self.arrived + model.days * DAY
        self.anonymous = arrival.draw() < model.anonymous
        self.who: Who = (True, f"visitor-{seed}-{number}") if self.anonymous else (False, f"person-{seed}-{number}")
        self._known_id = f"person-{seed}-{number}"
        self.world = World(catalogue, self.arrived, site_id)
        # No message ids here: nothing comes twice, and a person without them is spared the look at most events.
        self.world.people[self.who] = PersonState(site_id, self.who[1], anonymous=self.anonymous)
        self.traits = self._traits()
        self._ahead: list[tuple[Instant, int, Happening, tuple[Any, ...]]] = []
        self._put = 0
        self._done: set[int] = set()

    def live(self) -> World:
        """The whole life, from the arrival to the end of watching."""
        world, ahead = self.world, self._ahead
        self._arrive(self.arrived)
        while True:
            due = world.people[self.who].due_at
            if ahead and (due is None or ahead[0][0] <= due):
                now, _, happen, what = heappop(ahead)
                world.now = now
                happen(self, now, *what)
            elif due is not None and due < self.end:
                world.now = max(due, world.now)
                self._feed(TimerDue(world.now))
            else:
                return world

    def _stream(self, name: str) -> Stream:
        found = self._streams.get(name)
        if found is None:
            found = self._streams[name] = Stream(*self._person, name)
        return found

    def _traits(self) -> dict[str, tuple[Any, bool]]:
        """What the person is like: value, and whether the person must be known for it to be. Drawn in the order of the
        model, since one may depend on another."""
        values: dict[str, Any] = {}
        found: dict[str, tuple[Any, bool]] = {}
        for trait in self.model.traits:
            facts = Facts(values, {}, 0, {})
            draw = next((draw for rule, draw in trait.ways if rule is None or rule.test(facts)), None)
            value = draw(self._stream(f"trait {trait.name}")) if draw is not None else None
            if value is not None:
                values[trait.name] = value
                found[trait.name] = (value, trait.known)
        return found

    # What the person does

    def _arrive(self, now: Instant) -> None:
        self._tell(now, {name: value for name, (value, known) in self.traits.items() if not (known and self.who[0])})
        self._follow(ARRIVAL, now)

    def _tell(self, now: Instant, traits: dict[str, Any]) -> None:
        self._feed(Event(EventType.IDENTIFY, now, traits=traits))

    def _follow_if_asked(self, after: After, now: Instant) -> None:
        if after in self.model.deeds:
            self._follow(after, now)

    def _follow(self, after: After, now: Instant) -> None:
        """Something has happened that deeds may follow."""
        for deed in self.model.deeds.get(after, ()):
            stream = self._stream(deed.stream)
            if stream.draw() >= deed.chance or (deed.once and deed.number in self._done):
                continue
            if deed.rule is not None and not deed.rule.test(self._facts(now)):
                continue
            begin = now + (deed.delay(stream) if deed.delay is not None else 0)
            if deed.every is None:
                self._plan(begin, Life._do, deed)
            else:
                stop = self.end if deed.lasting is None else min(self.end, begin + deed.lasting)
                self._repeat(begin, deed, stop)

    def _facts(self, now: Instant) -> Facts:
        person = self.world.people[self.who]
        return Facts(person.traits, person.memory, now, {})

    def _plan(self, at: Instant, happen: Happening, *what: Any) -> None:
        """Let something happen at its time. No closures in the heap: a life must be gone when nobody holds it."""
        if at >= self.end:
            return
        self._put += 1
        if self._put > BUSIEST:
            raise TooBusy(
                f"by the model `{self.model.key}` somebody does more than {BUSIEST:,} things",
                hint="does something follow itself, by `after`, with no `delay`?",
            )
        heappush(self._ahead, (at, self._put, happen, what))

    def _repeat(self, now: Instant, deed: Deed, stop: Instant) -> None:
        """Plan the next time of what is done again and again."""
        assert deed.every is not None
        at = now + max(1, deed.every(self._stream(deed.stream)))
        if at < stop:
            self._plan(at, Life._do_again, deed, stop)

    def _do_again(self, now: Instant, deed: Deed, stop: Instant) -> None:
        self._repeat(now, deed, stop)
        self._do(now, deed)

    def _do(self, now: Instant, deed: Deed) -> None:
        if deed.once:
            if deed.number in self._done:
                return
            self._done.add(deed.number)
        drawn = _drawn(deed.drawn, self._stream(deed.stream))
        if deed.known and self.who[0]:
            self._become_known(now)
        match deed.verb:
            case Verb.EVENT:
                self._feed(Event(EventType.TRACK, now, deed.value, properties=drawn))
                self._follow(("event", deed.value), now)
            case Verb.PAGE:
                self._feed(Event(EventType.PAGE, now, properties={"url": deed.value, **drawn}, url=deed.value))
            case Verb.CLICK:
                click = Event(
                    EventType.TRACK, now, "element_click", properties=drawn, url=deed.url, selector=deed.value
                )
                self._feed(click)
            case Verb.IDENTIFY:
                self._tell(now, drawn)
            case Verb.ENTER:
                self._feed(Enter(deed.value, now))
        if deed.name is not None:
            self._follow(("deed", deed.name), now)

    def _become_known(self, now: Instant) -> None:
        """The visitor turns out to be somebody: both ids are one person from now on, of whom more is known."""
        visitor, known = self.who, (False, self._known_id)
        self.world.people[known] = PersonState(self.world.site_id, known[1])
        self.who = known
        self._hear(self.world.link(visitor[1], known[1]), now)
        self._tell(now, {name: value for name, (value, known) in self.traits.items() if known})

    # What comes of it

    def _feed(self, given: Event | TimerDue | DeliveryOutcome | Enter) -> None:
        self._hear(self.world.feed(self.who, given), self.world.now)

    def _hear(self, reaction: Reaction, now: Instant) -> None:
        for effect in reaction.effects:
            if isinstance(effect, CreateDelivery):
                self._receive(effect.delivery, now)
            elif isinstance(effect, StartEnrollment):
                self._follow_if_asked(("journey", effect.enrollment.journey_id), now)
            elif isinstance(effect, SetDelivery):
                content_id = self.world.deliveries[effect.delivery_id].content_id or ""
                self._follow_if_asked(("content", content_id, effect.status.value), now)
        if self.model.nodes:
            for step in reaction.transitions:
                if step.target in self.model.nodes:
                    self._follow(("node", step.target), now)

    def _receive(self, delivery: DeliveryState, now: Instant) -> None:
        """Something is there to be seen: whether, when, and what they do with it."""
        response = self.model.response_to(delivery.content_id, delivery.content_type)
        stream = self._stream(f"content {delivery.content_id}")
        if stream.draw() >= response.shown:
            return
        at = now + (response.delay(stream) if response.delay is not None else 0)
        self._plan(at, Life._see, delivery.id, response)

    def _see(self, now: Instant, delivery_id: str, response: Response) -> None:
        delivery = self.world.deliveries[delivery_id]
        if delivery.status is not DeliveryStatus.PENDING:
            return
        self._feed(DeliveryOutcome(delivery_id, DeliveryStatus.SHOWN, now))
        stream = self._stream(f"content {delivery.content_id}")
        drawn = stream.draw()
        if drawn < response.completed:
            outcome = DeliveryStatus.COMPLETED
        elif drawn < response.completed + response.dismissed:
            outcome = DeliveryStatus.DISMISSED
        else:
            return
        at = now + (response.takes(stream) if response.takes is not None else 0)
        self._plan(at, Life._finish, delivery_id, outcome, response)

    def _finish(self, now: Instant, delivery_id: str, outcome: DeliveryStatus, response: Response) -> None:
        delivery = self.world.deliveries[delivery_id]
        if delivery.status is not DeliveryStatus.SHOWN:
            return
        if outcome is DeliveryStatus.COMPLETED and response.drawn:
            self._tell(now, _drawn(response.drawn, self._stream(f"content {delivery.content_id}")))
        self._feed(DeliveryOutcome(delivery_id, outcome, now))


def _drawn(draws: tuple[tuple[str, Draw], ...], stream: Stream) -> dict[str, Any]:
    return {name: value for name, draw in draws if (value := draw(stream)) is not None}
