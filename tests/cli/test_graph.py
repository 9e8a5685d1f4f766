"""`jcli graph`: which journeys, in which format, where to; and what changed since a commit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]


def git(*words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=Ana", "-c", "user.email=ana@acme.example", "-c", "init.defaultBranch=main", *words],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def committed(ready: Path) -> Path:
    """The workspace that `jcli init` makes, committed as `main`."""
    git("init")
    git("add", ".")
    git("commit", "-m", "Begin")
    return ready


def change(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def test_mermaid_is_what_comes_of_it(run: Run, ready: Path) -> None:
    answer = run("graph", "welcome")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith('---\ntitle: "Welcome (welcome)"\n')
    assert "flowchart TB\n" in answer.out
    assert "flowchart LR\n" in run("graph", "welcome", "--direction", "lr").out


@pytest.mark.parametrize(
    ("form", "begins"), [("dot", "digraph journey {"), ("svg", "<svg xmlns="), ("json", '{\n  "formatVersion": "1.0"')]
)
def test_the_other_texts(run: Run, ready: Path, form: str, begins: str) -> None:
    answer = run("graph", "welcome", "--format", form)
    assert answer.code == 0
    assert answer.out.startswith(begins)
    assert answer.out.endswith("\n")


def test_a_png_goes_through_a_pipe_byte_by_byte(ready: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jcli", "graph", "welcome", "--format", "png"], capture_output=True, check=True
    )
    assert done.stdout.startswith(b"\x89PNG\r\n\x1a\n")
    assert done.stdout.endswith(b"IEND\xaeB`\x82")


def test_a_png_is_nothing_for_a_terminal(run: Run, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    answer = run("graph", "welcome", "--format", "png")
    assert (answer.code, answer.out) == (2, "")
    assert "a PNG is nothing for a terminal" in answer.err
    assert "--out FILE" in answer.err


def test_the_ending_of_the_file_names_the_format(run: Run, ready: Path) -> None:
    for name, begins in (("w.svg", b"<svg"), ("w.PNG", b"\x89PNG"), ("w.dot", b"digraph"), ("w.md", b"---")):
        answer = run("graph", "welcome", "--out", name)
        assert (answer.code, answer.out, answer.err) == (0, "", f"Wrote {name}\n")
        assert (ready / name).read_bytes().startswith(begins)
    run("graph", "welcome", "--format", "json", "--out", "w.txt")
    assert json.loads((ready / "w.txt").read_text())["journey"] == "welcome"


def test_all_go_into_a_folder(run: Run, ready: Path, write: Write) -> None:
    (ready / "journeys" / "second.yaml").write_text((ready / "journeys" / "welcome.yaml").read_text())
    change(ready / "journeys" / "second.yaml", ("journey: welcome", "journey: second"))
    answer = run("graph", "--all", "--format", "dot", "--out", "made/pictures")
    assert answer.code == 0
    assert sorted(path.name for path in (ready / "made" / "pictures").iterdir()) == ["second.dot", "welcome.dot"]
    assert run("-q", "graph", "second", "welcome", "--out", "made").err == ""
    assert sorted(path.name for path in (ready / "made").glob("*.mmd")) == ["second.mmd", "welcome.mmd"]
    assert run("graph", "second", "--out", "made", "--format", "svg").code == 0
    assert (ready / "made" / "second.svg").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "name the journeys to draw, or all of them"),
        (("--all", "welcome"), "name the journeys to draw, or all of them"),
        (("--all",), "several pictures need a folder"),
        (("welcom",), "the workspace has no journey `welcom`; did you mean `welcome`?"),
        (("main",), "the workspace has no journey `main`"),
        (("welcome", "--diff", "main"), "not a git repository"),
        (("welcome", "--format", "gif"), "'gif' is not one of"),
    ],
)
def test_what_cannot_be_drawn(run: Run, ready: Path, args: tuple[str, ...], said: str) -> None:
    answer = run("graph", *args)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_package_that_is_missing(run: Run, ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("jcli.render.graphs.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    answer = run("graph", "welcome", "--format", "svg")
    assert answer.code == 2
    assert answer.err == (
        "Error: SVG needs the package pygraphviz, which is not installed\n"
        "Hint: install the extra `graph`: pip install 'jcli[graph]'\n"
    )
    assert [run("graph", "welcome", "--format", form).code for form in ("mermaid", "dot", "json")] == [0, 0, 0]


def test_findings_are_marked_and_hold_nothing_up(run: Run, ready: Path) -> None:
    change(ready / "journeys" / "welcome.yaml", ("next: tour", "next: done"))
    answer = run("graph", "welcome")
    assert answer.code == 0
    assert "✖ error unreachable-node" in answer.out
    found = json.loads(run("graph", "welcome", "--format", "json").out)["findings"]
    assert {finding["code"] for finding in found} == {"unreachable-node"}


def test_a_journey_that_is_too_wrong_says_what_is_wrong(run: Run, ready: Path) -> None:
    change(ready / "journeys" / "welcome.yaml", ("next: tour", "next: tuor"))
    answer = run("graph", "welcome")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("welcome cannot be drawn before this is put right:\njourneys/welcome.yaml:")
    assert "there is no node `tuor` in this journey; did you mean `tour`?" in answer.err


def test_a_file_that_cannot_be_read_may_hold_the_journey(run: Run, ready: Path) -> None:
    (ready / "journeys" / "welcome.yaml").write_text("journey: [")
    answer = run("graph", "welcome")
    assert answer.code == 2
    assert "some files cannot be read; `jcli validate` says which" in answer.err


def test_what_changed_since_a_commit(run: Run, committed: Path) -> None:
    change(committed / "journeys" / "welcome.yaml", ("duration: 1d", "duration: 2d"))
    answer = json.loads(run("graph", "welcome", "--diff", "main", "--format", "json").out)
    assert (answer["since"], answer["change"]) == ("main", "changed")
    changed = {node["key"]: (node["words"], node["was"]) for node in answer["nodes"] if node["change"]}
    assert changed == {"rest": (["2 days"], ["1 day"])}
    for form, sign in (("mermaid", "#126; WAIT"), ("dot", '"~ WAIT'), ("svg", ">~ WAIT<")):
        assert sign in run("graph", "welcome", "--diff", "HEAD", "--format", form).out


def test_nothing_changed(run: Run, committed: Path) -> None:
    assert json.loads(run("graph", "welcome", "--diff", "main", "--format", "json").out)["change"] is None
    answer = run("graph", "--all", "--diff", "main", "--out", "made")
    assert (answer.code, answer.err) == (0, "No journey has changed since main.\n")
    assert not (committed / "made").exists()


def test_all_that_changed_came_or_went(run: Run, committed: Path) -> None:
    welcome = committed / "journeys" / "welcome.yaml"
    (committed / "journeys" / "same.yaml").write_text(welcome.read_text().replace("journey: welcome", "journey: same"))
    git("add", ".")
    git("commit", "-m", "Go on")
    (committed / "journeys" / "new.yaml").write_text(welcome.read_text().replace("journey: welcome", "journey: new"))
    welcome.unlink()
    answer = run("graph", "--all", "--diff", "main", "--out", "made", "--format", "json")
    assert answer.code == 0
    made = {path.stem: json.loads(path.read_text())["change"] for path in (committed / "made").iterdir()}
    assert made == {"new": "added", "welcome": "removed"}
    assert json.loads(run("graph", "welcome", "--diff", "main", "--format", "json").out)["change"] == "removed"


def test_a_journey_that_was_wrong_then(run: Run, committed: Path) -> None:
    change(committed / "journeys" / "welcome.yaml", ("next: tour", "next: tuor"))
    git("commit", "-am", "Break it")
    change(committed / "journeys" / "welcome.yaml", ("next: tuor", "next: tour"))
    answer = run("graph", "welcome", "--diff", "HEAD")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("welcome as of HEAD cannot be drawn before this is put right:\n")


def test_a_commit_from_before_the_workspace(run: Run, ready: Path) -> None:
    git("init")
    git("commit", "--allow-empty", "-m", "Before")
    answer = run("graph", "welcome", "--diff", "HEAD", "--format", "json")
    assert answer.code == 0
    assert answer.err == "There was no workspace here at HEAD: everything is new.\n"
    assert json.loads(answer.out)["change"] == "added"


@pytest.mark.parametrize("ref", ["no-such", "--all", "main:journeys", "HEAD^{tree}", ""])
def test_what_is_no_commit(run: Run, committed: Path, ref: str) -> None:
    answer = run("graph", "welcome", f"--diff={ref}")
    assert (answer.code, answer.out) == (2, "")
    assert f"git knows no commit `{ref}`" in answer.err
