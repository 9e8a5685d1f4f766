"""`jcli publish`, `unpublish`, `pause`, `archive`, `restore`."""

from __future__ import annotations

import json
import re
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


def _by_audience(run: Run, synced: Path, people: int) -> None:
    """Let the welcome journey be entered by its audience; of the people every second one matches."""
    path = synced / "journeys" / "welcome.yaml"
    text = re.sub(r"triggerConfig: {.*}", "triggerConfig: {}", path.read_text().replace("URL_MATCH", "MANUAL"))
    path.write_text(text)
    assert run("sync", "--yes", "-q").code == 0
    events = [
        {"type": "identify", "userId": f"u{number}", "traits": {"projects": number % 2}} for number in range(people)
    ]
    (synced / "events.jsonl").write_text("\n".join(map(json.dumps, events)))
    assert run("send", "events.jsonl", "-q").code == 0


def test_publish_enters_the_audience_and_says_how_many(run: Run, synced: Path) -> None:
    _by_audience(run, synced, 12)
    answer = run("publish", "welcome")
    told = "welcome: backfill done, 12 of 12 people looked at; 6 are in the journey now\n"
    assert (answer.code, answer.out, answer.err) == (0, f"welcome is PUBLISHED\n{told}", "")
    assert run("publish", "welcome").out == "welcome is PUBLISHED\n"
    run("pause", "welcome")
    assert run("publish", "welcome").out == f"welcome is PUBLISHED\n{told}"


def test_a_backfill_tells_how_far_it_is(run: Run, synced: Path) -> None:
    _by_audience(run, synced, 1_300)
    answer = run("publish", "welcome")
    assert answer.code == 0
    assert answer.out.endswith("1,300 of 1,300 people looked at; 650 are in the journey now\n")
    assert answer.err == ("welcome: backfill: 1,000 of 1,300 people\nwelcome: backfill: 1,300 of 1,300 people\n")


def test_what_was_left_is_gone_on_with(run: Run, synced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _by_audience(run, synced, 1_300)
    with monkeypatch.context() as broken:
        broken.setattr("jcli.runtime.Runtime.run_jobs", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert run("publish", "welcome").code == exits.INTERRUPTED
    answer = run("publish", "welcome", "-q")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("1,300 of 1,300 people looked at; 650 are in the journey now\n")


def test_archive_stops_everybody_without_a_worker(run: Run, synced: Path) -> None:
    _by_audience(run, synced, 1_300)
    run("publish", "welcome")
    answer = run("archive", "welcome")
    assert (answer.code, answer.out) == (0, "welcome is ARCHIVED\n")
    assert answer.err == "welcome: stop: 650 of 650 people\n"
    assert json.loads(run("enrollments", "welcome", "--status", "in_progress", "--format", "json").out)["total"] == 0
    assert run("restore", "welcome").code == 0
