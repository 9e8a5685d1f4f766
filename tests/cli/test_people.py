"""`jcli enrollments`, `stats`, `why`, `enter`, `stop`: who is in a journey, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jcli.commands import exits
from tests.cli.conftest import Run

Golden = Callable[[str, str], None]
At = Callable[[str], None]


def _items(run: Run, *args: str) -> list[dict[str, Any]]:
    answer = json.loads(run("enrollments", "lived", "--format", "json", *args).out)
    assert answer["formatVersion"] == "1.0"
    items: list[dict[str, Any]] = answer["items"]
    return items


def _people(run: Run, *args: str) -> list[str]:
    return [item["endUserId"] or item["anonymousId"] for item in _items(run, *args)]


@pytest.mark.parametrize(("form", "name"), [("table", "enrollments.txt"), ("json", "enrollments.json")])
def test_enrollments(run: Run, lived: Path, golden: Golden, form: str, name: str) -> None:
    answer = run("enrollments", "lived", "--format", form)
    assert (answer.code, answer.err) == (0, "")
    golden(name, answer.out)


def test_enrollments_of_a_status_or_on_a_node(run: Run, lived: Path) -> None:
    assert _people(run) == ["bo", "eli", "ana"]
    assert _people(run, "--status", "in_progress") == ["eli"]
    assert _people(run, "--status", "completed") == ["bo", "ana"]
    assert _people(run, "--status", "stopped") == []
    assert _people(run, "--node", "good") == ["ana"]
    node_id = _items(run, "--node", "good")[0]["nodeId"]
    assert _people(run, "--node", node_id) == ["ana"]
    answer = run("enrollments", "lived", "--node", "godo")
    assert answer.code == exits.USAGE
    assert "the journey lived has no node `godo`; did you mean `good`?" in answer.err
    assert run("enrollments", "lived", "--status", "gone").code == exits.USAGE
    assert "did you mean `lived`?" in run("enrollments", "livde").err


def test_no_more_enrollments_than_asked_for(run: Run, lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = run("enrollments", "lived", "--limit", "2")
    assert len(answer.out.splitlines()) == 3
    assert answer.err == "These are 2 of 3; --limit shows more.\n"
    monkeypatch.setattr("jcli.targets.stored._A_PAGE", 1)
    assert _people(run) == ["bo", "eli", "ana"]
    assert _people(run, "--limit", "2") == ["bo", "eli"]
    assert run("enrollments", "lived", "--limit", "0").code == exits.USAGE


@pytest.mark.parametrize(("form", "name"), [("text", "stats.txt"), ("json", "stats.json")])
def test_stats(run: Run, lived: Path, golden: Golden, form: str, name: str) -> None:
    answer = run("stats", "lived", "--format", form)
    assert (answer.code, answer.err) == (0, "")
    golden(name, answer.out)


def test_stats_of_nobody(run: Run, published: Path) -> None:
    lines = run("stats", "lived").out.splitlines()
    assert lines[1:3] == ["  enrollments  0", "  goal met     0"]
    assert json.loads(run("stats", "lived", "--format", "json").out)["goalRate"] is None


@pytest.mark.parametrize("person", ["ana", "bo", "eli", "cleo", "nobody"])
def test_why(run: Run, lived: Path, golden: Golden, person: str) -> None:
    answer = run("why", "lived", person)
    assert (answer.code, answer.err) == (0, "")
    golden(f"why.{person}.txt", answer.out)


def test_why_as_json(run: Run, lived: Path, golden: Golden) -> None:
    answer = run("why", "lived", "ana", "--format", "json")
    assert json.loads(answer.out)["formatVersion"] == "1.0"
    golden("why.json", answer.out)


def test_why_of_a_visitor(run: Run, lived: Path) -> None:
    run("send", "--anonymous", "v-1", "--event", "begun")
    lines = run("why", "lived", "v-1", "--anonymous").out.splitlines()
    assert lines[0] == "v-1 (anonymous) has never been in lived."
    assert "known         no       the journey takes known people only" in lines
    assert run("why", "lived", "v-1").out.splitlines()[1].startswith("Nothing is known of v-1;")


def test_why_while_frozen(run: Run, lived: Path) -> None:
    run("unpublish", "lived")
    assert "the journey is DRAFT, so nothing moves before it is published." in run("why", "lived", "eli").out
    assert "status        no       the journey is DRAFT" in run("why", "lived", "cleo").out


def test_why_of_somebody_stopped_by_an_edit(run: Run, lived: Path) -> None:
    text = (lived / "journeys" / "lived.yaml").read_text()
    (lived / "journeys" / "lived.yaml").write_text(text.replace("show", "display"))
    assert run("sync", "--yes", "-q", "--allow", "remove=lived/show").code == 0
    assert "stopped (node_removed)" in run("why", "lived", "eli").out


def test_a_word_that_would_move_the_cursor_is_shown(run: Run, lived: Path) -> None:
    run("send", "--user", "\x1b[2J", "--event", "begun", "--message-id", "\x1b[1A")
    for args in (("enrollments", "lived"), ("why", "lived", "\x1b[2J")):
        answer = run(*args)
        assert "\x1b" not in answer.out
        assert "\\x1b[2J" in answer.out


def test_enter_and_stop(run: Run, lived: Path) -> None:
    answer = run("enter", "lived", "dora", "--trait", "plan=pro")
    assert answer.code == 0, answer.err
    entered = _items(run, "--limit", "1")[0]
    assert (entered["endUserId"], entered["node"], entered["endUser"]["traits"]) == ("dora", "rest", {"plan": "pro"})
    assert entered["id"] in answer.out
    assert "They came in at by-hand by hand: " in run("why", "lived", "dora").out
    stopped = run("stop", entered["id"], "no-such", entered["id"])
    assert (stopped.code, stopped.out) == (exits.USAGE, f"{entered['id']} is stopped (manual)\n")
    assert "there is no enrollment 'no-such'" in stopped.err
    ended = next(item for item in _items(run) if item["endUserId"] == "ana")
    assert run("stop", ended["id"]).out == f"{ended['id']} is completed (exit: good)\n"


@pytest.mark.parametrize(
    ("args", "code", "expected"),
    [
        (("welcome", "dora"), exits.CONFLICT, "people enter only a PUBLISHED one"),
        (("lived", "ana"), exits.CONFLICT, "entered once"),
        (("lived", "v-1", "--anonymous"), exits.CONFLICT, "known people only"),
        (("lived", ""), exits.FINDINGS, "was not entered"),
        (("livde", "dora"), exits.USAGE, "did you mean `lived`?"),
    ],
)
def test_who_cannot_be_entered(run: Run, lived: Path, args: tuple[str, ...], code: int, expected: str) -> None:
    answer = run("enter", *args)
    assert (answer.code, answer.out) == (code, "")
    assert expected in answer.err
