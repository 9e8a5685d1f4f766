"""`jcli status`, `log`, `rollback` and `protect`: where things stand, what was done, going back, and leaving alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jcli import operations
from jcli.commands import exits
from jcli.errors import NotAllowed
from jcli.model import Actor
from tests.cli.conftest import Run, journey_named
from tests.cli.test_plan import SOMEBODY, edit, opened, patch, stored


@pytest.fixture
def welcome(synced: Path) -> Path:
    return synced / "journeys" / "welcome.yaml"


def steps(run: Run) -> dict[str, str]:
    documents = json.loads(run("status", "--format", "json").out)["documents"]
    return {document["key"]: document["step"] for document in documents}


def test_status_before_the_first_sync_and_after(run: Run, ready: Path) -> None:
    assert set(steps(run).values()) == {"not synced"}
    assert not (ready / ".jcli").exists()
    run("sync", "--yes")
    assert set(steps(run).values()) == {"in step"}


def test_status_tells_who_moved(run: Run, welcome: Path) -> None:
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    assert steps(run)["welcome"] == "changed here"
    patch({"description": "Theirs"})
    assert steps(run)["welcome"] == "changed on both sides"
    patch({"name": "Theirs"})
    assert steps(run)["welcome"] == "conflict"
    edit(welcome, "name: Mine\n", "name: Welcome\n")
    assert steps(run)["welcome"] == "changed there"
    answer = run("status")
    assert "welcome: the store's side: ada (api, edit) at 1970-01-01T00:00:01Z" in answer.out
    assert answer.out.endswith("\n4 in step, 1 changed there\n")
    welcome.unlink()
    assert steps(run)["welcome"] == "conflict"


def test_status_shows_what_only_the_store_has(run: Run, synced: Path) -> None:
    store = opened()
    body = {"name": "Built by hand", "siteId": "elsewhere", "nodes": [], "edges": []}
    operations.create_journey(store, lambda: 1, SOMEBODY, body, new_id=lambda: "j-by-hand")
    store.close()
    assert steps(run)["j-by-hand"] == "only there"


def test_status_counts_people_and_tells_of_protection(run: Run, welcome: Path) -> None:
    edit(welcome, "triggerType: URL_MATCH", "triggerType: MANUAL")
    edit(welcome, "triggerConfig: {matchType: contains, pattern: /dashboard}", "triggerConfig: {}")
    run("sync", "--yes")
    run("publish", "welcome")
    assert run("enter", "welcome", "ana", "--trait", "projects=0").code == exits.DONE
    run("protect", "welcome", "--reason", "the launch is on Monday")
    (row,) = [one for one in json.loads(run("status", "--format", "json").out)["documents"] if one["key"] == "welcome"]
    assert (row["status"], row["inProgress"], row["protected"]) == ("PUBLISHED", 1, "the launch is on Monday")


def test_the_log_tells_who_did_what_newest_first(run: Run, welcome: Path) -> None:
    patch({"name": "Theirs"})
    run("publish", "welcome")
    entries = json.loads(run("log", "welcome", "--format", "json").out)["entries"]
    assert [(one["door"], one["verb"]) for one in entries] == [
        ("cli", "publish"),
        ("api", "edit"),
        ("sync", "sync-create"),
    ]
    assert entries[2]["detail"]["file"] == "journeys/welcome.yaml"
    answer = run("log", "welcome", "--limit", "1")
    assert answer.out.splitlines()[1].split()[2:4] == ["cli", "publish"]
    assert answer.err == "1 of 3 entries; --limit shows more.\n"


def test_a_rollback_is_a_new_revision_and_drift(run: Run, welcome: Path) -> None:
    first = stored().journey
    edit(welcome, "duration: 1d", "duration: 3d")
    run("sync", "--yes")
    answer = run("rollback", "welcome", "--to", "1", "--yes")
    assert answer.code == exits.DONE
    assert answer.out == "welcome is at revision 3, the canvas of revision 1\n"
    assert (stored().journey.nodes, stored().journey.edges) == (first.nodes, first.edges)
    assert steps(run)["welcome"] == "changed there"
    version = stored().version
    assert run("rollback", "welcome", "--to", "1", "--yes").code == exits.DONE
    assert stored().version == version, "going where one is already writes nothing"


@pytest.mark.parametrize(("number", "code"), [("9", exits.USAGE), ("0", exits.USAGE)])
def test_a_revision_that_never_was(run: Run, welcome: Path, number: str, code: int) -> None:
    assert run("rollback", "welcome", "--to", number, "--yes").code == code


def test_a_rollback_that_would_stop_people_needs_a_word(run: Run, welcome: Path) -> None:
    """Revision 1 has no node `greet`, on which Ana stands."""
    text = welcome.read_text()
    manual = text.replace("triggerType: URL_MATCH", "triggerType: MANUAL").replace(
        "triggerConfig: {matchType: contains, pattern: /dashboard}", "triggerConfig: {}"
    )
    welcome.write_text(
        manual.replace("    next: tour\n", "    next: greet\n").replace(
            "  tour:\n", "  greet:\n    type: WAIT\n    config: {duration: 1d}\n    next: tour\n  tour:\n"
        )
    )
    run("sync", "--yes")
    run("publish", "welcome")
    run("enter", "welcome", "ana", "--trait", "projects=0")
    refused = run("rollback", "welcome", "--to", "1", "--yes")
    assert refused.code == exits.REFUSED
    assert "1 person stands on `greet` of `welcome`" in refused.err
    assert "--allow remove=welcome/greet lets it pass" in refused.err
    assert run("rollback", "welcome", "--to", "1", "--yes", "--allow", "remove=welcome/greet").code == exits.DONE
    assert "stopped (node_removed)" in run("why", "welcome", "ana").out


def test_a_protected_journey_is_left_alone_by_every_door(run: Run, welcome: Path) -> None:
    run("publish", "welcome")
    answer = run("protect", "welcome", "--reason", "the launch is on Monday")
    assert answer.out == "welcome is protected: the launch is on Monday\n"
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    synced = run("sync", "--yes")
    assert synced.code == exits.REFUSED
    assert "`welcome` is protected: the launch is on Monday" in synced.err
    for command in (("archive", "welcome"), ("unpublish", "welcome"), ("rollback", "welcome", "--to", "1", "--yes")):
        refused = run(*command)
        assert refused.code == exits.CONFLICT
        assert "the launch is on Monday" in refused.err
    with pytest.raises(NotAllowed, match="the launch is on Monday"):
        patch({"name": "Theirs"})
    assert run("pause", "welcome").code == exits.DONE
    assert run("sync", "--yes", "--allow", "protected=welcome").code == exits.DONE
    assert run("protect", "welcome", "--off").out == "welcome is no longer protected\n"
    assert run("protect", "welcome", "--off").out == "welcome was not protected\n"
    assert run("archive", "welcome").code == exits.DONE


@pytest.mark.parametrize("arguments", [(), ("--off", "--reason", "x"), ("--reason", " "), ("--reason", "a\nb")])
def test_a_protection_says_why(run: Run, welcome: Path, arguments: tuple[str, ...]) -> None:
    assert run("protect", "welcome", *arguments).code == exits.USAGE


def test_protection_is_seen_per_site(synced: Path) -> None:
    store = opened()
    stranger = Actor("stranger", "api", frozenset({"another-site"}))
    with pytest.raises(Exception, match="there is no journey"):
        operations.protection_of(store, stranger, journey_named(store, "welcome"))
    store.close()
