"""What a model says, lived: every field of it, seen in the rows of a world."""

from __future__ import annotations

from collections import Counter

import pytest

from jcli.model import DeliveryStatus, NodeType
from jcli.simulation import Asked, TooBusy
from jcli.simulation.living import DAY
from tests.simulation.stage import Stage, stage_of

JOURNEY = """\
journey: welcome
site: main
allowAnonymous: true
settings: {reentry: always}
nodes:
  hello: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: hello}}, next: tour}
  tour:
    type: CONTENT
    contentId: tour
    config: {contentType: flow, timeout: 2d}
    next: {completed: known, dismissed: gone, timeout: gone}
  known: {type: CONDITION, config: {rules: {trait: goal, equals: win}}, next: {true: won, false: gone}}
  won: {type: EXIT}
  gone: {type: EXIT}
---
"""


def stage(model: str) -> Stage:
    return stage_of(f"{JOURNEY}model: people\n{model}")


def entries(model: str, people: int = 200) -> list[list[int]]:
    """Of each person the days after the arrival, in milliseconds, at which they said hello."""
    return [
        [lived.enrolled_at - life.arrived for lived in world.lives.values()]
        for life, world in stage(model).lives(people)
    ]


def test_nothing_happens_that_the_model_does_not_say() -> None:
    _, world = stage("days: 10").life(1)
    assert (world.lives, world.deliveries) == ({}, {})


def test_a_chance_of_1_and_a_fixed_delay() -> None:
    assert entries("events: [{event: hello, delay: 2h}]", 5) == [[7_200_000]] * 5


def test_who_does_it_is_said_by_a_rule() -> None:
    model = """\
traits: {role: {shares: {admin: 0.5, member: 0.5}}}
events: [{event: hello, when: {trait: role, equals: admin}}]
"""
    for _, world in stage(model).lives(50):
        (person,) = world.people.values()
        assert bool(world.lives) is (person.traits["role"] == "admin")


def test_again_and_again_for_a_while() -> None:
    model = "events: [{event: hello, delay: 1d, every: 12h, for: 2d}]"
    half = DAY // 2
    assert entries(model, 2) == [[DAY + half, DAY + 2 * half, DAY + 3 * half]] * 2


def test_again_and_again_until_the_end_of_watching() -> None:
    assert [len(found) for found in entries("days: 3\nevents: [{event: hello, every: 12h}]", 2)] == [5, 5]


def test_once_in_a_life() -> None:
    assert [len(found) for found in entries("events: [{event: hello, every: 12h, once: true}]", 3)] == [1, 1, 1]


def test_what_follows_an_event_a_name_a_node_an_entry_or_content() -> None:
    model = """\
events:
  - {event: began}
  - {page: https://www.site.example/, after: began, delay: 1h, as: looked}
  - {event: hello, after: looked, delay: 1h}
  - {identify: {entered: true}, after: {journey: welcome}}
  - {identify: {stood: true}, after: {journey: welcome, node: tour}}
  - {identify: {waved: true}, after: {content: tour, outcome: dismissed}, delay: 1d}
outcomes: {contents: {tour: {dismissed: 1, delay: 1h, takes: 1h}}}
"""
    life, world = stage(model).life(3)
    (lived,) = world.lives.values()
    assert lived.enrolled_at - life.arrived == 2 * 3_600_000
    assert [step.label for step in lived.steps] == [None, "dismissed", None]
    assert world.people[life.who].traits == {"entered": True, "stood": True, "waved": True}


def test_answers_are_known_when_the_content_is_completed() -> None:
    """The node after it asks for the answer at once."""
    model = """\
events: [{event: hello}]
outcomes: {types: {flow: {completed: 1, delay: 1h, traits: {goal: win}}}}
"""
    _, world = stage(model).life(0)
    (lived,) = world.lives.values()
    assert [step.label for step in lived.steps] == [None, "completed", "true", None]


def test_content_that_has_expired_is_neither_seen_nor_answered() -> None:
    model = """\
events: [{event: hello}]
outcomes: {default: {completed: 1, delay: 3d, traits: {goal: win}}}
"""
    life, world = stage(model).life(0)
    (delivery,) = world.deliveries.values()
    assert delivery.status is DeliveryStatus.EXPIRED
    assert world.people[life.who].traits == {}


def test_shares_of_outcomes_are_of_those_who_see_it() -> None:
    model = """\
events: [{event: hello}]
outcomes: {default: {shown: 0.5, completed: 0.5, dismissed: 0.25, delay: 1h}}
"""
    labels = Counter(
        step.label
        for _, world in stage(model).lives(4000)
        for lived in world.lives.values()
        for step in lived.steps
        if step.node_type is NodeType.CONTENT
    )
    assert labels["completed"] / 4000 == pytest.approx(0.25, abs=0.03)
    assert labels["dismissed"] / 4000 == pytest.approx(0.125, abs=0.03)
    assert labels["timeout"] / 4000 == pytest.approx(0.625, abs=0.03)


