"""`jcli sync`: the plan, what is written, drift and conflicts, and a process that is killed on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jcli import operations
from jcli.commands import exits
from jcli.model import Actor
from jcli.store import open_store
from tests import postgres
from tests.cli.conftest import Run, journey_named

Golden = Callable[[str, str], None]
SOMEBODY = Actor("somebody", "api")
LAST = "Plan: {} to create, {} to change, 0 to archive, {} drifted, {} in conflict"


def _rows(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table of the store, but for SQLite's own."""
    with sqlite3.connect(f"file:{folder}/.jcli/journeys.db?mode=ro", uri=True) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in sorted(names)}
    connection.close()
    return rows


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _patch(folder: Path, body: dict[str, Any]) -> None:
    """Somebody edits the welcome journey through the API."""
    store = open_store(f"sqlite:///{folder}/.jcli/journeys.db")
    saved = operations.patch_journey(store, lambda: 1, SOMEBODY, journey_named(store, "welcome"), body)
    assert not saved.refused
    store.close()


def _name(folder: Path) -> str:
    store = open_store(f"sqlite:///{folder}/.jcli/journeys.db")
    name = operations.get_journey(store, SOMEBODY, journey_named(store, "welcome")).journey.name
    store.close()
    return name


def _last(out: str) -> str:
    return out.splitlines()[-1]


def test_the_first_sync_creates_and_the_second_writes_nothing(run: Run, ready: Path, golden: Golden) -> None:
    first = run("sync", "--yes")
    assert first.code == 0
    golden("sync.first.txt", first.out)
    assert first.err == "Synced: 5 created\n"
    before = _rows(ready)
    second = run("sync", "--yes")
    assert second.code == 0
    assert second.out == LAST.format(0, 0, 0, 0) + "\n"
    assert second.err == "There is nothing to write.\n"
    assert _rows(ready) == before


def test_the_first_sync_into_an_empty_postgresql_is_as_into_a_file(run: Run, ready: Path, golden: Golden) -> None:
    with postgres.database(migrated=False) as url:
        env = {"JCLI_STORE": url}
        assert "5 not synced" in run("status", env=env).out
        assert run("plan", env=env).out == run("plan").out
        assert run("list", env=env).code == exits.FAILED  # looking has left nothing behind
        first = run("sync", "--yes", env=env)
        assert first.err == "Synced: 5 created\n"
        golden("sync.first.txt", first.out)
        assert run("sync", "--yes", env=env).err == "There is nothing to write.\n"


def test_a_change_is_shown_field_by_field_and_written(run: Run, synced: Path, golden: Golden) -> None:
    file = synced / "journeys" / "welcome.yaml"
    _edit(file, "name: Welcome\n", "name: Welcome all\n")
    _edit(file, "duration: 1d", "duration: 2d")
    _edit(file, "{met: done, not_met: hint}", "{met: done, not_met: done}")
    _edit(file, "  hint:\n", "  later:\n    type: WAIT\n    config: {duration: 1d}\n    next: hint\n  hint:\n")
    answer = run("sync", "--yes")
    assert answer.code == 0
    golden("sync.change.txt", answer.out)
    assert _name(synced) == "Welcome all"


def test_a_dry_run_writes_nothing(run: Run, ready: Path) -> None:
    answer = run("sync", "--dry-run")
    assert answer.code == 0
    assert _last(answer.out) == LAST.format(5, 0, 0, 0)
    assert not (ready / ".jcli").exists()
    run("sync", "--yes")
    _edit(ready / "journeys" / "welcome.yaml", "name: Welcome\n", "name: Other\n")
    before = _rows(ready)
    assert _last(run("sync", "--dry-run").out) == LAST.format(0, 1, 0, 0)
    assert _rows(ready) == before


def test_without_a_terminal_yes_is_asked_for(run: Run, ready: Path) -> None:
    answer = run("sync")
    assert answer.code == exits.USAGE
    assert "pass --yes" in answer.err
    assert not (ready / ".jcli").exists()


def test_the_plan_as_json(run: Run, ready: Path) -> None:
    answer = json.loads(run("sync", "--yes", "--format", "json").out)
    assert answer["formatVersion"] == "1.0"
    assert answer["summary"]["create"] == 5
    assert [action["kind"] for action in answer["actions"]] == ["site", "audience", "content", "content", "journey"]


