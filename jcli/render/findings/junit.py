"""Findings as JUnit XML, which nearly every CI shows as tests: a suite for each file, a case for each document.

A case has one `failure` at most, because some readers take only the first; all findings of the document are in its
text. What does not fail the run is in the case's `system-out`. The text passes `plain`, so it holds no character that
XML cannot carry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from jcli.findings import Finding, Severity, in_source_order
from jcli.render.findings.words import place, sentence
from jcli.render.ink import plain

WHOLE_FILE = "the file"
"""The case of what was found before any document could be told."""


def junit(
    findings: Sequence[Finding], documents: Mapping[str, Sequence[str]], *, warnings_fail: bool, folder: str = ""
) -> str:
    """The report of the files in `documents`, each with the names of its documents. `folder` is where the workspace is
    in the repository, as in `growth/`; empty at its root."""
    found: dict[str, dict[str, list[Finding]]] = {
        file: {name: [] for name in names} for file, names in documents.items()
    }
    for finding in in_source_order(findings):
        cases = found.setdefault(finding.file or "", {})
        cases.setdefault(finding.document or WHOLE_FILE, []).append(finding)
    suites = Element("testsuites", name="jcli validate")
    for file, cases in sorted(found.items()):
        _suite(suites, file, cases, warnings_fail, folder)
    _count(suites, suites.findall("testsuite/testcase"))
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _suite(
    suites: Element, file: str, cases: Mapping[str, Sequence[Finding]], warnings_fail: bool, folder: str
) -> None:
    suite = SubElement(suites, "testsuite", name=plain(file))
    for name, findings in (cases or {WHOLE_FILE: ()}).items():
        case = SubElement(suite, "testcase", name=plain(name), classname=plain(file), file=plain(folder + file))
        failing = [f for f in findings if _fails(f, warnings_fail)]
        if failing:
            more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
            failure = SubElement(case, "failure", message=sentence(failing[0]) + more, type=failing[0].code)
            failure.text = _lines(failing)
        if others := [f for f in findings if not _fails(f, warnings_fail)]:
            SubElement(case, "system-out").text = _lines(others)
    _count(suite, suite.findall("testcase"))


def _fails(finding: Finding, warnings_fail: bool) -> bool:
    return warnings_fail or finding.severity is Severity.ERROR


def _count(element: Element, cases: Sequence[Element]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")


def _lines(findings: Sequence[Finding]) -> str:
    return "\n".join(f"{place(f)}{f.severity.value} {f.code} {sentence(f)}" for f in findings)
