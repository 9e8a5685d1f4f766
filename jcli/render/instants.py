"""Instants as text: RFC 3339 in UTC, as the HTTP API writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jcli.model import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(instant: Instant) -> str:
    """`2025-01-10T09:00:00Z`; three digits of a second only when they are not 0."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    text = moment.isoformat(timespec="milliseconds" if instant % 1000 else "seconds")
    return text.removesuffix("+00:00") + "Z"
