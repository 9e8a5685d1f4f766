"""What a change of a journey does to the people in it: who stands where, what becomes of them, who enters from now on.

Judged from the canvases of before and after and the counters of the store alone (docs/journeys.md, "Editing a live
journey"); nobody's state is read, so it costs the same for ten people and for a million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jcli.canonical import Form
from jcli.model import NodeType


class Fate(StrEnum):
    """What becomes of those who stand on a node."""

    END = "end"
    """The node goes and nothing says where to: they are stopped (`node_removed`)."""
    MOVE = "move"
    """The node goes; the node map says where they go on."""
    FOLLOW = "follow"
    """The node stays and changes: who stands there keeps a timer's due time, and leaves by the new ways."""
    PINNED = "pinned"
    """The journey says `onEdit: pin`: they finish on the revision on which they entered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`here` people stand on the node now. `change` is what happens to it (`gone`, `changed`, `ways`, in words of the
    plan); `to` the key of the node where they go on (MOVE)."""

    node: str
    here: int
    change: str
    fate: Fate
    to: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """A node that goes and one that comes, alike in all but the key: `nodeMap: {old: new}` moves people, `id: old_id`
    on the new one makes it the same node."""

    old: str
    new: str
    old_id: str


@dataclass(frozen=True, slots=True)
class People:
    """`in_progress` enrollments are under way; `standing` is told of nodes that go or change, `renames` of nodes that
    only got another key. `entering` names the fields that decide who enters and change."""

    in_progress: int
    standing: tuple[Standing, ...] = ()
    renames: tuple[Rename, ...] = ()
    entering: tuple[str, ...] = ()
    pinned: bool = False

    @property
    def ended(self) -> int:
        """How many enrollments the change ends."""
        return sum(one.here for one in self.standing if one.fate is Fate.END)


_TIMED = frozenset({NodeType.WAIT, NodeType.WAIT_FOR_EVENT, NodeType.CONTENT})


def people_of(
    old: Form,
    new: Form,
    here: Mapping[str, int],
    in_progress: int,
    names: Mapping[str, str],
    node_map: Mapping[str, str] | None = None,
) -> People:
    """What the step from one canonical form to the next does. `here` maps node ids to how many stand there, `names`
    ids to keys, `node_map` ids of nodes that go to ids of the new canvas."""
    return _Step(old, new, here, names, node_map or {}).people(in_progress)


class _Step:
    def __init__(
        self,
        old: Form,
        new: Form,
        here: Mapping[str, int],
        names: Mapping[str, str],
        node_map: Mapping[str, str],
    ) -> None:
        self._old, self._new, self._here, self._map = old, new, here, node_map
        self._names = names
        self._old_ways, self._new_ways = _ways(self._old), _ways(self._new)
        self._pinned = old["settings"].get("onEdit") == new["settings"].get("onEdit") == "pin"

    def people(self, in_progress: int) -> People:
        standing = [self._standing(node_id) for node_id in self._old["nodes"] if self._here.get(node_id)]
        standing += self._let_go()
        return People(
            in_progress,
            tuple(sorted((one for one in standing if one is not None), key=lambda one: (-one.here, one.node))),
            tuple(self._renames()),
            tuple(self._entering()),
            self._pinned,
        )

    def _name(self, node_id: str) -> str:
        return self._names.get(node_id, node_id)

    def _standing(self, node_id: str) -> Standing | None:
        node, here = self._name(node_id), self._here[node_id]
        before, after = self._old["nodes"][node_id], self._new["nodes"].get(node_id)
        waits = NodeType(before["type"]) in _TIMED
        if after is None:
            return self._gone(node_id, here, waits)
        fate = Fate.PINNED if self._pinned else Fate.FOLLOW
        if _content(before) != _content(after):
            return Standing(node, here, "changed", fate, waits=waits)
        if self._old_ways.get(node_id) != self._new_ways.get(node_id):
            return Standing(node, here, "ways", fate, waits=waits)
        return None

    def _let_go(self) -> list[Standing]:
        """Who was pinned to an older revision, on a node that is in neither form, and is to follow from now on."""
        if self._old["settings"].get("onEdit") != "pin" or self._pinned:
            return []
        known = self._old["nodes"].keys() | self._new["nodes"].keys()
        return [self._gone(node_id, here) for node_id, here in self._here.items() if here and node_id not in known]

    def _gone(self, node_id: str, here: int, waits: bool = False) -> Standing:
        target = self._map.get(node_id)
        fate = Fate.PINNED if self._pinned else Fate.MOVE if target else Fate.END
        return Standing(self._name(node_id), here, "gone", fate, self._name(target) if target else None, waits)

    def _renames(self) -> list[Rename]:
        """Pairs of a node that goes and one that comes that nothing but the id tells apart, each the only such."""
        old, new = self._old["nodes"], self._new["nodes"]
        gone = [node_id for node_id in old if node_id not in new and node_id not in self._map]
        come = [node_id for node_id in new if node_id not in old]
        if not gone or not come:
            return []
        looks: dict[str, list[str]] = {}
        for node_id in come:
            looks.setdefault(self._look(new[node_id], self._new_ways.get(node_id, ())), []).append(node_id)
        pairs: dict[str, list[str]] = {}
        for node_id in gone:
            for other in looks.get(self._look(old[node_id], self._old_ways.get(node_id, ())), ()):
                pairs.setdefault(other, []).append(node_id)
        return [
            Rename(self._name(olds[0]), self._name(other), olds[0])
            for other, olds in pairs.items()
            if len(olds) == 1 and sum(olds[0] in found for found in pairs.values()) == 1
        ]

    def _look(self, node: Mapping[str, Any], ways: Any) -> str:
        """A node without its id: content and ways, where a way to a node of one side alone leads to `?`."""
        both = self._old["nodes"].keys() & self._new["nodes"].keys()
        return repr(
            (_content(node), sorted((label or "", target if target in both else "?") for label, target in ways))
        )

    def _entering(self) -> list[str]:
        """The fields that decide who enters, where they change; a trigger by its key."""
        old, new = self._old, self._new
        changed = [field for field in ("siteId", "audienceId", "allowAnonymous") if old[field] != new[field]]
        for setting in ("reentry", "reentryAfter"):
            if old["settings"].get(setting) != new["settings"].get(setting):
                changed.append(f"settings.{setting}")
        triggers = [
            node_id
            for node_id in dict.fromkeys((*old["nodes"], *new["nodes"]))
            if _trigger(old["nodes"].get(node_id)) != _trigger(new["nodes"].get(node_id))
        ]
        return changed + [f"nodes.{self._name(node_id)}" for node_id in triggers]


def _trigger(node: Mapping[str, Any] | None) -> Any:
    return node["config"] if node is not None and node["type"] == NodeType.TRIGGER.value else None


def _content(node: Mapping[str, Any]) -> Any:
    return {key: value for key, value in node.items() if key != "position"}


def _ways(form: Mapping[str, Any]) -> dict[str, list[tuple[str | None, str]]]:
    ways: dict[str, list[tuple[str | None, str]]] = {}
    for source, label, target in form["edges"]:
        ways.setdefault(source, []).append((label, target))
    return ways
