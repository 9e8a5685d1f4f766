"""What was expected and what was seen, side by side: in a line where there is room, a path from where it parts.

It must not judge: that they differ was found before. Where to look next: `jcli/trials/expecting.py` compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from jcli.graph import meaning
from jcli.model import NodeType
from jcli.render.ink import Ink, padded, plain, width
from jcli.trials.verdicts import Mismatch

ANYTHING = "..."
"""An entry of an expected path that stands for any stretch."""

_NO_INK = Ink()
_LONGEST = 300


def shown(value: Any) -> str:
    """A value as a document would say it, on one line and not longer than a few hundred characters."""
    text = plain(_flow(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return value if value else '""'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(held)}" for name, held in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "nothing"
    return orjson.dumps(value).decode() if isinstance(value, int | float) else str(value)


def mismatches(found: Sequence[Mismatch], ink: Ink = _NO_INK) -> list[str]:
    """The lines that tell of each field what was expected and what was seen."""
    column = max((width(plain(one.field)) for one in found), default=0)
    lines: list[str] = []
    for one in found:
        head = padded(plain(one.field), column)
        for number, line in enumerate(_compared(one, ink)):
            lines.append(f"{ink(head, 'bold') if number == 0 else padded('', column)}  {line}".rstrip())
        if one.note:
            lines.append(f"{padded('', column)}  {ink(plain(one.note), 'yellow')}")
    return lines


def one_line(one: Mismatch) -> str:
    """The same in a sentence, for where there is one line only."""
    note = f" ({plain(one.note)})" if one.note else ""
    return f"{plain(one.field)}: expected {shown(one.expected)}, got {shown(one.got)}{note}"


def _compared(one: Mismatch, ink: Ink) -> list[str]:
    if one.field == "path" and _listed(one.expected) and _listed(one.got):
        return _paths(list(one.expected), list(one.got), ink)
    if isinstance(one.expected, Mapping) and isinstance(one.got, Mapping):
        return _mappings(one.expected, one.got, ink)
    return [f"expected  {ink(shown(one.expected), 'green')}", f"got       {ink(shown(one.got), 'red')}"]


def _listed(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _mappings(expected: Mapping[str, Any], got: Mapping[str, Any], ink: Ink) -> list[str]:
    """A line for each name that both agree on, two for each other."""
    lines = []
    for name in [*expected, *(name for name in got if name not in expected)]:
        if name in expected and name in got and expected[name] == got[name]:
            lines.append(f"  {plain(str(name))}: {shown(got[name])}")
            continue
        if name in expected:
            lines.append(ink(f"- {plain(str(name))}: {shown(expected[name])}", "green"))
        if name in got:
            lines.append(ink(f"+ {plain(str(name))}: {shown(got[name])}", "red"))
    return [*lines, _legend(ink)]


def _paths(expected: Sequence[Any], got: Sequence[Any], ink: Ink) -> list[str]:
    """The stretch that was walked as expected, what should have followed and what did, and where both end alike."""
    agreed, walked = _parting(expected, got)
    alike = 0
    while alike < min(len(expected) - agreed, len(got) - walked) and _same(expected[-alike - 1], got[-alike - 1]):
        alike += 1
    end = len(got) - alike
    lines = [f"  {shown(node)}" for node in got[:walked]]
    lines += [ink(f"- {shown(node)}", "green") for node in expected[agreed : len(expected) - alike]]
    lines += [ink(f"+ {shown(node)}", "red") for node in got[walked:end]]
    lines += [f"  {shown(node)}" for node in got[end:]]
    return [*lines, _legend(ink)]


def _legend(ink: Ink) -> str:
    return ink("(- expected, + got)", "dim")


def _parting(expected: Sequence[Any], got: Sequence[Any]) -> tuple[int, int]:
    """How many entries of the expected path can be laid over how many nodes of the walked one: as many as possible of
    the first, and of the second up to where it passes the next node by another way, or else as far as possible."""
    reached = {0}
    agreed, ends = 0, reached
    for count, entry in enumerate(expected, 1):
        if entry == ANYTHING:
            reached = set(range(min(reached), len(got) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(got) and _same(entry, got[at])}
        if not reached:
            break
        agreed, ends = count, reached
    following = [
        at for at in ends if agreed < len(expected) and at < len(got) and _node(got[at]) == _node(expected[agreed])
    ]
    return agreed, min(following) if following else max(ends)


def _same(entry: Any, node: Any) -> bool:
    """`tour` is any way out of the tour, `tour completed` that one, whatever word its label is written with."""
    name, _, label = str(entry).strip().partition(" ")
    key, _, taken = str(node).partition(" ")
    return name == key and (not label or taken in {meaning(kind, label.strip()) for kind in NodeType})


def _node(entry: Any) -> str:
    return str(entry).strip().partition(" ")[0]
