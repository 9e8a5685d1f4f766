"""What HTTP itself refuses, before an operation is asked: no token, too large a body, a header that reads as nothing.

A `Refusal` carries its status and headers, because it means nothing outside of HTTP; `server/problems.py` writes it
down. What the operations refuse are `JcliError`s, which know no HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jcli.errors import JcliError, StoreError
from jcli.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, as the `errors` of a problem show it. `pointer` is a JSON pointer into the body, or
    the name of a parameter."""

    code: str
    message: str
    pointer: str
    suggestion: str | None = None


class Refusal(Exception):
    """The answer is this status with this code; `faults` say what is wrong where, `more` is what else the problem
    has (`rails`, `findings`)."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def bad_parameter(name: str, message: str, suggestion: str | None = None) -> Refusal:
    """422 for a parameter of the query, by its name."""
    said = f"the parameter `{name}` {message}"
    return Refusal(422, "invalid", said, faults=[Fault("wrong-value", said, name, suggestion)])


def bad_header(name: str, message: str) -> Refusal:
    """400 for a header that is given but cannot be read."""
    return Refusal(400, "malformed-header", f"the header {name} {message}")


def refused_body(
    findings: Sequence[Finding],
    *,
    code: str = "invalid",
    detail: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Refusal:
    """422 for a body, or a journey, that the checks refused: its errors, each with its place."""
    faults = [
        Fault(finding.code, finding.message, finding.pointer, finding.suggestion)
        for finding in findings
        if finding.severity is Severity.ERROR
    ]
    what = "error" if len(faults) == 1 else "errors"
    return Refusal(
        422, code, detail or f"the body has {len(faults)} {what}; nothing was changed", faults=faults, more=more
    )


_WHERE = re.compile(r"(\bstore) [a-z]+://\S*[^\s:.,]")


def words_of(error: JcliError) -> str:
    """The message of an error for whoever asks the server, who has no business to know where its store is."""
    return _WHERE.sub(r"\1", error.message) if isinstance(error, StoreError) else error.message
