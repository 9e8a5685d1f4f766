"""Lists as PostgreSQL reads them: the text of an array, whose type the statement says (`?::text[]`).

The driver could make them; it looks at each text with a regular expression, which took a third of the time of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def array(values: Sequence[Any]) -> str:
    """The literal of a column: texts, whole numbers, floats, flags or bytes, and None among them."""
    kind = next((type(value) for value in values if value is not None), None)
    if kind is None:
        return "{" + ",".join(["NULL"] * len(values)) + "}"
    write = _WRITERS.get(kind, _text)
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"


def _text(value: str) -> str:
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if '"' in value:
        value = value.replace('"', '\\"')
    return f'"{value}"'


def _flag(value: bool) -> str:
    return "t" if value else "f"


def _bytes(value: bytes) -> str:
    return f'"\\\\x{value.hex()}"'


_WRITERS: dict[type, Callable[[Any], str]] = {int: str, bool: _flag, bytes: _bytes, float: repr}
