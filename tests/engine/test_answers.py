"""What the engine answers beside moving people: why somebody is not in a journey, webhooks' events, errors."""

from __future__ import annotations

from typing import Any

import pytest

from jcli.engine import (
    AudienceEntry,
    Catalogue,
    DeliveryOutcome,
    DeliveryStatus,
    EndEnrollment,
    EnteringRule,
    Event,
    EventType,
    Link,
    Listed,
    MissingRevision,
    NotRunnable,
    PersonState,
    TimerDue,
    compile_journey,
    compile_rule,
    concerns,
    enrollment_id,
    outgoing,
    react,
    settle,
    why_not,
)
from jcli.engine.inputs import OLDEST
from jcli.model import Audience, Journey, JourneyStatus
from tests.engine.harness import SITE, journey
from tests.scenarios.cases import START

GO = {"type": "TRIGGER", "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}}, "next": "w"}
WAIT = {"type": "WAIT", "config": {"duration": "1d"}}
ADMINS = Audience("admins", "admins", {"trait": "role", "equals": "admin"}, SITE)


def made(**fields: Any) -> Journey:
    return journey("j", {"nodes": {"s": GO, "w": WAIT}, **fields})


def catalogue(made: Journey, status: JourneyStatus = JourneyStatus.PUBLISHED, **more: Any) -> Catalogue:
    return Catalogue([Listed(compile_journey(made, 1, ADMINS), status, **more)])


def said(answers: list[Any]) -> dict[str, bool | None]:
    return {answer.rule.value: answer.allows for answer in answers}


def go(at: int = START) -> Event:
    return Event(EventType.TRACK, at, "go", "m1")


def test_why_not_asks_every_rule() -> None:
    answers = why_not(PersonState(SITE, "ana"), "j", catalogue(made()), START)
    assert said(answers) == {
        "status": True,
        "site": True,
        "trigger": None,
        "audience": True,
        "known": True,
        "reentry": True,
    }
    assert all(answer.because for answer in answers)


@pytest.mark.parametrize(
    ("person", "made_of", "status", "rule"),
    [
        (PersonState(SITE, "ana"), {}, JourneyStatus.DRAFT, EnteringRule.STATUS),
        (PersonState("other", "ana"), {}, JourneyStatus.PUBLISHED, EnteringRule.SITE),
        (PersonState(SITE, "ana"), {"audience": "admins"}, JourneyStatus.PUBLISHED, EnteringRule.AUDIENCE),
        (PersonState(SITE, "v", anonymous=True), {}, JourneyStatus.PUBLISHED, EnteringRule.KNOWN),
    ],
)
def test_why_not_names_the_rule(
    person: PersonState, made_of: dict[str, Any], status: JourneyStatus, rule: EnteringRule
) -> None:
    answers = why_not(person, "j", catalogue(made(**made_of), status), START)
    assert [answer.rule for answer in answers if answer.allows is False] == [rule]


def test_why_not_of_somebody_who_has_been_in() -> None:
    known = catalogue(made())
    person = react(PersonState(SITE, "ana"), go(), known).person
    answers = why_not(person, "j", known, START)
    assert [(answer.rule, answer.because) for answer in answers if answer.allows is False] == [
        (EnteringRule.REENTRY, "the person has been in this journey, which is entered once")
    ]


def test_why_not_with_an_event() -> None:
    known, person = catalogue(made()), PersonState(SITE, "ana")
    assert said(why_not(person, "j", known, START, go()))["trigger"] is True
    other = Event(EventType.TRACK, START, "stay")
    assert said(why_not(person, "j", known, START, other))["trigger"] is False


def test_why_not_in_a_journey_that_is_not_there() -> None:
    answers = why_not(PersonState(SITE, "ana"), "nowhere", catalogue(made()), START)
    assert [(answer.rule, answer.allows) for answer in answers] == [(EnteringRule.STATUS, False)]


def test_an_audience_that_nobody_knows_has_nobody_in_it() -> None:
    listed = Listed(compile_journey(made(audience="elsewhere"), 1, None), JourneyStatus.PUBLISHED)
    known = Catalogue([listed])
    assert react(PersonState(SITE, "ana"), go(), known).transitions == ()


def test_webhooks_tell_what_began_and_how_it_ended() -> None:
    known = catalogue(
        journey(
            "j",
            {
                "nodes": {
                    "s": {**GO, "next": "tip"},
                    "tip": {"type": "CONTENT", "contentId": "tip", "config": {"advanceOn": "immediate"}, "next": "e"},
                    "e": {"type": "EXIT", "config": {"outcome": "done"}},
                }
            },
        )
    )
    reaction = react(PersonState(SITE, "ana"), go(), known)
    events = outgoing(reaction.person, reaction.effects)
    assert [event.type for event in events] == ["enrollment.started", "delivery.created", "enrollment.completed"]
    assert all(event.data["endUserId"] == "ana" and event.data["journeyId"] == "j" for event in events)
    assert events[-1].data["exitReason"] == "exit"
    assert events[-1].data["outcome"] == "done"
    again = react(PersonState(SITE, "ana"), go(), known)
    assert [event.id for event in outgoing(again.person, again.effects)] == [event.id for event in events]
    assert len({event.id for event in events}) == 3


def test_nothing_is_changed_in_place() -> None:
    known = catalogue(made(settings={"reentry": "always"}))
    before = react(PersonState(SITE, "ana", messages={}), go(), known).person
    kept = repr(before)
    react(before, Event(EventType.TRACK, START + 1, "go", "m2"), known)
    react(before, TimerDue(START + 10 * 86_400_000), known)
    assert repr(before) == kept


def test_what_concerns_nobody_is_the_same_person() -> None:
    known, person = catalogue(made()), PersonState(SITE, "ana", judged=True)
    for event in (
        Event(EventType.TRACK, START, "other"),
        Event(EventType.PAGE, START, url="https://a.example/"),
        Event(EventType.SCREEN, START, "go"),
        Event(EventType.GROUP, START, traits={"plan": "pro"}),
        Event(EventType.IDENTIFY, START),
    ):
        assert not concerns(person, event, known)
        assert react(person, event, known).person is person
    assert concerns(person, go(), known)
    nowhere = PersonState("nowhere", "ana")
    assert react(nowhere, go(), known).person is nowhere


def test_a_revision_that_is_not_at_hand_is_told() -> None:
    known = catalogue(made(settings={"onEdit": "pin"}))
    person = react(PersonState(SITE, "ana"), go(), known).person
    newer = Catalogue([Listed(compile_journey(made(settings={"onEdit": "pin"}), 2), JourneyStatus.PUBLISHED)])
    with pytest.raises(MissingRevision, match="revision 1 of journey j"):
        react(person, TimerDue(START + 2 * 86_400_000), newer)


def test_a_duration_that_is_none_is_not_runnable() -> None:
    broken = journey("j", {"nodes": {"s": GO, "w": {"type": "WAIT", "config": {"duration": "11y"}}}})
    with pytest.raises(NotRunnable, match="journey j"):
        compile_journey(broken, 1)


def test_a_catalogue_changes_by_making_another() -> None:
    first = catalogue(made())
    second = first.with_journey(Listed(compile_journey(made(), 1), JourneyStatus.PAUSED))
    person = PersonState(SITE, "ana")
    assert react(person, go(), first).transitions
    assert not react(person, go(), second).transitions
    assert not concerns(person, go(), Catalogue([]))


def test_only_what_is_asked_about_is_remembered() -> None:
    asking = Audience("makers", "makers", {"event": "made"}, None)
    listed = Listed(compile_journey(made(), 1), JourneyStatus.PUBLISHED)
    known = Catalogue([listed], [asking])
    person = PersonState(SITE, "ana")
    for number in range(1_010):
        person = react(person, Event(EventType.TRACK, START + number, "made", f"m{number}"), known).person
        person = react(person, Event(EventType.TRACK, START + number, "other", f"o{number}"), known).person
    assert list(person.memory) == ["made"]
    assert person.memory["made"] == tuple(range(START + 10, START + 1_010))
    silent = Catalogue([listed], [Audience("x", "x", {"event": "seen"}, None)])
    person = react(person, Event(EventType.TRACK, START, "seen"), silent).person
    assert list(person.memory) == ["seen"]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (None, (START, False)),
        (START, (START, False)),
        (START - OLDEST, (START - OLDEST, False)),
        (START - OLDEST - 1, (START, True)),
        (START + 1, (START, True)),
    ],
)
def test_settle(stamp: int | None, expected: tuple[int, bool]) -> None:
    assert settle(stamp, START) == expected


