"""Journeys through the operations: what an actor of one site is told of others, and merging goals."""

from __future__ import annotations

from collections.abc import Callable

from jcli import operations
from jcli.model import Actor, Kind
from jcli.store import Store
from tests.operations.conftest import Clock

ALL = Actor("root", "api")
OURS = Actor("ours", "api", frozenset({"ours"}))
RULES = {"trait": "plan", "equals": "pro"}


def unknown(store: Store, clock: Clock, actor: Actor, audience: str, new_id: Callable[[], str]) -> list[str]:
    body = {"name": "J", "siteId": "ours", "audienceId": audience}
    saved = operations.create_journey(store, clock, actor, body, new_id=new_id)
    return [finding.code for finding in saved.findings if finding.code.startswith("unknown-")]


def test_an_audience_of_another_site_is_as_unknown_as_one_that_is_not_there(
    store: Store, clock: Clock, new_id: Callable[[], str]
) -> None:
    for audience, site in (("of-us", "ours"), ("of-all", None), ("of-others", "theirs")):
        body = {"id": audience, "name": audience, "rules": RULES, "siteId": site}
        operations.create_thing(store, clock, ALL, Kind.AUDIENCE, body, new_id=new_id)
    asked = ("of-us", "of-all", "of-others", "of-nobody")
    assert [unknown(store, clock, OURS, audience, new_id) for audience in asked] == [
        [],
        [],
        ["unknown-audience"],
        ["unknown-audience"],
    ]
    assert unknown(store, clock, ALL, "of-others", new_id) == []


def test_where_the_actor_sees_none_of_a_kind_nothing_is_asked(
    store: Store, clock: Clock, new_id: Callable[[], str]
) -> None:
    theirs = {"id": "theirs", "name": "Theirs"}
    operations.create_thing(store, clock, ALL, Kind.SITE, theirs, new_id=new_id)
    assert unknown(store, clock, OURS, "any", new_id) == []


def test_a_patched_goal_of_another_type_starts_afresh(store: Store, clock: Clock, new_id: Callable[[], str]) -> None:
    goal = {"type": "event", "config": {"eventName": "signup"}, "deadline": 7}
    body = {"name": "J", "siteId": "s", "goalConfig": goal}
    created = operations.create_journey(store, clock, ALL, body, new_id=new_id)
    assert created.stored is not None
    patch = {"goalConfig": {"type": "page_visit", "config": {"matchType": "exact", "pattern": "/done"}}}
    saved = operations.patch_journey(store, clock, ALL, created.stored.journey.id, patch)
    assert saved.stored is not None
    assert saved.stored.journey.goal_config == {**patch["goalConfig"], "deadline": 7}
