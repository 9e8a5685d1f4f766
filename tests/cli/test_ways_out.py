"""What a plan advises does lead out: each story follows the words that were printed, and arrives."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from jcli import operations
from jcli.commands import exits
from jcli.model import Actor, Kind
from jcli.store import Page, open_store
from tests.cli.conftest import Run, journey_named

ADA = Actor("ada", "api")
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@acme.example")


@pytest.fixture
def welcome(synced: Path) -> Path:
    """The file of the welcome journey in a workspace that was synced."""
    return synced / "journeys" / "welcome.yaml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def patch(**body: Any) -> str:
    """Ada edits the welcome journey through the API; its id."""
    store = open_store("sqlite:///.jcli/journeys.db")
    journey_id = journey_named(store, "welcome")
    assert not operations.patch_journey(store, lambda: 1_000, ADA, journey_id, body).refused
    store.close()
    return journey_id


def test_drift_says_how_it_comes_home_and_how_it_is_undone(run: Run, welcome: Path) -> None:
    patch(description="Theirs")
    answer = run("plan")
    assert "left alone: `jcli pull welcome` takes it home, `--take git welcome` undoes it" in answer.out
    assert run("sync", "--yes", "--take", "git", "welcome").code == exits.DONE
    assert "drifted journey" not in run("plan").out


@pytest.mark.parametrize("side", ["git", "store"])
def test_a_conflict_says_which_words_decide_it(run: Run, welcome: Path, side: str) -> None:
    patch(name="Theirs")
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    answer = run("sync", "--yes")
    assert answer.code == exits.CONFLICT
    assert "`--take git welcome` undoes the store's change, `--take store welcome` lets git's wait" in answer.out
    assert run("sync", "--yes", "--take", side, "welcome").code == exits.DONE


def test_what_was_pruned_comes_back_by_the_words_of_the_plan(run: Run, welcome: Path) -> None:
    """Its base went with it, so the store knows it by its id; the plan says which."""
    text = welcome.read_text()
    journey_id = patch(description="Theirs")
    welcome.unlink()
    assert run("sync", "--yes", "--prune", "--take", "git", "welcome").code == exits.DONE
    welcome.write_text(text)

    barred = run("plan")
    assert barred.code == exits.CONFLICT
    assert f"`jcli restore {journey_id}` brings it back" in barred.out
    assert "(sync, sync-archive)" in barred.out  # who archived it, not who edited it before
    assert run("restore", journey_id).code == exits.DONE
    assert "`--adopt welcome` lets git take it over" in run("plan").out
    assert run("sync", "--yes", "--adopt", "welcome").code == exits.DONE
    assert "1 in conflict" not in run("plan").out


def test_what_was_archived_by_hand_comes_back_by_its_key(run: Run, welcome: Path) -> None:
    run("archive", "welcome")
    assert "it was archived; `jcli restore welcome` brings it back" in run("plan").out
    comment = run("plan", "--format", "markdown").out
    assert "`jcli restore welcome` brings it back" in comment
    assert "takes the change home" not in comment  # a pull has nothing to take home here
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    assert "it is archived in the store; `jcli restore welcome` brings it back" in run("plan").out
    assert run("restore", "welcome").code == exits.DONE
    assert run("sync", "--yes").code == exits.DONE


def test_a_journey_that_nobody_knows_by_this_name_is_looked_for_in_the_list(run: Run, welcome: Path) -> None:
    answer = run("log", "nobody")
    assert answer.code == exits.USAGE
    assert "`jcli list` shows all" in answer.err


@pytest.mark.parametrize("word", ["nonsense", "archive", "archive=", "remve=welcome/tour"])
@pytest.mark.parametrize("command", [("plan",), ("sync", "--yes"), ("rollback", "welcome", "--to", "1", "--yes")])
def test_a_waiver_of_no_rail_is_not_passed_over(run: Run, welcome: Path, command: tuple[str, ...], word: str) -> None:
    answer = run(*command, "--allow", word)
    assert answer.code == exits.USAGE
    assert f"--allow {word}: no rail goes by that; they are archive, remove, " in answer.err


def test_a_waiver_that_is_not_needed_today_is_no_error(run: Run, welcome: Path) -> None:
    assert run("sync", "--yes", "--allow", "archive=gone-long-ago").code == exits.DONE


@pytest.mark.parametrize("decision", [("--take", "git"), ("--take", "store"), ("--adopt",)])
def test_a_decision_about_a_document_that_is_not_looked_at_is_refused(
    run: Run, welcome: Path, decision: tuple[str, ...]
) -> None:
    """`sync main --take git welcome` would leave the journey as it is, and say that all is well."""
    patch(description="Theirs")
    answer = run("sync", "main", "--yes", *decision, "welcome")
    assert answer.code == exits.USAGE
    assert "'welcome' is decided about, but is not among the documents that were named" in answer.err
    assert run("sync", "main", "welcome", "--yes", "--take", "git", "welcome").code == exits.DONE


@pytest.mark.parametrize("place", ["no-such-folder/plan.json", "journeys"])
def test_a_plan_that_cannot_be_kept_names_the_file_that_was_asked_for(run: Run, welcome: Path, place: str) -> None:
    answer = run("plan", "--out", place)
    assert answer.code == exits.FAILED
    assert f"{place}: " in answer.err


def test_one_person_is_a_person(run: Run, welcome: Path) -> None:
    run("publish", "welcome")
    run("send", "--user", "ana", "--trait", "projects=0")
    run("send", "--user", "ana", "--page", "https://app.example.com/dashboard")
    welcome.unlink()
    answer = run("sync", "--yes", "--prune")
    assert answer.code == exits.REFUSED
    assert "`welcome` is published with 1 person in progress" in answer.err


def test_files_that_nobody_committed_are_not_told_as_the_commit(run: Run, welcome: Path) -> None:
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        subprocess.run([*GIT, *arguments], check=True)
    head = subprocess.run([*GIT, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()

    def commit() -> Any:
        return orjson.loads(run("show", "welcome", "--format", "json").out)["commit"]

    edit(welcome, "name: Welcome\n", "name: Not committed\n")
    assert f"Made from commit {head}-dirty." in run("plan", "--format", "markdown").out
    run("sync", "--yes")
    assert commit() == f"{head}-dirty"
    subprocess.run([*GIT, "commit", "-qam", "Now it is"], check=True)
    edit(welcome, "name: Not committed\n", "name: Again\n")
    subprocess.run([*GIT, "commit", "-qam", "Again"], check=True)
    run("sync", "--yes")
    assert len(commit()) == 40


def test_a_comment_shows_which_rules_drifted(run: Run, welcome: Path) -> None:
    """Whoever decides between `pull` and `--take git` needs to see for whom the audience is now."""
    store = open_store("sqlite:///.jcli/journeys.db")
    (audience,) = operations.list_things(store, ADA, Kind.AUDIENCE, Page(10)).rows
    rules = {"rules": {"trait": "plan", "equals": "free"}}
    operations.patch_thing(store, lambda: 1_000, ADA, Kind.AUDIENCE, audience.item.id, rules)
    store.close()
    comment = run("plan", "--format", "markdown").out
    assert "drifted: audience `new-people`" in comment
    assert "- before: " in comment
    assert "projects" in comment
    assert "- now: " in comment
    assert "free" in comment


def test_an_old_checkout_is_told_that_it_would_undo_what_others_synced(run: Run, welcome: Path) -> None:
    """Git differs from the base and the store does not: to the comparison alone that is an ordinary change."""

    def git(*arguments: str) -> None:
        subprocess.run([*GIT, *arguments], check=True)

    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "Begin")):
        git(*arguments)
    edit(welcome, "name: Welcome\n", "name: By a colleague\n")
    git("commit", "-qam", "A colleague's")
    assert "Warning" not in run("sync", "--yes").err
    git("reset", "-q", "--hard", "HEAD~1")
    behind = run("plan")
    assert "~ name: By a colleague -> Welcome" in behind.out
    assert "not in the history of this checkout: welcome (from " in behind.err
    assert "`git pull` first" in run("sync", "--dry-run").err
    git("reset", "-q", "--hard", "ORIG_HEAD")
    edit(welcome, "name: By a colleague\n", "name: On top of it\n")
    assert "Warning" not in run("plan").err


@pytest.mark.parametrize("options", [(), ("--prune",)])
def test_a_journey_whose_key_changed_can_stay_the_same_journey(
    run: Run, welcome: Path, options: tuple[str, ...]
) -> None:
    edit(welcome, "journey: welcome\n", "journey: hello\n")
    answer = run("plan", *options)
    assert "+ create journey hello" in answer.out
    line = re.search(r"if `hello` is the same journey, `(id: [0-9a-f-]{36})` in it keeps it one", answer.out)
    assert line is not None
    edit(welcome, "journey: hello\n", f"journey: hello\n{line[1]}\n")
    answer = run("sync", "--yes", *options)
    assert "its key was welcome" in answer.out
    assert "Synced: 1 adopted" in answer.err


def test_two_journeys_that_come_under_one_name_are_not_guessed_at(run: Run, welcome: Path) -> None:
    text = welcome.read_text()
    welcome.write_text(
        text.replace("journey: welcome\n", "journey: one\n")
        + "---\n"
        + text.replace("journey: welcome\n", "journey: two\n")
    )
    out = run("plan").out
    assert out.count("+ create journey") == 2
    assert "is the same journey" not in out


def test_a_comment_on_what_is_pruned_says_who_is_in_it(run: Run, welcome: Path) -> None:
    run("publish", "welcome")
    welcome.unlink()
    comment = run("plan", "--prune", "--format", "markdown").out
    assert "| **−** goes | journey `welcome` | PUBLISHED | 0 | nobody is in it |" in comment
    assert "\n**0 people under way.**\n\n" in comment
