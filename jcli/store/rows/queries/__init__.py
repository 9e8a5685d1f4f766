"""The SQL of the stores, one file a group of rows. A line `-- name` begins the statement of that name.

What is said here is said to every database; what one of them must be told in other words stands in a file of the same
name in its own `queries/`, and goes first. `?` and `?2` are values that are bound, numbered as SQLite does: a bare one
is one more than the largest so far. `{among ?1}` tests whether something is one of the values of a list, and any other
`{name}` is the statement of that name in the same group. A value never becomes part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
_HEADING = re.compile(r"^-- ([a-z_]+)\n", re.MULTILINE)
_AMONG = re.compile(r"\{among (\?\d*)\}")
_GAP = re.compile(r"\{([a-z_]+)\}")


def statements(folder: Path, among: str) -> Mapping[str, str]:
    """`group.name` -> statement: all of those here, and those of a database, which lie in `folder`. `among` is how the
    database asks whether something is in a list, with `{}` for the list."""
    found: dict[str, str] = {}
    for path in [*sorted(HERE.glob("*.sql")), *sorted(folder.glob("*.sql"))]:
        found |= read(path)
    return {name: _filled(name, found, among) for name in found}


def read(path: Path) -> Mapping[str, str]:
    """The statements of one file as they stand there."""
    _, *parts = _HEADING.split(path.read_text(encoding="utf-8"))
    return {f"{path.stem}.{name}": sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}


def _filled(name: str, found: Mapping[str, str], among: str) -> str:
    group = name.partition(".")[0]
    text = _AMONG.sub(lambda match: among.format(match[1]), found[name])
    return _GAP.sub(lambda match: _filled(f"{group}.{match[1]}", found, among), text)
