"""What holds whatever happens: drawn journeys, drawn lives. Derandomized, so that a failure is the same everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jcli.engine import Cause, CauseKind, Event, EventType, TimerDue, Transition, plain, react, restored
from jcli.engine.inputs import OLDEST
from jcli.model import Audience, JourneyStatus
from tests.engine.harness import SITE, Who, World, journey
from tests.engine.random_worlds import Act, journeys, lives, plain_rules, private_lives, tracked
from tests.scenarios.cases import START

quick = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
two_journeys = st.tuples(journeys(), journeys())
Life = list[tuple[int, Act]]
Bodies = tuple[dict[str, Any], ...]


def world_of(bodies: Bodies) -> World:
    world = World(START, [Audience("pros", "pros", {"trait": "plan", "equals": "pro"}, SITE)])
    for number, body in enumerate(bodies):
        world.bodies[f"j{number}"] = body
        world.add(journey(f"j{number}", body), JourneyStatus.PUBLISHED)
    return world


def live(world: World, life: Life) -> World:
    for delay, act in life:
        world.advance(world.now + delay)
        act(world)
    return world


@quick
@given(two_journeys, lives)
def test_every_enrollment_is_in_a_legal_state(bodies: Bodies, life: Life) -> None:
    """After each input: rows, timers and state agree, steps follow one another, whoever is in progress waits somewhere
    where one can wait. The harness also fails when an ended enrollment moves, or a step or an entry is made twice."""
    world = world_of(bodies)
    for delay, act in life:
        world.advance(world.now + delay)
        act(world)
        world.check()
    world.settle()
    world.check()


@quick
@given(two_journeys, lives)
def test_nobody_is_twice_in_a_journey_that_is_entered_once(bodies: Bodies, life: Life) -> None:
    world = live(world_of(bodies), life)
    for number, body in enumerate(bodies):
        if body["settings"]["reentry"] != "once":
            continue
        entered = [row.who for row in world.lives.values() if row.journey_id == f"j{number}" and row.reason != "merged"]
        linked = {who for who, person in world.people.items() if person.links}
        # Who has been in it under both names before these were known to be one person, has been there twice.
        assert len({who for who in entered if who not in linked}) == len([who for who in entered if who not in linked])
        current = [
            enrollment.journey_id
            for person in world.people.values()
            for enrollment in person.enrollments.values()
            if enrollment.journey_id == f"j{number}" and person.links
        ]
        assert len(current) <= len(linked)


@quick
@given(two_journeys, lives)
def test_the_same_message_twice_changes_nothing(bodies: Bodies, life: Life) -> None:
    world = live(world_of(bodies), life)
    first: dict[str | None, int] = {}
    for who, said in list(world.log):
        if not isinstance(said, Event):
            continue
        # Ids are kept for seven days from the first time; what comes after that is new.
        if world.now - first.setdefault(said.message_id, said.received_at) < 7 * 86_400_000:
            route = world.route(who)
            again = react(world.people[route], said, world.catalogue)
            assert again.person is world.people[route]
            assert (again.transitions, again.effects) == ((), ())


@quick
@given(two_journeys, lives, st.data())
def test_a_cut_between_any_two_inputs_changes_nothing(bodies: Bodies, life: Life, data: st.DataObject) -> None:
    """Fed in one piece, or put away and taken up again in between: the same people, the same rows."""
    whole = live(world_of(bodies), life)
    cut = world_of(bodies)
    for delay, act in life:
        cut.advance(cut.now + delay)
        act(cut)
        if data.draw(st.booleans()):
            cut.people = {who: _stored(who, person) for who, person in cut.people.items()}
    assert cut.people == whole.people
    assert cut.lives == whole.lives


def _stored(who: Who, person: Any) -> Any:
    return restored(person.site_id, person.id, json.loads(json.dumps(plain(person))), anonymous=who[0])


@quick
@given(two_journeys, private_lives)
def test_a_worker_that_comes_late_changes_no_path(bodies: Bodies, life: Life) -> None:
    """Timers fired on the instant, or never until the end: the same ledger."""
    prompt, late = live(world_of(bodies), life), world_of(bodies)
    for who, said in prompt.log:
        if not isinstance(said, TimerDue):
            late.feed(who, said)
    for world in (prompt, late):
        world.now = prompt.now
        for who in list(world.people):
            world.feed(who, TimerDue(prompt.now))
        world.check()
    assert late.lives == prompt.lives
    assert late.people == prompt.people


@quick
@given(two_journeys, private_lives)
def test_two_people_do_not_touch_each_other(bodies: Bodies, life: Life) -> None:
    """The inputs of all in their order, or of one person after the other: the same results."""
    together = live(world_of(bodies), life)
    apart = world_of(bodies)
    for who in reversed(list(together.people)):
        apart.now = START
        for owner, said in together.log:
            if owner == who:
                apart.feed(who, said)
    assert apart.people == together.people
    assert {key: row.steps for key, row in apart.lives.items()} == {
        key: row.steps for key, row in together.lives.items()
    }


@quick
@given(st.tuples(journeys(plain_rules, hearing=False)), private_lives)
def test_the_causes_in_the_ledger_give_the_same_path(bodies: Bodies, life: Life) -> None:
    """Of all inputs only those that the ledger names, and what changed traits or met goals: the same ledger. (Journeys
    that count past events need these, too; they are left out here.)"""
    world = live(world_of(bodies), life)
    causes = {step.cause for row in world.lives.values() for step in row.steps}
    again = world_of(bodies)
    heard: dict[tuple[Who, str | None], int] = {}
    for who, said in world.log:
        if isinstance(said, Event):
            # The second of two alike was dropped, although the first, which is dropped here, may have done nothing.
            first = heard.get((who, said.message_id))
            if first is not None and said.received_at - first <= OLDEST:
                continue
            heard[who, said.message_id] = said.received_at
        if not isinstance(said, Event) or _matters(said, causes, bodies[0]):
            again.feed(who, said)
    assert [row.steps for row in again.lives.values()] == [row.steps for row in world.lives.values()]


def _matters(said: Event, causes: set[Cause], body: dict[str, Any]) -> bool:
    goal = body.get("goalConfig", {})
    meets = said.name is not None and goal.get("config", {}).get("eventName") == said.name
    meets = meets or (said.type is EventType.PAGE and goal.get("type") == "page_visit")
    return said.type is EventType.IDENTIFY or meets or Cause(CauseKind.EVENT, said.message_id) in causes


@quick
@given(two_journeys, private_lives)
def test_every_step_is_one_that_the_canvas_allows(bodies: Bodies, life: Life) -> None:
    world = live(world_of(bodies), life)
    for row in world.lives.values():
        canvas = world.catalogue.journeys[row.journey_id].journey.canvas
        for step in row.steps:
            node = canvas.nodes[step.node_id]
            ways = [node.plain] if step.label is None else [node.ways.get(step.label, node.plain)]
            assert step.target in (*ways, None)
            assert step.target is not None or step.ended is not None
            _has_a_fitting_cause(step)


def _has_a_fitting_cause(step: Transition) -> None:
    waited = step.left_at > step.entered_at
    kinds = {
        "WAIT": {CauseKind.TIMER},
        "WAIT_FOR_EVENT": {CauseKind.TIMER, CauseKind.EVENT},
        "CONTENT": {CauseKind.TIMER, CauseKind.DELIVERY},
    }
    if waited and step.ended in (None, "path_end", "timed_out"):
        assert step.cause.kind in kinds[step.node_type.value]
    if not waited and step.node_type.value in ("CONDITION", "SPLIT", "GOAL_CHECK"):
        assert step.detail is not None


@quick
@given(st.tuples(journeys()), private_lives, private_lives)
def test_to_be_told_of_an_edit_or_to_find_out(bodies: Bodies, before: Life, after: Life) -> None:
    """Whether a removed node is told to everybody at once, or found out by whoever is moved next: the same paths."""
    worlds = []
    for tell in (True, False):
        world = live(world_of(bodies), before)
        world.settle()
        world.edit(journey("j0", {**bodies[0], "nodes": _without("n2", bodies[0]["nodes"])}), {}, tell=tell)
        live(world, after)
        for who in list(world.people):
            world.feed(who, TimerDue(world.now))
        worlds.append(world)
    told, found_out = (
        {key: (row.reason, [step.node_id for step in row.steps]) for key, row in world.lives.items()}
        for world in worlds
    )
    assert told == found_out


def _without(gone: str, nodes: dict[str, Any]) -> dict[str, Any]:
    """The nodes but this one; ways to it lead to n1."""

    def led(ways: Any) -> Any:
        if isinstance(ways, dict):
            return {label: led(target) for label, target in ways.items()}
        return "n1" if ways == gone else ways

    return {key: {**node, "next": led(node.get("next"))} for key, node in nodes.items() if key != gone}


@pytest.mark.parametrize("cut", range(0, 40, 7))
def test_a_long_life_in_pieces(cut: int) -> None:
    """Many rounds through one loop, put away after `cut` inputs."""
    nodes = {
        "s": {
            "type": "TRIGGER",
            "config": {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}},
            "next": "f",
        },
        "f": {"type": "WAIT_FOR_EVENT", "config": {"eventName": "done"}, "next": "w"},
        "w": {"type": "WAIT", "config": {"duration": "1h"}, "next": "f"},
    }
    world = world_of(({"settings": {}, "nodes": nodes},))
    who = (False, "ana")
    tracked(who, "go", 0, 0)(world)
    for number in range(1, 41):
        world.advance(world.now + 2 * 3_600_000)
        tracked(who, "done", 0, number)(world)
        if number == cut:
            world.people[who] = _stored(who, world.people[who])
    (row,) = world.lives.values()
    assert [step.node_id for step in row.steps] == ["s", *["f", "w"] * 39, "f"]
