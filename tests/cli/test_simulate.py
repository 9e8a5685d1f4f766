"""`jcli simulate`: the same seed the same bytes, whoever works; what is shown, drawn, and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = """\
journey: welcome
site: main
allowAnonymous: true
goalConfig: {type: event, config: {eventName: invited}}
nodes:
  signed-up:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}
    next: which
  which: {type: SPLIT, config: {weights: {tour: 50, video: 50}}, next: {tour: tour, video: video}}
  tour: {type: CONTENT, contentId: tour, config: {contentType: flow, timeout: 2d}, next: done}
  video: {type: CONTENT, contentId: video, config: {contentType: modal, timeout: 2d}, next: done}
  done: {type: EXIT}
---
journey: news
site: main
allowAnonymous: true
nodes:
  signed-up:
    type: TRIGGER
    config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: signed_up}}
    next: mail
  mail: {type: CONTENT, contentId: news, config: {contentType: email, advanceOn: immediate}, next: done}
  done: {type: EXIT}
"""
MODEL = """\
model: spring
anonymous: 0.3
events:
  - {event: signed_up, chance: 0.8, delay: {mean: 1d}}
  - {event: invited, after: {content: tour, outcome: shown}, chance: 0.5, delay: {mean: 2h}}
outcomes: {default: {shown: 0.9, completed: 0.5, delay: {mean: 1d}, takes: 1d}}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Two journeys and a model; `write` what else there is."""
    (tmp_path / "jcli.yaml").write_text("workspace: acme\n")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "all.yaml").write_text(WORKSPACE)
    (tmp_path / "journeys" / "spring.yaml").write_text(MODEL)
    return tmp_path


def simulated(run: Run, *args: str) -> dict[str, Any]:
    answer = run("simulate", "--format", "json", "-q", *args)
    assert (answer.code, answer.err) == (0, "")
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_the_same_seed_gives_the_same_bytes_however_many_processes_work(run: Run, workspace: Path) -> None:
    pictures = []
    answers = []
    for number, processes in enumerate(("1", "1", "2", "3")):
        words = ("--people", "1100", "--jobs", processes, "--svg", f"{number}/", "-q")
        answers.append([run("simulate", *words, "--format", form).out for form in ("text", "json")])
        pictures.append([(workspace / str(number) / f"{key}.svg").read_bytes() for key in ("welcome", "news")])
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert pictures[0] == pictures[1] == pictures[2] == pictures[3]


def test_another_seed_gives_other_people(run: Run, workspace: Path) -> None:
    one, other = (simulated(run, "--people", "500", "--seed", seed) for seed in ("1", "2"))
    assert one["journeys"] != other["journeys"]


@pytest.mark.parametrize("people", [0, 1])
def test_nobody_and_one_person(run: Run, workspace: Path, people: int) -> None:
    found = simulated(run, "--people", str(people))
    assert found["people"] == people
    assert [journey["people"]["of"] for journey in found["journeys"]] == [people, people]
    text = run("simulate", "--people", str(people), "--svg", "here/", "-q")
    assert text.code == 0
    assert ("nobody was there to get any" in text.out) is (people == 0)
    assert (workspace / "here" / "welcome.svg").read_text().startswith("<svg")


def test_what_is_told_of_a_journey(run: Run, workspace: Path) -> None:
    found = simulated(run, "welcome", "--people", "2000", "--confidence", "0.99")
    (journey,) = found["journeys"]
    assert (found["formatVersion"], found["model"], found["live"]) == ("1.0", "spring", ["welcome", "news"])
    assert journey["people"]["low"] < 0.8 < journey["people"]["high"]
    nodes = {node["node"]: node for node in journey["nodes"]}
    assert nodes["tour"]["reached"]["count"] + nodes["video"]["reached"]["count"] == journey["enrollments"]["total"]
    assert journey["neverReached"] == []
    assert {(flow["source"], flow["target"]) for flow in journey["flows"]} == {
        ("signed-up", "which"),
        ("which", "tour"),
        ("which", "video"),
        ("tour", "done"),
        ("video", "done"),
    }
    (split,) = journey["splits"]
    assert {label["label"]: label["goals"]["count"] > 0 for label in split["labels"]} == {"tour": True, "video": False}
    (meeting,) = found["content"]["withinADay"]
    assert meeting["journeys"] == ["news", "welcome"]
    assert found["content"]["max"] == 2


def test_alone_nobody_meets_other_journeys(run: Run, workspace: Path) -> None:
    found = simulated(run, "welcome", "--alone", "--people", "500")
    assert found["live"] == ["welcome"]
    assert found["content"]["withinADay"] == []


def test_days_of_the_command_line_count_before_those_of_the_model(run: Run, workspace: Path) -> None:
    assert simulated(run, "--people", "10", "--days", "7")["content"]["weeks"] == 10
    assert simulated(run, "--people", "10")["days"] == 60


def test_more_content_a_week_than_the_cap(run: Run, workspace: Path) -> None:
    content = simulated(run, "--people", "500", "--cap", "1")["content"]
    assert content["peopleAboveCap"]["count"] > 300
    assert simulated(run, "--people", "500", "--cap", "2")["content"]["peopleAboveCap"]["count"] == 0


def test_how_far_it_has_come_is_told_on_stderr(run: Run, workspace: Path) -> None:
    told = run("simulate", "--people", "1000", "--jobs", "1").err.splitlines()
    assert told[0] == "Simulating: 250 of 1,000 people"
    assert told[-1] == "Simulating: 1,000 of 1,000 people"


def test_a_journey_that_could_not_be_published_is_left_out_and_told(run: Run, workspace: Path) -> None:
    broken = "---\njourney: half\nsite: main\nnodes: {a: {type: EXIT}}\n"
    (workspace / "journeys" / "half.yaml").write_text(broken)
    answer = run("simulate", "--people", "10")
    assert answer.code == 0
    assert answer.err.startswith("Not live: half could not be published: ")
    assert simulated(run, "--people", "10", "-q")["barred"].keys() == {"half"}
    refused = run("simulate", "half")
    assert refused.code == 2
    assert "`half` could not be published" in refused.err


def test_a_model_that_is_wrong_is_a_finding(run: Run, workspace: Path) -> None:
    (workspace / "journeys" / "spring.yaml").write_text(MODEL.replace("chance: 0.8", "chance: 80"))
    answer = run("simulate", "--people", "10")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("journeys/spring.yaml:4:32: error wrong-value `chance` is 80; expected 0 to 1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("welcom",), "the workspace has no journey `welcom`; did you mean `welcome`?"),
        (("--model", "sprong"), "the workspace has no model `sprong`; did you mean `spring`?"),
        (("--lift", "0"), "the lift is a difference"),
        (("--people", "-1"), "--people"),
        (("--confidence", "1"), "--confidence"),
        (("--confidence", "nan"), "nan is not a number"),
        (("--lift", "nan"), "nan is not a number"),
        (("--lift", "-1"), "--lift"),
    ],
)
def test_what_cannot_be_simulated_is_a_mistake_of_the_command_line(
    run: Run, workspace: Path, words: tuple[str, ...], said: str
) -> None:
    answer = run("simulate", *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


HALVES = """\
site: main
---
journey: halves
site: main
goalConfig: {type: event, config: {eventName: won}}
nodes:
  come: {type: TRIGGER, config: {triggerType: CUSTOM_EVENT, triggerConfig: {eventName: go}}, next: half}
  half: {type: SPLIT, config: {weights: {a: 50, b: 50}}, next: {a: rest, b: rest}}
  rest: {type: WAIT, config: {duration: 1d}, next: done}
  done: {type: EXIT}
