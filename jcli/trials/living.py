"""A case's person in a world of their own: what was before, the journeys going live, and each step as it happens.

At first all journeys are DRAFTs, so that what the person is and did before enrols nobody; then the live ones are
published and the steps come. What falls due at the very instant at which the clock stops happens when somebody looks,
or before the clock moves on, because the events of an instant come before its timers. What is expected is not looked
at here: see `playing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jcli.canonical import node_id
from jcli.durations import length, rfc3339
from jcli.engine import Catalogue, DeliveryOutcome, DeliveryState, DeliveryStatus, Enter, Event, EventType, Listed, Stop
from jcli.engine.canvas import CLICK
from jcli.model import Instant, JourneyStatus
from jcli.rehearsal import Live, Setting, Who, World, revised
from jcli.trials.choosing import Unplayable, person_id
from jcli.trials.expecting import Acted, Seen
from jcli.trials.script import Case, Step, Verb
from jcli.trials.verdicts import Mismatch

OPERATOR = "jcli test"
"""Who did what cases do by hand."""

_STATUSES: Mapping[Verb, JourneyStatus] = {
    Verb.PUBLISH: JourneyStatus.PUBLISHED,
    Verb.PAUSE: JourneyStatus.PAUSED,
    Verb.UNPUBLISH: JourneyStatus.DRAFT,
    Verb.ARCHIVE: JourneyStatus.ARCHIVED,
    Verb.RESTORE: JourneyStatus.DRAFT,
}

_ALLOWED: Mapping[Verb, tuple[JourneyStatus, ...]] = {
    Verb.PUBLISH: (JourneyStatus.DRAFT, JourneyStatus.PAUSED, JourneyStatus.PUBLISHED),
    Verb.PAUSE: (JourneyStatus.PUBLISHED, JourneyStatus.PAUSED),
    Verb.UNPUBLISH: (JourneyStatus.PUBLISHED, JourneyStatus.PAUSED, JourneyStatus.DRAFT),
    Verb.ARCHIVE: tuple(JourneyStatus),
    Verb.RESTORE: (JourneyStatus.ARCHIVED, JourneyStatus.DRAFT),
}

_OUTCOMES: Mapping[Verb, DeliveryStatus] = {
    Verb.SHOW: DeliveryStatus.SHOWN,
    Verb.FINISH: DeliveryStatus.COMPLETED,
    Verb.DISMISS: DeliveryStatus.DISMISSED,
}


@dataclass
class Life:
    """A case in the middle of being lived. `world`, which `make_world` makes, is there once it has begun. Unplayable
    when the case makes no sense; `alone` leaves all journeys but the tested one out, whatever the case says. `of_file`
    are the revisions in which the tested journey was as its file says, `message` is the id that the last step sent."""

    case: Case
    setting: Setting
    alone: bool = False
    make_world: Callable[[Catalogue, Instant, str], World] = World

    def __post_init__(self) -> None:
        case = self.case
        if case.journey not in self.setting.journeys:
            why = self.setting.barred.get(case.journey)
            raise Unplayable(
                f"`{case.journey}` cannot be published: {why}" if why else f"there is no journey `{case.journey}`",
                hint="`jcli validate` tells all that is wrong",
            )
        self.tested = self.setting.journeys[case.journey]
        if case.revision is not None:
            self.tested = revised(self.setting, self.tested, case.revision, 1)
        self.keys = self._live_keys()
        self.id = person_id(case.person.name, case.person.id, case.split, self.tested, self.setting)
        self.who: Who = (case.person.anonymous, self.id)
        self.revisions: list[Live] = [self.setting.journeys[case.journey], self.tested]
        self.of_file = {1} if case.revision is None else set[int]()
        self.acted: Acted | None = None
        self.refusals: tuple[str, ...] = ()
        self.message: str | None = None
        self._messages = 0

    def _live_keys(self) -> dict[str, None]:
        """The journeys that are live, in the order of the workspace; of the tested one's site, as nobody else is."""
        site = self.tested.journey.site_id
        others = () if self.alone else self.setting.journeys if self.case.live is None else self.case.live
        for key in others:
            if key not in self.setting.journeys:
                raise Unplayable(f"`live` names `{key}`: {self.setting.barred.get(key, 'there is no such journey')}")
        wanted = {self.case.journey, *others}
        found = self.setting.journeys.items()
        return dict.fromkeys(key for key, live in found if key in wanted and live.journey.site_id == site)

    # Before the first step

    def begin(self) -> None:
        """What was before, and the journeys going live."""
        person, start = self.case.person, self.case.start
        catalogue, published = self.setting.drafts, self.setting.published(self.keys, start)
        if self.case.revision is not None:
            catalogue = catalogue.with_journey(Listed(self.tested.compiled, JourneyStatus.DRAFT))
            published = published.with_journey(Listed(self.tested.compiled, JourneyStatus.PUBLISHED, start))
        past = sorted(person.past, key=lambda event: -event.ago)
        first = start - (past[0].ago if past else 0)
        self.world = self.make_world(catalogue, first, self.tested.journey.site_id)
        if person.traits or not person.anonymous:
            self._feed(Event(EventType.IDENTIFY, first, None, self._message(None), None, traits=person.traits))
        for event in past:
            self.world.now = start - event.ago
            self._feed(_track(event.event, event.properties, self.world.now, self._message(None), None))
        self.world.now = start
        self.world.go_live(published)

    def _feed(self, event: Event) -> None:
        self.world.feed(self.who, event)

    def act(self, step: Step) -> Mismatch | None:
        """Let the step happen; what kept it from happening, if anything did."""
        self.refusals, self.message = (), None
        before = len(self.world.refusals)
        stuck = _VERBS[step.verb](self, step)
        self.refusals = tuple(self.world.refusals[before:])
        return stuck

    def seen(self, key: str) -> Seen | None:
        """The person in a journey; None for one that is not live here."""
        if key not in self.keys:
            return None
        tested = key == self.case.journey
        return Seen(
            self.world,
            self.setting,
            self.tested if tested else self.setting.journeys[key],
            self.who,
            self.case.start,
            self.acted,
            self.refusals,
            self.revisions if tested else (),
        )

    def everywhere(self) -> list[Seen]:
        """The person in each live journey, the tested one first."""
        keys = sorted(self.keys, key=lambda key: key != self.case.journey)
        return [seen for key in keys if (seen := self.seen(key)) is not None]

    # What steps do

    def _message(self, given: str | None) -> str:
        self._messages += 1
        self.message = given if given is not None else f"message-{self._messages}"
        return self.message

    def _remember(self, event: Event | None) -> None:
        """How the person is now, for the question why something did not let them in."""
        who = self.world.route(self.who)
        counts: dict[str, int] = {}
        for life in self.world.lives.values():
            if life.who == who:
                counts[life.journey_id] = counts.get(life.journey_id, 0) + 1
        self.acted = Acted(self.world.person(who), counts, event)

    def _event(self, step: Step) -> None:
        now, message = self.world.now, self._message(step.message)
        dated = None if step.dated is None else now + step.dated
        if step.verb is Verb.PAGE:
            properties = {"url": step.value, **step.properties}
            event = Event(EventType.PAGE, now, None, message, dated, properties, url=properties["url"])
        elif step.verb is Verb.CLICK:
            properties = {"selector": step.value, **({} if step.url is None else {"url": step.url}), **step.properties}
            event = Event(
                EventType.TRACK, now, CLICK, message, dated, properties, url=step.url, selector=properties["selector"]
            )
        else:
            event = _track(step.value, step.properties, now, message, dated)
        self._remember(event)
        self.world.feed(self.who if step.user is None else (False, step.user), event)

    def _identify(self, step: Step) -> None:
        now, message = self.world.now, self._message(step.message)
        self._remember(None)
        who = self.who
        if step.user is not None:
            if self.who[0]:
                self.world.link(self.who[1], step.user, message)
            who = (False, step.user)
        dated = None if step.dated is None else now + step.dated
        event = Event(EventType.IDENTIFY, now, None, message, dated, traits=step.value or {})
        self.world.feed(who, event)

    def _wait(self, step: Step) -> None:
        self._move(self.world.now + step.value)

    def _at(self, step: Step) -> None:
        if step.value < self.world.now:
            raise Unplayable(
                f"`at: {rfc3339(step.value)}` is past: it is {rfc3339(self.world.now)} by then",
                hint="steps go forward in time",
            )
        self._move(step.value)

    def _move(self, to: int) -> None:
        self.world.settle()
        self.world.advance(to)

    def _outcome(self, step: Step) -> Mismatch | None:
        meant = self._open(step.value)
        if not meant:
            self.world.settle()  # it may come to be open at this very instant
            meant = self._open(step.value)
        if not meant:
            got = [f"{item.content_id or self._node(item)} ({item.status.value})" for item in self._open()]
            seen = self.seen(self.case.journey)
            note = None if seen is None else seen.outside() or f"the person is at `{seen.at}`"
            return Mismatch(step.path, step.verb.value, f"`{step.value}` to be open", got or "nothing is open", note)
        self.world.feed(self.who, DeliveryOutcome(meant[-1].id, _OUTCOMES[step.verb], self.world.now))
        return None

    def _open(self, name: str | None = None) -> list[DeliveryState]:
        """What there is for the person to finish; of a name: the id of a content, or the key of the node that shows
        it, with that of its journey before it where that is not the tested one."""
        found = [item for item in self.world.delivered(self.who) if not item.status.final]
        return [item for item in found if name is None or self._is(item, name)]

    def _is(self, item: DeliveryState, name: str) -> bool:
        key, node = self.setting.by_id[item.journey_id].key, self._node(item)
        return name in (item.content_id, f"{key}/{node}") or (key == self.case.journey and name == node)

    def _node(self, item: DeliveryState) -> str:
        live = self.setting.by_id[item.journey_id]
        if live.key == self.case.journey:
            for revision in reversed(self.revisions):
                if item.node_id in revision.places.names:
                    return revision.name_of(item.node_id)
        return live.name_of(item.node_id)

    def _enter(self, step: Step) -> None:
        journey_id = self._journey(step.value).journey.id
        self._remember(None)
        self.world.feed(self.who, Enter(journey_id, self.world.now, OPERATOR))

    def _stop(self, step: Step) -> Mismatch | None:
        live = self._journey(step.value)
        open_ones = [life for life in self.world.lived(self.who, live.journey.id) if not life.ended]
        if not open_ones:
            return Mismatch(step.path, "stop", f"an enrollment in `{live.key}`", "none in progress")
        for life in open_ones:
            self.world.feed(self.who, Stop(life.id, self.world.now, OPERATOR))
        return None

    def _edit(self, step: Step) -> None:
        listed = self.world.catalogue.journeys[self.tested.journey.id]
        if listed.status is JourneyStatus.ARCHIVED:
            raise Unplayable(f"`edit` is not allowed: `{self.tested.key}` is ARCHIVED", hint="`restore` it before")
        number = listed.journey.canvas.revision + 1
        original = self.setting.journeys[self.case.journey]
        self.tested = revised(self.setting, original, step.value or {}, number)
        self.revisions.append(self.tested)
        if not step.value:
            self.of_file.add(number)
        moves = {**(self.tested.document.data.get("nodeMap") or {}), **step.node_map}
        self.world.save(self.tested.compiled, {self._any_id(old): self._any_id(new) for old, new in moves.items()})

    def _any_id(self, name: str) -> str:
        """The id of a node of any revision; of a key that is in none of them, the id that it would have had."""
        for live in reversed(self.revisions):
            found = live.node_id(name)
            if found is not None:
                return found
        return node_id(self.tested.journey.id, name)

    def _status(self, step: Step) -> None:
        live, wanted = self._journey(step.value), _STATUSES[step.verb]
        now = self.world.catalogue.journeys[live.journey.id].status
        if now not in _ALLOWED[step.verb]:
            raise Unplayable(f"`{step.verb.value}` is not allowed: `{live.key}` is {now.value}")
        self._remember(None)
        self.world.set_status(live.journey.id, wanted)

    def _journey(self, key: str) -> Live:
        if key not in self.keys:
            raise Unplayable(f"`{key}` is not live here", hint="name it under `live`, or leave `live` out")
        return self.tested if key == self.case.journey else self.setting.journeys[key]


