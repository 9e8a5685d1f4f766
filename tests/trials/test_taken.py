"""What lives walked over, step by step: what was taken is said by the keys and labels of the file."""

from __future__ import annotations

import pytest

from jcli.engine import DeliveryOutcome, Enter, EnteringRule, Event, EventType
from jcli.model import DeliveryStatus
from jcli.rehearsal import Live, Who, World
from jcli.trials.playing import play
from jcli.trials.script import Person
from jcli.trials.taken import Watched, taken_of
from jcli.trials.verdicts import Taken
from tests.trials.made import DAY, START, case, step
from tests.trials.settings import setting_from, world_of

ANA: Who = (False, "ana")
VISITOR: Who = (True, "v1")

TOUR = """
audience: admins
rules: {trait: role, equals: admin}
---
journey: tour
site: main
audience: admins
settings: {reentry: after_exit, reentryAfter: 3d}
goalConfig: {type: event, config: {eventName: paid}, deadline: 4}
nodes:
  signed-up:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}
    next: {Go: tour}
  tour:
    type: CONTENT
    contentId: first-steps
    config: {contentType: flow, timeout: 2d}
    next: {completed: invited, dismissed: paid, timeout: paid}
  invited: {type: WAIT_FOR_EVENT, config: {eventName: invited, timeout: 1d}, next: {event: paid}}
  paid: {type: GOAL_CHECK, next: {success: done, fallback: later}}
  later: {type: WAIT, config: {duration: 7d}, next: done}
  done: {type: EXIT}
"""


@pytest.fixture
def world() -> Watched:
    return world_of(SETTING, "tour")


SETTING = setting_from(TOUR)


def live() -> Live:
    return SETTING.journeys["tour"]


def taken(world: World) -> Taken:
    return taken_of(world, live())


def signs_up(world: World, who: Who = ANA) -> None:
    world.feed(who, Event(EventType.TRACK, world.now, "signed_up"))


def is_admin(world: World, who: Who = ANA) -> None:
    world.feed(who, Event(EventType.IDENTIFY, world.now, traits={"role": "admin"}))


def finish(world: World, outcome: DeliveryStatus = DeliveryStatus.COMPLETED) -> None:
    newest = list(world.deliveries)[-1]
    world.feed(ANA, DeliveryOutcome(newest, outcome, world.now))


