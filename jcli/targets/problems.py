"""What a server refuses, as the errors that the same refusal is in this process: same class, same words.

`server/problems.py` goes the other way; the tests of the targets hold the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from jcli.errors import Forbidden, InvalidRequest, JcliError, NotAllowed, NotFound, Stale, StoreBusy, StoreError
from jcli.findings import Finding, Severity

_CLASSES: Mapping[int, type[JcliError]] = {404: NotFound, 409: NotAllowed, 412: Stale, 429: StoreBusy, 503: StoreBusy}


def problem_in(response: httpx.Response) -> Mapping[str, Any] | None:
    """The problem (RFC 9457) that a response holds; None for a response of another make, such as a proxy's."""
    if not response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return None
    try:
        problem = response.json()
    except ValueError:
        return None
    return problem if isinstance(problem, dict) else None


def error_of(response: httpx.Response, problem: Mapping[str, Any] | None, url: str) -> JcliError:
    """The error for a response that is no success. It names the server where that is what is wrong."""
    status = response.status_code
    if problem is None or problem.get("code") == "no-such-path":
        return StoreError(
            f"{url} answered {status} to {response.request.method} {response.request.url.path}",
            hint="is the url of the target that of a jcli server, and its version the one that is used here?",
        )
    code, hint = str(problem.get("code")), problem.get("hint")
    message = str(problem.get("detail"))
    if hint:
        message = message.removesuffix(f"; {hint}")
    match status:
        case 401:
            return Forbidden(
                f"{url} does not take the token: {message}", hint="make a new one, as with `jcli token`", code=code
            )
        case 403:
            return Forbidden(f"{url} does not allow it: {message}", hint=hint, code=code)
        case 422:
            return _invalid(problem, message, hint, code)
        case _ if status in _CLASSES:
            return _CLASSES[status](message, hint=hint, code=code)
        case _:
            return StoreError(f"{url} answered {status}: {message} (request {problem.get('requestId')})", hint=hint)


def _invalid(problem: Mapping[str, Any], message: str, hint: str | None, code: str) -> InvalidRequest:
    faults: Sequence[Mapping[str, Any]] = problem.get("errors") or problem.get("findings") or ()
    if code in ("invalid", "findings") and faults:
        told = "; ".join(str(fault.get("message")) for fault in faults[:3])
        message = f"{told}; and {len(faults) - 3} more" if len(faults) > 3 else told
    return InvalidRequest(message, pointer=str(faults[0].get("pointer", "")) if faults else "", hint=hint, code=code)


def findings_in(problem: Mapping[str, Any]) -> list[Finding]:
    """What the checks found, as the problem tells it: everything, or else its errors."""
    shown: Sequence[Mapping[str, Any]] = problem.get("findings") or problem.get("errors") or ()
    return [finding_of(one) for one in shown]


def finding_of(shown: Mapping[str, Any]) -> Finding:
    """A finding without lines; the steps of its path are texts, as a pointer has them."""
    steps = str(shown.get("pointer") or "").split("/")[1:]
    return Finding(
        str(shown["code"]),
        Severity(shown.get("severity", "error")),
        str(shown["message"]),
        tuple(step.replace("~1", "/").replace("~0", "~") for step in steps),
        file=shown.get("file"),
        journey=shown.get("journey"),
        node=shown.get("node"),
        suggestion=shown.get("suggestion"),
    )
