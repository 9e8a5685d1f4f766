"""The workspace as of a commit: the same documents as on a disk on which that commit is checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jcli.errors import ConfigError, JcliError
from jcli.workspace import Loaded, load, load_at, locate
from tests.cli.test_graph import git

SITE = "site: {}\n"


@pytest.fixture
def repository(tmp_path: Path, write: Callable[[str, str], Path]) -> Path:
    """A repository whose workspace stands in a folder, with files of every sort."""
    write("work/jcli.yaml", "workspace: acme\npaths: [journeys, more]\n")
    write("work/journeys/b.yaml", SITE.format("b"))
    write("work/journeys/a.yml", SITE.format("a") + "---\n" + SITE.format("a2"))
    write("work/journeys/a/deep/c.yaml", SITE.format("c"))
    write("work/journeys/ünïcode and blanks.yaml", SITE.format("u"))
    write("work/journeys/broken.yaml", "site: [")
    write("work/journeys/large.yaml", "# " + "x" * 1_100_000)
    write("work/journeys/.hidden.yaml", "site: hidden")
    write("work/journeys/.git-like/d.yaml", "site: hidden")
    write("work/journeys/notes.md", "none")
    write("work/journeys/jcli.yaml", "workspace: other")
    write("work/more/d.yaml", SITE.format("d"))
    write("work/elsewhere/e.yaml", SITE.format("e"))
    write("work/folder/f.yaml", SITE.format("f"))
    write("outside.yaml", SITE.format("outside"))
    os.symlink("../elsewhere/e.yaml", tmp_path / "work" / "journeys" / "linked.yaml")
    os.symlink("../folder", tmp_path / "work" / "journeys" / "linked")
    os.symlink("b.yaml", tmp_path / "work" / "journeys" / "again.yaml")
    git("init")
    git("add", ".")
    git("commit", "-m", "Begin")
    return tmp_path


def told(loaded: Loaded | None) -> tuple[list[tuple[str, object]], list[tuple[str, str | None, str]], list[str]]:
    assert loaded is not None
    return (
        sorted(((document.file, document.data) for document in loaded.documents), key=repr),
        sorted((finding.code, finding.file, finding.message) for finding in loaded.findings),
        sorted(loaded.files),
    )


def test_it_is_what_a_disk_would_have(repository: Path) -> None:
    workspace = locate(repository / "work")
    then, now = load_at(workspace, "HEAD"), load(workspace)
    assert told(then) == told(now)
    assert [document.key for document in now.documents] == [document.key for document in then.documents]  # type: ignore[union-attr]
    assert {document.key for document in now.documents} == {"a", "a2", "b", "c", "d", "e", "f", "u"}
    assert then.config.paths == ("journeys", "more")  # type: ignore[union-attr]


def test_the_working_tree_plays_no_part(repository: Path) -> None:
    before = told(load_at(locate(repository / "work"), "main"))
    for file in (repository / "work" / "journeys").glob("*.y*ml"):
        file.unlink()
    (repository / "work" / "jcli.yaml").write_text("workspace: renamed\npaths: [more]\n")
    git("add", "-A")
    workspace = locate(repository / "work")
    assert told(load_at(workspace, "main")) == before
    git("commit", "-m", "Empty it")
    assert load_at(workspace, "main").config.workspace == "renamed"  # type: ignore[union-attr]
    assert told(load_at(workspace, "main~1")) == before


def test_a_branch_a_tag_and_part_of_a_name(repository: Path) -> None:
    git("tag", "-a", "v1", "-m", "One")
    git("branch", "side/branch")
    name = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    workspace = locate(repository / "work")
    for ref in ("v1", "side/branch", name, name[:9], "@"):
        assert load_at(workspace, ref) is not None


def test_a_link_that_leads_out_is_passed_over(repository: Path) -> None:
    os.symlink("../../outside.yaml", repository / "work" / "journeys" / "out.yaml")
    os.symlink("loop.yaml", repository / "work" / "journeys" / "loop.yaml")
    os.symlink("..", repository / "work" / "journeys" / "up")
    git("add", ".")
    git("commit", "-m", "Lead out")
    loaded = load_at(locate(repository / "work"), "HEAD")
    assert loaded is not None
    assert "outside" not in {document.key for document in loaded.documents}


def test_before_there_was_a_workspace(repository: Path) -> None:
    git("checkout", "--orphan", "other")
    git("rm", "-r", "-f", "-q", "--cached", "work")
    git("commit", "--allow-empty", "-m", "Nothing in it")
    assert load_at(locate(repository / "work"), "other") is None


def test_a_configuration_that_was_wrong(repository: Path) -> None:
    (repository / "work" / "jcli.yaml").write_text("workspace: Not A Slug\n")
    git("commit", "-am", "Break it")
    (repository / "work" / "jcli.yaml").write_text("workspace: acme\n")
    with pytest.raises(ConfigError, match=r"as of HEAD: jcli.yaml:1:12: expected a slug"):
        load_at(locate(repository / "work"), "HEAD")


def test_a_folder_that_is_gone_now_was_there(repository: Path) -> None:
    (repository / "work" / "jcli.yaml").write_text("workspace: acme\npaths: [gone]\n")
    git("commit", "-am", "Name a folder that git does not keep")
    (repository / "work" / "jcli.yaml").write_text("workspace: acme\n")
    assert told(load_at(locate(repository / "work"), "HEAD")) == ([], [], [])


def test_a_machine_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = locate(repository / "work")
    monkeypatch.setenv("PATH", str(repository / "nothing"))
    with pytest.raises(JcliError, match="git is not installed"):
        load_at(workspace, "HEAD")
