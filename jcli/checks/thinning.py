"""Less to explain: a copy of a large value without the items in which nothing is wrong.

Explaining takes a hundred times as long as the verdict, and a canvas of ten thousand nodes with one mistake must not
be walked whole. Only lists and maps of many items are thinned; `Thinned.original` gives a path back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from jcli.findings import Path

MANY = 50
"""Lists and maps of more items are thinned."""
MOST = 200
"""So many items of a list or map are explained; whoever has mistakes in more puts these right first."""


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


def thin(value: object, failing: Iterable[Path]) -> Thinned:
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
        if len(steps) > MANY and path not in whole:
            steps = [step for step in steps if (*path, step) in touched]
            if len(steps) > MOST:
                left_out[path] = len(steps) - MOST
            steps = steps[:MOST]
        if isinstance(item, dict):
            return {step: copy(item[step], (*path, step)) for step in steps}
        kept[path] = steps
        return [copy(item[step], (*path, step)) for step in steps]

    return Thinned(copy(value, ()), kept, left_out)
