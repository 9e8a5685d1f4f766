"""What a pull comes to: the documents that go home, the files that change, and what is left. Frozen data.

`jcli/operations/pull.py` makes it, `jcli/render/pulls.py` shows it, and `jcli/commands/pulling.py` writes the files.
"""

from __future__ import annotations

from dataclasses import dataclass

from jcli.model import Item
from jcli.plan.difference import Change
from jcli.plan.pulling import PullDecision


@dataclass(frozen=True, slots=True)
class PulledFile:
    """A file before and after, by its name relative to the workspace; `before` is None for a new one."""

    file: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that goes home: where it stands, the changes from what the file says now (none for a new one), and
    what had to be written anew as a whole. `wanted` is the item that it describes then."""

    decision: PullDecision
    file: str
    index: int
    wanted: Item
    changes: tuple[Change, ...] = ()
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A document whose file stays as it is, and why. `conflict`: somebody must choose. `barred`: it cannot be
    written as it is."""

    decision: PullDecision
    reason: str
    conflict: bool = False
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Pull:
    """What goes home, in the order of the plan; the files that change; and what is left."""

    taken: tuple[Taken, ...]
    files: tuple[PulledFile, ...]
    left: tuple[Left, ...] = ()

    @property
    def in_conflict(self) -> bool:
        return any(one.conflict for one in self.left)

    @property
    def barred(self) -> bool:
        return any(one.barred for one in self.left)
