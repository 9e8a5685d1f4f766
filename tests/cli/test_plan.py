"""`jcli plan`, and plans that are kept between review and merge: what they show, and when they are stale."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jcli import operations
from jcli.canonical import canvas_of
from jcli.commands import exits
from jcli.model import Actor, JourneyStatus, Kind
from jcli.store import Store, open_store
from tests.cli.conftest import Run, journey_named

SOMEBODY = Actor("ada", "api")


@pytest.fixture
def welcome(synced: Path) -> Path:
    """The file of the welcome journey in a workspace that was synced."""
    return synced / "journeys" / "welcome.yaml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def opened() -> Store:
    return open_store("sqlite:///.jcli/journeys.db")


def patch(body: dict[str, Any], key: str = "welcome") -> None:
    """Ada edits a journey through the API."""
    store = opened()
    assert not operations.patch_journey(store, lambda: 1_000, SOMEBODY, journey_named(store, key), body).refused
    store.close()


def redirect(source: str, target: str, key: str = "welcome") -> None:
    """Ada draws the ways out of a node anew, to another one; nodes go by their keys."""
    store = opened()
    journey_id = journey_named(store, key)
    with store.read() as tables:
        base = tables.base_of(Kind.JOURNEY, journey_id)
    assert base is not None
    ids = {key: node_id for node_id, key in base.names.items()}
    journey = operations.get_journey(store, SOMEBODY, journey_id).journey
    edges = [replace(e, target=ids[target]) if e.source == ids[source] else e for e in journey.edges]
    saved = operations.save_canvas(
        store, lambda: 1_000, SOMEBODY, journey_id, canvas_of(journey.nodes, edges), new_id=lambda: "unused"
    )
    assert not saved.refused, saved.findings
    store.close()


def stored(key: str = "welcome") -> Any:
    store = opened()
    found = operations.get_journey(store, SOMEBODY, journey_named(store, key))
    store.close()
    return found


def last(out: str) -> str:
    return out.splitlines()[-1]


def test_a_plan_writes_nothing_and_says_so_by_its_code(run: Run, welcome: Path) -> None:
    assert run("plan", "--detailed-exitcode").code == exits.DONE
    edit(welcome, "name: Welcome\n", "name: Hello\n")
    assert run("plan").code == exits.DONE
    answer = run("plan", "--detailed-exitcode")
    assert answer.code == exits.CHANGES
    assert "~ name: Welcome -> Hello" in answer.out
    assert stored().journey.name == "Welcome"


def test_drift_is_pending_and_what_both_hold_is_not(run: Run, welcome: Path) -> None:
    patch({"name": "Theirs"})
    answer = run("plan", "--detailed-exitcode")
    assert answer.code == exits.CHANGES
    assert "the store's side: ada (api, edit) at 1970-01-01T00:00:01Z" in answer.out
    edit(welcome, "name: Welcome\n", "name: Theirs\n")
    assert run("plan", "--detailed-exitcode").code == exits.DONE


def test_changes_in_different_places_are_merged(run: Run, welcome: Path) -> None:
    patch({"name": "Theirs"})
    edit(welcome, "duration: 1d", "duration: 3d")
    answer = run("sync", "--yes")
    assert answer.code == exits.DONE
    assert "~ merge journey welcome" in answer.out
    assert "~ here: nodes.rest.config.duration: 1d -> 3d" in answer.out
    assert "~ there: name: Welcome -> Theirs" in answer.out
    assert answer.err == "Synced: 1 merged\n"
    journey = stored().journey
    assert journey.name == "Theirs"
    assert {"duration": "3d"} in [node.config for node in journey.nodes]
    again = run("sync", "--yes")
    assert "! drifted journey welcome" in again.out
    assert "There is nothing to write." in again.err


def test_a_merge_that_would_be_wrong_is_a_conflict(run: Run, welcome: Path) -> None:
    """Git leads everybody to the hint, the API leads from the hint back to the rest. Each is fine alone; together
    nobody comes to the end any more."""
    redirect("hint", "rest")
    before = stored().journey
    edit(welcome, "{met: done, not_met: hint}", "{met: hint, not_met: hint}")
    answer = run("sync", "--yes")
    assert answer.code == exits.CONFLICT
    assert "merged, the journey would be wrong: " in answer.out
    assert "(unreachable-node)" in answer.out
    assert stored().journey == before


def test_a_conflict_is_shown_side_by_side_and_somebody_chooses(run: Run, welcome: Path) -> None:
    patch({"name": "Theirs"})
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    answer = run("plan")
    assert answer.code == exits.CONFLICT
    assert "    name\n      base:  Welcome\n      git:   Mine\n      store: Theirs\n" in answer.out
    left = run("sync", "--yes", "--take", "store", "welcome")
    assert left.code == exits.DONE
    assert stored().journey.name == "Theirs"
    taken = run("sync", "--yes", "--take", "git", "welcome")
    assert taken.code == exits.DONE
    assert "what was changed in the store is undone (--take git)" in taken.out
    assert stored().journey.name == "Mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--take", "both", "welcome"), "the side is `git` or `store`"),
        (("--take", "git", "welcome", "--take", "store", "welcome"), "--take names both sides for `welcome`"),
        (("--take", "git", "welcom"), "no document that is synced has the key 'welcom'"),
        (("--adopt", "nobody"), "no document that is synced has the key 'nobody'"),
    ],
)
def test_choices_that_mean_nothing_are_refused(
    run: Run, welcome: Path, arguments: tuple[str, ...], message: str
) -> None:
    answer = run("plan", *arguments)
    assert answer.code == exits.USAGE
    assert message in answer.err


def test_what_git_no_longer_has_is_kept_until_somebody_prunes(run: Run, welcome: Path) -> None:
    welcome.unlink()
    assert "o kept journey welcome" in run("sync", "--yes").out
    answer = run("sync", "--yes", "--prune")
    assert answer.code == exits.DONE
    assert "- archive journey welcome" in answer.out
    assert last(answer.out).startswith("Plan: 0 to create, 0 to change, 1 to archive")
    store = opened()
    with store.read() as tables:
        (state,) = tables.journey_states().values()
    store.close()
    assert state.status is JourneyStatus.ARCHIVED
    assert "journey" not in run("sync", "--yes", "--prune").out


def test_a_thing_that_is_still_named_is_not_pruned(run: Run, synced: Path) -> None:
    """The audience's journey is archived with it; it may come back, and then it wants its audience."""
    (synced / "journeys" / "welcome.yaml").unlink()
    (synced / "journeys" / "audiences.yaml").unlink()
    answer = run("sync", "--yes", "--prune")
    assert "it stays, because `Welcome` in the store names it" in answer.out
    assert "New people" in run("list", "--kind", "audience").out


