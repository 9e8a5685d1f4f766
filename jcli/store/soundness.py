"""What must hold between the rows of a store, as statements that every SQL database understands (`soundness.sql`).

Each gives the rows that break its rule, their subject first; `jcli/operations/examining.py` puts them into words and
knows what no statement can say. Two gaps are filled here: how many rows are wanted, and how a database computes
`bucket_of` of the time that a step took.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_HEADING = re.compile(r"^-- ([a-z-]+)\n", re.MULTILINE)
PLACES = "places"
"""Not a rule: (journey, revision, node, enrollments, those of them in progress) of all places of anybody."""


@cache
def _statements() -> Mapping[str, str]:
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    return {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}


def rules() -> tuple[str, ...]:
    """The names of all rules, in the order in which they are asked."""
    return tuple(name for name in _statements() if name != PLACES)


def statement(rule: str, *, bucket: str, limit: int) -> str:
    """The statement of a rule; `bucket` is an expression over the columns `s.left_at` and `s.entered_at`."""
    return _statements()[rule].format(bucket=bucket, limit=limit)
