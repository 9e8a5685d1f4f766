"""Findings as JSON: the format that `docs/cli.md` promises to scripts. A field is never renamed or removed within one
`formatVersion`. The file of a baseline is made of a few of the same fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from jcli.findings import Finding, Severity, Span, in_source_order
from jcli.render.findings.words import Aside

FORMAT_VERSION = "1.0"
_NOTHING = Aside()


def as_json(findings: Sequence[Finding], *, files: int, documents: int, aside: Aside = _NOTHING) -> str:
    """The findings and their summary as one JSON object, lines and columns from 1."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    answer = {
        "formatVersion": FORMAT_VERSION,
        "findings": [finding_object(finding) for finding in in_source_order(findings)],
        "summary": {
            "files": files,
            "documents": documents,
            "errors": errors,
            "warnings": len(findings) - errors,
            **aside.counts(),
        },
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def baseline(findings: Sequence[Finding]) -> str:
    """The findings as a file to commit: a line each, in an order that does not depend on lines, so that a difference
    shows what came and what went. They are known by their fingerprints; the rest is for whoever reads it."""
    entries = sorted(
        (f.file or "", f.code, f.journey or "", f.node or "", f.fingerprint or "", _entry(f)) for f in findings
    )
    lines = ",".join(f"\n    {entry[-1]}" for entry in entries)
    end = "\n  ]" if entries else "]"
    return f'{{\n  "formatVersion": "{FORMAT_VERSION}",\n  "findings": [{lines}{end}\n}}\n'


def _entry(finding: Finding) -> str:
    fields = ("code", "file", "journey", "node", "fingerprint")
    pairs = (f'"{name}": {orjson.dumps(getattr(finding, name)).decode()}' for name in fields)
    return "{" + ", ".join(pairs) + "}"


def finding_object(finding: Finding) -> dict[str, Any]:
    """One finding, as every format of ours in JSON has it."""
    place = _span(finding.span) if finding.span else dict.fromkeys(("line", "column", "endLine", "endColumn"))
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": finding.file,
        **place,
        "pointer": finding.pointer,
        "journey": finding.journey,
        "node": finding.node,
        "suggestion": finding.suggestion,
        "fixable": finding.fix is not None,
        "related": [_span(span) for span in finding.related],
        "fingerprint": finding.fingerprint,
    }


def _span(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "endLine": span.end_line, "endColumn": span.end_column}