def _track(name: str, properties: Mapping[str, Any], now: int, message: str, dated: int | None) -> Event:
    if name != CLICK:
        return Event(EventType.TRACK, now, name, message, dated, properties)
    return Event(
        EventType.TRACK,
        now,
        name,
        message,
        dated,
        properties,
        url=properties.get("url"),
        selector=properties.get("selector"),
    )


def words_of(step: Step) -> str:
    """The step as somebody would read it out."""
    match step.verb:
        case Verb.WAIT:
            return f"wait {length(step.value)}"
        case Verb.AT:
            return f"at {rfc3339(step.value)}"
        case Verb.IDENTIFY:
            said = ", ".join(f"{name}: {value}" for name, value in (step.value or {}).items())
            return f"identify {said}".strip() + _as(step)
        case Verb.EDIT | Verb.EXPECT:
            return step.verb.value
        case _:
            return f"{step.verb.value} {step.value}" + _as(step)


def _as(step: Step) -> str:
    return f" as {step.user}" if step.user else ""


_VERBS: Mapping[Verb, Callable[[Life, Step], Mismatch | None]] = {
    Verb.EVENT: Life._event,
    Verb.PAGE: Life._event,
    Verb.CLICK: Life._event,
    Verb.IDENTIFY: Life._identify,
    Verb.WAIT: Life._wait,
    Verb.AT: Life._at,
    Verb.SHOW: Life._outcome,
    Verb.FINISH: Life._outcome,
    Verb.DISMISS: Life._outcome,
    Verb.ENTER: Life._enter,
    Verb.STOP: Life._stop,
    Verb.EDIT: Life._edit,
    Verb.PUBLISH: Life._status,
    Verb.PAUSE: Life._status,
    Verb.UNPUBLISH: Life._status,
    Verb.ARCHIVE: Life._status,
    Verb.RESTORE: Life._status,
}
