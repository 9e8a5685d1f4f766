"""Less to explain: a copy of a large value without the items in which nothing is wrong, and a large one in windows.

Explaining takes a hundred times as long as the verdict, and a canvas of ten thousand nodes with one mistake must not
be walked whole. Only lists and maps of many items are thinned; `Thinned.original` gives a path back as it was.

Where thousands of items are wrong, even the list of what is wrong costs too much: an error about a key holds the whole
map, so that their number and their size multiply. `windows` cuts long lists, and the maps whose keys are free, into
parts that are looked at one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jcli.findings import Path, Problem

MANY = 50
"""Lists and maps of more items are thinned."""
MOST = 200
"""So many items of a list or map are explained; whoever has mistakes in more puts these right first."""
WINDOW = 100
"""Lists and free maps of more items are looked at in parts of this length..."""
HUGE, NARROW = 150_000, 20
"""...and of this, in a value of so many items."""


@dataclass(frozen=True, slots=True)
class Thinned:
    """`kept`: path of a list (as it was) -> the indices that its items had. `left_out`: path of a list or map -> how
    many of its items with something wrong are not in the copy."""

    value: Any
    kept: dict[Path, list[int]]
    left_out: dict[Path, int]

    def original(self, path: Path) -> Path:
        """Where the value at this path of the thinned copy stood."""
        was: Path = ()
        for step in path:
            indices = self.kept.get(was)
            was = (*was, indices[step] if indices is not None and isinstance(step, int) else step)
        return was


def thin(value: object, failing: Iterable[Path], most: int = MOST) -> Thinned:
    """The value with only those items of its long lists and maps that have a failing path in them. A list or map
    that is itself at a failing path stays whole: its length or its keys may be what is wrong."""
    whole = frozenset(failing)
    touched = frozenset(path[:end] for path in whole for end in range(len(path) + 1))
    kept: dict[Path, list[int]] = {}
    left_out: dict[Path, int] = {}

    def copy(item: Any, path: Path) -> Any:
        if path not in touched or not isinstance(item, dict | list):
            return item
        steps: list[Any] = list(item) if isinstance(item, dict) else list(range(len(item)))
        many = len(steps) > MANY or (most < MOST and (isinstance(item, list) or _free(path)))
        if many and path not in whole:
            steps = [step for step in steps if (*path, step) in touched]
            if len(steps) > most:
                left_out[path] = len(steps) - most
            steps = steps[:most]
        if isinstance(item, dict):
            return {step: copy(item[step], (*path, step)) for step in steps}
        if path in whole and len(steps) > WINDOW:
            steps = _repeated(item) or steps
        kept[path] = steps
        return [copy(item[step], (*path, step)) for step in steps]

    return Thinned(copy(value, ()), kept, left_out)


def _repeated(items: list[Any]) -> list[int]:
    """Where the first items stand that are there twice, each with the place at which it stood before."""
    first: dict[str, int] = {}
    kept: set[int] = set()
    for index, item in enumerate(items):
        before = first.setdefault(repr(item), index)
        if before != index:
            kept |= {before, index}
            if len(kept) > MOST:
                break
    return sorted(kept)


def windows(value: object) -> Iterator[Thinned]:
    """The value in parts, each with the same-numbered window of every long list and long free map; the value itself
    when there is none. What has no more windows is there with its first item; what holds nothing long is shared and not
    copied. A mistake that lies between windows (an item twice, a long list in a long list) may be in none of them."""
    lengths: dict[int, int] = {}
    longest, count = _measure(value, (), lengths) if isinstance(value, dict | list) else (0, 0)
    width = WINDOW if count <= HUGE else NARROW
    if longest <= width:
        yield Thinned(value, {}, {})
        return
    long = frozenset(key for key, length in lengths.items() if length > width)
    for start in range(0, longest, width):
        kept: dict[Path, list[int]] = {}
        yield Thinned(_cut(value, (), (start, start + width), kept, long), kept, {})


def _free(path: Path) -> bool:
    """Whether the keys of a map at this path are the author's own, so that it may be cut."""
    match path:
        case ("nodes",) | ("nodes", _, "next") | ("nodes", _, "config", "weights"):
            return True
        case _:
            return False


def _measure(item: Any, path: Path | None, lengths: dict[int, int]) -> tuple[int, int]:
    """The length of the longest list or free map in the item, noted by `id` for each that holds one, and how many items
    there are in all. Below a list no map is free, and the path is None."""
    count = len(item)
    longest = count if isinstance(item, list) or (path is not None and _free(path)) else 0
    for key, below in item.items() if isinstance(item, dict) else enumerate(item):
        if isinstance(below, dict | list):
            where = None if path is None or isinstance(item, list) else (*path, key)
            length, more = _measure(below, where, lengths)
            longest, count = max(longest, length), count + more
    if longest > NARROW:
        lengths[id(item)] = longest
    return longest, count


def _cut(item: Any, path: Path, span: tuple[int, int], kept: dict[Path, list[int]], long: frozenset[int]) -> Any:
    if id(item) not in long:
        return item
    if isinstance(item, dict):
        keys = list(islice(item, *span) if _free(path) else item) or list(islice(item, 1))
        return {key: _cut(item[key], (*path, key), span, kept, long) for key in keys}
    kept[path] = list(range(len(item))[slice(*span)]) or [0]
    return [_cut(item[index], (*path, index), span, kept, long) for index in kept[path]]


def first_of(problems: list[Problem]) -> list[Problem]:
    """The problems that one check has with one document, with no more than `MOST` told and the rest counted."""
    if len(problems) <= MOST:
        return problems
    after = problems[MOST]
    message = (
        f"{len(problems) - MOST} more of the same kind come after this; they are told once the first are put right"
    )
    return [*problems[:MOST], Problem(after.path, message, at_key=after.at_key)]
