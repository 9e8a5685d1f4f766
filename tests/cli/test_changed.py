"""`jcli validate --changed`: in real git repositories."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str | bytes], Path]
Git = Callable[..., str]

SITE = "site: main\n"
ADMINS = "audience: admins\nrules: {trait: role, equals: admin}\n"
SHORT = """\
journey: KEY
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: rest}
  rest: {type: WAIT, config: {duration: 2d}}
"""


@pytest.fixture
def git(tmp_path: Path) -> Git:
    def run_it(*arguments: str, cwd: Path = tmp_path) -> str:
        who = ["-c", "user.name=Ana", "-c", "user.email=ana@acme.example"]
        done = subprocess.run(["git", *who, *arguments], cwd=cwd, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return run_it


@pytest.fixture
def branch(workspace: Path, write: Write, git: Git) -> Path:
    """A branch without a change yet, of a main branch with three journeys, one of them with an audience."""
    write(".gitignore", "drafts/\n")
    write("journeys/site.yaml", SITE)
    write("journeys/audiences.yaml", ADMINS)
    for name in ("a", "b", "c"):
        write(f"journeys/{name}.yaml", SHORT.replace("KEY", name))
    write("journeys/c.yaml", SHORT.replace("KEY", "c") + "audience: admins\n")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "Begin")
    git("switch", "-q", "-c", "topic")
    return workspace


def told(run: Run, *options: str) -> dict[str, Any]:
    answer = run("validate", "--format", "json", "--changed", *options)
    assert answer.err == "", answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


def files(run: Run, *options: str) -> list[str]:
    return [finding["file"].removeprefix("journeys/") for finding in told(run, *options)["findings"]]


def test_where_nothing_changed_nothing_is_shown(run: Run, branch: Path) -> None:
    answer = run("validate", "--changed")
    assert answer.code == 0
    assert answer.out == ("no findings in 0 documents of 0 files\n3 findings not shown, in files that did not change\n")
    assert run("validate", "--changed", "-q", "--format", "concise").err == ""


def test_what_was_saved_staged_committed_or_made_has_changed(run: Run, branch: Path, write: Write, git: Git) -> None:
    write("journeys/a.yaml", "# saved\n" + SHORT.replace("KEY", "a"))
    assert files(run) == ["a.yaml"]
    git("add", ".")
    assert files(run) == ["a.yaml"]
    git("commit", "-q", "-m", "Change a")
    assert files(run) == ["a.yaml"]
    write("journeys/new.yaml", SHORT.replace("KEY", "new"))
    assert files(run) == ["a.yaml", "new.yaml"]
    git("mv", "journeys/b.yaml", "journeys/moved.yaml")
    found = told(run)
    assert [finding["file"] for finding in found["findings"]] == [
        f"journeys/{name}.yaml" for name in ("a", "moved", "new")
    ]
    assert found["summary"] == {"files": 3, "documents": 3, "errors": 0, "warnings": 3, "elsewhere": 1}


def test_what_was_changed_back_has_not_changed(run: Run, branch: Path, write: Write) -> None:
    write("journeys/a.yaml", "# saved\n" + SHORT.replace("KEY", "a"))
    write("journeys/a.yaml", SHORT.replace("KEY", "a"))
    os.utime("journeys/b.yaml", (1, 1))
    assert files(run) == []


def test_what_the_other_branch_did_since_does_not_count(run: Run, branch: Path, write: Write, git: Git) -> None:
    write("journeys/a.yaml", "# here\n" + SHORT.replace("KEY", "a"))
    git("commit", "-q", "-a", "-m", "Here")
    git("switch", "-q", "main")
    write("journeys/b.yaml", "# there\n" + SHORT.replace("KEY", "b"))
    git("commit", "-q", "-a", "-m", "There")
    git("switch", "-q", "topic")
    assert files(run) == ["a.yaml"]
    assert files(run, "--base", "HEAD") == []
    assert files(run, "--base", "HEAD~1") == ["a.yaml"]


def test_what_a_change_breaks_elsewhere_is_shown(run: Run, branch: Path, write: Write) -> None:
    write("journeys/audiences.yaml", ADMINS.replace("admins", "people"))
    found = told(run)["findings"]
    assert [(f["file"], f["code"]) for f in found] == [("journeys/c.yaml", "unknown-audience")]
    assert run("validate", "--changed").code == 1


def test_paths_and_checks_narrow_it_further(run: Run, branch: Path, write: Write) -> None:
    for name in ("a", "b"):
        write(f"journeys/{name}.yaml", "# saved\n" + SHORT.replace("KEY", name))
    assert files(run, "journeys/b.yaml") == ["b.yaml"]
    assert files(run, "--ignore", "dead-end") == []


def test_names_of_any_kind_are_told(run: Run, branch: Path, write: Write) -> None:
    write("journeys/Übung mit Leerzeichen.yaml", SHORT.replace("KEY", "new"))
    write('journeys/quo"te.yaml', SHORT.replace("KEY", "newer"))
    assert files(run) == ['quo"te.yaml', "Übung mit Leerzeichen.yaml"]


def test_the_workspace_may_be_a_folder_of_the_repository(run: Run, branch: Path, write: Write, git: Git) -> None:
    write("growth/jcli.yaml", "workspace: growth\n")
    write("growth/journeys/site.yaml", SITE)
    write("growth/journeys/a.yaml", SHORT.replace("KEY", "a"))
    git("add", ".")
    git("commit", "-q", "-m", "Grow")
    write("growth/journeys/a.yaml", "# saved\n" + SHORT.replace("KEY", "a"))
    write("journeys/a.yaml", "# saved\n" + SHORT.replace("KEY", "a"))
    answer = run("validate", "--changed", "-C", "growth", "--base", "HEAD", "--format", "concise")
    assert [line.split(":")[0] for line in answer.out.splitlines()] == ["journeys/a.yaml"]
    told_github = run("validate", "--changed", "-C", "growth", "--base", "HEAD", "--format", "github").out
    assert "file=growth/journeys/a.yaml," in told_github


def test_the_default_is_the_branch_that_the_origin_calls_so(run: Run, branch: Path, write: Write, git: Git) -> None:
    git("switch", "-q", "main")
    git("branch", "-m", "trunk")
    clone = branch / "clone"
    git("clone", "-q", str(branch), str(clone))
    git("switch", "-q", "-c", "topic", cwd=clone)
    (clone / "journeys" / "a.yaml").write_text("# here\n" + SHORT.replace("KEY", "a"))
    os.chdir(clone)
    assert files(run) == ["a.yaml"]
    git("remote", "set-head", "origin", "--delete", cwd=clone)
    git("branch", "-q", "-D", "trunk", cwd=clone)
    answer = run("validate", "--changed")
    assert answer.code == 2
    assert "--base REF" in answer.err


# What cannot be told


def test_outside_of_git(run: Run, workspace: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(workspace.parent))
    write("journeys/site.yaml", SITE)
    answer = run("validate", "--changed")
    assert (answer.code, answer.out) == (2, "")
    assert "is not in a git checkout" in answer.err


def test_without_git(run: Run, branch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(branch))
    answer = run("validate", "--changed")
    assert answer.code == 2
    assert "git is not installed" in answer.err


def test_before_the_first_commit(run: Run, workspace: Path, write: Write, git: Git) -> None:
    git("init", "-q", "-b", "main")
    write("journeys/site.yaml", SITE)
    assert "no default branch" in run("validate", "--changed").err


@pytest.mark.parametrize("ref", ["nowhere", "--help", "HEAD:journeys", "a b\x1b[2J", ""])
def test_a_commit_that_is_not_there(run: Run, branch: Path, ref: str) -> None:
    answer = run("validate", "--changed", "--base", ref)
    assert (answer.code, answer.out) == (2, "")
    assert "git knows no commit `" in answer.err
    assert "\x1b" not in answer.err


def test_a_branch_that_has_nothing_in_common(run: Run, branch: Path, git: Git) -> None:
    git("switch", "-q", "--orphan", "other")
    git("commit", "-q", "--allow-empty", "-m", "Other")
    git("switch", "-q", "topic")
    answer = run("validate", "--changed", "--base", "other")
    assert answer.code == 2
    assert "no commit in common" in answer.err


def test_a_shallow_clone_says_how_to_get_the_rest(run: Run, branch: Path, git: Git) -> None:
    clone = branch / "clone"
    git("commit", "-q", "--allow-empty", "-m", "More")
    git("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{branch}", str(clone))
    os.chdir(clone)
    answer = run("validate", "--changed", "--base", "origin/main")
    assert answer.code == 2
    assert "the clone is shallow" in answer.err
