"""What the CI files of `jcli init --ci` do: their steps are run as they stand, by a shell, on a repository with a
store. GitHub is a small program called `gh` that keeps comments, plans and pull requests in a folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from jcli import operations
from jcli.model import Actor
from jcli.store import open_store
from tests.cli.conftest import Run, journey_named
from tests.editor.conftest import ROOT

FOLDER = "teams/growth"
STORE = f"sqlite:///{FOLDER}/.jcli/journeys.db"
GH = """\
import json, os, shutil, subprocess, sys
from pathlib import Path

desk, words = Path(os.environ["GH_DESK"]), sys.argv[1:]

def option(name):
    return words[words.index(name) + 1] if name in words else None

def kept(name):
    return json.loads((desk / name).read_text()) if (desk / name).exists() else []

def answer(value):
    done = subprocess.run(["jq", "-r", option("--jq")], input=json.dumps(value), text=True)
    sys.exit(done.returncode)

match words[0]:
    case "api" if option("--method") is None and words[-3].endswith("/comments"):
        answer(kept("comments.json"))
    case "api" if option("--method") is None:
        answer(kept("pulls.json"))
    case "api":
        comments, body = kept("comments.json"), Path(option("-F").removeprefix("body=@")).read_text()
        if option("--method") == "PATCH":
            place = next(word for word in words if "/comments/" in word)
            next(one for one in comments if place.endswith(f"/{one['id']}"))["body"] = body
        else:
            comments.append({"id": len(comments) + 1, "user": {"type": "Bot"}, "body": body})
        (desk / "comments.json").write_text(json.dumps(comments))
    case "run" if words[1] == "list":
        answer([one for one in kept("runs.json") if one["head"] == option("--commit")])
    case "run":
        shutil.copytree(desk / f"run-{words[2]}", option("--dir"))
    case "pr" if words[1] == "list":
        answer(kept("opened.json"))
    case "pr":
        made = {"number": 1, "head": option("--head"), "body": Path(option("--body-file")).read_text()}
        (desk / "opened.json").write_text(json.dumps([*kept("opened.json"), made]))
