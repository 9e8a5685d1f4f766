"""The edits between two values: what must change in the one so that it becomes the other, and no more.

For whoever has the data that a document should hold (`pull`, a formatter) and wants its text changed where the two
differ and nowhere else. The edits are those of `edits`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from typing import Any

import orjson

from jcli.documents.edits import Edit, Insert, InsertItem, Remove, Replace, Where
from jcli.findings import Path


def edits_between(old: Any, new: Any, path: Path = (), *, ordered: Collection[Path] = ()) -> list[Edit]:
    """The edits that make the one value into the other, as few as will do. The order of keys carries no meaning: keys
    that both have stay where they are, and new ones come after the one that they follow in `new`. Where it does carry
    meaning, at the paths of `ordered`, a mapping whose keys change places is written anew."""
    if same(old, new) and not any(below[: len(path)] == path for below in ordered):
        return []
    if isinstance(old, dict) and isinstance(new, dict) and (not path or old.keys() & new.keys()):
        if path in ordered and _in_other_order(old, new):
            return [Replace(path, new)]
        return list(_between_mappings(old, new, path, ordered))
    if isinstance(old, list) and isinstance(new, list):
        return list(_between_lists(old, new, path, ordered))
    return [] if same(old, new) else [Replace(path, new)]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the very same, numbers by type as well (1 is neither 1.0 nor true), and the order of keys
    aside."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)


def _in_other_order(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return [key for key in old if key in new] != [key for key in new if key in old]


def _between_mappings(
    old: dict[str, Any], new: dict[str, Any], path: Path, ordered: Collection[Path]
) -> Iterator[Edit]:
    for key, value in old.items():
        if key not in new:
            yield Remove((*path, key))
        else:
            yield from edits_between(value, new[key], (*path, key), ordered=ordered)
    before: str | Where = Where.FIRST
    for key, value in new.items():
        if key not in old:
            yield Insert(path, key, value, before)
        before = key


def _between_lists(old: list[Any], new: list[Any], path: Path, ordered: Collection[Path]) -> Iterator[Edit]:
    matcher = SequenceMatcher(None, list(map(_mark, old)), list(map(_mark, new)), autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        both = min(end - start, new_end - new_start)
        for offset in range(both):
            below = (*path, start + offset)
            yield from edits_between(old[start + offset], new[new_start + offset], below, ordered=ordered)
        for index in range(start + both, end):
            yield Remove((*path, index))
        for index in range(new_start + both, new_end):
            yield InsertItem(path, end, new[index])


def _mark(value: Any) -> tuple[str, bytes]:
    return type(value).__name__, orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