def test_who_stands_somewhere_has_been_there(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    assert taken(world).nodes == {"signed-up", "tour"}
    assert taken(world).edges == {("signed-up", "go", "tour")}
    assert taken(world).entered == {"signed-up"}
    assert taken(world).goals == set()


def test_a_way_is_told_by_its_label_in_the_file(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    finish(world, DeliveryStatus.DISMISSED)
    assert taken(world).edges >= {("tour", "dismissed", "paid"), ("paid", "not_met", "later")}
    assert taken(world).labels == {("tour", "dismissed"), ("paid", "not_met")}
    assert taken(world).timeouts == set()


def test_two_ways_to_one_node_are_two_ways(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    world.advance(START + 2 * DAY)
    world.settle()
    assert ("tour", "timeout", "paid") in taken(world).edges
    assert ("tour", "dismissed", "paid") not in taken(world).edges
    assert taken(world).timeouts == {"tour"}


def test_a_timeout_without_a_way_is_a_timeout_and_no_edge(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    finish(world)
    world.advance(START + 2 * DAY)
    assert taken(world).timeouts == {"invited"}
    assert taken(world).labels == {("tour", "completed"), ("invited", "timeout")}
    assert taken(world).reasons == {"timed_out"}
    assert not any(source == "invited" for source, _, _ in taken(world).edges)


def test_a_deadline_is_no_timeout(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    finish(world, DeliveryStatus.DISMISSED)
    world.advance(START + 5 * DAY)
    assert taken(world).timeouts == set()
    assert taken(world).goals == {"not_met", "deadline"}
    assert taken(world).reasons == {"deadline"}


def test_a_goal_that_is_met_is_met(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    world.feed(ANA, Event(EventType.TRACK, world.now, "paid"))
    finish(world, DeliveryStatus.DISMISSED)
    assert taken(world).goals == {"met"}
    assert taken(world).labels >= {("paid", "met")}


def test_the_audience_keeps_out_who_does_not_match(world: Watched) -> None:
    signs_up(world)
    assert taken(world) == Taken(refused=frozenset({"audience"}))


def test_whoever_is_not_known_is_kept_out(world: Watched) -> None:
    is_admin(world, VISITOR)
    signs_up(world, VISITOR)
    assert taken(world).refused == {"known"}


def test_reentry_keeps_out_who_is_there(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    assert taken(world).refused == set()
    signs_up(world)
    assert taken(world).refused == {"reentry"}


def test_an_event_that_fires_no_trigger_says_nothing_about_entering(world: Watched) -> None:
    world.feed(ANA, Event(EventType.TRACK, world.now, "invited"))
    assert world.kept_out == set()


def test_another_revision_says_nothing_about_the_file(world: Watched) -> None:
    is_admin(world)
    signs_up(world)
    finish(world, DeliveryStatus.DISMISSED)
    assert taken_of(world, live(), revisions=(2,)) == Taken(goals=frozenset())


ADMIN = Person("ana", traits={"role": "admin"})


def test_a_verdict_tells_what_its_case_walked_over_in_the_journey_that_it_tests() -> None:
    verdict = play(
        case("tour", step("event", "signed_up"), step("finish", "tour"), person=ADMIN), SETTING, watched=True
    )
    assert set(verdict.taken) == {"tour"}
    assert verdict.taken["tour"].labels == {("tour", "completed")}


def test_what_is_walked_on_an_edited_canvas_does_not_count_until_the_file_is_back() -> None:
    wait = {"eventName": None, "timeout": None, "duration": "1d"}
    other = {"nodes": {"invited": {"type": "WAIT", "config": wait, "next": "paid"}}}
    begun = (step("event", "signed_up"), step("edit", other), step("finish", "tour"))
    taken = play(case("tour", *begun, person=ADMIN), SETTING, watched=True).taken["tour"]
    assert (taken.nodes, taken.labels) == ({"signed-up", "tour"}, set())
    assert taken.edges == {("signed-up", "go", "tour")}
    back = play(case("tour", *begun, step("edit", {}), step("event", "invited"), person=ADMIN), SETTING, watched=True)
    assert back.taken["tour"].nodes >= {"signed-up", "invited"}


BY_HAND = """
audience: pros
rules: {trait: plan, equals: pro}
---
journey: pros-only
site: main
audience: pros
nodes:
  in: {type: TRIGGER, config: {triggerType: MANUAL}, next: rest}
  rest: {type: WAIT, config: {duration: 1d}, next: done}
  done: {type: EXIT}
"""


def test_entry_by_audience_is_tried_when_somebody_could_come_to_match() -> None:
    world = world_of(setting_from(BY_HAND))
    (listed,) = world.catalogue.journeys.values()
    world.feed(ANA, Event(EventType.IDENTIFY, world.now, traits={"plan": "free"}))
    assert world.kept_out == {(listed.journey.id, 1, EnteringRule.AUDIENCE)}
    world.feed(ANA, Event(EventType.IDENTIFY, world.now, traits={"plan": "pro"}))
    world.feed(ANA, Event(EventType.IDENTIFY, world.now, traits={"plan": "pro", "name": "Ana"}))
    assert len(world.kept_out) == 1, "who matched all the time did not come to match"


def test_by_hand_the_audience_is_not_asked_and_reentry_is() -> None:
    world = world_of(setting_from(BY_HAND))
    (listed,) = world.catalogue.journeys.values()
    world.feed(ANA, Enter(listed.journey.id, world.now))
    assert world.kept_out == set()
    world.feed(ANA, Enter(listed.journey.id, world.now))
    assert world.kept_out == {(listed.journey.id, 1, EnteringRule.REENTRY)}