"""


@pytest.mark.parametrize(
    ("weights", "events", "said"),
    [
        ("a: 0, b: 100", "{event: go}", "its own rate must be known, and nobody came there."),
        ("a: 50, b: 50", "{event: go}", "its own rate must be known, and nobody met the goal there."),
        (
            "a: 50, b: 50",
            "{event: go}, {event: won, after: go, delay: 1h}",
            "no number of people would do: that is more than all.",
        ),
    ],
)
def test_why_no_experiment_can_be_planned_is_told(
    run: Run, tmp_path: Path, weights: str, events: str, said: str
) -> None:
    (tmp_path / "jcli.yaml").write_text("workspace: halves\n")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "all.yaml").write_text(
        f"{HALVES.replace('a: 50, b: 50', weights)}---\nmodel: halves\nevents: [{events}]\n"
    )
    answer = run("simulate", "--people", "30", "--lift", "0.005", "--alpha", "0.001", "-q")
    assert f"To see a goal rate +0.5% against `a` (power 80%, alpha 0.1%), {said}" in answer.out


def test_of_several_models_one_is_named(run: Run, workspace: Path) -> None:
    (workspace / "journeys" / "autumn.yaml").write_text("model: autumn\n")
    answer = run("simulate", "--people", "10")
    assert answer.code == 2
    assert "there are several models: autumn, spring" in answer.err
    assert simulated(run, "--people", "10", "--model", "autumn")["journeys"][0]["people"]["count"] == 0


def test_without_a_model_a_starter_is_offered_and_it_runs(run: Run, workspace: Path) -> None:
    (workspace / "journeys" / "spring.yaml").unlink()
    refused = run("simulate")
    assert refused.code == 2
    assert "`jcli simulate --starter" in refused.err
    starter = run("simulate", "--starter")
    assert starter.code == 0
    (workspace / "journeys" / "behaviour.model.yaml").write_text(starter.out)
    assert run("validate").code == 0
    assert run("fmt", "--check").code == 0
    found = simulated(run, "--people", "200")
    assert [journey["neverReached"] for journey in found["journeys"]] == [[], []]


def test_the_starter_of_the_example_workspace_is_right_and_asks_for_everything(run: Run, tmp_path: Path) -> None:
    starter = run("simulate", "-C", str(ROOT), "--starter").out
    for word in ("#start-free", "checkout_started", "recommendScore", "node: checkout", "timezone", "https://www.fern"):
        assert (word in starter) is (word != "timezone"), word
    (tmp_path / "jcli.yaml").write_text((ROOT / "jcli.yaml").read_text())
    (tmp_path / "journeys").mkdir()
    for file in (ROOT / "journeys").glob("*.yaml"):
        if "model:" not in file.read_text():
            (tmp_path / "journeys" / file.name).write_text(file.read_text())
    (tmp_path / "journeys" / "starter.yaml").write_text(starter)
    assert run("validate").code == 0
    assert run("fmt", "--check").code == 0


PICKY = """\
site: main
---
journey: picky
site: main
goalConfig: {type: event, config: {eventName: done, where: {all: [{property: n, gte: 5}, {trait: plan, equals: pro}]}}}
nodes:
  come:
    type: TRIGGER
    config: {triggerType: URL_MATCH, triggerConfig: {matchType: regex, pattern: "/p/[0-9]+$"}}
    next: wait
  wait: {type: WAIT, config: {duration: 20d}, next: check}
  check: {type: GOAL_CHECK, next: {met: won, not_met: lost}}
  won: {type: EXIT}
  lost: {type: EXIT}
