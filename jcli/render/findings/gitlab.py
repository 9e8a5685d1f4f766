"""Findings as a Code Quality report, which GitLab shows in the merge request: a JSON list, an object a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from jcli.findings import Finding, Severity, in_source_order
from jcli.render.findings.words import sentence

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def gitlab(findings: Sequence[Finding], *, folder: str = "") -> str:
    """The report. The findings carry their fingerprints, by which GitLab tells new ones from those that were there.
    `folder` is where the workspace is in the repository, as in `growth/`; empty at its root."""
    report = [_issue(finding, folder) for finding in in_source_order(findings)]
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _issue(finding: Finding, folder: str) -> dict[str, Any]:
    span = finding.span
    lines = {"begin": span.line, "end": span.end_line} if span else {"begin": 1}
    return {
        "description": sentence(finding),
        "check_name": finding.code,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": f"{folder}{finding.file or ''}", "lines": lines},
    }
