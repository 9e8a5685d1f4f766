"""Three forms merged unit by unit: what is taken from where, and what cannot be had both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.canonical import canonical, canonical_bytes
from jcli.model import Edge, Journey, Node, NodeType, Position
from jcli.plan import Clash, differences, merge

NAMES = {"n1": "start", "n2": "tour", "n3": "rest", "n4": "done", "n5": "extra"}
START = Node("n1", NodeType.TRIGGER, {"triggerType": "MANUAL"})
TOUR = Node("n2", NodeType.CONTENT, {"contentType": "flow", "timeout": "1d"}, "flow_abc")
REST = Node("n3", NodeType.WAIT, {"duration": "1d"})
DONE = Node("n4", NodeType.EXIT)
EXTRA = Node("n5", NodeType.WAIT, {"duration": "5d"})
GOAL = {"type": "event", "config": {"eventName": "paid"}, "deadline": 7}
BASE = Journey(
    "j",
    "Welcome",
    "s",
    goal_config=GOAL,
    nodes=(START, TOUR, REST, DONE),
    edges=(Edge("e1", "n1", "n2"), Edge("e2", "n2", "n3", "completed"), Edge("e3", "n3", "n4")),
)


def edited(*nodes: Node, **fields: Any) -> Journey:
    """The base with other fields; nodes given replace those of their id, or come as new."""
    kept = {node.id: node for node in BASE.nodes} | {node.id: node for node in nodes}
    return replace(BASE, nodes=tuple(kept.values()), **fields)


def without(node_id: str, *more: Edge, start: Journey = BASE) -> Journey:
    """A journey with a node and its ways taken out, and other ways put in."""
    edges = tuple(edge for edge in start.edges if node_id not in (edge.source, edge.target))
    return replace(start, nodes=tuple(node for node in start.nodes if node.id != node_id), edges=(*edges, *more))


def way(source: str, target: str, label: str | None = None) -> Edge:
    return Edge(f"{source}-{target}", source, target, label)


SHORTER = edited(replace(REST, config={"duration": "2h"}))
MERGES: list[tuple[str, Journey, Journey, Journey]] = [
    ("a field each", edited(name="A"), edited(description="B"), edited(name="A", description="B")),
    (
        "the same field to the same",
        edited(name="A"),
        edited(name="A", description="B"),
        edited(name="A", description="B"),
    ),
    (
        "a setting each",
        edited(settings={"reentry": "always"}),
        edited(settings={"exitOnGoal": True}),
        edited(settings={"reentry": "always", "exitOnGoal": True}),
    ),
    (
        "the goal here, its deadline there",
        edited(goal_config={**GOAL, "config": {"eventName": "upgraded"}}),
        edited(goal_config={**GOAL, "deadline": 14}),
        edited(goal_config={"type": "event", "config": {"eventName": "upgraded"}, "deadline": 14}),
    ),
    (
        "a config field each, of one node",
        edited(replace(TOUR, config={"contentType": "flow", "timeout": "2d"})),
        edited(replace(TOUR, config={"contentType": "flow", "timeout": "1d", "advanceOn": "shown"})),
        edited(replace(TOUR, config={"contentType": "flow", "timeout": "2d", "advanceOn": "shown"})),
    ),
    (
        "a node's config here, its ways there",
        SHORTER,
        edited(edges=(*BASE.edges[:2], way("n3", "n2"))),
        edited(replace(REST, config={"duration": "2h"}), edges=(*BASE.edges[:2], way("n3", "n2"))),
    ),
    (
        "a node comes here, another changes there",
        edited(EXTRA, edges=(*BASE.edges, way("n2", "n5", "dismissed"), way("n5", "n4"))),
        SHORTER,
        edited(
            EXTRA,
            replace(REST, config={"duration": "2h"}),
            edges=(*BASE.edges, way("n2", "n5", "dismissed"), way("n5", "n4")),
        ),
    ),
    (
        "a node goes here, a field changes there",
        without("n3", way("n2", "n4", "completed")),
        edited(name="B"),
        without("n3", way("n2", "n4", "completed"), start=edited(name="B")),
    ),
    (
        "a position moves there",
        edited(name="A"),
        edited(replace(REST, position=Position(1, 2))),
        edited(replace(REST, position=Position(1, 2)), name="A"),
    ),
]
CLASHES: list[tuple[str, Journey, Journey, list[str]]] = [
    ("the same field", edited(name="A"), edited(name="B"), ["name"]),
    (
        "the same config field",
        SHORTER,
        edited(replace(REST, config={"duration": "9d"})),
        ["nodes.rest.config.duration"],
    ),
    (
        "the ways out of one node",
        edited(edges=(*BASE.edges[:2], way("n3", "n2"))),
        edited(edges=(*BASE.edges[:2], way("n3", "n4", "later"))),
        ["nodes.rest.next"],
    ),
    ("a node that goes and changes", without("n3", way("n2", "n4", "completed")), SHORTER, ["nodes.rest"]),
    (
        "a way to a node that goes",
        without("n3", way("n2", "n4", "completed")),
        edited(EXTRA, edges=(*BASE.edges, way("n5", "n3"))),
        ["nodes.extra.next"],
    ),
    (
        "another type here, another config there",
        edited(replace(REST, type=NodeType.EXIT, config={})),
        SHORTER,
        ["nodes.rest.type"],
    ),
    (
        "a goal that goes and changes",
        edited(goal_config=None),
        edited(goal_config={**GOAL, "deadline": 9}),
        ["goalConfig"],
    ),
    (
        "the same node comes twice, differently",
        edited(EXTRA),
        edited(replace(EXTRA, config={"duration": "6d"})),
        ["nodes.extra"],
    ),
]


@pytest.mark.parametrize(("given_", "git", "store", "merged"), MERGES, ids=[row[0] for row in MERGES])
def test_changes_in_different_places_are_merged(given_: str, git: Journey, store: Journey, merged: Journey) -> None:
    found = merge(canonical(BASE), canonical(git), canonical(store), NAMES)
    assert found.clashes == ()
    assert found.form == canonical(merged)


@pytest.mark.parametrize(("given_", "git", "store", "where"), CLASHES, ids=[row[0] for row in CLASHES])
def test_changes_in_the_same_place_clash(given_: str, git: Journey, store: Journey, where: list[str]) -> None:
    found = merge(canonical(BASE), canonical(git), canonical(store), NAMES)
    assert found.form is None
    assert [clash.where for clash in found.clashes] == where


def test_a_clash_tells_ways_in_words() -> None:
    git = edited(edges=(*BASE.edges[:2], way("n3", "n2")))
    store = edited(edges=(*BASE.edges[:2], way("n3", "n4", "later")))
    (clash,) = merge(canonical(BASE), canonical(git), canonical(store), NAMES).clashes
    assert clash == Clash("nodes.rest.next", "done", "tour", "later: done")


JOURNEYS = st.sampled_from([BASE, *(row[1] for row in MERGES + CLASHES), *(row[2] for row in MERGES + CLASHES)])


@given(JOURNEYS, JOURNEYS, JOURNEYS)
def test_a_merge_is_symmetric(base: Journey, one: Journey, two: Journey) -> None:
    there = merge(canonical(base), canonical(one), canonical(two), NAMES)
    back = merge(canonical(base), canonical(two), canonical(one), NAMES)
    assert there.form == back.form
    assert [replace(clash, git=clash.store, store=clash.git) for clash in there.clashes] == list(back.clashes)


@given(JOURNEYS, JOURNEYS)
def test_who_alone_changed_something_has_it(base: Journey, one: Journey) -> None:
    """merge(b, x, b) = merge(b, x, x) = x."""
    for other in (base, one):
        merged = merge(canonical(base), canonical(one), canonical(other), NAMES)
        assert merged.form is not None
        assert canonical_bytes(merged.form) == canonical_bytes(canonical(one))


@given(JOURNEYS, JOURNEYS, JOURNEYS)
def test_a_merge_loses_nothing_of_either_side(base: Journey, one: Journey, two: Journey) -> None:
    merged = merge(canonical(base), canonical(one), canonical(two), NAMES).form
    if merged is None:
        return
    done = {(change.where, repr(change.new)) for change in differences(canonical(base), merged, NAMES)}
    for side in (one, two):
        for change in differences(canonical(base), canonical(side), NAMES):
            assert (change.where, repr(change.new)) in done
