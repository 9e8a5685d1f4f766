"""Which texts can satisfy all leaves about a value: candidates for one that does, and the proof that none can.

A text of the prefix, parts and suffix that are asked for, with a character between them that no leaf knows, avoids all
that is not forced. So without regular expressions and moments either it is accepted or there is a reason against every
text, and `no_text` knows the reasons. With them there may be neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from jcli.logic.formula import Leaf
from jcli.logic.operators import moment
from jcli.model import Instant

_ORDERED = frozenset({"gt", "gte", "lt", "lte"})
_MOMENTS = ("before", "after")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_LAST = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


def sample_texts(leaves: Sequence[Leaf]) -> Iterator[str]:
    """Texts that are likely to be accepted, if any is."""
    if any(leaf.op in _MOMENTS and leaf.holds for leaf in leaves):
        yield from _moments(leaves)
    operands = [leaf.operand for leaf in leaves if isinstance(leaf.operand, str)]
    unknown = _unknown("".join(operands))
    prefix, parts, suffix = _asked(leaves, "starts_with"), _asked(leaves, "contains"), _asked(leaves, "ends_with")
    yield unknown.join([max(prefix, key=len, default=""), *parts, max(suffix, key=len, default="")])
    yield from operands
    yield "".join([max(prefix, key=len, default=""), *parts, max(suffix, key=len, default="")])


def no_text(leaves: Sequence[Leaf]) -> bool:
    """Whether it is certain that no text satisfies all leaves. False where it is not known."""
    return any(_never(leaf) for leaf in leaves) or _parts_clash(leaves) or _pattern_clash(leaves) or _no_moment(leaves)


def _never(leaf: Leaf) -> bool:
    """Whether the leaf refuses every text: it asks for a number, for no value, for an item of a list, for a text that
    has nothing in it."""
    if not leaf.holds:
        return leaf.op == "exists" or (leaf.op in ("contains", "starts_with", "ends_with") and leaf.operand == "")
    if leaf.op in _MOMENTS:
        return moment(leaf.operand) is None
    return leaf.op in _ORDERED or (leaf.op == "contains" and not isinstance(leaf.operand, str))


def _parts_clash(leaves: Sequence[Leaf]) -> bool:
    """Two beginnings or endings of which neither continues the other, or a part that must be there and must not."""
    prefixes, suffixes = _asked(leaves, "starts_with"), _asked(leaves, "ends_with")
    prefix, suffix = max(prefixes, key=len, default=""), max(suffixes, key=len, default="")
    if not (all(map(prefix.startswith, prefixes)) and all(map(suffix.endswith, suffixes))):
        return True
    present = [prefix, suffix, *_asked(leaves, "contains")]
    return any(
        (leaf.op == "starts_with" and prefix.startswith(leaf.operand))
        or (leaf.op == "ends_with" and suffix.endswith(leaf.operand))
        or (leaf.op == "contains" and isinstance(leaf.operand, str) and any(leaf.operand in part for part in present))
        for leaf in leaves
        if not leaf.holds
    )


def _pattern_clash(leaves: Sequence[Leaf]) -> bool:
    """One regular expression that must be found and must not."""
    return not {leaf.operand for leaf in leaves if leaf.op == "regex" and not leaf.holds}.isdisjoint(
        _asked(leaves, "regex")
    )


def _no_moment(leaves: Sequence[Leaf]) -> bool:
    """A text must name a moment, and no moment is left."""
    if not any(leaf.op in _MOMENTS and leaf.holds for leaf in leaves):
        return False
    first, last = _span(leaves)
    return first > last


def _span(leaves: Sequence[Leaf]) -> tuple[Instant, Instant]:
    """The first and the last instant that the leaves allow to a text that names a moment."""
    first, last = _FIRST, _LAST
    for leaf in leaves:
        limit = moment(leaf.operand) if leaf.op in _MOMENTS else None
        if limit is None:
            continue
        if leaf.op == "after":
            first, last = (max(first, limit + 1), last) if leaf.holds else (first, min(last, limit))
        else:
            first, last = (first, min(last, limit - 1)) if leaf.holds else (max(first, limit), last)
    return first, last


def _moments(leaves: Sequence[Leaf]) -> Iterator[str]:
    first, last = _span(leaves)
    if first > last:
        return
    for instant in (first, last, (first + last) // 2):
        text = (_EPOCH + timedelta(milliseconds=instant)).isoformat(timespec="milliseconds")
        yield text
        yield text.replace("+00:00", "Z")


def _asked(leaves: Sequence[Leaf], op: str) -> list[str]:
    """What must be in the text, by this operator."""
    return [leaf.operand for leaf in leaves if leaf.op == op and leaf.holds and isinstance(leaf.operand, str)]


def _unknown(known: str) -> str:
    """A character that is in none of the operands, and in no moment."""
    used = set(known)
    return next(char for char in map(chr, range(0x2460, 0x110000)) if char not in used)
