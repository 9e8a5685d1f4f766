"""What a check found: paths, spans, severities and findings, and the order in which they are shown.

A finding names keys and indices (its path); a document resolves the path to lines and columns. The body of
a request has no lines and works the same. Findings are values: they are returned and never raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Path = tuple[str | int, ...]
"""Keys and indices from the root of a document or a request body to the place meant."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: lines and columns from 1, the end exclusive (the column after the last character)."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check yields: where, in words, and the nearest right word. The runner adds slug, severity, span.

    `at_key` puts the marker on the key of the last path element instead of on its value.
    """

    path: Path
    message: str
    suggestion: str | None = None
    related: tuple[Path, ...] = ()
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its slug and severity and, for a file, its place.

    `file` is relative to the workspace; it and `span` are None for a request body. `journey` and `node` are
    keys (or ids where there is no key).
    """

    code: str
    severity: Severity
    message: str
    path: Path = ()
    file: str | None = None
    span: Span | None = None
    journey: str | None = None
    node: str | None = None
    suggestion: str | None = None
    related: tuple[Span, ...] = ()

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer (RFC 6901)."""
        return pointer(self.path)


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901) of a path; the empty path is the empty text."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def in_source_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, place, slug: the order in which every format shows them."""
    nowhere = Span(0, 0, 0, 0)
    return sorted(findings, key=lambda f: (f.file or "", f.span or nowhere, f.pointer, f.code, f.message))


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
