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


def length(milliseconds: int) -> str:
    """A length of time for people: `1d12h`, `3m5s`, at most two units; `<1s` for less than a second."""
    left, words = milliseconds // 1000, []
    for unit, seconds in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            words.append(f"{count}{unit}")
        elif words:
            break
    return "".join(words[:2]) or ("<1s" if milliseconds else "0s")