"""


def test_the_starter_knows_what_a_goal_asks_of_its_event_and_of_who_does_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "jcli.yaml").write_text("workspace: picky\n")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "picky.yaml").write_text(PICKY)
    starter = run("simulate", "--starter").out
    assert "page: https://www.site.example/p/0\n" in starter
    (tmp_path / "journeys" / "behaviour.model.yaml").write_text(starter)
    assert run("validate").code == 0
    (found,) = simulated(run, "--people", "400")["journeys"]
    assert found["neverReached"] == []


def test_what_never_ends_is_told_by_whichever_process_meets_it(run: Run, workspace: Path) -> None:
    (workspace / "journeys" / "spring.yaml").write_text("model: spring\nevents: [{event: a}, {event: a, after: a}]\n")
    answers = [run("simulate", "--people", "600", "--jobs", processes) for processes in ("1", "2")]
    assert [answer.code for answer in answers] == [2, 2]
    assert all("somebody does more than 100,000 things" in answer.err for answer in answers)
    assert all("`after`" in answer.err for answer in answers)


def test_the_example_workspace_reaches_every_journey(run: Run) -> None:
    """Its model leads somebody into each, so that its numbers are worth looking at."""
    answer = run("simulate", "-C", str(ROOT), "--people", "6000", "--format", "json", "-q")
    journeys = json.loads(answer.out)["journeys"]
    assert len(journeys) == 8
    assert [journey["journey"] for journey in journeys if not journey["enrollments"]["total"]] == []