def test_a_published_journey_is_not_archived_by_the_way(run: Run, welcome: Path) -> None:
    run("publish", "welcome")
    welcome.unlink()
    refused = run("sync", "--yes", "--prune")
    assert refused.code == exits.REFUSED
    assert "--allow archive=welcome lets it pass" in refused.err
    assert "! not by itself" in refused.out
    allowed = run("sync", "--yes", "--prune", "--allow", "archive=welcome")
    assert allowed.code == exits.DONE
    assert "Synced: 1 archived" in allowed.err


def test_the_trigger_of_a_live_journey_is_not_changed_by_the_way(run: Run, welcome: Path) -> None:
    run("publish", "welcome")
    edit(welcome, "pattern: /dashboard", "pattern: /home")
    refused = run("sync", "--yes")
    assert refused.code == exits.REFUSED
    assert "who enters changes: nodes.dashboard" in refused.out
    assert run("sync", "--yes", "--allow", "trigger=welcome").code == exits.DONE


def test_a_kept_plan_is_carried_out_and_only_once(run: Run, welcome: Path) -> None:
    edit(welcome, "name: Welcome\n", "name: Hello\n")
    kept = run("plan", "--out", "plan.json")
    assert kept.code == exits.DONE
    assert "`jcli sync --plan plan.json`" in kept.err
    assert run("sync", "--plan", "plan.json", "--yes").code == exits.DONE
    assert stored().journey.name == "Hello"
    version = stored().version
    again = run("sync", "--plan", "plan.json", "--yes")
    assert again.code == exits.CONFLICT
    assert "the plan is stale: journey `welcome`" in again.err
    assert stored().version == version


