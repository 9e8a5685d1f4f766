"""What came of cases as JUnit XML, which nearly every CI shows: a suite for each file, a case for each case.

What did not come out as expected is a `failure`, what could not be played an `error`; a document that is itself wrong
is an `error` of the case that goes by the document's name. The text passes `plain`, line by line, so it holds no
character that XML cannot carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from jcli.findings import Finding, in_source_order
from jcli.render.findings.junit import WHOLE_FILE
from jcli.render.findings.words import place, sentence
from jcli.render.ink import plain
from jcli.render.trials import text
from jcli.trials.verdicts import Outcome, Verdict

_TAGS = {Outcome.FAILED: "failure", Outcome.BROKEN: "error"}


def junit(verdicts: Sequence[Verdict], findings: Sequence[Finding] = (), *, folder: str = "") -> str:
    """The report. `folder` is where the workspace is in the repository, as in `growth/`; empty at its root."""
    suites = Element("testsuites", name="jcli test")
    by_file: dict[str, Element] = {}
    wrong: dict[tuple[str, str], list[Finding]] = {}
    for finding in in_source_order(findings):
        wrong.setdefault((finding.file or "", finding.document or WHOLE_FILE), []).append(finding)
    for (file, name), found in wrong.items():
        _wrong(_suite(suites, by_file, file), name, found, folder + file)
    for verdict in verdicts:
        _case(_suite(suites, by_file, verdict.file), verdict, folder)
    for suite in by_file.values():
        _count(suite, suite.findall("testcase"))
    _count(suites, suites.findall("testsuite/testcase"))
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _suite(suites: Element, by_file: dict[str, Element], file: str) -> Element:
    if file not in by_file:
        by_file[file] = SubElement(suites, "testsuite", name=plain(file))
    return by_file[file]


def _wrong(suite: Element, name: str, findings: Sequence[Finding], file: str) -> None:
    """A document with all that is wrong with it, because some readers take only the first `error` of a case."""
    case = SubElement(suite, "testcase", name=plain(name), classname=suite.get("name", ""), file=plain(file), time="0")
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    error = SubElement(case, "error", message=sentence(findings[0]) + more, type=findings[0].code)
    error.text = "\n".join(f"{place(one)}{one.severity.value} {one.code} {sentence(one)}" for one in findings)


def _case(suite: Element, verdict: Verdict, folder: str) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=plain(verdict.name),
        classname=plain(verdict.journey),
        file=plain(folder + verdict.file),
        line=str(verdict.line),
        time=f"{verdict.seconds:.6f}",
    )
    if tag := _TAGS.get(verdict.outcome):
        wrong = SubElement(case, tag, message=text.sentence(verdict), type=verdict.outcome.value)
        wrong.text = text.failure(verdict, title=False)


def _count(element: Element, cases: Sequence[Element]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", str(sum(case.find("error") is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.6f}")
