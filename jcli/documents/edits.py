"""Edits of a document: what may be changed in it, and what the data is afterwards.

An edit names a place by its path in the document as it is before any of the edits; all of a list take effect at once.
`edited` gives the plain data after them, `splices.apply` the text, in which comments, order, quotes and blank lines
stay as they are; `between` finds the edits that lead from one value to another. Edits that get into each other's
way are an EditError: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from jcli.errors import JcliError
from jcli.findings import Path, pointer


class EditError(JcliError):
    """An edit that cannot be made: its place is not there, or two edits want the same place."""

    code = "edit"


class Where(Enum):
    """Where in a mapping a new key goes, if not after one that is there."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Replace:
    """Another value at the path."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Another key for the value at the path."""

    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Remove:
    """The value at the path goes, with its key or as an item of its list."""

    path: Path


@dataclass(frozen=True, slots=True)
class Insert:
    """A new key in the mapping at the path, after the one named (which another edit may insert)."""

    path: Path
    key: str
    value: Any
    after: str | Where = Where.LAST


@dataclass(frozen=True, slots=True)
class InsertItem:
    """A new item in the list at the path, before the one that has this index; its length stands for the end."""

    path: Path
    index: int
    value: Any


Edit = Replace | RenameKey | Remove | Insert | InsertItem


@dataclass(slots=True)
class Change:
    """The edits of one collection. Its entries are counted from 0 in the order in which they are written; `inserted`
    is by the number of entries before the new ones, whose key is None in a list."""

    values: dict[int, Any] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    inserted: dict[int, list[tuple[str | None, Any]]] = field(default_factory=dict)

    def empties(self, count: int) -> bool:
        """Whether nothing is left of the entries that were there."""
        return count > 0 and len(self.removed) == count

    @property
    def first_kept(self) -> int:
        """The first entry that stays, or the number of entries when none does."""
        return next(number for number in range(len(self.removed) + 1) if number not in self.removed)

    def kept_before(self, number: int) -> int:
        """The nearest entry before this one that stays; -1 when there is none."""
        return next((before for before in range(number - 1, -1, -1) if before not in self.removed), -1)


Changes = dict[Path, Change]


def gather(data: Any, edits: Iterable[Edit]) -> Changes:
    """The edits by the collection that they change. EditError where they do not fit the data or each other."""
    changes: Changes = {}
    for edit in edits:
        match edit:
            case Insert():
                _gather_insert(data, edit, changes)
            case InsertItem():
                _gather_item(data, edit, changes)
            case _:
                _gather_entry(data, edit, changes)
    for path in changes:
        _not_within(data, path, changes)
    return changes


def edited(data: Any, changes: Changes, path: Path = ()) -> Any:
    """The value at the path after the changes; the data stays as it is. EditError where a key would be there twice."""
    if not isinstance(data, dict | list):
        return data
    change = changes.get(path)
    steps: list[Any] = list(data) if isinstance(data, dict) else list(range(len(data)))
    if change is None:
        parts = [(step, edited(data[step], changes, (*path, step))) for step in steps]
    else:
        parts = list(_changed(data, steps, change, changes, path))
    if isinstance(data, list):
        return [value for _, value in parts]
    result = dict(parts)
    if len(result) != len(parts):
        seen: set[str] = set()
        twice = next(key for key, _ in parts if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise EditError(f"the key `{twice}` would be at `{pointer(path) or '/'}` twice")
    return result


def _changed(
    data: Any, steps: list[Any], change: Change, changes: Changes, path: Path
) -> Iterator[tuple[str | None, Any]]:
    for number, step in enumerate(steps):
        yield from change.inserted.get(number, ())
        if number not in change.removed:
            below = change.values[number] if number in change.values else edited(data[step], changes, (*path, step))
            yield change.keys.get(number, step), below
    yield from change.inserted.get(len(steps), ())


def _gather_entry(data: Any, edit: Replace | RenameKey | Remove, changes: Changes) -> None:
    if not edit.path:
        raise EditError("the document as a whole is not edited; write a new one")
    above, step = edit.path[:-1], edit.path[-1]
    owner = _at(data, above)
    if isinstance(owner, dict) and step in owner:
        number = list(owner).index(step)
    elif isinstance(owner, list) and isinstance(step, int) and 0 <= step < len(owner):
        number = step
    else:
        raise EditError(f"there is nothing at `{pointer(edit.path)}`")
    change = changes.setdefault(above, Change())
    taken = number in change.removed
    match edit:
        case Remove():
            taken = taken or number in change.values or number in change.keys
            change.removed.add(number)
        case Replace():
            taken = taken or number in change.values
            change.values[number] = edit.value
        case RenameKey():
            if isinstance(owner, list):
                raise EditError(f"the item at `{pointer(edit.path)}` has no key")
            taken = taken or number in change.keys
            change.keys[number] = edit.key
    if taken:
        raise EditError(f"two edits change `{pointer(edit.path)}`")


def _gather_insert(data: Any, edit: Insert, changes: Changes) -> None:
    owner = _at(data, edit.path)
    if not isinstance(owner, dict):
        raise EditError(f"there is no mapping at `{pointer(edit.path) or '/'}`")
    inserted = changes.setdefault(edit.path, Change()).inserted
    new: tuple[str | None, Any] = (edit.key, edit.value)
    if isinstance(edit.after, Where):
        inserted.setdefault(0 if edit.after is Where.FIRST else len(owner), []).append(new)
        return
    for group in inserted.values():
        keys = [key for key, _ in group]
        if edit.after in keys:
            group.insert(keys.index(edit.after) + 1, new)
            return
    if edit.after not in owner:
        raise EditError(f"there is no key `{edit.after}` at `{pointer(edit.path) or '/'}` to insert after")
    inserted.setdefault(list(owner).index(edit.after) + 1, []).append(new)


def _gather_item(data: Any, edit: InsertItem, changes: Changes) -> None:
    owner = _at(data, edit.path)
    if not isinstance(owner, list) or not 0 <= edit.index <= len(owner):
        raise EditError(f"there is no list with a place {edit.index} at `{pointer(edit.path) or '/'}`")
    changes.setdefault(edit.path, Change()).inserted.setdefault(edit.index, []).append((None, edit.value))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        in_list = isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
        if not in_list and not (isinstance(data, dict) and step in data):
            raise EditError(f"there is nothing at `{pointer(path)}`")
        data = data[step]
    return data


def _not_within(data: Any, path: Path, changes: Changes) -> None:
    """EditError for an edit of what another edit replaces or removes."""
    for length in range(len(path)):
        change = changes.get(path[:length])
        if change is None:
            continue
        owner, step = _at(data, path[:length]), path[length]
        number = list(owner).index(step) if isinstance(owner, dict) else step
        if number in change.removed or number in change.values:
            raise EditError(f"an edit below `{pointer(path[: length + 1])}` is lost with the edit of that place")
