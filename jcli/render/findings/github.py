"""Findings as workflow commands: printed by a step of GitHub Actions, they become annotations of the lines they are
about.

A command is `::error name=value,name=value::message`. What divides its parts is escaped wherever it occurs in one of
them, so that no name of a file and no message can end a command or begin one of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jcli.findings import Finding, in_source_order
from jcli.render.findings.words import place, sentence


def github(findings: Sequence[Finding], *, folder: str = "") -> str:
    """One command each. `folder` is where the workspace is in the repository, as in `growth/`; empty at its root."""
    return "".join(_command(finding, folder) for finding in in_source_order(findings))


def _command(finding: Finding, folder: str) -> str:
    properties: dict[str, str | int] = {}
    if finding.file is not None:
        properties["file"] = folder + finding.file
    if (span := finding.span) is not None:
        properties |= {"line": span.line, "endLine": span.end_line}
        if span.line == span.end_line:  # columns are taken only for an annotation of one line
            properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = f"jcli {finding.code}"
    return command(finding.severity.value, properties, place(finding) + sentence(finding))


def command(verb: str, properties: Mapping[str, str | int], message: str) -> str:
    """A workflow command, on a line of its own."""
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{verb} {told}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