def test_a_kept_plan_is_stale_when_a_document_of_it_moved(run: Run, welcome: Path) -> None:
    edit(welcome, "name: Welcome\n", "name: Hello\n")
    run("plan", "--out", "plan.json")
    edit(welcome, "name: Hello\n", "name: Hello all\n")
    answer = run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.CONFLICT
    assert "the file of journey `welcome` has changed since" in answer.err
    edit(welcome, "name: Hello all\n", "name: Hello\n")
    patch({"description": "Theirs"})
    answer = run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.CONFLICT
    assert "journey `welcome` was changed by ada (api, edit) since" in answer.err


def test_a_kept_plan_leaves_alone_what_it_did_not_show(run: Run, synced: Path) -> None:
    edit(synced / "journeys" / "welcome.yaml", "name: Welcome\n", "name: Hello\n")
    run("plan", "--out", "plan.json")
    edit(synced / "journeys" / "site.yaml", "name: Main", "name: Home")
    answer = run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.DONE
    assert answer.err == "Synced: 1 changed\n"
    assert "Home" not in run("list", "--kind", "site").out


def test_rails_of_what_a_kept_plan_did_not_show_are_not_in_its_way(run: Run, synced: Path) -> None:
    edit(synced / "journeys" / "site.yaml", "name: Main", "name: Home")
    run("plan", "--out", "plan.json")
    run("publish", "welcome")
    edit(synced / "journeys" / "welcome.yaml", "pattern: /dashboard", "pattern: /home")
    answer = run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.DONE, answer.err
    assert "~ change journey welcome" not in answer.out
    assert run("sync", "--yes").code == exits.REFUSED


def test_a_kept_plan_keeps_its_choices(run: Run, welcome: Path) -> None:
    patch({"name": "Theirs"})
    run("plan", "--take", "git", "welcome", "--out", "plan.json")
    assert json.loads(Path("plan.json").read_text())["choices"]["take"] == {"welcome": "git"}
    assert run("sync", "--plan", "plan.json", "--yes").code == exits.DONE
    assert stored().journey.name == "Welcome"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "plan.json is no saved plan"),
        ("[]", "this is no saved plan"),
        ('{"kind": "jcli-plan", "formatVersion": "9.0"}', "is of format 9.0, this jcli reads 1.0"),
        ('{"kind": "jcli-plan", "formatVersion": "1.0", "choices": {}}', "the saved plan is damaged"),
        (None, "plan.json cannot be read"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(run: Run, welcome: Path, content: str | None, message: str) -> None:
    if content is not None:
        Path("plan.json").write_text(content)
    answer = run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.USAGE
    assert message in answer.err


def test_a_plan_of_another_workspace_is_refused(run: Run, welcome: Path) -> None:
    edit(welcome, "name: Welcome\n", "name: Hello\n")
    run("plan", "--out", "plan.json")
    plan = json.loads(Path("plan.json").read_text())
    Path("plan.json").write_text(json.dumps({**plan, "workspace": "other"}))
    answer = run("sync", "--plan", "plan.json", "--yes")
    assert answer.code == exits.USAGE
    assert "was made for the workspace other" in answer.err


def test_a_plan_with_choices_takes_no_others(run: Run, welcome: Path) -> None:
    run("plan", "--out", "plan.json")
    answer = run("sync", "--plan", "plan.json", "--yes", "--prune")
    assert answer.code == exits.USAGE
    assert "a saved plan has its keys and choices already" in answer.err


def test_one_document_that_is_gone_can_be_decided_about_by_its_key(run: Run, synced: Path) -> None:
    (synced / "journeys" / "welcome.yaml").unlink()
    edit(synced / "journeys" / "site.yaml", "name: Main", "name: Home")
    kept = run("plan", "welcome")
    assert "o kept journey welcome" in kept.out
    assert "site" not in kept.out
    answer = run("sync", "journey/welcome", "--prune", "--yes")
    assert answer.code == exits.DONE
    assert answer.err == "Synced: 1 archived\n"
    assert run("plan", "welcom").code == exits.USAGE
