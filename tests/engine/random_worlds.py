"""Journeys, people and lives drawn by hypothesis: small, odd, and made of every part that there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from jcli.engine import DeliveryOutcome, DeliveryStatus, Enter, Event, EventType, Stop
from jcli.model import JourneyStatus
from tests.engine.harness import Who, World, journey

NAMES = ("go", "done", "paid")
URLS = ("https://a.example/x", "https://a.example/y")
PEOPLE: tuple[Who, ...] = ((False, "ana"), (False, "bo"), (True, "v"))
MINUTE = 60_000
HOUR = 60 * MINUTE
DELAYS = (0, 1, MINUTE, 30 * MINUTE, HOUR, HOUR, 24 * HOUR, 25 * HOUR)

_rules = st.recursive(
    st.sampled_from(
        [
            {"trait": "plan", "equals": "pro"},
            {"trait": "n", "gte": 2},
            {"trait": "plan", "exists": False},
            {"event": "paid", "count": {"gte": 2}, "within": "1d"},
            {"event": "go"},
        ]
    ),
    lambda inner: st.one_of(
        st.builds(lambda rules: {"all": rules}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda rules: {"any": rules}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda rule: {"not": rule}, inner),
    ),
    max_leaves=3,
)
plain_rules = st.sampled_from([{"trait": "plan", "equals": "pro"}, {"trait": "n", "gte": 2}])
_durations = st.sampled_from(["1h", "90m", "1d", "2d"])


_TYPES = ("CONTENT", "CONTENT", "WAIT", "WAIT", "WAIT_FOR_EVENT", "CONDITION", "SPLIT", "GOAL_CHECK", "EXIT")


@st.composite
def _node(draw: st.DrawFn, targets: list[str], rules: st.SearchStrategy[Any], hearing: bool) -> dict[str, Any]:
    target = st.sampled_from(targets)
    match draw(st.sampled_from(_TYPES)):
        case "CONTENT":
            config = {"advanceOn": draw(st.sampled_from(["finished", "shown", "immediate"]))}
            if draw(st.booleans()):
                config["timeout"] = draw(_durations)
            plain = config["advanceOn"] != "finished" or draw(st.booleans())
            ways = draw(target) if plain else {"completed": draw(target), "dismissed": draw(target)}
            return {
                "type": "CONTENT",
                "contentId": draw(st.sampled_from(["tour", "tip"])),
                "config": config,
                "next": ways,
            }
        case "WAIT":
            config = draw(
                st.one_of(
                    st.builds(lambda length: {"duration": length}, _durations),
                    st.just({"until": "2026-03-03T00:00:00Z"}),
                    st.just({"at": {"time": "10:00", "timezone": "person"}}),
                )
            )
            return {"type": "WAIT", "config": config, "next": draw(target)}
        case "WAIT_FOR_EVENT":
            config = {"eventName": draw(st.sampled_from(NAMES))}
            if draw(st.booleans()):
                config["timeout"] = draw(_durations)
            if hearing and draw(st.booleans()):
                config["since"] = "enrollment"
            ways = {"event": draw(target), "timeout": draw(target)} if draw(st.booleans()) else draw(target)
            return {"type": "WAIT_FOR_EVENT", "config": config, "next": ways}
        case "CONDITION":
            return {
                "type": "CONDITION",
                "config": {"rules": draw(rules)},
                "next": {"yes": draw(target), "no": draw(target)},
            }
        case "SPLIT":
            return {"type": "SPLIT", "config": {}, "next": {"a": draw(target), "b": draw(target)}}
        case "GOAL_CHECK":
            return {"type": "GOAL_CHECK", "next": {"met": draw(target), "not_met": draw(target)}}
        case _:
            return {"type": "EXIT"}


def _trigger(event: bool, target: str) -> dict[str, Any]:
    config: dict[str, Any] = {"triggerType": "CUSTOM_EVENT", "triggerConfig": {"eventName": "go"}}
    if not event:
        config = {"triggerType": "MANUAL"}
    return {"type": "TRIGGER", "config": config, "next": target}


def _page(target: str) -> dict[str, Any]:
    match = {"matchType": "endsWith", "pattern": "/x"}
    return {"type": "TRIGGER", "config": {"triggerType": "URL_MATCH", "triggerConfig": match}, "next": target}


@st.composite
def canvases(draw: st.DrawFn, rules: st.SearchStrategy[Any] = _rules, *, hearing: bool = True) -> dict[str, Any]:
    """Nodes of a journey: n0 and its like are triggers; the first node after them is one that waits."""
    keys = [f"n{number}" for number in range(1, draw(st.integers(3, 7)))]
    nodes = {"n0": _trigger(draw(st.integers(0, 3)) > 0, "n1")}
    if draw(st.booleans()):
        nodes["page"] = _page(draw(st.sampled_from(keys)))
    for key in keys:
        nodes[key] = draw(_node(keys, rules, hearing))
    return nodes


_goals = st.one_of(
    st.none(),
    st.sampled_from(
        [
            {"type": "event", "config": {"eventName": "paid"}},
            {"type": "page_visit", "config": {"matchType": "endsWith", "pattern": "/y"}},
            {"type": "attribute_match", "config": {"trait": "plan", "equals": "pro"}},
            {"type": "flow_completed", "config": {"flowId": "tour"}},
        ]
    ).flatmap(lambda goal: st.sampled_from([goal, {**goal, "deadline": 1}])),
)


@st.composite
def journeys(draw: st.DrawFn, rules: st.SearchStrategy[Any] = _rules, *, hearing: bool = True) -> dict[str, Any]:
    """The body of a journey's document. `hearing=False` leaves out waits since the enrollment."""
    body: dict[str, Any] = {
        "allowAnonymous": draw(st.integers(0, 3)) > 0,
        "settings": {
            "reentry": draw(st.sampled_from(["once", "after_exit", "always"])),
            "exitOnGoal": draw(st.booleans()),
            "onEdit": draw(st.sampled_from(["follow", "pin"])),
        },
        "nodes": draw(canvases(rules, hearing=hearing)),
    }
    goal = draw(_goals)
    if goal is not None:
        body["goalConfig"] = goal
    if draw(st.integers(0, 3)) == 0:
        body["audience"] = "pros"
    return body


