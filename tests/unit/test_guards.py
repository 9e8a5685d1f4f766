"""The rails of a plan, and what a change does to people, on forms and counts alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jcli.canonical import canonical
from jcli.model import Edge, Journey, JourneyStatus, Kind, Node, NodeType
from jcli.plan import Action, Fate, Outcome, People, Plan, Rename, Standing, people_of, rails_of

START = Node("n1", NodeType.TRIGGER, {"triggerType": "MANUAL"})
REST = Node("n2", NodeType.WAIT, {"duration": "1d"})
DONE = Node("n3", NodeType.EXIT)
OLD = Journey("j", "Welcome", "s", nodes=(START, REST, DONE), edges=(Edge("e", "n1", "n2"), Edge("f", "n2", "n3")))
NAMES = {"n1": "start", "n2": "rest", "n3": "done", "n4": "pause"}
LIVE = JourneyStatus.PUBLISHED


def people(new: Journey, here: dict[str, int], old: Journey = OLD, **more: Any) -> People:
    return people_of(canonical(old), canonical(new), here, sum(here.values()), NAMES, **more)


def without_rest(**fields: Any) -> Journey:
    return replace(OLD, nodes=(START, DONE), edges=(Edge("g", "n1", "n3"),), **fields)


def test_people_on_a_node_that_goes_are_stopped() -> None:
    found = people(without_rest(), {"n2": 40})
    assert found.standing == (Standing("rest", 40, "gone", Fate.END, type=NodeType.WAIT),)
    assert (found.in_progress, found.ended) == (40, 40)


def test_people_on_a_node_that_goes_move_where_the_node_map_says() -> None:
    (one,) = people(without_rest(), {"n2": 40}, node_map={"n2": "n3"}).standing
    assert (one.fate, one.to) == (Fate.MOVE, "done")


def test_pinned_people_finish_where_they_entered() -> None:
    pinned = {"onEdit": "pin"}
    found = people(without_rest(settings=pinned), {"n2": 40}, replace(OLD, settings=pinned))
    assert [one.fate for one in found.standing] == [Fate.PINNED]
    assert found.ended == 0


def test_people_who_wait_wait_on_when_their_wait_changes() -> None:
    new = replace(OLD, nodes=(START, replace(REST, config={"duration": "2d"}), DONE))
    (one,) = people(new, {"n2": 3, "n3": 0}).standing
    assert (one.node, one.change, one.fate, one.type) == ("rest", "changed", Fate.FOLLOW, NodeType.WAIT)
    assert (one.anew, one.ways) == (None, False)


def test_other_ways_out_are_told_of_those_who_stand_before_them() -> None:
    new = replace(OLD, edges=(Edge("e", "n1", "n2"), Edge("f", "n2", "n1")))
    (one,) = people(new, {"n2": 3}).standing
    assert one.change == "ways"


def test_nothing_is_told_of_nodes_on_which_nobody_stands() -> None:
    assert people(without_rest(), {"n3": 7}).standing == ()


def test_a_node_that_only_got_another_key_is_offered_as_a_rename() -> None:
    renamed = replace(
        OLD, nodes=(START, replace(REST, id="n4"), DONE), edges=(Edge("e", "n1", "n4"), Edge("f", "n4", "n3"))
    )
    assert people(renamed, {"n2": 3}).renames == (Rename("rest", "pause", "n2"),)
    assert people(renamed, {"n2": 3}, node_map={"n2": "n4"}).renames == ()


def test_two_nodes_that_could_be_the_renamed_one_are_not_guessed_at() -> None:
    twins = replace(
        OLD,
        nodes=(START, replace(REST, id="n4"), replace(REST, id="n5"), DONE),
        edges=(Edge("e", "n1", "n4"), Edge("f", "n4", "n3"), Edge("g", "n5", "n3")),
    )
    assert people(twins, {"n2": 3}).renames == ()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"audience_id": "a"}, ("audienceId",)),
        ({"allow_anonymous": True}, ("allowAnonymous",)),
        ({"settings": {"reentry": "always", "reentryAfter": "1d"}}, ("settings.reentry", "settings.reentryAfter")),
        ({"nodes": (replace(START, config={"triggerType": "CUSTOM_EVENT"}), REST, DONE)}, ("nodes.start",)),
        ({"name": "Other", "settings": {"exitOnGoal": True}}, ()),
    ],
)
def test_what_decides_who_enters_is_named(fields: dict[str, Any], told: tuple[str, ...]) -> None:
    assert people(replace(OLD, **fields), {"n2": 1}).entering == told


def action(outcome: Outcome, key: str = "welcome", **more: Any) -> Action:
    return Action(Kind.JOURNEY, key, f"id-{key}", key, outcome, **{"status": LIVE, **more})


def waivers(*actions: Action, protected: dict[str, str] | None = None, allowed: tuple[str, ...] = ()) -> list[str]:
    return [rail.waiver for rail in rails_of(Plan(actions), protected or {}, allowed)]


ENDING = People(40, (Standing("rest", 40, "gone", Fate.END),))
MOVING = People(40, (Standing("rest", 40, "gone", Fate.MOVE, "done"),))
TRIGGER = People(40, entering=("audienceId", "nodes.start"))


@pytest.mark.parametrize(
    ("given_", "actions", "expected"),
    [
        ("a published journey is archived", [action(Outcome.ARCHIVE)], ["archive=welcome"]),
        ("a draft is archived", [action(Outcome.ARCHIVE, status=JourneyStatus.DRAFT)], []),
        ("a node with people goes", [action(Outcome.UPDATE, people=ENDING)], ["remove=welcome/rest"]),
        ("a node with people goes, and they move", [action(Outcome.UPDATE, people=MOVING)], []),
        ("the trigger of a live journey changes", [action(Outcome.MERGE, people=TRIGGER)], ["trigger=welcome"]),
        (
            "the trigger of a draft changes",
            [action(Outcome.UPDATE, people=TRIGGER, status=JourneyStatus.DRAFT)],
            [],
        ),
        ("nothing but the base moves", [action(Outcome.ADOPT)], []),
    ],
)
def test_rails_of_one_journey(given_: str, actions: list[Action], expected: list[str]) -> None:
    assert waivers(*actions) == expected


def test_a_protected_journey_is_not_changed() -> None:
    protected = {"id-welcome": "the launch is on Monday"}
    (rail,) = rails_of(Plan((action(Outcome.UPDATE),)), protected)
    assert (rail.waiver, rail.message) == ("protected=welcome", "`welcome` is protected: the launch is on Monday")
    assert waivers(action(Outcome.ADOPT), action(Outcome.DRIFT), protected=protected) == []


def test_a_waiver_lets_one_rail_pass_and_no_other() -> None:
    two = (action(Outcome.ARCHIVE), action(Outcome.ARCHIVE, "other"))
    assert waivers(*two, allowed=("archive=welcome",)) == ["archive=other"]


def many(archived: int, changed: int, still: int, created: int = 0) -> list[Action]:
    outcomes = [Outcome.ARCHIVE] * archived + [Outcome.UPDATE] * changed + [Outcome.NOTHING] * still
    outcomes += [Outcome.CREATE] * created
    return [action(outcome, f"k{index}", status=JourneyStatus.DRAFT) for index, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (many(3, 0, 0), []),
        (many(4, 0, 0), ["archives=4"]),
        (many(4, 0, 36), []),
        (many(5, 0, 36), ["archives=5"]),
        (many(0, 9, 0), []),
        (many(0, 3, 7), []),
        (many(0, 4, 6), ["changes=4"]),
        (many(0, 4, 6, created=50), ["changes=4"]),
        (many(0, 0, 0, created=50), []),
    ],
)
def test_rails_about_many_at_once(actions: list[Action], expected: list[str]) -> None:
    """At most 3 archives or a tenth, at most 30 % changes of 10 or more; what is new does not count."""
    assert waivers(*actions) == expected
