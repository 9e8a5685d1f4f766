"""`jcli init`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jcli.commands import exits
from tests.cli.conftest import Run

FILES = [
    "jcli.yaml",
    "journeys/site.yaml",
    "journeys/audiences.yaml",
    "journeys/contents.yaml",
    "journeys/welcome.yaml",
    "journeys/welcome.test.yaml",
    "schema/document.schema.json",
    ".vscode/settings.json",
    ".vscode/extensions.json",
    ".pre-commit-config.yaml",
    ".gitignore",
]


def test_makes_a_workspace_that_works_at_once(run: Run, tmp_path: Path) -> None:
    answer = run("init", "Acme Inc")
    assert answer.code == 0
    assert answer.out.splitlines() == [f"Acme Inc/{name}" for name in FILES]
    assert "jcli sync --yes" in answer.err
    os.chdir("Acme Inc")
    assert Path("jcli.yaml").read_text().startswith("workspace: acme-inc ")
    assert run("validate", "--fail-on", "warning").out == "no findings in 6 documents of 5 files\n"
    answer = run("test", "--coverage", "--fail-under", "100")
    assert answer.code == 0, answer.out
    assert run("sync", "--yes").code == 0
    assert run("publish", "--all").out == "welcome is PUBLISHED\n"


def test_in_the_working_directory_or_the_one_of_the_option(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert run("-C", "one", "init").code == 0
    assert (tmp_path / "one" / "jcli.yaml").exists()
    assert run("init").code == 0
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        FILES + [f"one/{name}" for name in FILES]
    )


def test_somebody_elses_documents_are_not_taken_for_ours(run: Run, tmp_path: Path) -> None:
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "welcome.yaml").write_text("mine")
    (tmp_path / "journeys" / "site.yaml").symlink_to("nowhere")
    answer = run("init")
    assert answer.code == exits.USAGE
    assert answer.out == ""
    assert "has journeys/site.yaml, journeys/welcome.yaml already; nothing was written" in answer.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["journeys", "site.yaml", "welcome.yaml"]
    assert (tmp_path / "journeys" / "welcome.yaml").read_text() == "mine"


def test_what_is_missing_around_a_workspace_is_added_and_nothing_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "jcli.yaml").write_text("workspace: mine\npaths: [flows]\n")
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "settings.json").write_text("{}")

    answer = run("init", "--ci", "github")

    written = ["schema/document.schema.json", ".vscode/extensions.json", ".pre-commit-config.yaml"]
    assert answer.out.splitlines() == [*written, ".github/workflows/jcli.yml", ".gitignore"]
    assert answer.err == "Left as it was: .vscode/settings.json\n"
    assert (tmp_path / ".vscode" / "settings.json").read_text() == "{}"
    assert (tmp_path / "jcli.yaml").read_text() == "workspace: mine\npaths: [flows]\n"
    assert not (tmp_path / "journeys").exists()

    again = run("init", "--ci", "github")
    assert (again.code, again.out) == (0, "")


def test_a_schema_of_another_version_is_left_and_told(run: Run, tmp_path: Path) -> None:
    run("init")
    schema = tmp_path / "schema" / "document.schema.json"
    schema.write_text("{}")

    answer = run("init")

    assert "is of another version; `jcli schema --out schema/document.schema.json` brings it up to date" in answer.err
    assert schema.read_text() == "{}"
    assert run("schema", "--out", "schema/document.schema.json").err == "Wrote schema/document.schema.json\n"
    assert schema.read_text() == run("schema").out
    assert "another version" not in run("init").err


def test_every_document_names_the_schema_beside_it(run: Run, tmp_path: Path) -> None:
    run("init")
    for file in (tmp_path / "journeys").iterdir():
        line = file.read_text().splitlines()[0]
        path = line.removeprefix("# yaml-language-server: $schema=")
        assert json.loads((file.parent / path).read_text())["title"] == "A jcli document"
    settings = json.loads((tmp_path / ".vscode" / "settings.json").read_text())
    assert settings == {"yaml.schemas": {"./schema/document.schema.json": ["journeys/**/*.yaml", "journeys/**/*.yml"]}}


@pytest.mark.parametrize(("text", "told"), [("build/\n", True), ("build/\n.jcli/\n", False)])
def test_a_gitignore_that_is_there_is_left_alone(run: Run, tmp_path: Path, text: str, told: bool) -> None:
    (tmp_path / ".gitignore").write_text(text)
    answer = run("init")
    assert answer.code == 0
    assert (tmp_path / ".gitignore").read_text() == text
    assert ("Add .jcli/ to .gitignore" in answer.err) is told


@pytest.mark.parametrize(
    ("name", "slug"), [("漢字", "workspace"), ("-A  b-", "a-b"), ("x" * 80, "x" * 63), ("7up", "7up")]
)
def test_the_slug_comes_from_the_name_of_the_folder(run: Run, tmp_path: Path, name: str, slug: str) -> None:
    (tmp_path / name).mkdir()
    os.chdir(name)
    assert run("init").code == 0
    assert Path("jcli.yaml").read_text().split()[1] == slug
    assert run("validate").code == 0


def test_where_a_file_is_in_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "acme").write_text("a file")
    answer = run("init", "acme")
    assert answer.code == exits.FAILED
    assert answer.err.startswith("Error: ")
