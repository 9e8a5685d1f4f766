"""Findings as text (`full`, `concise`) and as JSON, in source order.

The JSON is the format that `docs/cli.md` promises to scripts: a field is never renamed or removed within one
`formatVersion`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from jcli.findings import Finding, Severity, Span, in_source_order
from jcli.render.ink import Ink, padded, plain, width

FORMAT_VERSION = "1.0"
Lines = Callable[[str], Sequence[str]]
"""The lines of a file, by its name relative to the workspace."""

_NO_INK = Ink()
_SHOWN = 110
_STYLES = {Severity.ERROR: ("bold", "red"), Severity.WARNING: ("bold", "yellow")}


def concise(findings: Sequence[Finding], ink: Ink = _NO_INK) -> str:
    """One line each: `file:line:column: severity slug message`."""
    lines = []
    for finding in in_source_order(findings):
        severity = ink(finding.severity.value, *_STYLES[finding.severity])
        lines.append(f"{_place(finding)}{severity} {finding.code} {_message(finding)}\n")
    return "".join(lines)


def full(findings: Sequence[Finding], lines: Lines, ink: Ink = _NO_INK) -> str:
    """Each finding with the line of its source and a marker under what is meant, a blank line after each."""
    known: dict[str, Sequence[str]] = {}
    blocks = []
    for finding in in_source_order(findings):
        severity = ink(f"{finding.severity.value}[{finding.code}]", *_STYLES[finding.severity])
        block = f"{ink(_place(finding), 'bold')}{severity} {_message(finding)}\n"
        if finding.file is not None and finding.span is not None:
            if finding.file not in known:
                known = {finding.file: lines(finding.file)}
            block += _source(known[finding.file], finding.span, ink, _STYLES[finding.severity])
        blocks.append(block + "\n")
    return "".join(blocks)


def as_json(findings: Sequence[Finding], *, files: int, documents: int) -> str:
    """The findings and their summary as one JSON object, lines and columns from 1."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    answer = {
        "formatVersion": FORMAT_VERSION,
        "findings": [_object(finding) for finding in in_source_order(findings)],
        "summary": {
            "files": files,
            "documents": documents,
            "errors": errors,
            "warnings": len(findings) - errors,
        },
    }
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n"


def summary(findings: Sequence[Finding], *, files: int, documents: int) -> str:
    """`2 errors, 1 warning in 9 documents of 4 files`."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    found = f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}"
    if not findings:
        found = "no findings"
    return f"{found} in {counted(documents, 'document')} of {counted(files, 'file')}\n"


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _place(finding: Finding) -> str:
    if finding.file is None:
        return f"{plain(finding.pointer)}: " if finding.pointer else ""
    if finding.span is None:
        return f"{plain(finding.file)}: "
    return f"{plain(finding.file)}:{finding.span.line}:{finding.span.column}: "


def _message(finding: Finding) -> str:
    message = plain(finding.message)
    if finding.suggestion and "did you mean" not in message:
        message += f"; did you mean `{plain(finding.suggestion)}`?"
    return message


def _source(lines: Sequence[str], span: Span, ink: Ink, styles: Sequence[str]) -> str:
    """The first line of a span under its number, and the marker. A long line is cut around the marker."""
    if not 1 <= span.line <= len(lines):
        return ""
    line = lines[span.line - 1]
    start = min(span.column - 1, len(line))
    end = min(span.end_column - 1, len(line)) if span.end_line == span.line else len(line.rstrip())
    cut = max(0, start - _SHOWN // 2) if len(line) > _SHOWN else 0
    before, meant, after = (
        _visible(line[a:b]) for a, b in ((cut, start), (start, max(end, start)), (end, cut + _SHOWN))
    )
    room = max(1, _SHOWN - width(before))
    if len(meant) > room:
        meant, after = meant[:room], ""
    number = str(span.line)
    margin = ink(f"{number} |", "dim")
    marker = ink("^" * max(1, width(meant)), *styles)
    empty = ink(padded("", len(number)) + " |", "dim")
    return f"{margin} {(before + meant + after).rstrip()}\n{empty} {' ' * width(before)}{marker}\n"


def _visible(text: str) -> str:
    """The text with each control character, a tab too, as one character that can be seen or passed over."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _object(finding: Finding) -> dict[str, Any]:
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
        "related": [_span(span) for span in finding.related],
    }


def _span(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "endLine": span.end_line, "endColumn": span.end_column}
