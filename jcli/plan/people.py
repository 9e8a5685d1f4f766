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
    """The node stays and changes: who stands there keeps what they were given, and leaves by the new ways."""
    PINNED = "pinned"
    """The journey says `onEdit: pin`: they finish on the revision on which they entered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`here` people stand on the node, which is of this `type` now (None: the newest canvas does not have it any more).
    `change` is what happens to it: `gone`, `type`, `changed` (content or config), or `ways` alone; `ways` says that its
    ways out change besides. `to` is the key of the node where they go on (MOVE). `anew` is set where they come to a
    node as if for the first time, because it is of another type: that type."""

    node: str
    here: int
    change: str
    fate: Fate
    to: str | None = None
    type: NodeType | None = None
    anew: NodeType | None = None
    ways: bool = False


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
    only got another key. `entering` names the fields that change and decide who enters, `everybody` those that count
    at once for all who are under way, `newcomers` those that count for who enters from now on. `unpinned`: who finished
    on an older revision until now goes on in the newest."""

    in_progress: int
    standing: tuple[Standing, ...] = ()
    renames: tuple[Rename, ...] = ()
    entering: tuple[str, ...] = ()
    pinned: bool = False
    everybody: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()
    unpinned: bool = False

    @property
    def ended(self) -> int:
        """How many enrollments the change ends."""
        return sum(one.here for one in self.standing if one.fate is Fate.END)


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
        # What the new definition says counts, also for who entered under the old one.
        self._pinned = self._new["settings"]["onEdit"] == "pin"
        self._unpinned = self._old["settings"]["onEdit"] == "pin" and not self._pinned

    def people(self, in_progress: int) -> People:
        standing = [self._standing(node_id) for node_id, here in self._here.items() if here]
        everybody, newcomers = self._goal()
        return People(
            in_progress,
            tuple(sorted((one for one in standing if one is not None), key=lambda one: (-one.here, one.node))),
            tuple(self._renames()),
            tuple(self._entering()),
            self._pinned,
            everybody,
            newcomers,
            self._unpinned,
        )

    def _name(self, node_id: str) -> str:
        return self._names.get(node_id, node_id)

    def _standing(self, node_id: str) -> Standing | None:
        node, here = self._name(node_id), self._here[node_id]
        before, after = self._old["nodes"].get(node_id), self._new["nodes"].get(node_id)
        old_type = NodeType(before["type"]) if before else None
        if after is None:
            return self._gone(node_id, old_type) if before or self._unpinned else None
        if before is None:  # they stand on a revision that is older than the stored one
            return None
        fate = Fate.PINNED if self._pinned else Fate.FOLLOW
        ways = self._old_ways.get(node_id) != self._new_ways.get(node_id)
        if before["type"] != after["type"]:
            anew = None if self._pinned else NodeType(after["type"])
            return Standing(node, here, "type", fate, type=old_type, anew=anew, ways=ways)
        if _content(before) != _content(after):
            return Standing(node, here, "changed", fate, type=old_type, ways=ways)
        return Standing(node, here, "ways", fate, type=old_type, ways=True) if ways else None

    def _gone(self, node_id: str, old_type: NodeType | None) -> Standing:
        node, here, target = self._name(node_id), self._here[node_id], self._map.get(node_id)
        if self._pinned:
            return Standing(node, here, "gone", Fate.PINNED, type=old_type)
        if target is None:
            return Standing(node, here, "gone", Fate.END, type=old_type)
        new_type = NodeType(self._new["nodes"][target]["type"])
        anew = new_type if old_type is not None and new_type is not old_type else None
        return Standing(node, here, "gone", Fate.MOVE, self._name(target), old_type, anew)

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

    def _goal(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fields of the goal that change: those that count for everybody, and those that count for newcomers. Who
        is under way keeps the deadline that they entered with, but for one that is taken away."""
        old, new = self._old["goalConfig"], self._new["goalConfig"]
        goals = [{key: value for key, value in (goal or {}).items() if key != "deadline"} for goal in (old, new)]
        everybody = ["goalConfig"] if goals[0] != goals[1] else []
        if self._old["settings"]["exitOnGoal"] != self._new["settings"]["exitOnGoal"]:
            everybody.append("settings.exitOnGoal")
        deadlines = [(goal or {}).get("deadline") for goal in (old, new)]
        if deadlines[0] == deadlines[1]:
            return tuple(everybody), ()
        if deadlines[1] is None:
            return (*everybody, "goalConfig.deadline"), ()
        return tuple(everybody), ("goalConfig.deadline",)

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
