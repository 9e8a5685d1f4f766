"""`next`: the ways out of a node in the form in which they stand, or in the shortest that can hold them.

A form is changed only where it cannot hold the ways: a plain key that gets a label, a map that gets a label twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

Way = tuple[str | None, str]
"""A way out: its label, and the key of the node that it leads to."""


def ways_of(written: Any) -> list[Way]:
    """The ways that a node's `next` says, in the order in which they stand."""
    if written is None:
        return []
    if isinstance(written, str):
        return [(None, written)]
    if isinstance(written, dict):
        return [(label or None, target) for label, target in written.items()]
    return [(way.get("label") or None, way["to"]) for way in written]


def next_of(ways: Sequence[Way], written: Any = None) -> Any:
    """What `next` is to say for the ways, like what was `written` before; None for no ways."""
    before = ways_of(written)
    if Counter(before) == Counter(ways):
        return written
    order = {way: place for place, way in reversed(list(enumerate(before)))}
    labels = {label: place for place, (label, _) in reversed(list(enumerate(before)))}
    # What was there stays where it was; a label that leads elsewhere now keeps its place, too.
    ways = sorted(ways, key=lambda way: order.get(way, labels.get(way[0], len(before))))
    if not ways:
        return None
    if isinstance(written, list):
        return _listed(ways, written)
    if len(ways) == 1 and ways[0][0] is None:
        return ways[0][1]
    if all(label for label, _ in ways) and len({label for label, _ in ways}) == len(ways):
        return {str(label): target for label, target in ways}
    return _listed(ways, [])


def _listed(ways: Sequence[Way], written: list[Any]) -> list[Any]:
    """The items that say one of the ways stay as they are written."""
    there: dict[Way, list[Any]] = {}
    for item in written:
        there.setdefault((item.get("label") or None, item["to"]), []).append(item)
    return [there[way].pop(0) if there.get(way) else _item(way) for way in ways]


def _item(way: Way) -> dict[str, str]:
    label, target = way
    return {"to": target} if label is None else {"to": target, "label": label}
