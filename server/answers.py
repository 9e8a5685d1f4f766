"""What goes well, as bytes: `{"data": ...}`, with `meta` where there is any, times as RFC 3339 in UTC.

How a journey, a person, an enrollment looks is the business of its domain's `schemas.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from starlette.responses import Response

from jcli.findings import Finding
from jcli.model import Instant, Progress
from jcli.store import Listing
from server.dependencies import Asked, write_cursor

T = TypeVar("T")
MEDIA_TYPE = "application/json"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def answer(
    data: Any,
    *,
    status: int = 200,
    findings: Sequence[Finding] | None = None,
    backfill: Progress | None = None,
    version: int | None = None,
    location: Sequence[str] = (),
) -> Response:
    """One thing. `version` becomes the ETag, `location` the path (segment by segment) of what was made."""
    meta: dict[str, Any] = {}
    body = {"data": data}
    if findings:
        meta["findings"] = shown_findings(findings)
    if backfill is not None:
        meta["backfill"] = {"state": backfill.state, "done": backfill.done, "total": backfill.total}
    if meta:
        body["meta"] = meta
    headers = {"Cache-Control": "no-store"}
    if version is not None:
        headers["ETag"] = f'"{version}"'
    if location:
        headers["Location"] = "/" + "/".join(quote(segment, safe="") for segment in location)
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def listing(found: Listing[T], asked: Asked, shown: Callable[[T], Mapping[str, Any]]) -> Response:
    """A page of a list, with `meta` as the reference prints it and the cursor of the next page."""
    limit = asked.page.limit
    meta: dict[str, Any] = {
        "total": found.total,
        "page": asked.number,
        "limit": limit,
        "totalPages": -(-found.total // limit),
    }
    if found.next is not None:
        meta["nextCursor"] = write_cursor(found.next, asked.number + 1)
    body = {"data": [shown(row) for row in found.rows], "meta": meta}
    return Response(orjson.dumps(body), 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)


def nothing() -> Response:
    """Done, and nothing to show."""
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@lru_cache(maxsize=8_192)
def instant(at: Instant) -> str:
    """`2025-01-10T09:00:00Z`; with three digits of a fraction when there is one. Remembered, because spelling forty of
    them out was the dearest part of a list."""
    spoken = (_EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds" if at % 1000 else "seconds")
    return spoken[:-6] + "Z"


def instant_or_null(at: Instant | None) -> str | None:
    return None if at is None else instant(at)


def shown_findings(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [_finding(finding) for finding in findings]


def _finding(finding: Finding) -> dict[str, str]:
    shown = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "pointer": finding.pointer,
    }
    if finding.file is not None:
        shown["file"] = finding.file
    if finding.journey is not None:
        shown["journey"] = finding.journey
    if finding.node is not None:
        shown["node"] = finding.node
    if finding.suggestion is not None:
        shown["suggestion"] = finding.suggestion
    return shown
