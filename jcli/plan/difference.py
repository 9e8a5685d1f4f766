"""In which fields two canonical forms differ, in an author's words: nodes by key, ways out by label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jcli.canonical import Form, canonical_bytes

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Change:
    """`where` is a dotted path (`settings.reentry`, `nodes.tour.config.duration`, `nodes.tour.next`); `sign` is
    `+` (new), `-` (gone) or `~` (from `old` to `new`)."""

    where: str
    sign: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Words:
    """What an author calls the nodes: `names` maps their ids to keys; an id without a key stands for itself."""

    names: Mapping[str, str]

    def node(self, node_id: str) -> str:
        return self.names.get(node_id, node_id)

    def ways(self, ways: Iterable[Sequence[Any]]) -> str:
        """Ways out, [label, target id] each, in words: `completed: is-admin, dismissed: cool-off`."""
        return ", ".join(f"{label}: {self.node(target)}" if label else self.node(target) for label, target in ways)


def differences(old: Form, new: Form, names: Mapping[str, str]) -> tuple[Change, ...]:
    """The changes that lead from one form to the other of the same kind, fields first, then node by node.

    `names` maps node ids to keys; an id without a key stands for itself.
    """
    plain = [key for key in (*old, *(key for key in new if key not in old)) if key not in ("nodes", "edges")]
    changes = [change for key in plain for change in _value(key, old.get(key, _ABSENT), new.get(key, _ABSENT))]
    if "nodes" in old or "nodes" in new:
        changes += _canvas(old, new, names)
    return tuple(changes)


def _value(where: str, old: Any, new: Any) -> Iterator[Change]:
    if old is new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        if (
            list(old) != list(new)
            and set(old) == set(new)
            and _same(dict(sorted(old.items())), dict(sorted(new.items())))
        ):
            yield Change(where, "~", old, new)  # the order alone differs, and carries meaning where it is kept
            return
        for key in (*old, *(key for key in new if key not in old)):
            yield from _value(f"{where}.{key}", old.get(key, _ABSENT), new.get(key, _ABSENT))
    elif old is _ABSENT or (old is None and new is not None):
        yield Change(where, "+", None, new)
    elif new is _ABSENT or (new is None and old is not None):
        yield Change(where, "-", old, None)
    elif not _same(old, new):
        yield Change(where, "~", old, new)


def _same(old: Any, new: Any) -> bool:
    return canonical_bytes({"": old}) == canonical_bytes({"": new})


def _canvas(old: Form, new: Form, names: Mapping[str, str]) -> Iterator[Change]:
    old_nodes, new_nodes = old.get("nodes", {}), new.get("nodes", {})
    words = Words(names)
    old_ways, new_ways = _ways(old, words), _ways(new, words)
    for node_id in (*old_nodes, *(node_id for node_id in new_nodes if node_id not in old_nodes)):
        where = f"nodes.{words.node(node_id)}"
        before, after = old_nodes.get(node_id), new_nodes.get(node_id)
        if before is None:
            yield Change(where, "+", None, after["type"])
        elif after is None:
            yield Change(where, "-", before["type"], None)
        else:
            for key in ("type", "contentId", "config", "position"):
                yield from _value(f"{where}.{key}", before.get(key, _ABSENT), after.get(key, _ABSENT))
        ways = old_ways.get(node_id, ""), new_ways.get(node_id, "")
        if ways[0] != ways[1] and after is not None:
            yield Change(f"{where}.next", "~" if all(ways) else "+" if ways[1] else "-", *(way or None for way in ways))


def _ways(form: Form, words: Words) -> dict[str, str]:
    """Source id -> its ways out in words."""
    ways: dict[str, list[Sequence[Any]]] = {}
    for source, label, target in form.get("edges", ()):
        ways.setdefault(source, []).append((label, target))
    return {source: words.ways(out) for source, out in ways.items()}
