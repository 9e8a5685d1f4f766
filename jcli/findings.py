"""What a check found: paths, spans, severities and findings, the comments that silence them, and the order in which
they are shown.

A finding names keys and indices (its path); a document resolves the path to lines and columns. The body of
a request has no lines and works the same. Findings are values: they are returned and never raised. What a finding is
known by from one run to the next, though its lines move, is its fingerprint: see `identified`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

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


class FixKind(StrEnum):
    KEY = "key"
    VALUE = "value"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Fix:
    """What would certainly put something right: another key at the path of the finding, another value there, or the
    comment at its span gone."""

    kind: FixKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check yields: where, in words, and the nearest right word. The runner adds slug, severity, span.

    `at_key` puts the marker on the key of the last path element instead of on its value. `fix`: only one that is
    certain.
    """

    path: Path
    message: str
    suggestion: str | None = None
    related: tuple[Path, ...] = ()
    at_key: bool = False
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its slug and severity and, for a file, its place.

    `file` is relative to the workspace; it and `span` are None for a request body. `journey` and `node` are
    keys (or ids where there is no key). `document` is the kind and key of the document, as in `audience new-admins`;
    None where it could not be read that far. `index` counts the documents of the file from 0. `fingerprint` is given by
    `identified`.
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
    document: str | None = None
    fingerprint: str | None = None
    fix: Fix | None = None
    index: int = 0

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer (RFC 6901)."""
        return pointer(self.path)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment `# jcli: ignore[slug] why`: it silences the warnings of these checks that begin on the lines `first` to
    `last`. `verb` is the word after `jcli:`; any but `ignore` is a slip of the pen. `document` is as in a finding."""

    file: str
    span: Span
    verb: str
    slugs: tuple[str, ...]
    reason: str
    first: int
    last: int
    document: str | None = None


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901) of a path; the empty path is the empty text."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def in_source_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, place, slug: the order in which every format shows them."""
    nowhere = Span(0, 0, 0, 0)
    return sorted(findings, key=lambda f: (f.file or "", f.span or nowhere, f.pointer, f.code, f.message))


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


_QUOTED = re.compile(r"`([^`]+)`")


def identified(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in source order, each with its fingerprint: 32 hexadecimal digits that stay the same while lines
    move, other findings come and go, a file is renamed, or the message gets a better wording.

    It is made of the check, the document's kind and key, the place by its keys (of a list whichever item), and the
    words that the message quotes before its way out. Findings that are equal in all of them are numbered. A document
    that has no key goes by its file.
    """
    seen: Counter[str] = Counter()
    known = []
    for finding in in_source_order(findings):
        key = "\0".join(_identity(finding))
        digest = sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()
        seen[key] += 1
        known.append(replace(finding, fingerprint=digest[:32]))
    return known


def _identity(finding: Finding) -> list[str]:
    place = ["*" if isinstance(step, int) else step for step in finding.path]
    words = _QUOTED.findall(finding.message.partition("; ")[0])
    whose = finding.document or f"file {finding.file}"
    return [finding.code, whose, finding.node or "", pointer(tuple(place)), *words]
