"""`jcli publish`, `unpublish`, `pause`, `archive`, `restore`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jcli.commands import exits
from tests.cli.conftest import Run


def _status(run: Run) -> str:
    status = json.loads(run("show", "welcome", "--format", "json").out)["status"]
    assert isinstance(status, str)
    return status


def test_a_journey_goes_through_its_life(run: Run, synced: Path) -> None:
    for verb, status in (
        ("publish", "PUBLISHED"),
        ("publish", "PUBLISHED"),
        ("pause", "PAUSED"),
        ("publish", "PUBLISHED"),
        ("unpublish", "DRAFT"),
        ("archive", "ARCHIVED"),
        ("restore", "DRAFT"),
    ):
        answer = run(verb, "welcome")
        assert (answer.code, answer.out, answer.err) == (0, f"welcome is {status}\n", "")
        assert _status(run) == status


@pytest.mark.parametrize(("verb", "status"), [("pause", "DRAFT"), ("restore", None)])
def test_a_verb_that_the_table_does_not_allow(run: Run, synced: Path, verb: str, status: str | None) -> None:
    if status is None:
        run("publish", "welcome")
    answer = run(verb, "welcome")
    assert answer.code == exits.CONFLICT
    assert answer.out == ""
    assert answer.err.startswith(f"Error: welcome: cannot {verb} a journey that is ")


def test_an_id_serves_as_well_as_a_key(run: Run, synced: Path) -> None:
    journey_id = json.loads(run("show", "welcome", "--format", "json").out)["id"]
    assert run("publish", journey_id).out == f"{journey_id} is PUBLISHED\n"
    assert _status(run) == "PUBLISHED"


def test_an_unknown_key_is_answered_with_the_nearest_and_nothing_is_done(run: Run, synced: Path) -> None:
    answer = run("publish", "welcome", "welcom")
    assert answer.code == exits.USAGE
    assert "the store has no journey `welcom`; did you mean `welcome`?" in answer.err
    assert _status(run) == "DRAFT"


def test_findings_refuse_publish_and_do_not_hold_up_others(run: Run, synced: Path) -> None:
    text = (synced / "journeys" / "welcome.yaml").read_text()
    broken = text.replace("journey: welcome", "journey: broken").replace("{met: done, not_met: hint}", "{met: done}")
    (synced / "journeys" / "broken.yaml").write_text(broken)
    assert run("sync", "--yes").code == 0
    answer = run("publish", "broken", "welcome")
    assert answer.code == exits.FINDINGS
    assert answer.out == "welcome is PUBLISHED\n"
    assert "missing-way" in answer.err
    assert "Error: broken was not published" in answer.err
    assert "the GOAL_CHECK `has-project` has" in answer.err
    again = run("publish", "--all")
    assert again.code == exits.FINDINGS
    assert again.out == ""


def test_all_publishes_the_drafts_that_were_synced(run: Run, synced: Path) -> None:
    text = (synced / "journeys" / "welcome.yaml").read_text()
    (synced / "journeys" / "second.yaml").write_text(text.replace("journey: welcome", "journey: second"))
    run("sync", "--yes")
    answer = run("publish", "--all")
    assert (answer.code, answer.out) == (0, "second is PUBLISHED\nwelcome is PUBLISHED\n")
    run("pause", "second")
    answer = run("publish", "--all")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "There is no DRAFT journey to publish.\n"


@pytest.mark.parametrize("args", [("publish",), ("publish", "--all", "welcome"), ("pause",), ("archive",)])
def test_what_to_act_on_must_be_said(run: Run, synced: Path, args: tuple[str, ...]) -> None:
    assert run(*args).code == exits.USAGE


def test_without_a_store_sync_is_named(run: Run, ready: Path) -> None:
    answer = run("publish", "welcome")
    assert answer.code == exits.FAILED
    assert "jcli sync" in answer.err
    assert not (ready / ".jcli").exists()
