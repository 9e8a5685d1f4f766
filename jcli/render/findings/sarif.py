"""Findings as SARIF 2.1.0 (OASIS), which code scanning services and editors read.

Columns are counted in characters, the end is the column after the last one, as in our own spans; `columnKind` says so.
A rule is described where a finding names it, by the page of its check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jcli import __version__
from jcli.checks import Check, check_of
from jcli.checks.page import page_of, ways_to_silence
from jcli.findings import Finding, Span, in_source_order
from jcli.render.findings.words import path_in_url, sentence

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "jcliFinding/v1"


def sarif(findings: Sequence[Finding], *, folder: str = "") -> str:
    """A log of one run. `folder` is where the workspace is in the repository, as in `growth/`; empty at its root."""
    shown = in_source_order(findings)
    rules = {slug: index for index, slug in enumerate(sorted({finding.code for finding in shown}))}
    driver = {
        "name": "jcli",
        "semanticVersion": __version__,
        "rules": [_rule(check) for slug in rules if (check := check_of(slug))],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(finding, rules, folder) for finding in shown],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _rule(check: Check) -> dict[str, Any]:
    page = page_of(check)
    ways = "\n".join(ways_to_silence(check))
    samples = f"Refused:\n\n```yaml\n{page.bad}```\n\nAccepted:\n\n```yaml\n{page.good}```"
    return {
        "id": check.slug,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.prose},
        "help": {
            "text": f"{page.title}\n\n{page.prose}\n\n{ways}",
            "markdown": f"{page.title}\n\n{page.prose}\n\n{samples}\n\n{ways}",
        },
        "defaultConfiguration": {"level": check.severity.value},
        "properties": {"tags": [check.stage.value]},
    }


def _result(finding: Finding, rules: Mapping[str, int], folder: str) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if finding.file is not None:
        location["physicalLocation"] = _physical(finding.file, finding.span, folder)
    if names := [name for name in (finding.document, finding.node and f"node {finding.node}") if name]:
        location["logicalLocations"] = [{"fullyQualifiedName": " / ".join(names), "kind": "object"}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rules[finding.code],
        "level": finding.severity.value,
        "message": {"text": sentence(finding)},
        "locations": [location] if location else [],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint or ""},
    }
    if finding.file is not None and finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(finding.file, span, folder)}
            for number, span in enumerate(finding.related, 1)
        ]
    return result


def _physical(file: str, span: Span | None, folder: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": path_in_url(folder + file), "uriBaseId": "%SRCROOT%"}}
    if span is not None:
        place["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    return place
