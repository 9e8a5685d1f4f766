"""`jcli rule`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from jcli.checks import CATALOGUE, Check
from jcli.checks.page import page_of
from tests.cli.conftest import Run

Golden = Callable[[str, str], None]


def test_without_a_slug_all_checks_are_listed(run: Run) -> None:
    head, *lines = run("rule").out.splitlines()
    assert head.split() == ["CHECK", "STAGE", "SEVERITY", "FINDS"]
    assert [line.split()[:3] for line in lines] == [[c.slug, c.stage.value, c.severity.value] for c in CATALOGUE]
    listed = json.loads(run("rule", "--format", "json").out)
    assert listed["formatVersion"] == "1.0"
    assert [check["code"] for check in listed["checks"]] == [check.slug for check in CATALOGUE]
    assert {c["code"]: c["adjustable"] for c in listed["checks"]} | {"syntax": False, "dead-end": True} == {
        c["code"]: c["adjustable"] for c in listed["checks"]
    }
    assert run("rule", "--format", "markdown").out.count("\n| `") == len(CATALOGUE)


@pytest.mark.parametrize("slug", ["dead-end", "no-trigger", "syntax", "unused-ignore"])
def test_the_page_of_a_check(run: Run, golden: Golden, slug: str) -> None:
    answer = run("rule", slug)
    assert answer.code == 0
    golden(f"rule.{slug}.txt", answer.out)


def test_the_page_as_json_and_markdown(run: Run, golden: Golden) -> None:
    golden("rule.dead-end.json", run("rule", "dead-end", "--format", "json").out)
    golden("rule.dead-end.md", run("rule", "dead-end", "--format", "markdown").out)


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.slug)
def test_every_check_has_a_page_in_every_format(run: Run, check: Check) -> None:
    page = page_of(check)
    for form in ("text", "json", "markdown"):
        shown = run("rule", check.slug, "--format", form).out
        assert check.slug in shown
        assert page.title in shown
    said = json.loads(run("rule", check.slug, "--format", "json").out)["check"]["said"]
    assert said != []


def test_a_slug_that_no_check_has(run: Run) -> None:
    answer = run("rule", "dead-edn")
    assert (answer.code, answer.out) == (2, "")
    assert "there is no check `dead-edn`; did you mean `dead-end`?" in answer.err
