"""What a ledger says, in words: what moved somebody on, and what was read where a way was chosen.

It must not know where the ledger comes from: a store, or a case that is played. Where to look next: `why.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from jcli.durations import rfc3339
from jcli.model import Json

CAUSES: Mapping[str, str] = {
    "event": "the event",
    "timer": "time",
    "delivery": "the delivery",
    "audience": "the audience",
    "api": "hand:",
    "canvas": "an edit of the canvas",
    "status": "the journey's status",
    "link": "the link",
}
"""The causes of a ledger, as they are told after "by"; one that ends with a colon is followed by who it was."""


def readings(detail: Json) -> str:
    """What was looked at: `role=admin`, `project_created 3 times`, `bucket 4711`, `goal met at ...`."""
    words = [f"{name}={_inline(value)}" for name, value in detail.get("traits", {}).items()]
    words += [f"{name} {count} time{'s' * (count != 1)}" for name, count in detail.get("events", {}).items()]
    words += [f"bucket {detail['bucket']}"] if "bucket" in detail else []
    if "goalMetAt" in detail:
        met = detail["goalMetAt"]
        words.append("goal not met" if met is None else f"goal met at {rfc3339(met)}")
    return ", ".join(words)


def _inline(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
