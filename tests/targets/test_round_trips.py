"""What travels comes out as it went in: plans, and how documents stand."""

from __future__ import annotations

from dataclasses import fields

import orjson
import pytest

from jcli.model import JourneyStatus, Kind, NodeType
from jcli.plan import (
    Action,
    Change,
    Clash,
    DocumentStatus,
    Fate,
    Mover,
    Outcome,
    People,
    Plan,
    Rail,
    Rename,
    Standing,
    Step,
)
from jcli.render.plans import data
from jcli.render.standing import status_data
from jcli.targets.plans import document_status, plan_of

WHEN = 1_767_225_600_123
PEOPLE = People(
    7,
    (
        Standing("tour", 5, "gone", Fate.MOVE, "show", NodeType.CONTENT, NodeType.WAIT, ways=True),
        Standing("rest", 2, "ways", Fate.FOLLOW),
    ),
    (Rename("old", "new", "id-of-old"),),
    ("siteId", "nodes.begin"),
    pinned=True,
    everybody=("goalConfig",),
    newcomers=("goalConfig.deadline",),
    unpinned=True,
)
WHOLE = Action(
    Kind.JOURNEY,
    "welcome",
    "j-1",
    'Welcome "home"',
    Outcome.CONFLICT,
    (Change("name", "~", "Old", "New"), Change("nodes.tour", "-", {"a": [1, None]}, None)),
    (Change("settings.reentry", "+", None, True),),
    "both changed",
    "journeys/welcome.yaml",
    JourneyStatus.PUBLISHED,
    "state",
    "wanted",
    "base",
    (Clash("name", "a", None, ["b"]),),
    None,
    PEOPLE,
    ("other",),
    Mover("ada", "api", "edit", WHEN, "c0ffee"),
)


def test_the_example_leaves_no_field_out() -> None:
    """A field that somebody adds has to travel, or to be named here as one that stays."""
    assert [one.name for one in fields(Action) if getattr(WHOLE, one.name) in (None, ())] == ["merged"]
    assert [one.name for one in fields(People) if not getattr(PEOPLE, one.name)] == []
    assert [one.name for one in fields(Standing) if not getattr(PEOPLE.standing[0], one.name)] == []


@pytest.mark.parametrize("action", [WHOLE, Action(Kind.SITE, "main", "s-1", "Main", Outcome.NOTHING)])
def test_a_plan_comes_out_as_it_went_in(action: Action) -> None:
    plan = Plan((action,), (Rail("archive=welcome", "it is published"),))
    assert plan_of(orjson.loads(orjson.dumps(data(plan)))) == plan
    assert plan_of(orjson.loads(orjson.dumps(data(plan)))).fingerprint == plan.fingerprint


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_travels(outcome: Outcome) -> None:
    plan = Plan((Action(Kind.CONTENT, "tour", "tour", "tour", outcome),))
    assert plan_of(data(plan)) == plan


@pytest.mark.parametrize("step", Step)
def test_how_a_document_stands_comes_out_as_it_went_in(step: Step) -> None:
    mover = Mover("ada", "api", "edit", WHEN, None)
    row = DocumentStatus(Kind.JOURNEY, "k", "i", "n", step, JourneyStatus.PAUSED, 3, "f", "note", mover, "until Monday")
    assert document_status(orjson.loads(orjson.dumps(status_data(row)))) == row
    bare = DocumentStatus(Kind.SITE, "k", "i", "n", step)
    assert document_status(status_data(bare)) == bare
