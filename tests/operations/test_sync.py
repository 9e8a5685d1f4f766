"""Sync against a real store: what is written, what is left alone, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jcli import operations
from jcli.errors import InvalidRequest, NotAllowed, Stale
from jcli.model import Actor, EnrollmentStatus, JourneyStatus, Kind
from jcli.plan import Choices, Outcome, planned
from jcli.store import Page, Store
from tests.operations.conftest import Clock, workspace

SITE = """
site: main
name: Main
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
API = Actor("front-end", "api")


@pytest.fixture
def synced(store: Store, clock: Clock, actor: Actor) -> Callable[..., operations.SyncResult]:
    def sync(*texts: str, **more: Any) -> operations.SyncResult:
        return operations.sync(store, clock, actor, workspace(*texts), **more)

    return sync


def id_of(store: Store, key: str) -> str:
    with store.read() as tables:
        return tables.marks()[Kind.JOURNEY, key].id


def welcome_id(store: Store) -> str:
    return id_of(store, "welcome")


def outcomes(result: operations.SyncResult) -> dict[str, Outcome]:
    return {action.key: action.outcome for action in result.plan.actions}


def rename(store: Store, clock: Clock, name: str) -> None:
    operations.patch_journey(store, clock, API, welcome_id(store), {"name": name})


def dump(store: Store, tmp_path: Any) -> list[tuple[Any, ...]]:
    """Every row of every table, read beside the store."""
    import sqlite3

    connection = sqlite3.connect(tmp_path / "journeys.db")
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [(table, *row) for table in sorted(tables) for row in connection.execute(f'SELECT * FROM "{table}"')]
    connection.close()
    return rows


def test_a_first_sync_creates_everything(store: Store, synced: Any, clock: Clock) -> None:
    result = synced(SITE, WELCOME, commit="abc123")
    assert outcomes(result) == {"main": Outcome.CREATE, "welcome": Outcome.CREATE}
    stored = operations.get_journey(store, API, welcome_id(store))
    assert (stored.status, stored.revision, stored.counts.nodes) == (JourneyStatus.DRAFT, 1, 3)
    assert [node.position for node in stored.journey.nodes if node.position is None] == []
    with store.read() as tables:
        base = tables.base_of(Kind.JOURNEY, tables.marks()[Kind.JOURNEY, "welcome"].id)
        assert base is not None
        log = tables.audit(Kind.JOURNEY, base.id, Page())
    assert (base.file, base.commit, sorted(base.names.values())) == (
        "journeys/1.yaml",
        "abc123",
        ["done", "pause", "start"],
    )
    assert [(one.actor, one.door, one.verb, one.detail["commit"]) for one in log.rows] == [
        ("ana", "cli", "sync-create", "abc123")
    ]


def test_a_second_sync_writes_nothing(store: Store, synced: Any, clock: Clock, tmp_path: Any) -> None:
    synced(SITE, WELCOME)
    before = dump(store, tmp_path)
    clock.now += 60_000
    assert set(outcomes(synced(SITE, WELCOME)).values()) == {Outcome.NOTHING}
    assert dump(store, tmp_path) == before


def test_reordering_keys_and_nodes_is_no_change(synced: Any) -> None:
    synced(SITE, WELCOME)
    reordered = """
        journey: welcome
        nodes:
          done: {type: EXIT}
          pause: {next: [{to: done}], config: {duration: 1d}, type: WAIT}
          start: {config: {triggerType: MANUAL}, next: pause, type: TRIGGER}
        site: main
        name: Welcome
        settings: {reentry: once}
        """
    assert outcomes(synced(SITE, reordered))["welcome"] is Outcome.NOTHING


def test_a_changed_file_updates_the_store_and_makes_a_revision(store: Store, synced: Any) -> None:
    synced(SITE, WELCOME)
    result = synced(SITE, WELCOME.replace("1d", "2d"))
    (action,) = result.plan.of(Outcome.UPDATE)
    assert [(change.where, change.old, change.new) for change in action.changes] == [
        ("nodes.pause.config.duration", "1d", "2d")
    ]
    assert operations.get_journey(store, API, action.id).revision == 2


