"""Data brought into the text of its file: a few spans changed where that will do, else one node, else one field.

Every step is read back before it counts (`jcli/documents/splices.py`); which one was needed is told, because whoever
reviews the change should know why a whole node moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jcli.documents.between import edits_between, same
from jcli.documents.edits import Edit, EditError, Replace
from jcli.documents.splices import apply
from jcli.documents.writer import ANY, HOUSE, write
from jcli.findings import Path
from jcli.model import NodeType

Apply = Callable[[str, int, list[Edit]], str]
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The text of a file after a document in it was changed. `anew` names what was written anew as a whole, because it
    could not be changed in place; comments in there are gone."""

    text: str
    anew: tuple[str, ...] = ()


def rewritten(text: str, index: int, old: Data, new: Data, change: Apply = apply) -> Rewritten:
    """The text in which the document with this index, which says `old`, says `new`. EditError when there is no way."""
    ordered = _ordered(old, new)
    if same(old, new) and not ordered:
        return Rewritten(text)
    try:
        return Rewritten(change(text, index, edits_between(old, new, ordered=ordered)))
    except EditError as error:
        reason = error
    for edits, anew in (_by_node(old, new), _by_field(old, new)):
        try:
            return Rewritten(change(text, index, edits), anew)
        except EditError:
            continue
    raise reason


def new_text(data: Data, modeline: str | None = None, newline: str = "\n") -> str:
    """A document as a file of its own. `modeline` is the comment for editors that stands on its first line."""
    block: list[Path] = [("nodes",), ("nodes", ANY), ("goalConfig",), ("body",)] if "nodes" in data else []
    text = f"{modeline}\n" if modeline else ""
    return (text + write(data, block=block, manner=HOUSE)).replace("\n", newline)


def _ordered(old: Data, new: Data) -> set[Path]:
    """Where the order of keys carries meaning, and is another one: in the weights of a SPLIT."""
    before, after = old.get("nodes") or {}, new.get("nodes") or {}
    paths: set[Path] = set()
    for key in before.keys() & after.keys():
        was, is_now = ((node.get("config") or {}).get("weights") for node in (before[key], after[key]))
        split = after[key]["type"] == NodeType.SPLIT.value
        if split and isinstance(was, dict) and isinstance(is_now, dict) and list(was) != list(is_now):
            paths.add(("nodes", key, "config", "weights"))
    return paths


def _by_node(old: Data, new: Data) -> tuple[list[Edit], tuple[str, ...]]:
    """Each node that differs written anew; the fields beside the nodes as spans."""
    before, after = old.get("nodes"), new.get("nodes")
    if not before or not after:
        return _by_field(old, new)
    changed = [key for key in before if key in after and _differs(before[key], after[key])]
    kept = {key: value for key, value in before.items() if key in after}
    coming = {key: value for key, value in after.items() if key not in before}
    edits = [
        *edits_between({**old, "nodes": before}, {**new, "nodes": {**kept, **coming}}),
        *(Replace(("nodes", key), after[key]) for key in changed),
    ]
    return edits, tuple(f"nodes.{key}" for key in changed)


def _by_field(old: Data, new: Data) -> tuple[list[Edit], tuple[str, ...]]:
    """Each field of the document that differs written anew."""
    changed = [key for key in old if key in new and _differs(old[key], new[key])]
    rest = edits_between({**old, **dict.fromkeys(changed, 0)}, {**new, **dict.fromkeys(changed, 0)})
    return [*rest, *(Replace((key,), new[key]) for key in changed)], tuple(changed)


def _differs(one: Any, other: Any) -> bool:
    return not same(one, other) or _in_order(one) != _in_order(other)


def _in_order(value: Any) -> Any:
    """The order of the weights in it, wherever they are."""
    if not isinstance(value, dict):
        return None
    weights = value.get("weights")
    below = [found for found in map(_in_order, value.values()) if found]
    return [list(weights) if isinstance(weights, dict) else None, *below] if weights or below else None