def test_a_rule_tells_what_it_reads() -> None:
    rule = compile_rule({"all": [{"trait": "b", "exists": True}, {"any": [{"event": "e"}, {"trait": "a", "gt": 1}]}]})
    assert (rule.traits, rule.events) == (("a", "b"), ("e",))


def test_before_a_link_what_is_due_is_done_for_both() -> None:
    """Also when nobody has fired a timer: the known person's enrollment is over, so the anonymous one goes on."""
    known = catalogue(made(allowAnonymous=True, settings={"reentry": "after_exit"}))
    half = START + 43_200_000
    ana = react(PersonState(SITE, "ana"), go(), known).person
    visitor = react(PersonState(SITE, "v", anonymous=True), go(half), known).person
    reaction = react(ana, Link(visitor, half + 50_000_000), known)
    (left,) = reaction.person.enrollments.values()
    assert (left.id, left.rotation) == (next(iter(visitor.enrollments)), 2)
    ends = [effect.reason for effect in reaction.effects if isinstance(effect, EndEnrollment)]
    assert ends == ["path_end"]
    assert reaction.other == PersonState(SITE, "v", anonymous=True, linked_to="ana")


def test_only_a_known_person_is_linked_to() -> None:
    known = catalogue(made())
    visitor, other = (PersonState(SITE, name, anonymous=True) for name in ("v", "w"))
    reaction = react(visitor, Link(other, START), known)
    assert reaction.person is visitor
    assert [type(effect).__name__ for effect in reaction.effects] == ["LinkRefused"]


