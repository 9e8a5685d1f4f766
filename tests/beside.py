"""Looks into the database of a store beside the store: what its rows are, whatever its own code says of them."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from jcli.store import Store

Where = Store | Path | str


def url_of(where: Where) -> str:
    """The URL by which another process opens the store: of a store, a file, or a URL."""
    if isinstance(where, str):
        return where
    path = where if isinstance(where, Path) else getattr(where, "path", None)
    return where.url if path is None else f"sqlite:///{path}"  # type: ignore[union-attr]


def ask(where: Where, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement with `?` for values, which both databases understand. A flag is 0 or 1."""
    url = url_of(where)
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(sql, values).fetchall()
    numbers = itertools.count(1)
    numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
        found = connection.execute(numbered.encode(), values or None).fetchall()
    return [tuple(int(value) if isinstance(value, bool) else value for value in row) for row in found]
