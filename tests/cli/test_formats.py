"""The formats for other programs: `github`, `gitlab`, `sarif` and `junit`, each with hostile text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcli.checks import CATALOGUE
from jcli.findings import Finding, Severity, Span, identified
from jcli.render.findings.github import github
from jcli.render.findings.gitlab import gitlab
from jcli.render.findings.junit import junit
from jcli.render.findings.sarif import SCHEMA, sarif
from tests.cli.conftest import Run
from tests.needed import missing

Golden = Callable[[str, str], None]
Write = Callable[[str, str | bytes], Path]

ROOT = Path(__file__).resolve().parents[2]
SARIF_TOOLS = ROOT / ".tools" / "sarif" / "node_modules" / "@microsoft" / "jest-sarif"

ODD = "journeys/b: c,%.yaml"
FINDINGS = identified(
    [
        Finding(
            "unknown-node",
            Severity.ERROR,
            "there is no node `fnish`",
            ("nodes", "tour", "next"),
            "journeys/a.yaml",
            Span(4, 11, 4, 16),
            "welcome",
            "tour",
            "finish",
            (Span(3, 3, 3, 7),),
            "journey welcome",
        ),
        Finding("dead-end", Severity.WARNING, "it ends", ("nodes",), "journeys/a.yaml", Span(9, 3, 9, 7), "welcome"),
        Finding("syntax", Severity.ERROR, "not\nYAML :: %0A, \x1b[2J\x07", (), ODD, Span(5, 1, 9, 1)),
        Finding("wrong-type", Severity.ERROR, "<b>&\"'\ufffe漢字]]>", ("name",), ODD, Span(1, 7, 1, 9)),
        Finding("encoding", Severity.ERROR, "no place at all", (), "journeys/c.yaml"),
    ]
)
DOCUMENTS = {
    "journeys/a.yaml": ["journey welcome", "site main"],
    "journeys/b: c,%.yaml": [],
    "journeys/d.yaml": ["audience all"],
}

SUFFIXES = {"github": "txt", "junit": "xml"}

TEXT = st.text(max_size=40)
LINES = st.integers(1, 9)
HOSTILE = st.builds(
    lambda code, severity, message, file, line, column, name: Finding(
        code, severity, message, (name,), file, Span(line, column, line + 1, 1), name, name, name, (), f"journey {name}"
    ),
    st.sampled_from([check.slug for check in CATALOGUE]),
    st.sampled_from(Severity),
    TEXT,
    TEXT.filter(bool),
    LINES,
    LINES,
    TEXT,
)
MANY = st.lists(HOSTILE, max_size=6).map(identified)


# GitHub


def test_github(golden: Golden) -> None:
    golden("findings.github.txt", github(FINDINGS, folder="growth/"))


@given(MANY)
def test_no_text_ends_a_workflow_command_or_begins_another(findings: list[Finding]) -> None:
    lines = github(findings).split("\n")
    assert len(lines) == len(findings) + 1
    for line in lines[:-1]:
        command = re.fullmatch(r"::(error|warning) ([^:]*)::([^\r\n]*)", line)
        assert command
        names = [part.partition("=")[0] for part in command[2].split(",")]
        assert names == ["file", "line", "endLine", "title"]


def test_a_workflow_command_says_what_was_written() -> None:
    def plain(text: str) -> str:
        for escape, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            text = text.replace(escape, character)
        return text

    finding = Finding("syntax", Severity.ERROR, "100% `a:b`, %0A", file="a,b:c%2C.yaml", span=Span(1, 2, 1, 5))
    head, _, message = github([finding])[2:-1].partition("::")
    assert dict(part.split("=") for part in head.removeprefix("error ").split(",")) | {"file": "", "title": ""} == {
        "file": "",
        "title": "",
        "line": "1",
        "endLine": "1",
        "col": "2",
        "endColumn": "5",
    }
    assert plain(head.split(",")[0].removeprefix("error file=")) == "a,b:c%2C.yaml"
    assert plain(message) == "a,b:c%2C.yaml:1:2: 100% `a:b`, %0A"


# GitLab


def test_gitlab(golden: Golden) -> None:
    golden("findings.gitlab.json", gitlab(FINDINGS, folder="growth/"))


@given(MANY)
def test_a_code_quality_report_has_what_gitlab_asks_for(findings: list[Finding]) -> None:
    report = json.loads(gitlab(findings))
    assert len({issue["fingerprint"] for issue in report}) == len(report) == len(findings)
    for issue in report:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1


# SARIF


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema of SARIF 2.1.0, which `.ci/tools` installs."""
    files = list(SARIF_TOOLS.glob("lib/schemas/sarif-2.1.0*.json"))
    if not files:
        message = "the schema of SARIF in .tools/sarif is missing: install npm and run .ci/tools"
        missing(message)
    found: dict[str, Any] = json.loads(files[0].read_text("utf-8"))
    return found


