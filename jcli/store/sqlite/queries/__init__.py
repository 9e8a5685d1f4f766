"""The SQL of the store, one file a group of rows. A line `-- name` begins the statement of that name.

`{where}`-like gaps are filled by `paging.py` with fragments that stand in our own code; a value is always bound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_HEADING = re.compile(r"^-- ([a-z_]+)\n", re.MULTILINE)


def load(group: str) -> Mapping[str, str]:
    """Name -> statement of the file of that group."""
    text = (Path(__file__).parent / f"{group}.sql").read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    return {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}
