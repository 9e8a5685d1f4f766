"""Findings as text for people: `full` with the source, `concise` one line each, and the summary below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jcli.findings import Finding, Severity, Span, in_source_order
from jcli.render.findings.words import Aside, counted, place, sentence
from jcli.render.ink import Ink, padded, width

Lines = Callable[[str], Sequence[str]]
"""The lines of a file, by its name relative to the workspace."""

_NO_INK = Ink()
_NOTHING = Aside()
_SHOWN = 110
_STYLES = {Severity.ERROR: ("bold", "red"), Severity.WARNING: ("bold", "yellow")}


def concise(findings: Sequence[Finding], ink: Ink = _NO_INK) -> str:
    """One line each: `file:line:column: severity slug message`."""
    lines = []
    for finding in in_source_order(findings):
        severity = ink(finding.severity.value, *_STYLES[finding.severity])
        lines.append(f"{place(finding)}{severity} {finding.code} {sentence(finding)}\n")
    return "".join(lines)


def full(findings: Sequence[Finding], lines: Lines, ink: Ink = _NO_INK) -> str:
    """Each finding with the line of its source and a marker under what is meant, a blank line after each."""
    known: dict[str, Sequence[str]] = {}
    blocks = []
    for finding in in_source_order(findings):
        severity = ink(f"{finding.severity.value}[{finding.code}]", *_STYLES[finding.severity])
        block = f"{ink(place(finding), 'bold')}{severity} {sentence(finding)}\n"
        if finding.file is not None and finding.span is not None:
            if finding.file not in known:
                known = {finding.file: lines(finding.file)}
            block += _source(known[finding.file], finding.span, ink, _STYLES[finding.severity])
        blocks.append(block + "\n")
    return "".join(blocks)


def summary(findings: Sequence[Finding], *, files: int, documents: int, aside: Aside = _NOTHING) -> str:
    """`2 errors, 1 warning in 9 documents of 4 files`, then what is not shown."""
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    found = f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}"
    if not findings:
        found = "no findings"
    fixable = sum(finding.fix is not None for finding in findings)
    hint = f"; {fixable:,} fixable with --fix" if fixable else ""
    lines = [f"{found} in {counted(documents, 'document')} of {counted(files, 'file')}{hint}", *aside.sentences()]
    return "".join(f"{line}\n" for line in lines)


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