def test_what_the_api_changed_is_reported_and_left_alone(run: Run, synced: Path) -> None:
    _patch(synced, {"name": "By the API"})
    answer = run("sync", "--yes")
    assert answer.code == 0
    assert "! drifted journey welcome" in answer.out
    assert "~ name: Welcome -> By the API" in answer.out
    assert _last(answer.out) == LAST.format(0, 0, 1, 0)
    assert _name(synced) == "By the API"


def test_both_changed_is_a_conflict_and_the_rest_is_synced(run: Run, synced: Path) -> None:
    _patch(synced, {"name": "By the API"})
    _edit(synced / "journeys" / "welcome.yaml", "name: Welcome\n", "name: By git\n")
    _edit(synced / "journeys" / "site.yaml", "name: Main", "name: Home")
    answer = run("sync", "--yes")
    assert answer.code == exits.CONFLICT
    assert "x conflict journey welcome" in answer.out
    assert "    name\n      base:  Welcome\n      git:   By git\n      store: By the API\n" in answer.out
    assert "the store's side: somebody (api, edit) at 1970-01-01T00:00:00.001Z" in answer.out
    assert _last(answer.out) == LAST.format(0, 1, 0, 1)
    assert _name(synced) == "By the API"
    assert "Home" in run("list", "--kind", "site").out
    assert run("sync", "--dry-run").code == exits.CONFLICT


def test_keys_narrow_the_sync(run: Run, synced: Path) -> None:
    _edit(synced / "journeys" / "welcome.yaml", "name: Welcome\n", "name: Other\n")
    _edit(synced / "journeys" / "site.yaml", "name: Main", "name: Home")
    assert _last(run("sync", "main", "--yes").out) == LAST.format(0, 1, 0, 0)
    assert _name(synced) == "Welcome"
    answer = run("sync", "welcom", "--yes")
    assert answer.code == exits.USAGE
    assert "no document that is synced has the key `welcom`; did you mean `welcome`?" in answer.err


def test_errors_bar_the_sync_whole(run: Run, synced: Path) -> None:
    before = _rows(synced)
    _edit(synced / "journeys" / "site.yaml", "name: Main", "name: Home")
    _edit(synced / "journeys" / "welcome.yaml", "next: tour", "next: tuor")
    answer = run("sync", "--yes")
    assert answer.code == exits.FINDINGS
    assert answer.out == ""
    assert "error[unknown-node]" in answer.err
    assert answer.err.endswith("nothing was written\n")
    assert _rows(synced) == before


def test_graph_errors_of_a_draft_do_not_bar_it_and_of_a_live_journey_do(run: Run, synced: Path) -> None:
    file = synced / "journeys" / "welcome.yaml"
    _edit(file, "{met: done, not_met: hint}", "{met: done}")
    assert run("validate").code == exits.FINDINGS
    assert run("sync", "--yes").code == 0
    _edit(file, "{met: done}", "{met: done, not_met: hint}")
    assert run("sync", "--yes").code == 0
    assert run("publish", "welcome").code == 0
    before = _rows(synced)
    _edit(file, "{met: done, not_met: hint}", "{met: done}")
    answer = run("sync", "--yes")
    assert answer.code == exits.FINDINGS
    assert "missing-way" in answer.err
    assert _rows(synced) == before


def test_an_empty_workspace_is_not_taken_to_mean_remove_all(run: Run, synced: Path) -> None:
    before = _rows(synced)
    for file in (synced / "journeys").iterdir():
        file.unlink()
    for text in (None, "vocabulary: product\n", "test: welcome\ncases: [{case: a}]\n---\nperson: ana\n---\nmodel: m\n"):
        if text is not None:
            (synced / "journeys" / "vocabulary.yaml").write_text(text)
        answer = run("sync", "--yes")
        assert answer.code == exits.USAGE
        assert "there is no document to sync below journeys" in answer.err
        assert _rows(synced) == before


VOCABULARY = """\
vocabulary: product
events: {project_created: {}}
traits: {projects: number}
"""