def test_what_the_api_changed_is_drift_and_left_alone(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    rename(store, clock, "Hello")
    assert outcomes(synced(SITE, WELCOME))["welcome"] is Outcome.DRIFT
    assert operations.get_journey(store, API, welcome_id(store)).journey.name == "Hello"


def test_drift_undone_by_hand_is_no_drift(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    rename(store, clock, "Hello")
    rename(store, clock, "Welcome")
    assert outcomes(synced(SITE, WELCOME))["welcome"] is Outcome.NOTHING


def test_both_changed_is_a_conflict_and_the_others_are_written(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    rename(store, clock, "Hello")
    result = synced(SITE.replace("Main", "Main site"), WELCOME.replace("name: Welcome", "name: Bonjour"))
    assert result.plan.in_conflict
    assert outcomes(result) == {"main": Outcome.UPDATE, "welcome": Outcome.CONFLICT}
    assert operations.get_journey(store, API, welcome_id(store)).journey.name == "Hello"


def test_both_changed_to_the_same_moves_the_base(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    rename(store, clock, "Hello")
    assert outcomes(synced(SITE, WELCOME.replace("Welcome", "Hello")))["welcome"] is Outcome.ADOPT
    assert outcomes(synced(SITE, WELCOME.replace("Welcome", "Hello")))["welcome"] is Outcome.NOTHING


def test_boxes_that_were_dragged_around_stay_where_they_were_put(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    stored = operations.get_journey(store, API, welcome_id(store))
    nodes = [
        {"id": node.id, "type": node.type, "config": node.config, "position": {"x": 7, "y": 9}}
        for node in stored.journey.nodes
    ]
    edges = [{"sourceNodeId": edge.source, "targetNodeId": edge.target} for edge in stored.journey.edges]
    body = {"nodes": nodes, "edges": edges}
    saved = operations.save_canvas(store, clock, API, stored.journey.id, body, new_id=lambda: "unused")
    assert not saved.refused
    assert outcomes(synced(SITE, WELCOME))["welcome"] is Outcome.NOTHING
    assert outcomes(synced(SITE, WELCOME.replace("1d", "2d")))["welcome"] is Outcome.UPDATE
    moved = operations.get_journey(store, API, stored.journey.id).journey
    assert {(node.position.x, node.position.y) for node in moved.nodes if node.position} == {(7, 9)}


def test_a_document_gone_from_git_is_kept(store: Store, synced: Any) -> None:
    synced(SITE, WELCOME)
    assert outcomes(synced(SITE)) == {"main": Outcome.NOTHING, "welcome": Outcome.KEPT}
    assert operations.get_journey(store, API, welcome_id(store)).journey.name == "Welcome"


def test_a_journey_of_the_api_is_not_taken_over(store: Store, synced: Any, clock: Clock) -> None:
    body = {"name": "By hand", "siteId": "s"}
    saved = operations.create_journey(store, clock, API, body, new_id=lambda: "j-1")
    assert saved.stored is not None
    assert outcomes(synced(SITE, WELCOME.replace("name:", "id: j-1\nname:")))["welcome"] is Outcome.CONFLICT
    assert operations.get_journey(store, API, "j-1").journey.name == "By hand"


def test_a_renamed_key_with_a_pinned_id_keeps_the_journey(store: Store, synced: Any) -> None:
    synced(SITE, WELCOME)
    old = welcome_id(store)
    renamed = WELCOME.replace("journey: welcome", f"journey: hello\nid: {old}")
    pinned = "".join(
        line.replace("{type", f"{{id: {node_id}, type") if (node_id := ids_by_key(store).get(key)) else line
        for line in renamed.splitlines(keepends=True)
        for key in [line.strip().split(":")[0]]
    )
    assert outcomes(synced(SITE, pinned)) == {"main": Outcome.NOTHING, "hello": Outcome.ADOPT}
    assert outcomes(synced(SITE, pinned)) == {"main": Outcome.NOTHING, "hello": Outcome.NOTHING}
    assert id_of(store, "hello") == old


def ids_by_key(store: Store) -> dict[str, str]:
    with store.read() as tables:
        base = tables.base_of(Kind.JOURNEY, tables.marks()[Kind.JOURNEY, "welcome"].id)
    assert base is not None
    return {key: node_id for node_id, key in base.names.items()}


def test_a_live_journey_takes_no_graph_error(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    operations.publish(store, clock, API, welcome_id(store))
    broken = WELCOME.replace("next: pause}", "}")
    result = synced(SITE.replace("Main", "Other"), broken)
    assert result.refused
    assert {finding.code for finding in result.findings} == {"unreachable-node"}
    with store.read() as tables:
        site = tables.base_of(Kind.SITE, tables.marks()[Kind.SITE, "main"].id)
    assert site is not None
    assert site.form["name"] == "Main", "nothing of the sync was written"


def test_a_draft_may_be_incomplete(synced: Any) -> None:
    assert outcomes(synced(SITE, WELCOME.replace("next: pause}", "}")))["welcome"] is Outcome.CREATE


def test_people_on_a_node_that_goes_are_stopped(store: Store, synced: Any, clock: Clock, new_id: Any) -> None:
    synced(SITE, WELCOME)
    journey_id = welcome_id(store)
    operations.publish(store, clock, API, journey_id)
    entered = operations.enter_journey(store, clock, API, journey_id, {"endUserId": "u1"})
    assert entered.enrollment is not None
    renamed = WELCOME.replace("  pause: {", "  rest: {").replace("next: pause", "next: rest")
    refused = synced(SITE, renamed)
    assert refused.refused
    assert [rail.waiver for rail in refused.plan.rails] == ["remove=welcome/pause"]
    assert operations.get_journey(store, API, journey_id).revision == 1
    synced(SITE, renamed, choices=Choices(allow=frozenset({"remove=welcome/pause"})))
    enrollment, _, _ = operations.get_enrollment(store, API, entered.enrollment.id)
    assert (enrollment.status, enrollment.exit_reason) == (EnrollmentStatus.STOPPED, "node_removed")


def test_pinned_people_stay(store: Store, synced: Any, clock: Clock, new_id: Any) -> None:
    pinned = WELCOME + "settings: {onEdit: pin}\n"
    synced(SITE, pinned)
    journey_id = welcome_id(store)
    operations.publish(store, clock, API, journey_id)
    entered = operations.enter_journey(store, clock, API, journey_id, {"endUserId": "u1"})
    assert entered.enrollment is not None
    synced(SITE, pinned.replace("  pause: {", "  rest: {").replace("next: pause", "next: rest"))
    enrollment, _, _ = operations.get_enrollment(store, API, entered.enrollment.id)
    assert enrollment.status is EnrollmentStatus.IN_PROGRESS


def test_errors_anywhere_bar_the_sync(store: Store, clock: Clock, actor: Actor) -> None:
    broken = workspace(SITE, WELCOME.replace("next: done", "next: dome"))
    assert broken.bars_sync
    with pytest.raises(InvalidRequest):
        operations.sync(store, clock, actor, broken)
    with store.read() as tables:
        assert tables.marks() == {}


def test_a_plan_that_was_overtaken_is_not_carried_out(store: Store, synced: Any, clock: Clock, actor: Actor) -> None:
    synced(SITE, WELCOME)
    changed = workspace(SITE, WELCOME.replace("1d", "2d"))
    shown = operations.make_plan(store, changed)
    rename(store, clock, "Quicker")
    with pytest.raises(Stale):
        operations.sync(store, clock, actor, changed, expected=planned(shown))
    assert operations.get_journey(store, API, welcome_id(store)).revision == 1


def test_keys_narrow_the_sync_to_a_journey_and_what_it_names(synced: Any) -> None:
    other = WELCOME.replace("welcome", "other").replace("Welcome", "Other")
    assert outcomes(synced(SITE, WELCOME, other, keys=["welcome"])) == {
        "main": Outcome.CREATE,
        "welcome": Outcome.CREATE,
    }
    with pytest.raises(InvalidRequest, match="welcom"):
        synced(SITE, WELCOME, keys=["welcom"])


def test_a_journey_that_git_manages_cannot_be_edited_by_the_api(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME + "managedBy: git\n")
    with pytest.raises(NotAllowed, match=r"journeys/1\.yaml"):
        rename(store, clock, "Hello")


def test_what_the_api_removed_does_not_come_back(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    with store.read() as tables:
        site_id = tables.marks()[Kind.SITE, "main"].id
    operations.delete_thing(store, clock, API, Kind.SITE, site_id)
    assert outcomes(synced(SITE, WELCOME))["main"] is Outcome.DRIFT
    assert outcomes(synced(SITE.replace("Main", "Home"), WELCOME))["main"] is Outcome.CONFLICT
    operations.create_thing(store, clock, API, Kind.SITE, {"id": site_id, "name": "Main"}, new_id=lambda: "unused")
    assert outcomes(synced(SITE, WELCOME))["main"] is Outcome.NOTHING


def test_what_the_api_archived_is_told(store: Store, synced: Any, clock: Clock) -> None:
    synced(SITE, WELCOME)
    operations.archive(store, clock, API, welcome_id(store))
    assert outcomes(synced(SITE, WELCOME))["welcome"] is Outcome.DRIFT
    operations.restore(store, clock, API, welcome_id(store))
    assert outcomes(synced(SITE, WELCOME))["welcome"] is Outcome.NOTHING
