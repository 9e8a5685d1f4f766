"""Cases of a sync that are easily got wrong: what is renamed, narrowed, pruned together, kept between two looks."""

from __future__ import annotations

from typing import Any

import pytest

from jcli import operations
from jcli.compiler import Compilation
from jcli.errors import Stale
from jcli.model import Actor, EnrollmentStatus, Kind, SyncBase
from jcli.plan import NONE, Action, Choices, Outcome, Plan, Side, only_shown, planned
from jcli.store import Store
from tests.operations.conftest import Clock, workspace

SITE = """
site: main
name: Main
"""
AUDIENCE = """
audience: admins
name: Admins
site: main
rules: {trait: role, equals: admin}
"""
WELCOME = """
journey: welcome
name: Welcome
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: pause}
  pause: {type: WAIT, config: {duration: 1d}, next: done}
  done: {type: EXIT}
"""
FOR_ADMINS = WELCOME.replace("site: main\n", "site: main\naudience: admins\n")
OTHER = WELCOME.replace("welcome", "other").replace("Welcome", "Other")
API = Actor("front-end", "api")
SYNC = Actor("ana", "sync")
PRUNE = Choices(prune=True)


class Stage:
    """A store that workspaces are synced into."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock

    def sync(self, *texts: str, **more: Any) -> operations.SyncResult:
        self.clock.now += 1_000
        found = texts[0] if isinstance(texts[0], Compilation) else workspace(*texts)
        assert not found.bars_sync, found.findings
        return operations.sync(self.store, self.clock, SYNC, found, **more)

    def outcomes(self, *texts: str, **more: Any) -> dict[str, Outcome]:
        result = self.sync(*texts, **more)
        assert not result.refused, (result.plan.rails, result.findings)
        return outcomes(result.plan)

    def base(self, kind: Kind, key: str) -> SyncBase:
        with self.store.read() as tables:
            found = tables.base_of(kind, tables.marks()[kind, key].id)
        assert found is not None
        return found

    def id(self, key: str = "welcome", kind: Kind = Kind.JOURNEY) -> str:
        return self.base(kind, key).id

    def patch(self, key: str = "welcome", **fields: Any) -> None:
        saved = operations.patch_journey(self.store, self.clock, API, self.id(key), fields)
        assert not saved.refused

    def live(self, *people: str, key: str = "welcome") -> list[str]:
        """Publish the journey and let people in; their enrollments."""
        operations.publish(self.store, self.clock, API, self.id(key))
        entered = [
            operations.enter_journey(self.store, self.clock, API, self.id(key), {"endUserId": p}) for p in people
        ]
        return [one.enrollment.id for one in entered if one.enrollment is not None]

    def enrollment(self, enrollment_id: str) -> tuple[EnrollmentStatus, str | None]:
        enrollment, _, _ = operations.get_enrollment(self.store, API, enrollment_id)
        return enrollment.status, enrollment.exit_reason


@pytest.fixture
def stage(store: Store, clock: Clock) -> Stage:
    return Stage(store, clock)


def outcomes(plan: Plan) -> dict[str, Outcome]:
    return {action.key: action.outcome for action in plan.actions}


def action_of(plan: Plan, key: str) -> Action:
    (found,) = [action for action in plan.actions if action.key == key]
    return found


def pinned(text: str, stage: Stage, key: str = "welcome") -> str:
    """The document with the ids that its nodes and itself have now."""
    base = stage.base(Kind.JOURNEY, key)
    for node_id, name in base.names.items():
        text = text.replace(f"  {name}: {{type", f"  {name}: {{id: {node_id}, type")
    return text.replace("name:", f"id: {base.id}\nname:", 1)


# What was kept between the review and the merge


def test_rails_of_what_was_not_shown_do_not_stand_in_the_way_of_a_kept_plan(stage: Stage) -> None:
    stage.sync(SITE, WELCOME, OTHER)
    stage.live(key="other")
    shown = operations.make_plan(stage.store, workspace(SITE, WELCOME.replace("1d", "2d"), OTHER))
    since = workspace(
        SITE, WELCOME.replace("1d", "2d"), OTHER.replace("MANUAL", "CUSTOM_EVENT, triggerConfig: {eventName: e}")
    )
    assert [rail.waiver for rail in operations.make_plan(stage.store, since).rails] == ["trigger=other"]
    looked = only_shown(operations.make_plan(stage.store, since), planned(shown), ())
    assert (outcomes(looked), looked.rails) == ({"main": Outcome.NOTHING, "welcome": Outcome.UPDATE}, ())
    assert stage.outcomes(since, expected=planned(shown)) == {"main": Outcome.NOTHING, "welcome": Outcome.UPDATE}
    assert operations.make_plan(stage.store, since).of(Outcome.UPDATE)[0].key == "other", "it waits for its own review"


def test_a_plan_that_is_carried_out_twice_is_stale(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    changed = workspace(SITE, WELCOME.replace("1d", "2d"))
    shown = planned(operations.make_plan(stage.store, changed))
    stage.sync(changed, expected=shown)
    with pytest.raises(Stale, match=r"journey `welcome` was changed by ana \(sync, sync-update\) since"):
        stage.sync(changed, expected=shown)
    assert operations.get_journey(stage.store, API, stage.id()).revision == 2


def test_who_published_is_not_who_changed(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    stage.patch(name="Hello")
    operations.publish(stage.store, stage.clock, Actor("bob", "api"), stage.id())
    mover = action_of(stage.sync(SITE, WELCOME).plan, "welcome").mover
    assert mover is not None
    assert (mover.actor, mover.verb) == ("front-end", "edit")


def test_who_archived_is_told_of_what_is_archived(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    stage.patch(name="Hello")
    operations.archive(stage.store, stage.clock, Actor("bob", "api"), stage.id())
    mover = action_of(stage.sync(SITE, WELCOME).plan, "welcome").mover
    assert mover is not None
    assert (mover.actor, mover.verb) == ("bob", "archive")


# What goes by another key, or stands in another file


def test_keys_narrow_to_what_was_synced_under_another_key(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    renamed = pinned(WELCOME, stage).replace("journey: welcome", "journey: hello").replace("1d", "2d")
    assert stage.outcomes(SITE, renamed, keys=["hello"]) == {"main": Outcome.NOTHING, "hello": Outcome.UPDATE}


def test_the_old_key_of_a_renamed_journey_prunes_nothing(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    renamed = pinned(WELCOME, stage).replace("journey: welcome", "journey: hello")
    found = stage.outcomes(SITE, renamed, keys=["welcome"], choices=PRUNE)
    assert found == {"main": Outcome.NOTHING, "hello": Outcome.ADOPT}


def test_keys_reach_the_site_of_the_audience_of_a_journey(stage: Stage) -> None:
    elsewhere = "site: elsewhere\nname: Elsewhere\n"
    audience = AUDIENCE.replace("site: main", "site: elsewhere")
    found = stage.outcomes(SITE, elsewhere, audience, FOR_ADMINS, OTHER, keys=["welcome"])
    assert set(found) == {"main", "elsewhere", "admins", "welcome"}


def test_a_kind_and_key_name_one_of_two(stage: Stage) -> None:
    journey = WELCOME.replace("journey: welcome", "journey: main")
    assert list(stage.outcomes(SITE, journey, keys=["site/main"])) == ["main"]
    stage.sync(SITE, journey)
    found = stage.sync(SITE.replace("Main", "Home"), journey.replace("1d", "2d"), keys=["site/main"])
    assert [(one.kind, one.outcome) for one in found.plan.actions] == [(Kind.SITE, Outcome.UPDATE)]


def test_the_base_follows_a_file_that_was_moved(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    result = stage.sync(SITE, OTHER, WELCOME)
    assert outcomes(result.plan) == {"main": Outcome.NOTHING, "other": Outcome.CREATE, "welcome": Outcome.ADOPT}
    assert action_of(result.plan, "welcome").note == "its file was journeys/1.yaml"
    assert stage.base(Kind.JOURNEY, "welcome").file == "journeys/2.yaml"
    assert set(stage.outcomes(SITE, OTHER, WELCOME).values()) == {Outcome.NOTHING}


def test_the_base_follows_the_keys_of_pinned_nodes(stage: Stage) -> None:
    """Else what is said of a node later, and who is led from it to another, would go by a key that it no longer has."""
    stage.sync(SITE, WELCOME)
    named = pinned(WELCOME, stage)
    stage.sync(SITE, named)
    rest = named.replace("  pause: {", "  rest: {").replace("next: pause", "next: rest")
    assert stage.outcomes(SITE, rest)["welcome"] is Outcome.ADOPT
    assert set(stage.outcomes(SITE, rest).values()) == {Outcome.NOTHING}
    assert set(stage.base(Kind.JOURNEY, "welcome").names.values()) == {"start", "rest", "done"}


# What goes


def test_what_goes_together_is_pruned_together(stage: Stage) -> None:
    """The audience names the site, and the journey that named the audience names it no more."""
    other_site = "site: elsewhere\nname: Elsewhere\n"
    stage.sync(SITE, other_site, AUDIENCE.replace("site: main", "site: elsewhere"), FOR_ADMINS)
    found = stage.outcomes(SITE, WELCOME, choices=PRUNE)
    assert found == {
        "main": Outcome.NOTHING,
        "elsewhere": Outcome.ARCHIVE,
        "admins": Outcome.ARCHIVE,
        "welcome": Outcome.UPDATE,
    }
    assert stage.outcomes(SITE, WELCOME, choices=PRUNE) == {"main": Outcome.NOTHING, "welcome": Outcome.NOTHING}


def test_what_a_changed_journey_comes_to_name_is_not_pruned(stage: Stage) -> None:
    stage.sync(SITE, AUDIENCE, WELCOME)
    by_id = WELCOME.replace("site: main\n", f"site: main\naudienceId: {stage.id('admins', Kind.AUDIENCE)}\n")
    result = stage.sync(SITE, by_id, choices=PRUNE)
    assert outcomes(result.plan)["admins"] is Outcome.KEPT
    assert action_of(result.plan, "admins").note == (
        "journeys/1.yaml no longer has it; it stays, because `welcome` in git names it"
    )


def test_what_a_pruned_journey_names_stays(stage: Stage) -> None:
    stage.sync(SITE, AUDIENCE, FOR_ADMINS)
    assert stage.outcomes(OTHER.replace("site: main", "siteId: s-9"), choices=PRUNE) == {
        "main": Outcome.KEPT,
        "admins": Outcome.KEPT,
        "welcome": Outcome.ARCHIVE,
        "other": Outcome.CREATE,
    }


def test_what_both_sides_let_go_of_is_forgotten_and_may_come_back(stage: Stage) -> None:
    stage.sync(SITE, AUDIENCE, WELCOME)
    operations.delete_thing(stage.store, stage.clock, API, Kind.AUDIENCE, stage.id("admins", Kind.AUDIENCE))
    plan = operations.make_plan(stage.store, workspace(SITE, WELCOME))
    assert outcomes(plan)["admins"] is Outcome.RELEASE
    assert "admins" not in [one.key for one in operations.workspace_status(stage.store, workspace(SITE, WELCOME))]
    stage.sync(SITE, WELCOME)
    assert "admins" not in stage.outcomes(SITE, WELCOME)
    assert stage.outcomes(SITE, AUDIENCE, WELCOME)["admins"] is Outcome.CREATE


@pytest.mark.parametrize("verb", [operations.pause, operations.unpublish])
def test_archiving_what_has_people_in_it_asks_for_a_waiver(stage: Stage, verb: Any) -> None:
    """Who is paused or frozen would be stopped for good as well."""
    stage.sync(SITE, WELCOME)
    (enrollment,) = stage.live("u1")
    verb(stage.store, stage.clock, API, stage.id())
    result = stage.sync(SITE, choices=PRUNE)
    assert [rail.waiver for rail in result.plan.rails] == ["archive=welcome"]
    assert "with 1 person in progress" in result.plan.rails[0].message
    assert stage.enrollment(enrollment) == (EnrollmentStatus.IN_PROGRESS, None)


def test_letting_go_of_a_protected_journey_needs_no_waiver(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    operations.protect(stage.store, stage.clock, API, stage.id(), "the launch is on Monday")
    found = stage.outcomes(SITE, choices=Choices({"welcome": Side.STORE}))
    assert found == {"main": Outcome.NOTHING, "welcome": Outcome.RELEASE}


# People


def test_who_is_no_longer_pinned_is_counted(stage: Stage) -> None:
    """They stand on a node of an older revision, which nothing of the newest canvas stands for."""
    keep = WELCOME + "settings: {onEdit: pin}\n"
    stage.sync(SITE, keep)
    (enrollment,) = stage.live("u1")
    rest = keep.replace("  pause: {", "  rest: {").replace("next: pause", "next: rest")
    stage.sync(SITE, rest)
    follow = rest.replace("onEdit: pin", "onEdit: follow")
    result = stage.sync(SITE, follow)
    assert [rail.waiver.split("/")[0] for rail in result.plan.rails] == ["remove=welcome"]
    stage.outcomes(SITE, follow, choices=Choices(allow=frozenset({result.plan.rails[0].waiver})))
    assert stage.enrollment(enrollment) == (EnrollmentStatus.STOPPED, "node_removed")


def test_who_is_frozen_in_a_draft_is_counted(stage: Stage) -> None:
    stage.sync(SITE, WELCOME)
    (enrollment,) = stage.live("u1")
    operations.unpublish(stage.store, stage.clock, API, stage.id())
    rest = WELCOME.replace("  pause: {", "  rest: {").replace("next: pause", "next: rest")
    assert [rail.waiver for rail in stage.sync(SITE, rest).plan.rails] == ["remove=welcome/pause"]
    pause = next(one for one, key in stage.base(Kind.JOURNEY, "welcome").names.items() if key == "pause")
    stage.outcomes(SITE, rest.replace("  rest: {", f"  rest: {{id: {pause}, ").replace("1d", "2d"))
    assert stage.enrollment(enrollment) == (EnrollmentStatus.IN_PROGRESS, None)
    operations.publish(stage.store, stage.clock, API, stage.id())
    assert stage.enrollment(enrollment) == (EnrollmentStatus.IN_PROGRESS, None)


# Things


def test_things_are_merged_field_by_field(stage: Stage) -> None:
    stage.sync(SITE, AUDIENCE, FOR_ADMINS)
    stage.live()
    audience_id = stage.id("admins", Kind.AUDIENCE)
    operations.patch_thing(stage.store, stage.clock, API, Kind.AUDIENCE, audience_id, {"name": "All admins"})
    result = stage.sync(SITE, AUDIENCE.replace("equals: admin", "equals: owner"), FOR_ADMINS)
    action = action_of(result.plan, "admins")
    assert (action.outcome, action.live_users) == (Outcome.MERGE, ("welcome",))
    stored = operations.get_thing(stage.store, API, Kind.AUDIENCE, audience_id).item
    assert (stored.name, getattr(stored, "rules", None)) == ("All admins", {"trait": "role", "equals": "owner"})
    assert (
        outcomes(
            operations.make_plan(
                stage.store,
                workspace(SITE, AUDIENCE.replace("equals: admin", "equals: owner"), FOR_ADMINS),
                choices=NONE,
            )
        )["admins"]
        is Outcome.DRIFT
    )


def test_a_rule_that_both_changed_is_a_conflict(stage: Stage) -> None:
    stage.sync(SITE, AUDIENCE)
    rules = {"trait": "role", "equals": "guest"}
    audience_id = stage.id("admins", Kind.AUDIENCE)
    operations.patch_thing(stage.store, stage.clock, API, Kind.AUDIENCE, audience_id, {"rules": rules})
    action = action_of(stage.sync(SITE, AUDIENCE.replace("equals: admin", "equals: owner")).plan, "admins")
    assert (action.outcome, [clash.where for clash in action.clashes]) == (Outcome.CONFLICT, ["rules"])


def test_a_journey_that_git_has_to_itself_from_now_on_is_merged_once(stage: Stage) -> None:
    """The API's change came before git said so; it stays, and is drift until a pull takes it home."""
    stage.sync(SITE, WELCOME)
    stage.patch(description="By the API")
    assert stage.outcomes(SITE, WELCOME + "managedBy: git\n")["welcome"] is Outcome.MERGE
    assert stage.outcomes(SITE, WELCOME + "managedBy: git\n")["welcome"] is Outcome.DRIFT


# Positions


def test_a_position_in_whole_numbers_is_the_one_that_the_store_gives_back(stage: Stage) -> None:
    """The store keeps 10 as 10.0, which is the same place."""
    placed = WELCOME.replace("  done: {", "  done: {position: {x: 10, y: 20}, ")
    stage.sync(SITE, placed)
    stage.patch(name="Hello")
    action = action_of(stage.sync(SITE, placed).plan, "welcome")
    assert [change.where for change in action.changes] == ["name"]
    stage.patch(name="Welcome")
    assert stage.outcomes(SITE, placed)["welcome"] is Outcome.NOTHING
