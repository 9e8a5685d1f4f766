"""A value brought to say what another says, with as much of it kept as it was written as can be.

Two values that are written differently may say the same: `2.0` and `2`, keys in another order. What says the same
stays; only what says something else is taken from the new value. What comes of it is compared with the old one by
`jcli/documents/between.py`, which then finds few edits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import orjson


def conformed(old: Any, new: Any) -> Any:
    """What `new` says, written like `old` where the two say the same. New keys come after the one that they follow in
    `new`."""
    if mark(old) == mark(new):
        return old
    if isinstance(old, dict) and isinstance(new, Mapping):
        return _mapping(old, new)
    if isinstance(old, list) and isinstance(new, list | tuple):
        return _list(old, new)
    return plain(new)


def mark(value: Any) -> bytes:
    """The same for two values that say the same: without the order of keys, and with 2.0 for 2."""
    return orjson.dumps(_settled(value), option=orjson.OPT_SORT_KEYS)


def plain(value: Any) -> Any:
    """The value as dicts and lists of its own."""
    if isinstance(value, Mapping):
        return {key: plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [plain(below) for below in value]
    return value


def _settled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _settled(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(below) for below in value]
    return number(value) if isinstance(value, float) else value


def number(value: float) -> float:
    """A whole number as such, as far as a float can tell that it is one."""
    return int(value) if abs(value) < 2**53 and float(value).is_integer() else value


def _mapping(old: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    kept = [key for key in old if key in new]
    order: list[str] = list(kept)
    before = -1
    for key in new:
        if key in old:
            before = order.index(key)
        else:
            before += 1
            order.insert(before, key)
    return {key: conformed(old[key], new[key]) if key in old else plain(new[key]) for key in order}


def _list(old: list[Any], new: Sequence[Any]) -> list[Any]:
    """Items that say the same stay; of a run that differs, the first are taken for the same item changed."""
    result: list[Any] = []
    matcher = SequenceMatcher(None, list(map(mark, old)), list(map(mark, new)), autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            result += old[start:end]
            continue
        both = min(end - start, new_end - new_start)
        result += [conformed(old[start + offset], new[new_start + offset]) for offset in range(both)]
        result += [plain(item) for item in new[new_start + both : new_end]]
    return result