def test_a_vocabulary_stays_in_the_workspace(run: Run, synced: Path) -> None:
    before = _rows(synced)
    (synced / "journeys" / "vocabulary.yaml").write_text(VOCABULARY)
    assert run("validate").out == "no findings in 7 documents of 6 files\n"
    answer = run("sync", "--yes")
    assert (answer.code, _last(answer.out)) == (0, LAST.format(0, 0, 0, 0))
    assert "product" not in answer.out + answer.err
    assert _rows(synced) == before
    assert "no document that is synced has the key `product`" in run("sync", "product", "--yes").err
    (synced / "journeys" / "vocabulary.yaml").unlink()
    assert _last(run("sync", "--yes").out) == LAST.format(0, 0, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "test: welcome\ncases: [{case: a, expect: {entries: 0}}]",
        "test: wellcome\ncases: [{case: a, person: nobody, expect: {at: nowhere}}]",
        "test: welcome\ncasts: []",
        "test: welcome\ncases: [{case: a, expect: {at: Nowhere}}]",
        "person: ana\ntraits: 5\n---\nperson: bob\n---\nperson: bob\n---\nmodel: {}",
    ],
)
def test_a_test_stays_in_the_workspace_and_bars_nothing_however_wrong_it_is(run: Run, synced: Path, text: str) -> None:
    before = _rows(synced)
    (synced / "journeys" / "welcome.test.yaml").write_text(text)
    wrong = exits.FINDINGS if "entries" not in text else 0
    assert run("validate").code == wrong
    for command in (["plan"], ["sync", "--yes"], ["pull", "--yes"], ["status"]):
        answer = run(*command)
        assert answer.code == 0, answer.err
        assert "test" not in answer.out
    assert _rows(synced) == before
    assert run("publish", "welcome").code == 0


def test_a_file_that_nobody_can_read_bars_a_sync_whatever_is_in_it(run: Run, synced: Path) -> None:
    (synced / "journeys" / "welcome.test.yaml").write_text(
        "test: welcome\ncases: [{case: a, expect: {entries: 0}}]\n--- ["
    )
    assert run("sync", "--yes").code == exits.FINDINGS


def test_a_live_journey_gets_no_event_that_the_vocabulary_does_not_list(run: Run, synced: Path) -> None:
    (synced / "journeys" / "vocabulary.yaml").write_text(VOCABULARY)
    _edit(synced / "journeys" / "welcome.yaml", "project_created", "project_creatd")
    assert run("sync", "--dry-run").code == 0  # a draft may be wrong
    assert run("publish", "welcome").code == 0
    answer = run("sync", "--yes")
    assert answer.code == exits.FINDINGS
    assert "did you mean `project_created`?" in answer.err
    _edit(synced / "jcli.yaml", "target: local", "target: local\nrules: {unknown-event: warning}")
    assert run("sync", "--yes").code == 0


def test_a_document_that_is_gone_is_kept(run: Run, synced: Path) -> None:
    (synced / "journeys" / "welcome.yaml").unlink()
    answer = run("sync", "--yes")
    assert answer.code == 0
    assert "o kept journey welcome" in answer.out
    assert _name(synced) == "Welcome"


def test_the_commit_is_kept(run: Run, ready: Path) -> None:
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@acme.example"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Begin"], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    run("sync", "--yes")
    assert json.loads(run("show", "welcome", "--format", "json").out)["commit"] == commit
    assert ".jcli" not in subprocess.run([*git, "status", "-s"], capture_output=True, text=True).stdout


def test_a_store_that_cannot_be_made_or_read_is_told(run: Run, ready: Path) -> None:
    (ready / ".jcli").write_text("in the way")
    answer = run("sync", "--yes")
    assert answer.code == exits.FAILED
    assert answer.err.startswith("Error: ")
    (ready / ".jcli").unlink()
    (ready / ".jcli").mkdir()
    (ready / ".jcli" / "journeys.db").write_text("this is no database at all" * 100)
    answer = run("sync", "--yes")
    assert answer.code == exits.FAILED
    assert answer.err.startswith("Error: ")


def _children(number: int) -> list[float]:
    """Delays in seconds after which a child is killed: spread over a run, the same each time."""
    chance = random.Random(4)
    return [0.0, *(chance.uniform(0.0, 0.12) for _ in range(number - 1))]


