"""`jcli fmt`: what is written, what is listed and shown, and what is left alone."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from jcli.commands import fmt
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "fmt"
Write = Callable[[str, str | bytes], Path]
ASTRAY = "name: Shop   # as it says over the door\nsite: shop\n"
RIGHT = "site: shop\nname: Shop   # as it says over the door\n"
DIFF = """\
--- journeys/site.yaml
+++ journeys/site.yaml
@@ -1,2 +1,2 @@
+site: shop
 name: Shop   # as it says over the door
-site: shop
"""


@pytest.fixture
def astray(workspace: Path, write: Write) -> Path:
    """Two files to format, and one that is as it should be."""
    write("journeys/site.yaml", ASTRAY)
    write("journeys/right.yaml", "audience: all\nrules: {trait: a, equals: 1}\n")
    shutil.copy(CASES / "order.before.yaml", workspace / "journeys" / "welcome.yaml")
    return workspace


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*.yaml")}


def test_files_are_formatted_in_place_once(run: Run, astray: Path) -> None:
    path = astray / "journeys" / "site.yaml"
    path.chmod(0o640)
    answer = run("fmt")
    assert (answer.code, answer.out, answer.err) == (0, "", "Formatted 2 of 3 files\n")
    assert path.read_text() == RIGHT
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (astray / "journeys" / "welcome.yaml").read_bytes() == (CASES / "order.after.yaml").read_bytes()
    assert sorted(os.listdir(astray / "journeys")) == ["right.yaml", "site.yaml", "welcome.yaml"]
    assert run("fmt").err == "Formatted 0 of 3 files\n"


def test_check_lists_what_would_change_and_writes_nothing(run: Run, astray: Path) -> None:
    before = contents(astray)
    answer = run("fmt", "--check")
    assert (answer.code, answer.err) == (1, "Would format 2 of 3 files\n")
    assert answer.out == "journeys/site.yaml\njourneys/welcome.yaml\n"
    assert contents(astray) == before
    run("fmt", "-q")
    answer = run("fmt", "--check")
    assert (answer.code, answer.out, answer.err) == (0, "", "Would format 0 of 3 files\n")


@pytest.mark.parametrize("options", [("--diff",), ("--check", "--diff")])
def test_the_diff_is_shown_and_nothing_is_written(run: Run, astray: Path, options: tuple[str, ...]) -> None:
    before = contents(astray)
    answer = run("fmt", *options, "journeys/site.yaml")
    assert (answer.code, answer.out, answer.err) == (1, DIFF, "Would format 1 of 1 file\n")
    assert contents(astray) == before


def test_paths_narrow_what_is_formatted(run: Run, astray: Path) -> None:
    assert run("fmt", "journeys/site.yaml").err == "Formatted 1 of 1 file\n"
    assert run("fmt", "--check", "journeys").out == "journeys/welcome.yaml\n"
    assert run("fmt", "--check", "journeys/right.yaml").code == 0
    answer = run("fmt", "journeys/gone.yaml")
    assert (answer.code, answer.err) == (2, "Error: there is no file or folder journeys/gone.yaml\n")


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",)])
def test_what_cannot_be_read_or_is_misshapen_is_left_alone(
    run: Run, workspace: Path, write: Write, options: tuple[str, ...]
) -> None:
    write("journeys/broken.yaml", "name: [\nsite: a\n")
    write("journeys/misspelt.yaml", "nmae: b\nsite: b\n")
    (workspace / "journeys" / "gone.yaml").symlink_to("nowhere.yaml")
    before = {path: path.read_bytes() for path in workspace.rglob("*s*e*.yaml")}
    answer = run("fmt", *options)
    assert answer.code == 1
    assert answer.out == ""
    assert answer.err.splitlines() == [
        "Error: journeys/broken.yaml was left as it is: 1 error in it comes first",
        "Hint: jcli validate journeys/broken.yaml",
        "Error: journeys/gone.yaml was left as it is: the link leads to nothing",
        "Error: journeys/misspelt.yaml was left as it is: 1 error in it comes first",
        "Hint: jcli validate journeys/misspelt.yaml",
        f"{'Would format' if options else 'Formatted'} 0 of 3 files",
    ]
    assert {path: path.read_bytes() for path in workspace.rglob("*s*e*.yaml")} == before


def test_one_bad_file_does_not_keep_the_others_from_it(run: Run, astray: Path, write: Write) -> None:
    write("journeys/broken.yaml", "name: [\n")
    answer = run("fmt")
    assert answer.code == 1
    assert answer.err.endswith("Formatted 2 of 4 files\n")
    assert (astray / "journeys" / "site.yaml").read_text() == RIGHT


def test_what_would_not_say_the_same_is_left_alone(run: Run, workspace: Path, write: Write) -> None:
    path = write("journeys/site.yaml", "name: a\nsite: |\n  shop")
    path.write_text("domains: [a.example]\nsite: shop\nname: |\n  no line break")
    answer = run("fmt")
    assert answer.code == 1
    assert "journeys/site.yaml was left as it is: in its canonical layout it would not say the same" in answer.err
    assert path.read_text().startswith("domains")


def test_a_file_that_somebody_writes_meanwhile_is_theirs(
    run: Run, astray: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = astray / "journeys" / "site.yaml"
    formatting = fmt._format

    def slowly(*args: object) -> object:
        found = formatting(*args)  # type: ignore[arg-type]
        path.write_text(ASTRAY + "# saved by an editor\n")
        return found

    monkeypatch.setattr(fmt, "_format", slowly)
    answer = run("fmt")
    assert answer.code == 5
    assert "journeys/site.yaml changed while it was being formatted; nothing was written to it" in answer.err
    assert "Formatted 1 of 3 files\n" in answer.err
    assert path.read_text() == ASTRAY + "# saved by an editor\n"


def test_nothing_to_format_is_told(run: Run, workspace: Path) -> None:
    assert workspace.is_dir()
    answer = run("fmt")
    assert (answer.code, answer.err.splitlines()[0]) == (2, "Error: there is no document below journeys")


def test_the_example_workspace_is_formatted(run: Run) -> None:
    answer = run("-C", str(ROOT), "fmt", "--check")
    assert (answer.code, answer.out) == (0, "")


def test_what_init_writes_is_formatted(run: Run, ready: Path) -> None:
    assert ready.is_dir()
    answer = run("fmt", "--check")
    assert (answer.code, answer.out, answer.err) == (0, "", "Would format 0 of 5 files\n")
