"""`jcli pull`: the files and branches that it writes, in real git repositories, and those that it leaves alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jcli import operations
from jcli.commands import exits
from jcli.model import Actor, Kind
from jcli.store import open_store
from jcli.workspace import write_file
from tests.cli.conftest import Run, journey_named

ADA = Actor("ada", "api")
Git = Callable[..., str]


def patch(body: dict[str, Any], key: str = "welcome") -> None:
    """Ada edits a journey through the API."""
    store = open_store("sqlite:///.jcli/journeys.db")
    assert not operations.patch_journey(store, lambda: 1_000, ADA, journey_named(store, key), body).refused
    store.close()


def make(kind: Kind, body: dict[str, Any]) -> None:
    store = open_store("sqlite:///.jcli/journeys.db")
    assert not operations.create_thing(store, lambda: 1_000, ADA, kind, body, new_id=lambda: "new-id").refused
    store.close()


@pytest.fixture
def git(tmp_path: Path) -> Git:
    def run_it(*arguments: str, cwd: Path | None = None) -> str:
        done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True)
        return done.stdout.rstrip("\n")

    return run_it


@pytest.fixture
def repository(synced: Path, git: Git) -> Path:
    """A synced workspace that is committed, and that Ada has changed since through the API."""
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ana")
    git("config", "user.email", "ana@acme.example")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")
    patch({"name": "By Ada"})
    return synced


def welcome(folder: Path) -> str:
    return (folder / "journeys" / "welcome.yaml").read_text()


def test_what_the_api_changed_comes_into_the_file(run: Run, repository: Path, git: Git) -> None:
    answer = run("pull", "--yes")
    assert answer.code == 0
    assert answer.out == (
        '~ edit journey welcome "Welcome"  (journeys/welcome.yaml)\n'
        "    the store's side: ada (api, edit) at 1970-01-01T00:00:01Z\n"
        "  ~ name: Welcome -> By Ada\n"
        "\n"
        "Pull: 1 to edit, 0 to merge, 0 new, 0 left, 0 in conflict\n"
    )
    assert answer.err == "Wrote 1 file\n"
    assert git("diff", "--numstat") == "1\t1\tjourneys/welcome.yaml"
    assert "= adopt" in run("plan").out
    assert run("plan", "--detailed-exitcode").code == 0
    again = run("pull", "--detailed-exitcode")
    assert (again.code, again.err) == (0, "There is nothing to take home.\n")


def test_sync_and_pull_change_no_byte(run: Run, synced: Path) -> None:
    before = {path: path.read_bytes() for path in synced.glob("journeys/*")}
    assert run("pull", "--yes").code == 0
    assert {path: path.read_bytes() for path in synced.glob("journeys/*")} == before


def test_a_diff_is_shown_and_nothing_is_written(run: Run, repository: Path, git: Git) -> None:
    make(Kind.SITE, {"name": "Second"})
    answer = run("pull", "--diff", "--detailed-exitcode")
    assert answer.code == exits.CHANGES
    assert git("status", "--porcelain") == ""
    assert "-name: Welcome\n+name: By Ada\n" in answer.out
    assert "--- /dev/null\n+++ journeys/second.yaml\n" in answer.out
    assert "+site: second\n+id: new-id\n+name: Second\n" in answer.out
    assert "Nothing was written." in answer.err
    Path("change.diff").write_text(answer.out)
    git("apply", "-p0", "change.diff")
    run("pull", "--yes", "--dirty", "--take", "git", "welcome")
    assert "name: By Ada\n" in welcome(repository)


def test_as_json(run: Run, repository: Path) -> None:
    data = json.loads(run("pull", "--yes", "--format", "json").out)
    assert data["formatVersion"] == "1.0"
    assert data["files"] == [{"file": "journeys/welcome.yaml", "new": False}]
    assert [one["changes"][0]["new"] for one in data["taken"]] == ["By Ada"]


def test_a_file_with_changes_that_nobody_committed_is_not_written(run: Run, repository: Path) -> None:
    file = repository / "journeys" / "welcome.yaml"
    file.write_text(file.read_text().replace("duration: 1d", "duration: 3d"))
    before = file.read_bytes()
    answer = run("pull", "--yes")
    assert answer.code == exits.REFUSED
    assert "nobody committed in journeys/welcome.yaml" in answer.err
    assert file.read_bytes() == before
    assert run("pull", "--yes", "--dirty").code == 0
    assert "duration: 3d" in file.read_text()
    assert "name: By Ada" in file.read_text()


@pytest.mark.parametrize("ignored", [False, True])
def test_a_file_that_git_does_not_know_is_not_written(run: Run, repository: Path, git: Git, ignored: bool) -> None:
    git("rm", "-q", "--cached", "journeys/welcome.yaml")
    git("commit", "-q", "-m", "Forget it")
    if ignored:
        (repository / ".git" / "info" / "exclude").write_text("journeys/\n")
    assert run("pull", "--yes").code == exits.REFUSED


def test_changes_elsewhere_are_nobody_s_business(run: Run, repository: Path) -> None:
    file = repository / "journeys" / "site.yaml"
    file.write_text(file.read_text() + "# a word\n")
    assert run("pull", "--yes").code == 0


def test_outside_of_git_that_is_said(run: Run, synced: Path) -> None:
    patch({"name": "By Ada"})
    answer = run("pull", "--yes")
    assert answer.code == 0
    assert "no git checkout" in answer.err
    patch({"description": "More"})
    answer = run("pull", "--yes", "--branch", "drift")
    assert (answer.code, answer.out) == (exits.USAGE, "")


def test_without_a_terminal_yes_is_asked_for(run: Run, repository: Path, git: Git) -> None:
    answer = run("pull")
    assert answer.code == exits.USAGE
    assert "pass --yes" in answer.err
    assert git("status", "--porcelain") == ""


def test_a_conflict_ends_with_its_code_and_a_side_decides(run: Run, repository: Path) -> None:
    file = repository / "journeys" / "welcome.yaml"
    file.write_text(file.read_text().replace("name: Welcome", "name: By git"))
    before = file.read_bytes()
    answer = run("pull", "--yes")
    assert answer.code == exits.CONFLICT
    assert "x conflict journey welcome" in answer.out
    assert "`--take store welcome` takes the store's side" in answer.out
    assert file.read_bytes() == before
    assert run("pull", "--take", "git", "welcome").code == 0
    assert run("pull", "--take", "them", "welcome").code == exits.USAGE
    assert run("pull", "--take", "store", "welcome", "--yes", "--dirty").code == 0
    assert "name: By Ada" in file.read_text()


def test_a_workspace_that_is_wrong_is_not_pulled_into(run: Run, repository: Path) -> None:
    (repository / "journeys" / "broken.yaml").write_text("journey: broken\nsite: nowhere\n")
    answer = run("pull", "--yes")
    assert (answer.code, answer.out) == (exits.FINDINGS, "")
    assert "unknown-site" in answer.err


def test_without_a_store_there_is_nothing_to_pull(run: Run, ready: Path) -> None:
    assert run("pull", "--yes").code == exits.FAILED


def test_an_empty_workspace_takes_everything_home(run: Run, synced: Path, tmp_path: Path) -> None:
    """Another checkout that knows the store and has no file yet; nothing says that all of it shall go."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "jcli.yaml").write_text(
        f"workspace: acme\ntargets:\n  local: {{url: 'sqlite:///{synced}/.jcli/journeys.db'}}\n"
    )
    (other / "journeys").mkdir()
    os.chdir(other)
    left = run("pull", "--yes")
    assert "5 left" in left.out
    answer = run("pull", "main", "new-people", "welcome-tour", "first-project-hint", "welcome", "--yes")
    assert answer.code == 0, answer.err
    assert run("validate").code == 0
    assert "0 to create, 0 to change" in run("plan").out
    assert run("plan", "--detailed-exitcode").code == 0