Act = Callable[[World], None]
_who = st.sampled_from(PEOPLE)


def tracked(who: Who, name: str, back: int, number: int) -> Act:
    def act(world: World) -> None:
        stamp = world.now - back if back else None
        world.feed(who, Event(EventType.TRACK, world.now, name, f"m{number}", stamp))

    return act


def viewed(who: Who, url: str, number: int) -> Act:
    return lambda world: _drop(world.feed(who, Event(EventType.PAGE, world.now, None, f"m{number}", url=url)))


def identified(who: Who, traits: dict[str, Any], number: int) -> Act:
    return lambda world: _drop(world.feed(who, Event(EventType.IDENTIFY, world.now, None, f"m{number}", traits=traits)))


def came_of(who: Who, pick: int, outcome: DeliveryStatus) -> Act:
    def act(world: World) -> None:
        mine = [key for key, item in world.deliveries.items() if world.lives[item.enrollment_id].who == who]
        if mine:
            world.feed(who, DeliveryOutcome(mine[pick % len(mine)], outcome, world.now))

    return act


def by_hand(who: Who, journey_id: str) -> Act:
    return lambda world: _drop(world.feed(who, Enter(journey_id, world.now)))


def stopped(who: Who, pick: int) -> Act:
    def act(world: World) -> None:
        mine = [row.id for row in world.lives.values() if row.who == who]
        if mine:
            world.feed(who, Stop(mine[pick % len(mine)], world.now))

    return act


def status(journey_id: str, to: JourneyStatus) -> Act:
    return lambda world: world.set_status(journey_id, to)


def edited(journey_id: str, nodes: dict[str, Any], node_map: dict[str, str], tell: bool) -> Act:
    def act(world: World) -> None:
        body = {**world.bodies[journey_id], "nodes": nodes}
        world.edit(journey(journey_id, body), {k: v for k, v in node_map.items() if v in nodes}, tell=tell)

    return act


def _drop(_: object) -> None:
    return None


_numbers = st.integers(0, 10_000)
_statuses = st.sampled_from([*JourneyStatus, *[JourneyStatus.PUBLISHED] * 3])
_outcomes = st.sampled_from([DeliveryStatus.SHOWN, DeliveryStatus.COMPLETED, DeliveryStatus.DISMISSED])
personal = st.one_of(
    st.builds(tracked, _who, st.sampled_from(NAMES), st.sampled_from([0, 0, MINUTE, 40 * MINUTE]), _numbers),
    st.builds(tracked, _who, st.just("go"), st.just(0), _numbers),
    st.builds(viewed, _who, st.sampled_from(URLS), _numbers),
    st.builds(identified, _who, st.sampled_from([{"plan": "pro"}, {"plan": None}, {"n": 2}, {"n": 1}]), _numbers),
    st.builds(came_of, _who, st.integers(0, 9), _outcomes),
    st.builds(came_of, _who, st.integers(0, 9), _outcomes),
    st.builds(by_hand, _who, st.sampled_from(["j0", "j1"])),
)
public = st.one_of(
    st.builds(status, st.sampled_from(["j0", "j1"]), _statuses),
    st.builds(edited, st.sampled_from(["j0", "j1"]), canvases(), st.just({"n1": "n2", "n4": "n1"}), st.booleans()),
    st.builds(stopped, _who, st.integers(0, 9)),
    st.builds(lambda known: lambda world: world.link("v", known), st.sampled_from(["ana", "bo"])),
)
delays = st.sampled_from(DELAYS)
lives = st.lists(st.tuples(delays, st.one_of(personal, personal, public)), min_size=12, max_size=30)
"""(milliseconds since the last act, act)."""
private_lives = st.lists(st.tuples(delays, personal), min_size=12, max_size=30)