def test_an_audience_of_no_site_counts_events_everywhere() -> None:
    known = Catalogue([], [Audience("makers", "makers", {"event": "made"}, None)])
    person = react(PersonState("anywhere", "ana"), Event(EventType.TRACK, START, "made"), known).person
    assert person.memory == {"made": (START,)}


@pytest.mark.parametrize("outcome", [DeliveryStatus.PENDING, DeliveryStatus.EXPIRED])
def test_what_no_front_end_may_say_of_a_delivery(outcome: DeliveryStatus) -> None:
    shown = {"s": {**GO, "next": "tip"}, "tip": {"type": "CONTENT", "contentId": "tip"}}
    known = catalogue(journey("j", {"nodes": shown}))
    person = react(PersonState(SITE, "ana"), go(), known).person
    delivery_id = next(iter(person.deliveries))
    person = react(person, DeliveryOutcome(delivery_id, DeliveryStatus.SHOWN, START), known).person
    assert react(person, DeliveryOutcome(delivery_id, outcome, START), known).person is person
    assert react(person, DeliveryOutcome("unknown", DeliveryStatus.COMPLETED, START), known).person is person


def test_a_backfill_that_is_taken_up_again_enters_nobody_twice() -> None:
    nodes = {"s": {"type": "TRIGGER", "config": {"triggerType": "MANUAL"}, "next": "w"}, "w": WAIT}
    known = catalogue(journey("j", {"audience": "admins", "settings": {"reentry": "always"}, "nodes": nodes}))
    person = PersonState(SITE, "ana", traits={"role": "admin"}, judged=True)
    first = react(person, AudienceEntry("j", START, START + 5), known)
    again = react(first.person, AudienceEntry("j", START, START + 60_000), known)
    assert len(first.person.enrollments) == 1
    assert again.person is first.person
    later = react(first.person, AudienceEntry("j", START + 90_000, START + 90_000), known)
    assert len(later.person.enrollments) == 2


def test_ids_follow_from_what_they_are_of() -> None:
    known = catalogue(made())
    one, two = (react(PersonState(SITE, "ana"), go(at), known).person for at in (START, START + 5))
    assert list(one.enrollments) == list(two.enrollments)
    ids = {
        enrollment_id(person, journey_id, rotation)
        for person in (PersonState(SITE, "a"), PersonState(SITE, "a", anonymous=True), PersonState("other", "a"))
        for journey_id in ("j", "k")
        for rotation in (1, 2)
    }
    assert len(ids) == 12
