"""A pull as text, as JSON, and as the message of a commit: what goes home, who changed it, and what does not go."""

from __future__ import annotations

from typing import Any

import orjson

from jcli.durations import rfc3339
from jcli.plan import Left, Mover, Pull, PullDecision, PullWay, Taken
from jcli.render.findings import FORMAT_VERSION
from jcli.render.ink import Ink, plain
from jcli.render.plans import change_lines, change_object

_NO_INK = Ink()
_HEADS = {
    PullWay.EDIT: ("~ edit", "yellow"),
    PullWay.MERGE: ("~ merge", "yellow"),
    PullWay.NEW: ("+ new", "green"),
    PullWay.LEAVE: ("o left", "cyan"),
    PullWay.REFUSE: ("x conflict", "red"),
}
_BARRED = ("x cannot", "red")
_MOST = 50


def text(pull: Pull, ink: Ink = _NO_INK) -> str:
    """What goes home, document by document, field by field; what is left, and the summary last."""
    blocks = [_taken(one, ink) for one in pull.taken]
    blocks += [_left(one, ink) for one in pull.left]
    body = "".join(blocks)
    return f"{body}\n{summary(pull)}\n" if body else f"{summary(pull)}\n"


def summary(pull: Pull) -> str:
    """The last line of every pull."""
    ways = [one.decision.way for one in pull.taken]
    conflicts = sum(one.conflict for one in pull.left)
    edits, merges, new = (ways.count(way) for way in (PullWay.EDIT, PullWay.MERGE, PullWay.NEW))
    left = len(pull.left) - conflicts
    return f"Pull: {edits} to edit, {merges} to merge, {new} new, {left} left, {conflicts} in conflict"


def message(pull: Pull, target: str) -> str:
    """The message of a commit: who changed what, by which door and when."""
    count = len(pull.taken)
    if count == 1:
        one = pull.taken[0].decision
        subject = f"Take {one.kind.value} {plain(one.key)[:60]} home from {plain(target)}"
    else:
        subject = f"Take {count} documents home from {plain(target)}"
    lines = [line for one in pull.taken[:_MOST] for line in _taken(one, _NO_INK).splitlines()]
    more = [f"and {count - _MOST} more"] if count > _MOST else []
    return "\n".join([subject, "", *lines, *more]) + "\n"


def as_json(pull: Pull) -> str:
    data = {
        "formatVersion": FORMAT_VERSION,
        "taken": [_taken_object(one) for one in pull.taken],
        "left": [_left_object(one) for one in pull.left],
        "files": [{"file": one.file, "new": one.before is None} for one in pull.files],
    }
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n"


def _head(decision: PullDecision, file: str | None, head: tuple[str, str], ink: Ink) -> str:
    name = f' "{plain(decision.name)}"' if decision.name != decision.key else ""
    place = f"  ({plain(file)})" if file else ""
    return f"{ink(head[0], 'bold', head[1])} {decision.kind.value} {plain(decision.key)}{name}{place}"


def _taken(one: Taken, ink: Ink) -> str:
    lines = [_head(one.decision, one.file, _HEADS[one.decision.way], ink)]
    if one.decision.mover:
        lines.append(f"    the store's side: {_who(one.decision.mover)}")
    lines += change_lines(one.changes, ink)
    return "".join(f"{line}\n" for line in lines)


def _left(one: Left, ink: Ink) -> str:
    head = _BARRED if one.barred else _HEADS[one.decision.way]
    return f"{_head(one.decision, one.decision.file, head, ink)}\n    {plain(one.reason)}\n"


def _who(mover: Mover) -> str:
    return f"{plain(mover.actor)} ({plain(mover.door)}, {plain(mover.verb)}) at {rfc3339(mover.at)}"


def _taken_object(one: Taken) -> dict[str, Any]:
    mover = one.decision.mover
    return {
        **_document(one.decision),
        "file": one.file,
        "changes": [change_object(change) for change in one.changes],
        "writtenAnew": list(one.anew),
        "movedBy": None
        if mover is None
        else {"actor": mover.actor, "door": mover.door, "verb": mover.verb, "at": rfc3339(mover.at)},
    }


def _left_object(one: Left) -> dict[str, Any]:
    return {
        **_document(one.decision),
        "file": one.decision.file,
        "reason": one.reason,
        "conflict": one.conflict,
        "barred": one.barred,
    }


def _document(decision: PullDecision) -> dict[str, Any]:
    return {
        "kind": decision.kind.value,
        "key": decision.key,
        "id": decision.id,
        "name": decision.name,
        "way": decision.way.value,
    }