def _wait_for_plan(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Plan:"):
            return


@pytest.mark.timeout(300)
def test_a_sync_that_is_killed_leaves_the_store_as_before_or_after(run: Run, synced: Path) -> None:
    """The child is killed at points between showing its plan and its end. Whatever the moment, all 60 journeys of the
    change are there, or none is, and the next sync finishes the work."""
    file = synced / "journeys" / "welcome.yaml"
    text = file.read_text()
    many = [text.replace("journey: welcome", f"journey: copy-{n}") for n in range(60)]
    before, killed = len(_journeys(synced)), 0
    for delay in _children(14):
        file.write_text("---\n".join([text, *many]))
        process = subprocess.Popen(
            [sys.executable, "-m", "jcli", "sync", "--yes"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        _wait_for_plan(process)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()
        there = _journeys(synced)
        assert len(there) in (before, before + len(many)), f"{len(there)} journeys after {delay:.3f} s"
        _must_be_sound(synced)
        killed += process.returncode == -signal.SIGKILL
        answer = run("sync", "--yes")
        assert answer.code == 0
        assert len(_journeys(synced)) == before + len(many)
        for name in (".jcli/journeys.db", ".jcli/journeys.db-wal", ".jcli/journeys.db-shm"):
            (synced / name).unlink(missing_ok=True)
        file.write_text(text)
        assert run("sync", "--yes").code == 0
    assert killed > 0, "every child was done before it was killed"


@pytest.mark.timeout(300)
def test_a_sync_that_is_killed_between_two_statements_leaves_nothing_half_done(synced: Path) -> None:
    """A child counts the statements that it runs and kills itself after the n-th, for a spread of n: every stage of
    the transaction is met, the commit among them."""
    file = synced / "journeys" / "welcome.yaml"
    text = file.read_text()
    copies = [text.replace("journey: welcome", f"journey: copy-{n}") for n in range(3)]
    file.write_text("---\n".join([text.replace("name: Welcome\n", "name: Changed\n"), *copies]))
    saved = {path: path.read_bytes() for path in (synced / ".jcli").iterdir()}
    before = _rows(synced)
    code = (
        "import os, signal, sqlite3, sys\n"
        "left = int(sys.argv.pop(1))\n"
        "writing = False\n"
        "def count(statement):\n"
        "    global left, writing\n"
        "    writing = writing or statement.startswith('BEGIN IMMEDIATE')\n"
        "    left -= writing\n"
        "    if left < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "real = sqlite3.connect\n"
        "def connect(*args, **more):\n"
        "    connection = real(*args, **more)\n"
        "    connection.set_trace_callback(count)\n"
        "    return connection\n"
        "sqlite3.connect = connect\n"
        "from jcli.commands import cli\n"
        "cli.main(['sync', '--yes', '-q'], prog_name='jcli')\n"
    )
    killed, after = 0, None
    for number in (*range(12), *range(12, 400, 9)):
        for path in (synced / ".jcli").iterdir():
            path.unlink()
        for path, content in saved.items():
            path.write_bytes(content)
        done = subprocess.run([sys.executable, "-c", code, str(number)], capture_output=True, text=True, timeout=60)
        now = _rows(synced)
        if done.returncode == 0:
            after = now
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
        assert now == before or len(now["journeys"]) == len(before["journeys"]) + 3
        _must_be_sound(synced)
    assert killed > 12
    assert after is not None, "no run was left to finish"
    assert len(after["journeys"]) == len(before["journeys"]) + 3


def _journeys(folder: Path) -> list[Any]:
    return _rows(folder)["journeys"]


def _must_be_sound(folder: Path) -> None:
    with sqlite3.connect(f"file:{folder}/.jcli/journeys.db?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_store_that_moved_between_plan_and_write_is_stale(
    run: Run, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody edits the journey while the question is on the screen."""
    run("sync", "--yes")
    _edit(ready / "journeys" / "welcome.yaml", "name: Welcome\n", "name: Mine\n")

    def meanwhile(question: str, *, yes: bool) -> bool:
        os.chdir(ready)
        _patch(ready, {"name": "Theirs"})
        return True

    monkeypatch.setattr("jcli.commands.sync.confirmed", meanwhile)
    answer = run("sync")
    assert answer.code == exits.CONFLICT
    assert "the plan is stale: journey `welcome` was changed by somebody (api, edit) since" in answer.err
    assert _name(ready) == "Theirs"
