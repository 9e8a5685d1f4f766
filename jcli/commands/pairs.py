"""`NAME=VALUE`, as traits and properties are given on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click


def pairs(option: str, words: Sequence[str]) -> dict[str, Any]:
    """`plan=pro` -> {"plan": "pro"}. A value that is JSON is what JSON says: 3 a number, true a truth, "3" a text."""
    import orjson

    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not name or not equals:
            raise click.UsageError(f"{option} takes NAME=VALUE, not `{word}`")
        try:
            found[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            found[name] = value
    return found