def test_a_visitor_turns_out_to_be_somebody() -> None:
    model = """\
anonymous: 1
traits: {campaign: spring, role: {value: admin, known: true}}
events:
  - {event: hello, delay: 1h}
  - {event: signed_up, delay: 2h, known: true}
"""
    life, world = stage(model).life(0)
    assert life.anonymous
    assert life.who == (False, "person-1-0")
    (lived,) = world.lives.values()
    assert lived.who == life.who
    assert world.people[True, "visitor-1-0"].linked_to == "person-1-0"
    assert world.people[life.who].traits == {"campaign": "spring", "role": "admin"}


def test_a_visitor_tells_nothing_that_it_takes_a_name_to_know() -> None:
    life, world = stage("anonymous: 1\ntraits: {campaign: spring, role: {value: admin, known: true}}").life(0)
    assert world.people[life.who].traits == {"campaign": "spring"}


def test_people_arrive_over_time_and_less_at_the_weekend() -> None:
    """From a Monday on: days 5 and 6 of each week are its weekend."""
    days = Counter(
        (life.arrived - life.model.start) // DAY
        for life, _ in stage("arrivals: {over: 2w, weekend: 0.5}\ndays: 1").lives(6000)
    )
    assert set(days) == set(range(14))
    weekend = sum(days[day] for day in (5, 6, 12, 13)) / 6000
    assert weekend == pytest.approx(4 * 0.5 / 12, abs=0.02)


def test_who_follows_themselves_without_delay_is_stopped() -> None:
    with pytest.raises(TooBusy, match="somebody does more than 100,000 things"):
        stage("events: [{event: hello, as: again}, {event: other, after: other}, {event: other}]").life(0)


def test_a_life_depends_on_seed_and_number_alone() -> None:
    model = "events: [{event: hello, every: {mean: 3d}}]\noutcomes: {default: {completed: 0.5, delay: {mean: 1d}}}"

    def rows(number: int, seed: int) -> list[object]:
        _, world = stage(model).life(number, seed)
        return [(lived.id, lived.enrolled_at, lived.steps) for lived in world.lives.values()]

    assert rows(7, 1) == rows(7, 1)
    assert rows(7, 1) != rows(8, 1)
    assert rows(7, 1) != rows(7, 2)


def test_counts_are_those_of_the_rows() -> None:
    """A tiny run, counted from the worlds themselves."""
    model = """\
events: [{event: hello, every: {mean: 9d}}]
outcomes: {default: {shown: 0.7, completed: 0.5, dismissed: 0.3, delay: {mean: 1d}}}
"""
    staged = stage(model)
    result = staged.result(Asked(40, 1, cap=1))
    worlds = [world for _, world in staged.lives(40)]
    lives = [lived for world in worlds for lived in world.lives.values()]
    journey = result.journeys[0]
    assert journey.enrollments == len(lives) > 40
    assert journey.people.count == sum(bool(world.lives) for world in worlds)
    assert journey.statuses == Counter(lived.status.value for lived in lives)
    steps = [step for lived in lives for step in lived.steps]
    for node in journey.nodes:
        assert node.visits - node.here == sum(step.node_id == node.id for step in steps)
        assert sum(node.left.values()) + sum(node.ended.values()) == node.visits - node.here
    assert sum(node.here for node in journey.nodes) == sum(not lived.ended for lived in lives)
    deliveries = [item for world in worlds for item in world.deliveries.values()]
    assert result.pressure.deliveries == len(deliveries)
    weeks = Counter(
        (item.created_at - life.arrived) // (7 * DAY)
        for life, world in staged.lives(40)
        for item in world.deliveries.values()
        if life.who == world.lives[item.enrollment_id].who
    )
    assert max(weeks) <= 60 // 7
    busiest = [
        max(Counter((item.created_at - life.arrived) // (7 * DAY) for item in world.deliveries.values()).values())
        for life, world in staged.lives(40)
        if world.deliveries
    ]
    assert result.pressure.most == max(busiest)
    assert result.pressure.people_above.count == sum(most > 1 for most in busiest)


def test_two_halves_add_up_to_the_whole() -> None:
    model = "events: [{event: hello, every: {mean: 9d}}]\noutcomes: {default: {completed: 0.5, delay: {mean: 1d}}}"
    staged = stage(model)
    whole, rest = staged.tally(60), staged.tally(20)
    for start in (20, 40):
        from_there = type(whole)()
        for number in range(start, start + 20):
            from_there.add(*staged.life(number))
        rest.merge(from_there)
    assert rest == whole


def test_who_does_more_does_all_else_as_before() -> None:
    """Each thing has a stream of its own, so that two models, or two journeys, can be compared person by person."""
    model = "traits: {size: {between: [1, 9]}}\nevents: [{event: hello, chance: 0.5, delay: {mean: 3d}}{more}]"
    plain = stage(model.replace("{more}", ""))
    fuller = stage(model.replace("{more}", ", {event: other, chance: 0.5, delay: {mean: 1d}}"))
    for number in range(30):
        (one, before), (other, after) = plain.life(number), fuller.life(number)
        assert (one.arrived, one.traits) == (other.arrived, other.traits)
        assert [lived.enrolled_at for lived in before.lives.values()] == [
            lived.enrolled_at for lived in after.lives.values()
        ]
