"""`jcli plan --format markdown`: the comment of five typical edits of the example workspace, with people on their way.

The comments are kept as `golden/review-*.md`, for a person to read as a reviewer would.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from jcli import operations
from jcli.commands import exits
from jcli.model import Actor
from jcli.store import open_store
from tests.cli.conftest import NOW_NS, Run, journey_named

ROOT = Path(__file__).resolve().parents[2]
Golden = Callable[[str, str], None]
At = Callable[[str], None]


def signed_up(first: int, count: int, **traits: object) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    for number in range(first, first + count):
        user = f"user-{number:04}"
        if traits:
            events.append({"type": "identify", "userId": user, "traits": traits, "messageId": f"t-{user}"})
        properties = {"invited": False}
        event = {"type": "track", "userId": user, "event": "signup_completed", "properties": properties}
        events.append({**event, "messageId": f"s-{user}"})
    return events


@pytest.fixture
def fernwick(run: Run, tmp_path: Path, frozen: None, at: At) -> Path:
    """The example workspace, synced and live, a week on: 500 people have signed up in it."""
    folder = tmp_path / "fernwick"
    shutil.copytree(ROOT / "journeys", folder / "journeys")
    shutil.copytree(ROOT / "schema", folder / "schema")
    shutil.copy(ROOT / "jcli.yaml", folder)
    os.chdir(folder)
    assert run("sync", "--yes", "-q").code == 0
    assert run("publish", "--all", "-q").code == 0
    for when, events in (
        ("1s", signed_up(0, 61)),
        ("1h", signed_up(61, 27, companySize=120)),
        ("166h", signed_up(88, 412)),
    ):
        at(when)
        Path("events.jsonl").write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
        assert run("send", "events.jsonl", "-q").code == 0
    at("167h")
    return folder


def edit(file: str, *changes: tuple[str, str]) -> None:
    path = Path("journeys") / file
    text = path.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text)


def test_a_change_of_words(run: Run, fernwick: Path, golden: Golden) -> None:
    edit("activation-nudge.yaml", ("name: Activation nudge", "name: A nudge to begin"))
    edit("contents.yaml", ("Welcome to Fernwick", "Good to have you here"))
    answer = run("plan", "--format", "markdown")
    assert answer.code == exits.DONE
    golden("review-words.md", answer.out)


def test_a_longer_wait(run: Run, fernwick: Path, golden: Golden) -> None:
    edit("activation-nudge.yaml", ("config: {duration: 1d}", "config: {duration: 2d}"), ("4d}", "1w}"))
    answer = run("plan", "--format", "markdown")
    golden("review-wait.md", answer.out)


BRANCH = """\
  # Who has said that mail is unwelcome gets none.
  wants-mail:
    type: CONDITION
    config:
      rules: {trait: emailOptIn, equals: false}
    next: {true: picker, false: first-mail}
  # A mail is done"""


def test_a_new_branch(run: Run, fernwick: Path, golden: Golden) -> None:
    edit("activation-nudge.yaml", ("next: first-mail", "next: wants-mail"), ("  # A mail is done", BRANCH))
    golden("review-branch.md", run("plan", "--format", "markdown").out)


def test_a_renamed_node(run: Run, fernwick: Path, golden: Golden) -> None:
    edit("activation-nudge.yaml", ("next: first-day", "next: first-night"), ("  first-day:", "  first-night:"))
    golden("review-rename.md", run("plan", "--format", "markdown", "--out", "plan.json").out)


def test_a_journey_that_goes_an_audience_and_a_conflict(run: Run, fernwick: Path, golden: Golden) -> None:
    store = open_store("sqlite:///.jcli/journeys.db")
    body = {"settings": {"reentryAfter": "120d"}, "description": "Ask again three times a year."}
    journey_id, now = journey_named(store, "invite-the-team"), NOW_NS // 1_000_000
    assert not operations.patch_journey(store, lambda: now, Actor("ada", "api"), journey_id, body).refused
    store.close()
    edit("invite-the-team.yaml", ("reentryAfter: 90d", "reentryAfter: 60d"))
    edit(
        "audiences.yaml",
        ("{trait: role, in: [admin, member]}\n---\n# Only", "{trait: role, equals: admin}\n---\n# Only"),
    )
    Path("journeys/activation-nudge.yaml").unlink()
    answer = run("plan", "--format", "markdown", "--prune")
    assert answer.code == exits.CONFLICT
    golden("review-many.md", answer.out)
