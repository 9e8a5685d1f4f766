"""`jcli validate --select`, `--ignore` and the baseline."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]
Golden = Callable[[str, str], None]

JOURNEY = """\
journey: old
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: [{to: rest}, {to: gone}]}
  rest: {type: WAIT, config: {duration: 2d}}
"""
SHORT = """\
journey: short
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: rest}
  rest: {type: WAIT, config: {duration: 2d}}
  lost: {type: EXIT}
"""


@pytest.fixture
def old(workspace: Path, write: Write) -> Path:
    """A workspace in which much is wrong already."""
    write("journeys/old.yaml", JOURNEY)
    write("journeys/short.yaml", SHORT)
    write("journeys/site.yaml", "site: main\nnmae: Main\n")
    return workspace


def codes(run: Run, *options: str) -> list[str]:
    return [finding["code"] for finding in told(run, *options)["findings"]]


def told(run: Run, *options: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run("validate", "--format", "json", *options).out)
    return answer


# Checks


def test_select_shows_these_alone_and_ignore_all_others(run: Run, old: Path) -> None:
    everything = ["unknown-node", "dead-end", "unreachable-node", "unknown-field"]
    assert codes(run) == everything
    assert codes(run, "--select", "dead-end, unknown-node") == ["unknown-node", "dead-end"]
    assert codes(run, "--select", "dead-end", "--select", "unknown-node") == ["unknown-node", "dead-end"]
    assert codes(run, "--ignore", "dead-end") == ["unknown-node", "unreachable-node", "unknown-field"]
    assert codes(run, "--select", "dead-end,unknown-node", "--ignore", "dead-end") == ["unknown-node"]


def test_what_is_left_out_does_not_count(run: Run, old: Path) -> None:
    assert run("validate", "--select", "dead-end").code == 0
    assert run("validate", "--select", "dead-end", "--fail-on", "warning").code == 1
    assert run("validate", "--ignore", "unknown-node,unreachable-node,unknown-field").code == 0
    assert told(run, "--select", "dead-end")["summary"]["warnings"] == 1


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_slug_that_no_check_has_is_a_mistake_in_the_call(run: Run, old: Path, option: str) -> None:
    answer = run("validate", option, "syntax,dead-edn")
    assert (answer.code, answer.out) == (2, "")
    assert f"{option}: there is no check `dead-edn`; did you mean `dead-end`?" in answer.err


def test_a_comment_is_of_use_though_its_check_is_left_out(run: Run, workspace: Path, write: Write) -> None:
    text = SHORT.replace("lost: {type: EXIT}\n", "").replace("2d}}", "2d}} # jcli: ignore[dead-end]")
    write("journeys/short.yaml", text)
    write("journeys/site.yaml", "site: main\n")
    assert codes(run, "--ignore", "dead-end") == []


# The baseline


def test_what_is_in_the_baseline_is_held_back(run: Run, old: Path, golden: Golden) -> None:
    answer = run("validate", "--write-baseline", "known.json")
    assert (answer.code, answer.out, answer.err) == (0, "", "Wrote 4 findings to known.json\n")
    golden("baseline.json", Path("known.json").read_text())
    answer = run("validate", "--baseline", "known.json", "--fail-on", "warning")
    assert answer.code == 0
    assert answer.out == "no findings in 3 documents of 3 files\n4 findings held back by the baseline\n"


def test_what_is_new_is_shown(run: Run, old: Path, write: Write) -> None:
    run("validate", "--write-baseline", "known.json")
    write("journeys/new.yaml", SHORT.replace("short", "new"))
    found = told(run, "--baseline", "known.json")
    assert [(f["code"], f["journey"]) for f in found["findings"]] == [("dead-end", "new"), ("unreachable-node", "new")]
    assert found["summary"] == {
        "files": 4,
        "documents": 4,
        "errors": 1,
        "warnings": 1,
        "heldBack": 4,
        "unneeded": 0,
    }


def test_lines_may_move_and_files_may_be_renamed(run: Run, old: Path, write: Write) -> None:
    run("validate", "--write-baseline", "known.json")
    Path("journeys/old.yaml").rename("journeys/renamed.yaml")
    write("journeys/short.yaml", "\n\n# moved\n" + SHORT)
    assert codes(run, "--baseline", "known.json") == []


def test_what_was_mended_is_no_longer_needed(run: Run, old: Path, write: Write) -> None:
    run("validate", "--write-baseline", "known.json")
    write("journeys/site.yaml", "site: main\n")
    answer = run("validate", "--baseline", "known.json", "--format", "concise")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == (
        "3 findings held back by the baseline\n"
        "1 entry of the baseline is no longer needed; `--write-baseline` writes it anew\n"
    )
    assert told(run, "--baseline", "known.json", "journeys/old.yaml")["summary"]["unneeded"] == 1


def test_the_file_has_a_line_an_entry_in_an_order_of_its_own(run: Run, old: Path, write: Write) -> None:
    run("validate", "--write-baseline", "before.json")
    write("journeys/short.yaml", "\n" + SHORT)
    write("journeys/site.yaml", "site: main\n")
    run("validate", "--write-baseline", "after.json")
    before, after = (Path(name).read_text().splitlines() for name in ("before.json", "after.json"))
    assert len(before) - len(after) == 1
    assert {line.rstrip(",") for line in after} < {line.rstrip(",") for line in before}


def test_an_empty_baseline_can_be_written_and_read(run: Run, workspace: Path, write: Write) -> None:
    write("journeys/site.yaml", "site: main\n")
    run("validate", "--write-baseline", "none.json")
    assert json.loads(Path("none.json").read_text()) == {"formatVersion": "1.0", "findings": []}
    assert run("validate", "--baseline", "none.json").out == "no findings in 1 document of 1 file\n"


def test_jcli_yaml_may_name_it(run: Run, old: Path, write: Write) -> None:
    write("jcli.yaml", "workspace: acme\nbaseline: known.json\n")
    answer = run("validate")
    assert answer.code == 2
    assert "known.json" in answer.err
    assert "--write-baseline" in answer.err
    assert run("validate", "--write-baseline", "known.json").code == 0
    assert codes(run) == []
    assert len(codes(run, "--no-baseline")) == 4
    write("other.json", '{"formatVersion": "1.0", "findings": []}')
    assert len(codes(run, "--baseline", "other.json")) == 4


def test_it_does_not_let_what_is_wrong_into_the_store(run: Run, old: Path, write: Write) -> None:
    write("jcli.yaml", "workspace: acme\nbaseline: known.json\n")
    run("validate", "--write-baseline", "known.json")
    answer = run("sync", "--yes")
    assert answer.code == 1
    assert "unknown-node" in answer.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<<<<<<< HEAD\n", "baseline.json:1:1: the baseline is not JSON"),
        ("[]", "is no baseline of this version"),
        ('{"formatVersion": "2.0", "findings": []}', "is no baseline of this version"),
        ('{"formatVersion": "1.0", "findings": {}}', "expected a list of `findings`"),
        ('{"formatVersion": "1.0", "findings": [{"code": "x"}]}', "entry 1 of the baseline has no fingerprint"),
    ],
)
def test_a_file_that_is_no_baseline_is_a_mistake(run: Run, old: Path, write: Write, content: str, said: str) -> None:
    write("baseline.json", content)
    answer = run("validate", "--baseline", "baseline.json")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize(
    ("setting", "said"),
    [("baseline: ../known.json", "lies outside of the workspace"), ("baseline: [a]", "expected a text")],
)
def test_the_setting_is_judged(run: Run, old: Path, write: Write, setting: str, said: str) -> None:
    write("jcli.yaml", f"workspace: acme\n{setting}\n")
    answer = run("validate")
    assert answer.code == 2
    assert f"jcli.yaml:2:11: {'the file `../known.json` ' if 'lies' in said else ''}{said}" in answer.err


@pytest.mark.parametrize(
    "options",
    [
        ("--write-baseline", "b.json", "--select", "dead-end"),
        ("--write-baseline", "b.json", "journeys"),
        ("--write-baseline", "b.json", "--changed"),
        ("--baseline", "b.json", "--no-baseline"),
        ("--base", "main"),
    ],
)
def test_options_that_contradict_each_other(run: Run, old: Path, options: tuple[str, ...]) -> None:
    answer = run("validate", *options)
    assert (answer.code, answer.out) == (2, "")
    assert not Path("b.json").exists()
