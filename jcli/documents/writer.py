"""Plain data -> YAML text in the house's layout: a new document, or a value that an edit puts into one.

Short mappings of plain values stand on one line in braces, everything else in block style, in the order that the
caller gives. `Manner` says how wide, how far indented; an edit takes that from the file at hand. How a single value is
spelt is the business of `spelling`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from jcli.documents.spelling import LONGEST_KEY, Unwritable, literal, spelt, spelt_key
from jcli.findings import Path

ANY = "*"
"""In a path of `write`'s `block`: any key or index."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is laid out: the steps of its indentation, whether a list below a key is indented, how wide a line
    may become before what stands in braces is unfolded, and its line break."""

    step: int = 2
    indented_lists: bool = True
    width: int = 80
    newline: str = "\n"


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it follows `key:` or `-`: what stands on that line, and the whole lines below it."""

    head: str
    body: tuple[str, ...] = ()


HOUSE = Manner()


def write(data: dict[str, Any], *, block: Collection[Path] = (), manner: Manner = HOUSE) -> str:
    """The document as text, with a line break at its end. Collections at the paths of `block` (with `ANY` for any
    step) are unfolded even where they would fit on a line. Unwritable for what a document cannot hold."""
    lines = _Lines(manner, block).block(data, 0, ()) if data else ["{}"]
    return manner.newline.join([*lines, ""])


def written(
    value: Any, indent: int, used: int, manner: Manner, *, in_list: bool = False, unfold: bool = False
) -> Written:
    """A value for a place in a block collection whose entries begin in the column `indent` (from 0), `used` columns
    of whose line are taken. `unfold`: block style where there is a choice, as its neighbours are written."""
    return _Lines(manner, ((),) if unfold else ()).value(value, indent, used, (), in_list)


def entry(key: str, value: Any, indent: int, manner: Manner, *, unfold: bool = False) -> list[str]:
    """The lines of a key with its value in a block mapping."""
    return _Lines(manner, ((),) if unfold else ()).entry(key, value, indent, ())


def item(value: Any, indent: int, manner: Manner, *, unfold: bool = False) -> list[str]:
    """The lines of an item in a block list."""
    return _Lines(manner, ((),) if unfold else ()).item(value, indent, ())


def block_lines(value: Any, indent: int, manner: Manner) -> list[str]:
    """The lines of a collection in block style, its entries in the column `indent`."""
    return _Lines(manner, ()).block(value, indent, ())


def in_flow(value: Any, *, style: str | None = None) -> str:
    """The value on one line, as it stands within brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(flow_entry(key, below) for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_flow, value)) + "]"
    return spelt(value, flow=True, style=style)


def flow_entry(key: str, value: Any) -> str:
    name = spelt_key(_checked(key), flow=True)
    return f"{name}: {in_flow(value)}" if len(name) <= LONGEST_KEY else f"? {name} : {in_flow(value)}"


class _Lines:
    """`block`: paths of the collections that are unfolded wherever they stand."""

    def __init__(self, manner: Manner, block: Collection[Path]) -> None:
        self._manner, self._block = manner, block

    def block(self, value: Any, indent: int, path: Path) -> list[str]:
        if isinstance(value, dict):
            return [line for key, below in value.items() for line in self.entry(key, below, indent, (*path, key))]
        return [line for index, below in enumerate(value) for line in self.item(below, indent, (*path, index))]

    def entry(self, key: str, value: Any, indent: int, path: Path) -> list[str]:
        margin, name = " " * indent, spelt_key(_checked(key))
        lines = [f"{margin}{name}:"] if len(name) <= LONGEST_KEY else [f"{margin}? {name}", f"{margin}:"]
        found = self.value(value, indent, len(lines[-1]) + 1, path, False)
        lines[-1] += f" {found.head}" if found.head else ""
        return [*lines, *found.body]

    def item(self, value: Any, indent: int, path: Path) -> list[str]:
        found = self.value(value, indent, indent + 2, path, True)
        return [f"{' ' * indent}- {found.head}".rstrip(" "), *found.body]

    def value(self, value: Any, indent: int, used: int, path: Path, in_list: bool) -> Written:
        if isinstance(value, str) and (block := literal(value)):
            margin = " " * (indent + self._manner.step)
            return Written(block[0], tuple((margin + line).rstrip(" ") for line in block[1]))
        if not isinstance(value, dict | list):
            return Written(spelt(value))
        if not value or (not self._unfolded(path) and self._fits(value, used)):
            return Written(in_flow(value))
        if in_list:
            lines = self.block(value, indent + 2, path)
            return Written(lines[0][indent + 2 :], tuple(lines[1:]))
        deeper = self._manner.step if isinstance(value, dict) or self._manner.indented_lists else 0
        return Written("", tuple(self.block(value, indent + deeper, path)))

    def _unfolded(self, path: Path) -> bool:
        return any(
            len(pattern) == len(path) and all(want in (ANY, step) for want, step in zip(pattern, path, strict=True))
            for pattern in self._block
        )

    def _fits(self, value: Any, used: int) -> bool:
        """Whether a collection is simple and short enough for one line: nothing in it but scalars of one line and, in
        a mapping, lists of them."""
        below = value.values() if isinstance(value, dict) else value
        for part in below:
            if isinstance(part, dict) or (
                isinstance(part, list) and not (isinstance(value, dict) and _is_simple(part))
            ):
                return False
            if isinstance(part, str) and "\n" in part:
                return False
        return used + len(in_flow(value)) <= self._manner.width


def _is_simple(items: list[Any]) -> bool:
    return not any(isinstance(part, dict | list) or (isinstance(part, str) and "\n" in part) for part in items)


def _checked(key: object) -> str:
    if not isinstance(key, str):
        raise Unwritable(f"the key {str(key)[:40]} is not text")
    return key
