"""What all checks together say of the samples in the docstrings, as if each were a whole workspace."""

from __future__ import annotations

from jcli.checks import Check
from jcli.checks.page import bad_file
from jcli.compiler.documents import compile_documents
from jcli.documents import read
from jcli.findings import Finding


def findings_of(content: bytes) -> list[Finding]:
    documents, early = read(content, "sample.yaml")
    return compile_documents(documents, early, "acme").findings


def said_of(check: Check) -> list[str]:
    """`line:column message` of each finding in the bad sample."""
    found = findings_of(bad_file(check))
    return [f"{f.span.line}:{f.span.column} {f.message}" for f in found if f.span is not None]