def judged(log: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The log, once the schema has passed it."""
    read: dict[str, Any] = json.loads(log)
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(read)
    return read


def test_sarif(golden: Golden, schema: dict[str, Any]) -> None:
    log = sarif(FINDINGS, folder="growth/")
    judged(log, schema)
    golden("findings.sarif", log)


def test_the_schema_refuses_what_is_wrong(schema: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        judged(sarif(FINDINGS).replace('"startLine": 4', '"startLine": 0'), schema)
    with pytest.raises(jsonschema.ValidationError):
        judged(sarif(FINDINGS).replace('"warning"', '"loud"'), schema)


@given(findings=MANY)
def test_a_log_is_sarif_whatever_the_text(findings: list[Finding], schema: dict[str, Any]) -> None:
    (run,) = judged(sarif(findings), schema)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [r["ruleId"] for r in run["results"]]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert sorted(unquote(place) for place in places) == sorted(finding.file or "" for finding in findings)


def test_every_check_can_be_a_rule(schema: dict[str, Any]) -> None:
    found = identified(Finding(check.slug, check.severity, "m", file="f", span=Span(1, 1, 1, 2)) for check in CATALOGUE)
    log = judged(sarif(found), schema)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert sorted(rule["id"] for rule in rules) == sorted(check.slug for check in CATALOGUE)
    assert log["$schema"] == SCHEMA
    assert log["runs"][0]["columnKind"] == "unicodeCodePoints"


# JUnit


ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors"},
    "testcase": {"name", "classname", "file"},
    "failure": {"message", "type"},
    "system-out": set(),
}
"""Those that the readers of Jenkins and GitLab know."""


def test_junit(golden: Golden) -> None:
    golden("findings.junit.xml", junit(FINDINGS, DOCUMENTS, warnings_fail=False, folder="growth/"))


@pytest.mark.parametrize("warnings_fail", [False, True])
@given(findings=MANY)
def test_a_report_is_xml_whatever_the_text(findings: list[Finding], warnings_fail: bool) -> None:
    documents = {finding.file or "": [finding.document or ""] for finding in findings[::2]}
    suites = ElementTree.fromstring(junit(findings, documents, warnings_fail=warnings_fail).encode())
    assert {element.tag: set(element.attrib) for element in suites.iter()}.items() <= ATTRIBUTES.items()
    cases = suites.findall("testsuite/testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert all(len(case.findall("failure")) <= 1 for case in cases)
    assert suites.get("tests") == str(len(cases))
    assert suites.get("failures") == str(len(failed))
    assert sum(int(suite.get("tests", 0)) for suite in suites) == len(cases)
    wrong = {(f.file, f.document) for f in findings if warnings_fail or f.severity is Severity.ERROR}
    assert len(failed) == len(wrong)


# As they are printed


@pytest.fixture
def broken(workspace: Path, write: Write) -> Path:
    write("journeys/site.yaml", "site: main\n---\nsite: other\nnmae: Other\n")
    write("journeys/ok.yaml", "audience: all\nrules: {trait: a, exists: true}\n")
    write("journeys/torn.yaml", "journey: [\n")
    short = "nodes: {start: {type: TRIGGER, config: {triggerType: MANUAL}}}"
    write("journeys/short.yaml", f"journey: short\nsite: main\n{short}\n")
    return workspace


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "junit"])
def test_validate_prints_it(run: Run, broken: Path, golden: Golden, form: str) -> None:
    answer = run("validate", "--format", form)
    assert (answer.code, answer.err) == (1, "")
    golden(f"validate.{form}.{SUFFIXES.get(form, 'json')}", answer.out)
    assert run("validate", "--format", form, "journeys/ok.yaml").code == 0


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "junit"])
def test_files_are_named_from_the_root_of_the_repository(run: Run, broken: Path, form: str) -> None:
    (broken.parent / ".git").mkdir()
    try:
        assert f"{broken.name}/journeys/torn.yaml" in run("validate", "--format", form).out
    finally:
        (broken.parent / ".git").rmdir()
    assert f"{broken.name}/journeys/torn.yaml" not in run("validate", "--format", form).out


def test_a_warning_fails_its_case_where_it_fails_the_run(run: Run, broken: Path) -> None:
    quiet, loud = (run("validate", "--format", "junit", *more).out for more in ((), ("--fail-on", "warning")))
    assert ElementTree.fromstring(quiet).get("failures") == "2"
    assert ElementTree.fromstring(loud).get("failures") == "3"
