"""`jcli validate --fix` and `--diff`: what is written, what is shown, and what is left alone."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jcli.commands import fixing
from tests.cli.conftest import Run

FIXES = Path(__file__).resolve().parents[1] / "fixes"
Write = Callable[[str, str | bytes], Path]
SLIP = "audience: all\nrules: {trait: a, eqauls: 1}   # kept\n"
RIGHT = SLIP.replace("eqauls", "equals")


@pytest.fixture
def slips(workspace: Path, write: Write) -> Path:
    """A file with nine slips, one with one, and one without."""
    write("journeys/all.yaml", SLIP)
    write("journeys/site.yaml", "site: shop\n")
    (workspace / "jcli.yaml").write_text("workspace: acme\nrules: {unused-audience: off}\n")
    shutil.copy(FIXES / "everything-at-once.before.yaml", workspace / "journeys" / "welcome.yaml")
    return workspace


def test_fix_writes_and_then_tells_what_remains(run: Run, slips: Path) -> None:
    answer = run("validate", "--fix")
    assert answer.code == 0
    assert answer.err == "Fixed 10 findings in 2 files\n"
    assert answer.out == "no findings in 6 documents of 3 files\n"
    after = (FIXES / "everything-at-once.after.yaml").read_bytes()
    assert (slips / "journeys" / "welcome.yaml").read_bytes() == after
    assert (slips / "journeys" / "all.yaml").read_text() == RIGHT
    assert run("validate", "--fix").err == "Fixed 0 findings in 0 files\n"


def test_what_can_be_fixed_is_announced(run: Run, slips: Path) -> None:
    assert run("validate").out.endswith("5 errors, 0 warnings in 6 documents of 3 files; 4 fixable with --fix\n")
    found = json.loads(run("validate", "--format", "json").out)["findings"]
    assert [finding["fixable"] for finding in found] == [True, True, True, False, True]


def test_the_diff_is_shown_and_nothing_is_written(run: Run, slips: Path) -> None:
    before = {path: path.read_bytes() for path in slips.rglob("*.yaml")}
    answer = run("validate", "--diff", "journeys/all.yaml")
    assert answer.code == 1
    assert answer.err == "Would fix 1 finding in 1 file\n"
    assert answer.out == (
        "--- journeys/all.yaml\n+++ journeys/all.yaml\n@@ -1,2 +1,2 @@\n audience: all\n"
        "-rules: {trait: a, eqauls: 1}   # kept\n+rules: {trait: a, equals: 1}   # kept\n"
    )
    assert run("validate", "--fix", "--diff").code == 1
    assert {path: path.read_bytes() for path in slips.rglob("*.yaml")} == before


@pytest.mark.parametrize("ending", ["", "\r\n", "\n"])
def test_the_diff_is_one_that_git_can_apply(run: Run, slips: Path, write: Write, ending: str) -> None:
    break_ = ending or "\n"
    write("journeys/all.yaml", (break_.join(SLIP.splitlines()) + ending).encode())
    shown = subprocess.run([sys.executable, "-m", "jcli", "validate", "--diff"], stdout=subprocess.PIPE, check=False)
    write("change.diff", shown.stdout)
    # The folder is no repository, so that git does not look for one above it.
    subprocess.run(
        ["git", "apply", "-p0", "--whitespace=nowarn", "change.diff"],
        check=True,
        cwd=slips,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(slips.parent)},
    )
    assert (slips / "journeys" / "all.yaml").read_bytes().decode() == break_.join(RIGHT.splitlines()) + ending
    assert run("validate").code == 0


def test_without_anything_to_fix_the_diff_is_empty(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/all.yaml", RIGHT)
    answer = run("validate", "--diff")
    assert (answer.code, answer.out) == (0, "")


def test_paths_narrow_what_is_fixed(run: Run, slips: Path) -> None:
    run("validate", "--fix", "journeys/all.yaml")
    assert (slips / "journeys" / "all.yaml").read_text() == RIGHT
    before = (FIXES / "everything-at-once.before.yaml").read_bytes()
    assert (slips / "journeys" / "welcome.yaml").read_bytes() == before


def test_a_file_keeps_its_mode_and_leaves_nothing_behind(run: Run, slips: Path) -> None:
    path = slips / "journeys" / "all.yaml"
    path.chmod(0o640)
    run("validate", "--fix")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(slips / "journeys")) == ["all.yaml", "site.yaml", "welcome.yaml"]


def test_what_cannot_be_fixed_is_told_and_fails(run: Run, workspace: Path) -> None:
    name = "not-by-making-another-mistake"
    shutil.copy(FIXES / f"{name}.before.yaml", workspace / "journeys" / "case.yaml")
    answer = run("validate", "--fix", "--format", "concise")
    assert answer.code == 1
    assert "Left 1 finding as written: the fix would have made something else wrong\n" in answer.err
    assert "unknown-field" in answer.out


def test_a_link_stays_a_link_and_the_file_in_the_workspace_is_fixed_once(run: Run, slips: Path) -> None:
    kept = slips / "kept" / "other.yaml"
    kept.parent.mkdir()
    kept.write_text(SLIP.replace("all", "others"))
    link = slips / "journeys" / "link.yaml"
    link.symlink_to(kept)
    answer = run("validate", "--fix")
    assert answer.err == "Fixed 11 findings in 3 files\n"
    assert link.is_symlink()
    assert kept.read_text() == RIGHT.replace("all", "others")


def test_nothing_outside_of_the_workspace_is_written(
    run: Run, slips: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "other.yaml"
    outside.write_text(SLIP)
    (slips / "journeys" / "link.yaml").symlink_to(outside)
    assert run("validate", "--fix").code == 1
    assert outside.read_text() == SLIP


def test_a_file_that_somebody_writes_meanwhile_is_theirs(
    run: Run, slips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = slips / "journeys" / "all.yaml"
    repairs = fixing._repairs

    def slowly(*args: object) -> object:
        found = repairs(*args)  # type: ignore[arg-type]
        path.write_text(SLIP + "# saved by an editor\n")
        return found

    monkeypatch.setattr(fixing, "_repairs", slowly)
    answer = run("validate", "--fix")
    assert answer.code == 5
    assert "journeys/all.yaml changed while it was being fixed; nothing was written to it" in answer.err
    assert "Fixed 9 findings in 1 file\n" in answer.err
    assert path.read_text() == SLIP + "# saved by an editor\n"


def test_a_disk_that_does_not_take_it_changes_nothing(run: Run, slips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    answer = run("validate", "--fix", "journeys/all.yaml")
    assert answer.code == 3
    assert "journeys/all.yaml cannot be written: No space left on device" in answer.err
    assert (slips / "journeys" / "all.yaml").read_text() == SLIP
    assert sorted(os.listdir(slips / "journeys")) == ["all.yaml", "site.yaml", "welcome.yaml"]