"""


@dataclass
class Done:
    """What a job did: the code of the step that failed (0: none), what was printed, and the summary of the run."""

    code: int
    out: str
    summary: str


@dataclass
class GitHub:
    """A repository with its workflow; `vars` are the variables of the repository."""

    repository: Path
    bin: Path
    desk: Path
    vars: dict[str, str] = field(default_factory=lambda: {"JCLI_TARGET": "local"})

    def job(self, name: str, event: str, /, skip: tuple[str, ...] = (), **inputs: str) -> Done:
        """Run the steps of a job with the checkout as it is, as far as they go."""
        job = yaml.safe_load((self.repository / ".github/workflows/jcli.yml").read_text())["jobs"][name]
        temp = self.desk / f"temp-{len(list(self.desk.iterdir()))}"
        temp.mkdir()
        said, code, outputs = "", 0, temp / "outputs"
        for step in job["steps"]:
            if "run" not in step or "pip install" in step["run"] or step["name"] in skip:
                continue
            env = {**job.get("env", {}), **step.get("env", {})}
            known = dict(line.split("=") for line in outputs.read_text().splitlines()) if outputs.exists() else {}
            values = {key: self._value(text, inputs, known) for key, text in env.items()}
            done = self._run(step["run"], temp, values)
            said += done.stdout + done.stderr
            if done.returncode:
                code = done.returncode
                break
        summary = temp / "summary"
        return Done(code, said, summary.read_text() if summary.exists() else "")

    def _value(self, text: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
        found = re.fullmatch(r"\$\{\{ ([\w.]+) \}\}", text)
        assert found is not None, text
        where, _, name = found[1].rpartition(".")
        known = {"vars": self.vars, "inputs": inputs, "steps.plan.outputs": outputs}
        if where in known:
            return known[where].get(name, "")
        return {"secrets.JCLI_TOKEN": "", "github.token": "", "github.event.pull_request.number": "7"}.get(
            found[1], "a/b"
        )

    def _run(self, script: str, temp: Path, values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        sha = git(self.repository, "rev-parse", "HEAD")
        env = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(temp),
            "GH_DESK": str(self.desk),
            "GITHUB_REPOSITORY": "a/b",
            "GITHUB_SHA": sha,
            "GITHUB_OUTPUT": str(temp / "outputs"),
            "GITHUB_STEP_SUMMARY": str(temp / "summary"),
            "RUNNER_TEMP": str(temp),
            **values,
        }
        bash = shutil.which("bash")
        assert bash is not None
        command = [bash, "-e", "-c", script]
        return subprocess.run(command, cwd=self.repository, env=env, capture_output=True, text=True, timeout=120)

    @property
    def comments(self) -> list[str]:
        return [one["body"] for one in self._kept("comments.json")]

    @property
    def opened(self) -> list[dict[str, Any]]:
        return self._kept("opened.json")

    def _kept(self, name: str) -> list[dict[str, Any]]:
        path = self.desk / name
        found: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
        return found

    def merge(self) -> None:
        """The pull request is merged: its newest plan is that of the run that GitHub knows for its head."""
        plans = sorted(self.desk.glob("temp-*/jcli/plan.json"), key=lambda path: path.stat().st_mtime)
        (self.desk / "run-5").mkdir(exist_ok=True)
        shutil.copy(plans[-1], self.desk / "run-5" / "plan.json")
        (self.desk / "pulls.json").write_text(json.dumps([{"head": {"sha": "feed"}}]))
        (self.desk / "runs.json").write_text(json.dumps([{"head": "feed", "databaseId": 5}]))


def git(repository: Path, *words: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    done = subprocess.run(["git", *who, *words], cwd=repository, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def github(run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> GitHub:
    """The workspace of `jcli init` in a folder of a repository; it is synced and its journey is live."""
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "-q", "-b", "main")
    os.chdir(repository)
    assert run("init", FOLDER, "--ci", "github").code == 0
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "Begin")
    tools = tmp_path_factory.mktemp("bin")
    python = shlex.quote(sys.executable)
    (tools / "gh.py").write_text(GH)
    for name, command in {
        "jcli": f"PYTHONPATH={shlex.quote(str(ROOT))} exec {python} -m jcli",
        "gh": f"exec {python} {shlex.quote(str(tools / 'gh.py'))}",
    }.items():
        (tools / name).write_text(f'#!/bin/sh\n{command} "$@"\n')
        (tools / name).chmod(0o755)
    assert run("-C", FOLDER, "sync", "--yes", "-q").code == 0
    assert run("-C", FOLDER, "publish", "--all", "-q").code == 0
    return GitHub(repository, tools, tmp_path_factory.mktemp("desk"))


@pytest.fixture
def welcome(github: GitHub) -> Path:
    return github.repository / FOLDER / "journeys" / "welcome.yaml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def patch(body: dict[str, Any]) -> None:
    store = open_store(STORE)
    journey_id = journey_named(store, "welcome")
    assert not operations.patch_journey(store, lambda: 1_000, Actor("ada", "api"), journey_id, body).refused
    store.close()


def stored(key: str = "welcome") -> Any:
    store = open_store(STORE)
    found = operations.get_journey(store, Actor("ada", "api"), journey_named(store, key))
    store.close()
    return found


def test_a_pull_request_has_one_comment_that_is_kept_up_to_date(github: GitHub, welcome: Path) -> None:
    edit(welcome, "duration: 1d", "duration: 2d")
    first = github.job("plan", "pull_request")
    edit(welcome, "duration: 2d", "duration: 3d")
    second = github.job("plan", "pull_request")

    assert (first.code, second.code) == (0, 0), first.out + second.out
    (comment,) = github.comments
    assert comment.startswith("<!-- jcli-plan:growth:local -->\n")
    assert "| **~** | duration of `rest` | `1d` | `3d` |" in comment
    assert "The whole plan is kept in `plan.json`" in comment
    assert second.summary == comment


TEST = """\
test: welcome
cases:
  - case: whoever opens the dashboard gets the tour
    person: {traits: {projects: 0}}
    steps:
      - {page: https://app.example.com/dashboard, expect: {at: %s}}
"""


@pytest.mark.parametrize(("stands", "code"), [("tour", 0), ("rest", 1)])
def test_a_test_that_fails_fails_the_pull_request_at_its_line(
    github: GitHub, welcome: Path, stands: str, code: int
) -> None:
    welcome.with_name("more.test.yaml").write_text(TEST % stands)
    done = github.job("validate", "pull_request")
    assert done.code == code, done.out
    annotation = f"::error file={FOLDER}/journeys/more.test.yaml,line=6,title=jcli test::welcome: whoever opens"
    assert (annotation in done.out) is bool(code)


def test_findings_are_in_the_comment_and_fail_the_job(github: GitHub, welcome: Path) -> None:
    edit(welcome, "next: tour", "next: tuor")
    assert github.job("plan", "pull_request").code == 1
    assert "there is no node `tuor`" in github.comments[0]
    assert "Nothing can be synced before 1 error is put right" in github.comments[0]


def test_a_conflict_is_in_the_comment_and_fails_the_job(github: GitHub, welcome: Path) -> None:
    patch({"name": "Theirs"})
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    assert github.job("plan", "pull_request").code == 5
    assert "| name | `Welcome` | `Mine` | `Theirs` |" in github.comments[0]


def test_a_merge_carries_out_the_plan_that_was_reviewed(github: GitHub, welcome: Path) -> None:
    edit(welcome, "duration: 1d", "duration: 2d")
    assert github.job("plan", "pull_request").code == 0
    github.merge()
    done = github.job("sync", "push")
    assert done.code == 0, done.out
    assert "The plan of the pull request is carried out." in done.out
    assert "Synced: 1 changed" in done.out
    assert {"duration": "2d"} in [node.config for node in stored().journey.nodes]


def test_a_merge_whose_plan_is_stale_fails_and_shows_the_plan_as_it_is_now(github: GitHub, welcome: Path) -> None:
    edit(welcome, "duration: 1d", "duration: 2d")
    github.job("plan", "pull_request")
    github.merge()
    patch({"name": "Theirs"})
    done = github.job("sync", "push")
    assert done.code == 5
    assert "the plan is stale: journey `welcome` was changed by ada (api, edit) since" in done.out
    assert "::error::Not all of it was written" in done.out
    assert "| **~** | name | `Welcome` | `Theirs` |" in done.summary
    assert {"duration": "1d"} in [node.config for node in stored().journey.nodes]

    again = github.job("sync", "workflow_dispatch", skip=("Fetch the plan that was reviewed",))
    assert again.code == 0, again.out
    assert "Synced: 1 merged" in again.out


def test_a_push_without_a_pull_request_is_planned_and_synced(github: GitHub, welcome: Path) -> None:
    edit(welcome, "duration: 1d", "duration: 2d")
    done = github.job("sync", "push")
    assert done.code == 0, done.out
    assert "No pull request has a plan for this commit" in done.out
    assert "Synced: 1 changed" in done.out


def test_a_rail_stops_the_merge_until_somebody_allows_it_by_hand(github: GitHub, welcome: Path, run: Run) -> None:
    edit(welcome, "pattern: /dashboard", "pattern: /home")
    assert github.job("plan", "pull_request").code == 0
    assert "`--allow trigger=welcome`" in github.comments[0]
    github.merge()
    done = github.job("sync", "push")
    assert done.code == 6
    assert "--allow trigger=welcome" in done.summary
    by_hand = github.job(
        "sync", "workflow_dispatch", skip=("Fetch the plan that was reviewed",), options="--allow trigger=welcome"
    )
    assert by_hand.code == 0, by_hand.out


NEW = """\
journey: later
site: main
nodes:
  start: {type: TRIGGER, config: {triggerType: MANUAL}, next: done}
  done: {type: EXIT}
"""


@pytest.mark.parametrize(("wanted", "status"), [("", "DRAFT"), ("new", "PUBLISHED")])
def test_a_new_journey_stays_a_draft_unless_the_team_wants_otherwise(
    github: GitHub, welcome: Path, wanted: str, status: str
) -> None:
    (welcome.parent / "later.yaml").write_text(NEW)
    github.vars["JCLI_PUBLISH"] = wanted
    github.job("plan", "pull_request")
    github.merge()
    done = github.job("sync", "push")
    assert done.code == 0, done.out
    assert stored("later").status.value == status


def test_somebody_publishes_by_the_form_of_the_workflow(github: GitHub, welcome: Path) -> None:
    (welcome.parent / "later.yaml").write_text(NEW)
    done = github.job("sync", "workflow_dispatch", skip=("Fetch the plan that was reviewed",), publish="later")
    assert done.code == 0, done.out
    assert stored("later").status.value == "PUBLISHED"


@pytest.fixture
def origin(github: GitHub, tmp_path: Path) -> Path:
    """Where the repository was cloned from, as the runner sees it."""
    origin = tmp_path / "origin.git"
    git(github.repository, "clone", "-q", "--bare", ".", str(origin))
    git(github.repository, "remote", "add", "origin", str(origin))
    return origin


def test_what_was_changed_on_the_target_comes_home_as_one_pull_request(github: GitHub, origin: Path) -> None:
    patch({"name": "Theirs"})
    first = github.job("drift", "schedule")
    patch({"description": "Theirs, too"})
    second = github.job("drift", "schedule")

    assert (first.code, second.code) == (0, 0), first.out + second.out
    (opened,) = github.opened
    assert opened["head"] == "jcli/drift"
    assert "| **~** | name | `Welcome` | `Theirs` |" in opened["body"]
    diff = git(origin, "diff", "-U0", "main", "jcli/drift")
    assert [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-name: Welcome",
        "-description: From the first visit to the first project.",
        "+name: Theirs",
        "+description: Theirs, too",
    ]
    assert git(github.repository, "rev-parse", "--abbrev-ref", "HEAD") == "main"


def test_a_night_with_a_conflict_fails_so_that_somebody_looks(github: GitHub, origin: Path, welcome: Path) -> None:
    patch({"name": "Theirs"})
    edit(welcome, "name: Welcome\n", "name: Mine\n")
    git(github.repository, "commit", "-qam", "Mine")
    done = github.job("drift", "schedule")
    assert done.code == 5
    assert "| name | `Welcome` | `Mine` | `Theirs` |" in done.summary
    assert github.opened == []


def test_a_night_without_drift_opens_nothing(github: GitHub) -> None:
    done = github.job("drift", "schedule")
    assert done.code == 0, done.out
    assert "Nothing is written into the store" in done.summary
    assert github.opened == []


def test_pull_requests_of_forks_are_checked_and_not_planned(github: GitHub) -> None:
    """A fork's code is anybody's; GitHub gives it no secrets, and the job that wants one does not even begin."""
    workflow = (github.repository / ".github/workflows/jcli.yml").read_text()
    jobs = yaml.safe_load(workflow)["jobs"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs["plan"]["if"]
    assert "pull_request_target" not in workflow
    for name in ("sync", "drift"):
        assert "pull_request'" not in jobs[name]["if"]
    assert not any("secrets." in str(value) for value in jobs["validate"].values())


def test_nothing_that_others_write_is_part_of_a_script(github: GitHub) -> None:
    jobs = yaml.safe_load((github.repository / ".github/workflows/jcli.yml").read_text())["jobs"]
    scripts = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert len(scripts) > 8
    assert not any("${{" in script for script in scripts)


def gitlab(github: GitHub, job: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a job of the GitLab file, in one shell as GitLab does."""
    config = yaml.safe_load((github.repository / ".gitlab-ci.yml").read_text())
    script = [line for line in config[job]["script"] if not line.startswith("apt-get")]
    env = {
        "PATH": f"{github.bin}:{os.environ['PATH']}",
        "HOME": str(github.desk),
        "CI_PROJECT_DIR": str(github.repository),
        "CI_SERVER_HOST": "gitlab.example",
        "CI_PROJECT_PATH": "a/b",
        "JCLI_TARGET": "local",
        **variables,
    }
    bash = shutil.which("bash")
    assert bash is not None
    command = [bash, "-eo", "pipefail", "-c", "\n".join(script)]
    return subprocess.run(command, cwd=github.repository, env=env, capture_output=True, text=True, timeout=120)


def test_gitlab_links_the_plan_and_carries_it_out_when_somebody_says_so(
    run: Run, github: GitHub, welcome: Path
) -> None:
    assert run("init", FOLDER, "--ci", "gitlab").code == 0
    edit(welcome, "duration: 1d", "duration: 2d")
    (welcome.parent / "later.yaml").write_text(NEW)
    planned = gitlab(github, "journeys-plan")
    assert planned.returncode == 0, planned.stderr
    assert "| **~** | duration of `rest` | `1d` | `2d` |" in (github.repository / "jcli-plan.md").read_text()

    done = gitlab(github, "journeys-sync", JCLI_PUBLISH="later")
    assert done.returncode == 0, done.stderr
    assert "Synced: 1 created, 1 changed" in done.stderr
    assert stored("later").status.value == "PUBLISHED"
    assert gitlab(github, "journeys-sync").returncode == 5


def test_gitlab_pushes_what_was_changed_on_the_target(run: Run, github: GitHub, origin: Path) -> None:
    assert run("init", FOLDER, "--ci", "gitlab").code == 0
    git(github.repository, "add", "-A")
    git(github.repository, "commit", "-qm", "GitLab")
    git(origin, "config", "receive.advertisePushOptions", "true")
    git(github.repository, "config", f"url.{origin}.insteadOf", "https://jcli:key@gitlab.example/a/b.git")
    patch({"name": "Theirs"})
    done = gitlab(github, "journeys-drift", JCLI_PUSH_TOKEN="key")
    assert done.returncode == 0, done.stderr
    assert "name: Theirs" in git(origin, "show", f"jcli/drift:{FOLDER}/journeys/welcome.yaml")
