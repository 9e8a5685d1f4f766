"""Three forms of one document -> the form with what both sides changed, or what they cannot agree on.

A form is taken apart into units, the least parts that somebody decides about: a field, one of the `settings`, the
goal's type with its config, one field of a node's config, a node's position, all ways out of a node together. A unit
that one side changed is taken from there; one that both changed to different values is a clash. The sides are equals:
`merge(base, a, b)` is `merge(base, b, a)`. Whether the merged graph makes sense is asked of the checks, elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jcli.canonical import Form, canonical_bytes
from jcli.plan.difference import Words

_ABSENT: Any = type("_Absent", (), {"__repr__": lambda _: "absent"})()
_APART = ("nodes", "edges", "settings", "goalConfig")
_GOAL = ("type", "config")


def _plain(side: Any) -> Any:
    return None if side is _ABSENT else side


@dataclass(frozen=True, slots=True)
class Clash:
    """What both sides changed to different values: `where` in an author's words, and the three values (None where
    there is none)."""

    where: str
    base: Any
    git: Any
    store: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """`form` is the merged one; None where there are clashes."""

    form: Form | None
    clashes: tuple[Clash, ...]


def merge(base: Form, git: Form, store: Form, names: Mapping[str, str]) -> Merged:
    """The forms of one document merged. `names` maps node ids to the keys that clashes speak of."""
    return _Merge(Words(names)).run(base, git, store)


class _Merge:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._clashes: list[Clash] = []

    def run(self, base: Form, git: Form, store: Form) -> Merged:
        apart = _APART if "nodes" in base else ()
        form = self._fields("", base, git, store, [key for key in base if key not in apart])
        if apart:
            settings = self._fields("settings.", base["settings"], git["settings"], store["settings"])
            form["settings"] = dict(sorted(settings.items()))
            form["goalConfig"] = self._goal(base["goalConfig"], git["goalConfig"], store["goalConfig"])
            form["nodes"], form["edges"] = self._canvas(base, git, store)
            form = {key: form[key] for key in base}
        return Merged(None, tuple(self._clashes)) if self._clashes else Merged(form, ())

    def _fields(self, where: str, base: Form, git: Form, store: Form, keys: Iterable[str] | None = None) -> Form:
        """Objects merged key by key; what a side does not have counts as a value too."""
        merged = {}
        for key in keys if keys is not None else dict.fromkeys((*base, *git, *store)):
            sides = (base.get(key, _ABSENT), git.get(key, _ABSENT), store.get(key, _ABSENT))
            value = self._value(f"{where}{key}", *sides)
            if value is not _ABSENT:
                merged[key] = value
        return merged

    def _value(self, where: str, *sides: Any, shown: Callable[[Any], Any] = _plain) -> Any:
        """The value of a unit. `shown` says what a clash tells of a side."""
        base, git, store = sides
        if same(git, store) or same(store, base):
            return git
        if same(git, base):
            return store
        self._clashes.append(Clash(where, shown(base), shown(git), shown(store)))
        return base

    def _goal(self, base: Form | None, git: Form | None, store: Form | None) -> Any:
        """A goal's config means something with its type alone, so the two are one unit."""
        if base is None or git is None or store is None:
            return self._value("goalConfig", base, git, store)
        sides = [
            {"goal": {key: side[key] for key in _GOAL if key in side}}
            | {key: value for key, value in side.items() if key not in _GOAL}
            for side in (base, git, store)
        ]
        merged = self._fields("goalConfig.", *sides)
        return dict(sorted({**merged.pop("goal"), **merged}.items()))

    def _canvas(self, base: Form, git: Form, store: Form) -> tuple[Form, list[Any]]:
        ways = [_ways(side) for side in (base, git, store)]
        nodes, merged_ways = {}, {}
        for node_id in sorted({*base["nodes"], *git["nodes"], *store["nodes"]}):
            sides = [side["nodes"].get(node_id) for side in (base, git, store)]
            node = self._node(node_id, sides, [side.get(node_id, []) for side in ways])
            if node is not None:
                nodes[node_id], merged_ways[node_id] = node
        if not self._clashes:
            self._lead_somewhere(nodes, merged_ways, ways)
        edges = [[source, label, target] for source, out in merged_ways.items() for label, target in out]
        return nodes, sorted(edges, key=lambda edge: (edge[0], edge[1] or "", edge[2]))

    def _node(self, node_id: str, sides: list[Any], ways: list[Any]) -> tuple[Form, list[Any]] | None:
        """The node with its ways out; None when it goes."""
        (base, git, store), where = sides, f"nodes.{self._words.node(node_id)}"
        wholes = [None if side is None else [side, out] for side, out in zip(sides, ways, strict=True)]
        if None in sides:
            whole = self._value(where, *wholes, shown=self._whole)
            return None if whole is None else (whole[0], whole[1])
        if git["type"] == store["type"] == base["type"]:
            config = self._fields(f"{where}.config.", base["config"], git["config"], store["config"])
            node = {"type": base["type"]}
        else:  # another type asks for another config
            kinds = [[side["type"], side["config"]] for side in sides]
            kind, config = self._value(f"{where}.type", *kinds)
            node = {"type": kind}
        node["contentId"] = self._value(f"{where}.contentId", *(side.get("contentId") for side in sides))
        node["config"] = dict(sorted(config.items()))
        position = self._value(f"{where}.position", *(side.get("position", _ABSENT) for side in sides))
        if position is not _ABSENT:
            node["position"] = position
        return node, self._value(f"{where}.next", *ways, shown=self._words.ways)

    def _whole(self, side: Any) -> Any:
        if side is None:
            return None
        node, ways = side
        return {**node, "next": self._words.ways(ways)}

    def _lead_somewhere(self, nodes: Form, merged: Mapping[str, Any], ways: list[Any]) -> None:
        """A way that one side made to a node that the other took out."""
        for source, out in merged.items():
            if any(target not in nodes for _label, target in out):
                shown = [self._words.ways(side.get(source, [])) for side in ways]
                self._clashes.append(Clash(f"nodes.{self._words.node(source)}.next", *shown))


def _ways(form: Form) -> dict[str, list[Any]]:
    """Source id -> its ways out as [label, target]; a form has them in order."""
    ways: dict[str, list[Any]] = {}
    for source, label, target in form["edges"]:
        ways.setdefault(source, []).append([label, target])
    return ways


def same(one: Any, other: Any) -> bool:
    """Whether two parts of forms are equal; the order of keys counts, because it does in `weights`."""
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return canonical_bytes({"": one}) == canonical_bytes({"": other})