def test_new_files_have_the_first_line_of_their_neighbours(run: Run, repository: Path) -> None:
    line = welcome(repository).splitlines(keepends=True)[0]
    assert line.startswith("# yaml-language-server: $schema=")
    make(Kind.CONTENT, {"id": "Big Tour", "contentType": "flow"})
    assert run("pull", "Big Tour", "--yes").code == 0
    assert (repository / "journeys" / "big-tour.yaml").read_text() == f"{line}content: Big Tour\ncontentType: flow\n"


def test_when_one_file_cannot_be_written_none_is(
    run: Run, repository: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(Kind.SITE, {"name": "Second"})
    written: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        write_file(path, content)

    monkeypatch.setattr("jcli.workspace.write_file", full)
    answer = run("pull", "--yes")
    assert answer.code == exits.FAILED
    assert "journeys/second.yaml cannot be written: No space left on device; nothing was changed" in answer.err
    assert [path.name for path in written] == ["welcome.yaml", "second.yaml", "welcome.yaml"]
    assert git("status", "--porcelain") == ""


def test_a_file_that_changes_while_somebody_is_asked_is_not_written(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = repository / "journeys" / "welcome.yaml"

    def meanwhile(_question: str, *, yes: bool) -> bool:
        file.write_text(file.read_text() + "# mine\n")
        return yes

    monkeypatch.setattr("jcli.commands.pull.confirmed", meanwhile)
    answer = run("pull", "--yes")
    assert answer.code == exits.CONFLICT
    assert "journeys/welcome.yaml changed while the pull was being made; nothing was written" in answer.err
    assert file.read_text().endswith("# mine\n")
    assert "name: Welcome\n" in file.read_text()


# On a branch


def test_a_branch_gets_a_commit_and_the_checkout_is_as_it_was(run: Run, repository: Path, git: Git) -> None:
    make(Kind.SITE, {"name": "Second"})
    before = git("rev-parse", "HEAD")
    answer = run("pull", "--yes", "--branch", "jcli/drift")
    assert (answer.code, answer.out) == (0, "jcli/drift\n")
    assert "By Ada" in answer.err
    assert git("status", "--porcelain") == ""
    assert git("rev-parse", "HEAD", "main", "jcli/drift^") == "\n".join([before] * 3)
    assert git("symbolic-ref", "--short", "HEAD") == "main"
    assert git("diff", "--name-only", "main", "jcli/drift") == "journeys/second.yaml\njourneys/welcome.yaml"
    message = git("log", "-1", "--format=%B", "jcli/drift")
    assert message.startswith("Take 2 documents home from local\n")
    assert "the store's side: ada (api, edit)" in message
    assert message.rstrip().endswith("Jcli-Pull: acme")
    assert git("worktree", "list").count("\n") == 0


def test_a_nightly_branch_is_made_anew_only_when_something_moved(run: Run, repository: Path, git: Git) -> None:
    def nightly() -> str:
        assert run("pull", "--yes", "-q", "--branch", "drift").code == 0
        return git("rev-parse", "drift")

    first = nightly()
    assert nightly() == first
    patch({"name": "By Ada again"})
    second = nightly()
    assert second != first
    assert git("log", "--format=%s", "main..drift") == "Take journey welcome home from local"
    git("commit", "-q", "--allow-empty", "-m", "Move on")
    assert git("rev-parse", f"{nightly()}^") == git("rev-parse", "main")


def test_a_branch_with_somebody_s_commits_is_left_alone(run: Run, repository: Path, git: Git) -> None:
    assert run("pull", "--yes", "--branch", "drift").code == 0
    git("switch", "-q", "drift")
    git("commit", "-q", "--allow-empty", "-m", "A word of mine")
    mine = git("rev-parse", "drift")
    answer = run("pull", "--yes", "--branch", "drift")
    assert answer.code in (exits.USAGE, exits.DONE)  # it is checked out here, and has it already
    git("switch", "-q", "main")
    answer = run("pull", "--yes", "--branch", "drift")
    assert (answer.code, answer.out) == (exits.CONFLICT, "")
    assert "a commit that no pull made" in answer.err
    assert git("rev-parse", "drift") == mine


def test_the_branch_of_the_origin_counts_as_well(run: Run, repository: Path, git: Git, tmp_path: Path) -> None:
    git("clone", "-q", "--bare", str(repository), str(tmp_path / "origin.git"))
    git("remote", "add", "origin", str(tmp_path / "origin.git"))
    assert run("pull", "--yes", "--branch", "drift").code == 0
    git("push", "-q", "origin", "drift")
    first = git("rev-parse", "drift")
    git("branch", "-q", "-D", "drift")
    assert run("pull", "--yes", "--branch", "drift").code == 0
    assert git("rev-parse", "drift") == first


def test_a_branch_wants_a_clean_checkout(run: Run, repository: Path, git: Git) -> None:
    file = repository / "journeys" / "site.yaml"
    file.write_text(file.read_text() + "# a word\n")
    answer = run("pull", "--yes", "--branch", "drift", "--dirty")
    assert answer.code == exits.REFUSED
    assert "journeys/site.yaml" in answer.err
    assert git("branch", "--list", "drift") == ""


def test_a_name_that_no_branch_can_have_is_told(run: Run, repository: Path) -> None:
    answer = run("pull", "--yes", "--branch", "a..b")
    assert (answer.code, "cannot be the name of a branch" in answer.err) == (exits.USAGE, True)


def test_hooks_have_their_say_and_without_a_name_git_tells_it(run: Run, repository: Path, git: Git) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not on a Friday >&2\nexit 1\n")
    hook.chmod(0o755)
    answer = run("pull", "--yes", "--branch", "drift")
    assert (answer.code, "not on a Friday" in answer.err) == (exits.FAILED, True)
    assert git("branch", "--list", "drift") == ""
    assert git("worktree", "list").count("\n") == 0
    hook.unlink()
    git("config", "--unset", "user.name")
    git("config", "--unset", "user.email")
    git("config", "user.useConfigOnly", "true")
    answer = run("pull", "--yes", "--branch", "drift")
    assert answer.code == exits.FAILED
    assert "user.email" in answer.err


def test_a_workspace_below_the_top_of_a_repository(run: Run, repository: Path, git: Git, tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    (repository / ".git").rename(top / ".git")
    repository.rename(top / "growth")
    os.chdir(top / "growth")
    git("add", "-A", cwd=top)
    git("commit", "-q", "-m", "Move it")
    assert run("pull", "--yes", "--branch", "drift").code == 0
    assert git("diff", "--name-only", "main", "drift") == "growth/journeys/welcome.yaml"
    Path("journeys/welcome.yaml").write_text(Path("journeys/welcome.yaml").read_text() + "# mine\n")
    assert run("pull", "--yes").code == exits.REFUSED
